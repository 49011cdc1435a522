"""Marking runs, and what is done with the marked ones: copy, archive, undo."""

import time
from typing import TYPE_CHECKING

from mlops_console.console.clipboard import copy
from mlops_console.console.runs.base import UNDO_SECONDS, RunsBase

if TYPE_CHECKING:
    from collections.abc import Sequence


class MarkActions(RunsBase):
    """Marks, archive, undo, copy."""

    def action_mark(self) -> None:
        """Mark the run under the cursor and go on; a heading marks its whole group."""
        table = self.table
        if table.run is not None:
            self.marks.toggle(table.run)
        elif table.sheet.count:
            self.marks.add(self._group_runs())
        self.marked()
        table.go(table.cursor + 1)

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
            self.marks.add(run for line in range(low, high + 1) if (run := table.sheet.run(line)))
        self.marked()

    def action_mark_all(self) -> None:
        """Mark all runs in the filter."""
        added = self.marks.add(str(run) for run in self.table.sheet.ids)
        self.marked()
        self.say(f"{added:,} more marked")

    def action_clear_marks(self) -> None:
        """Unmark all."""
        before = self.marks.clear()
        self.range_from = None
        self.marked()
        if before:

            def again() -> None:
                self.marks.restore(before)
                self.marked()

            count = len(before)
            self.can_undo(f"{count:,} mark{'' if count == 1 else 's'} cleared", again)

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
        if runs and self.workspace is not None:
            self.archive(runs, archived=True)
            what = f"{len(runs)} runs archived" if len(runs) > 1 else f"{runs[0][:8]} archived"
            self.can_undo(what, lambda: self.archive(runs, archived=False))

    def archive(self, runs: "Sequence[str]", *, archived: bool) -> None:
        """Archive or bring back."""
        self.decide(lambda source: source.archive(runs, archived))

    def action_undo(self) -> None:
        """Take the last change back."""
        now = time.monotonic()
        self.undoing = [entry for entry in self.undoing if now - entry[0] <= UNDO_SECONDS * 30]
        if not self.undoing:
            self.say("Nothing to undo", "muted")
            return
        _, what, how = self.undoing.pop()
        how()
        self.say(f"Undone: {what}")
