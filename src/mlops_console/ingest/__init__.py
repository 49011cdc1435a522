"""From files to the store: discovery, the reader child, watching, the pipeline.

The reader child imports this package too: the doors are opened only when they are used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.ingest.health import Health
    from mlops_console.ingest.pipeline import Pipeline
    from mlops_console.ingest.report import ScanReport

__all__ = ["Health", "Pipeline", "ScanReport"]

_WHERE = {"Health": "health", "Pipeline": "pipeline", "ScanReport": "report"}


def __getattr__(name: str) -> object:
    import importlib

    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
