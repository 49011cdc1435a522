"""From the list to the comparison: of the marked runs, of named ones, of the groups that are shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.console.commands import Command
from mlops_console.console.finding import Finder
from mlops_console.console.runs.base import RunsBase

if TYPE_CHECKING:
    from mlops_console.console.runs.source import WorkspaceSource

_LISTED = 5_000
"""So many runs of a grouped list are compared at most."""


class CompareActions(RunsBase):
    """Open the Compare screen."""

    def compare_commands(self) -> Sequence[Command]:
        """What can be compared behind `:`."""
        return (
            Command("compare", "RUN RUN ...", "compare these runs, or the marked ones", self._compare),
            *Finder(self, lambda: self.table.run, self._listed).commands(),
        )

    def _listed(self) -> tuple[str, ...]:
        return tuple(map(str, self.table.sheet.ids))

    def action_compare(self) -> None:
        """Compare the marked runs; without marks the groups of the list."""
        runs = tuple(self.marks.runs())
        group = self.choices.group
        if len(runs) < 2 and group is not None:
            self._open(self._listed()[:_LISTED], group)
        elif len(runs) < 2:
            self.say("Mark two runs or more with Space, then c compares them", "muted")
        else:
            self._open(runs, None)

    def _compare(self, text: str) -> None:
        names = text.split()
        if not names:
            self.action_compare()
            return

        def find(source: "WorkspaceSource") -> None:
            self.from_worker(self._open, source.found(names), None)

        self.decide(find)

    def _open(self, runs: tuple[str, ...], by: str | None) -> None:
        from mlops_console.console.compare.screen import CompareScreen
        from mlops_console.workspace.comparing.among import MOST_RUNS
        from mlops_console.workspace.comparing.model import Asked

        marks = {run: letter for letter, run in self.marks.lettered()}
        screen = CompareScreen(Asked(runs, by=by), marks, self._listed()[:MOST_RUNS])
        self.console_app.open_in_view("compare", screen)
