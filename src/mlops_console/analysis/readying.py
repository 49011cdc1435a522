"""What judging a window needs, loaded before there is one: that takes longer than judging a small one."""

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from mlops_console.comparison.model import Progress

_ALWAYS: Final = (
    "polars",
    "scipy.special",
    "mlops_console.drift.comparing",
    "mlops_console.drift.windows.cutting",
    "mlops_console.drift.tables.opening",
    "mlops_console.drift.baseline.form",
)
_CLASSIFIER: Final = ("sklearn.ensemble", "sklearn.metrics")


def get_ready(request: Mapping[str, Any], progress: Progress | None = None) -> bytes:
    """Load it; with `classifier`, also what tells rows apart."""
    for name in (*_ALWAYS, *(_CLASSIFIER if request["classifier"] else ())):
        if progress is not None:
            progress(0.0)
        import_module(name)
    return json.dumps({}).encode()
