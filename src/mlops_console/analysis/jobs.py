"""The jobs that the analysis child does, by name. Each takes what it is given by name, and `progress`."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from mlops_console.errors import UsageError

JOBS: Final = {
    "judge runs": "mlops_console.analysis.over_runs:judge_runs",
    "judge rows": "mlops_console.analysis.over_rows:judge_rows_of",
    "slices": "mlops_console.analysis.over_rows:slices_of",
    "alone": "mlops_console.analysis.alone:sure_of",
    "calibration": "mlops_console.analysis.over_rows:calibration_of",
    "importance": "mlops_console.analysis.over_params:importance_of",
    "marginal": "mlops_console.analysis.over_params:marginal_of",
    "trend": "mlops_console.analysis.over_params:trend_of",
    "repetitions": "mlops_console.analysis.over_params:repetitions_of",
    "nearest": "mlops_console.analysis.over_params:nearest_to",
    "duplicates": "mlops_console.analysis.over_params:same_runs",
    "since last good": "mlops_console.analysis.over_params:since_good",
    "look at windows": "mlops_console.analysis.over_windows:look_at_windows",
    "judge window": "mlops_console.analysis.over_windows:judge_window",
    "judge labels": "mlops_console.analysis.over_windows:judge_labels",
    "rows of segment": "mlops_console.analysis.over_segments:rows_of_segment",
    "unlabelled rows": "mlops_console.analysis.over_unlabelled:unlabelled_rows",
    "get ready": "mlops_console.analysis.readying:get_ready",
    "judge stored": "mlops_console.analysis.over_verdicts:judge_stored",
    "sum up windows": "mlops_console.analysis.over_passed:sum_up_windows",
    "weigh model": "mlops_console.analysis.over_models:weigh_model",
    "make baseline": "mlops_console.analysis.over_baselines:baseline_of",
    "make reference": "mlops_console.analysis.over_references:reference_of",
}
"""Name -> module:function; the module is imported by the child, when the job is asked for."""


def function(name: str) -> Callable[..., Any]:
    """What does the job; UsageError if there is none of that name."""
    if name not in JOBS:
        raise UsageError(f"there is no job {name!r}")
    module, _, attribute = JOBS[name].partition(":")
    found: Callable[..., Any] = getattr(import_module(module), attribute)
    return found
