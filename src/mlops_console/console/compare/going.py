"""From the comparison to the panes that have keys of their own, and to runs that are found from it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.screen import Screen

from mlops_console.console.commands import Command
from mlops_console.console.compare.body import CompareBody
from mlops_console.console.finding import Finder

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.model import Subject


class GoActions(Screen[None]):
    """Base of the Compare screen: what is reached from it."""

    @property
    def body(self) -> CompareBody:
        """What lies between header and footer."""
        return self.query_one(CompareBody)

    def action_go_to(self, name: str) -> None:
        """A pane by its own key."""
        self.body.go_to(getattr(self.body, name))

    def find_commands(self) -> Sequence[Command]:
        """What can be found behind `:` from the subject under the cursor."""
        return Finder(self, self._this_run, self._these_runs, self._this_metric).commands()

    def _subject(self) -> "Subject | None":
        view = self.body.view
        if view is None:
            return None
        return self.body.pane.subject or view.comparison.base

    def _this_run(self) -> str | None:
        subject = self._subject()
        return subject.runs[-1] if subject is not None else None

    def _these_runs(self) -> Sequence[str]:
        view = self.body.view
        return tuple(view.comparison.runs) if view is not None else ()

    def _this_metric(self) -> str | None:
        view = self.body.view
        return view.metric.key if view is not None and view.metric is not None else None
