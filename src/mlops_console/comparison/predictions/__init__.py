"""What two models' predictions by row say: which is better on the same rows, how sure, and where."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlops_console.comparison.predictions.calibrating import calibration
    from mlops_console.comparison.predictions.judging import judge_rows
    from mlops_console.comparison.predictions.matching import match
    from mlops_console.comparison.predictions.model import (
        Calibration,
        CalibrationBin,
        Coded,
        Matched,
        Slice,
        Slices,
        Table,
        Values,
    )
    from mlops_console.comparison.predictions.naming import METRICS, metric_named
    from mlops_console.comparison.predictions.slicing import slices

__all__ = [
    "METRICS",
    "Calibration",
    "CalibrationBin",
    "Coded",
    "Matched",
    "Slice",
    "Slices",
    "Table",
    "Values",
    "calibration",
    "judge_rows",
    "match",
    "metric_named",
    "slices",
]

_WHERE: Final = {
    "calibration": "calibrating", "judge_rows": "judging", "match": "matching", "METRICS": "naming",
    "metric_named": "naming", "slices": "slicing",
}  # fmt: skip
"""The modules of those that are not in `model`: whoever asks for a name needs no arithmetic."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(name)
    module = import_module(f"{__name__}.{_WHERE.get(name, 'model')}")
    found: object = getattr(module, name)
    return found
