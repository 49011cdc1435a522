"""A terminal console for machine-learning runs, with what a training script and a service import.

Importing this package costs next to nothing: everything but the version loads on first use.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["__version__", "model_path", "run"]

if TYPE_CHECKING:
    from mlops_console.recording import run
    from mlops_console.serving import model_path


def __getattr__(name: str) -> Any:
    if name == "run":
        from mlops_console.recording import run

        return run
    if name == "model_path":
        from mlops_console.serving import model_path

        return model_path
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
