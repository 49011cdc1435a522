"""A terminal console for machine-learning runs, and the recorder that a training script may import.

Importing this package costs next to nothing: everything but the version loads on first use.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["__version__", "run"]

if TYPE_CHECKING:
    from mlops_console.recording import run


def __getattr__(name: str) -> Any:
    if name == "run":
        from mlops_console.recording import run

        return run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
