"""The words that stand where no project has a monitor, with the next step."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.console.drift.state import Shown
    from mlops_console.console.widgets.empty import Words


def no_monitor(shown: "Shown") -> "list[Words]":
    """What is not there, and what to write."""
    lines: list[Words] = [[("No monitor watches anything yet", "text", True)], []]
    lines += [[("! ", "warn", True), (one, "second", False)] for one in shown.lost[:3]]
    return lines
