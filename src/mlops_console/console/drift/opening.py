"""The door to the Drift view from everywhere else."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp


def open_drift(app: "ConsoleApp", project_key: str, monitor: str, feature: str = "") -> None:
    """Show a monitor, with the cursor on a feature; Esc leads back to where this was asked."""
    from mlops_console.console.drift.screen import DriftScreen
    from mlops_console.console.views import DRIFT

    app.open_in_view(DRIFT, DriftScreen((project_key, monitor), feature))
