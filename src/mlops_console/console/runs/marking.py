"""Marking runs, and what is done with the marked ones: copy, archive; undo and redo."""

from functools import partial
from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.clipboard import copy
from mlops_console.console.deeds import Deed
from mlops_console.console.runs.base import RunsBase
from mlops_console.console.runs.marks import NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mlops_console.console.runs.source import WorkspaceSource


class MarkActions(RunsBase):
    """Marks, archive, undo, copy."""

    def action_mark(self) -> None:
        """Mark the run under the cursor and go on; a heading marks its whole group."""
        table = self.table
        if table.run is not None:
            self.deeds.add(self.marks.toggle(table.run))
        elif table.sheet.count:
            self._mark(self._group_runs())
        self.marked()
        table.go(table.cursor + 1)

    def _mark(self, runs: "Iterable[str]") -> int:
        added = self.marks.add(runs)
        if added:
            what = f"{display.counted(len(added), 'run')} marked"
            self.deeds.add(self.marks.deed(what, added))
        return len(added)

    def _group_runs(self) -> "list[str]":
        sheet, line = self.table.sheet, self.table.cursor + 1
        runs = []
        while line < sheet.count and (run := sheet.run(line)) is not None:
            runs.append(run)
            line += 1
        return runs

    def action_range(self) -> None:
        """Begin a range here, or mark from where it began to here."""
        table = self.table
        if self.range_from is None:
            self.range_from = table.run
            self.tell()
            return
        begin, self.range_from = table.sheet.find(self.range_from), None
        if begin >= 0:
            low, high = sorted((begin, table.cursor))
            self._mark(run for line in range(low, high + 1) if (run := table.sheet.run(line)))
        self.marked()

    def action_mark_all(self) -> None:
        """Mark all runs in the filter."""
        added = self._mark(str(run) for run in self.table.sheet.ids)
        self.marked()
        self.say(f"{added:,} more marked")

    def action_clear_marks(self) -> None:
        """Unmark all."""
        before = self.marks.clear()
        self.range_from = None
        self.marked()
        if before:
            count = len(before)
            self.did(self.marks.deed(f"{display.counted(count, 'mark')} cleared", NOBODY, before))

    def action_copy(self) -> None:
        """Copy the id of the run under the cursor."""
        run = self.table.run
        if run is not None:
            copy(self.app, run, run)

    def action_copy_as(self) -> None:
        """Copy the command line that shows the marked runs, or this one."""
        runs = self.chosen()
        if runs:
            verb = "show" if len(runs) == 1 else "metrics"
            line = f"mlops-console {verb} {' '.join(runs)}"
            copy(self.app, line, line)

    def action_archive(self) -> None:
        """Take runs out of sight; nothing is deleted."""
        runs = self.chosen()
        if runs:
            self.decide(lambda source: self._archive(source, runs))

    def _archive(self, source: "WorkspaceSource", runs: "Sequence[str]") -> None:
        source.archive(runs, True)
        what = f"{len(runs):,} runs archived" if len(runs) > 1 else f"{runs[0][:8]} archived"
        back, again = partial(source.archive, runs, False), partial(source.archive, runs, True)
        self.from_worker(self.did, Deed(what, back, again))

    def turn(self, way: "Callable[[], object]", words: str) -> None:
        """Go a way back, or there again."""

        def turn(_: object) -> None:
            way()
            self.from_worker(self.done, words)

        self.decide(turn)
