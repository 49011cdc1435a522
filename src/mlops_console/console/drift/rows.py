"""The rows of a segment that moved, as they stand in the window's files: read in the analysis child."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlops_console.console.drift.leading import Leading
    from mlops_console.drift.model import Segment


def show_rows(screen: "Leading", segment: "Segment") -> None:
    """Ask for some of the rows, and show them over the screen."""
    opened = screen.body.opened
    if opened is None or opened.told is None:
        return
    judged, watched = opened.told.judged, opened.watched
    screen.console_app.say("reading the rows of the window", "muted", 30)

    def took(found: Any) -> None:
        from mlops_console.console.drift.row_table import RowTable

        screen.console_app.say("", seconds=0.01)
        screen.app.push_screen(RowTable(segment, found))

    def read(workspace: Any) -> Any:
        from mlops_console.workspace.drifting.segment_rows import rows_of

        return rows_of(workspace, watched, judged, segment)

    screen.body.ask("rows", read, took)
