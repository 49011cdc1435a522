"""Moving over the table."""

from mlops_console.console.runs.base import RunsBase


class MoveActions(RunsBase):
    """Rows, pages, columns, ends, marks."""

    def action_move(self, step: int) -> None:
        """Rows down or up."""
        table = self.table
        table.go(table.cursor + step)

    def action_half(self, way: int) -> None:
        """Half a page."""
        self.table.page(way / 2)

    def action_page(self, way: int) -> None:
        """A page."""
        self.table.page(way)

    def action_first(self) -> None:
        """To the first row."""
        self.table.go(0)

    def action_last(self) -> None:
        """To the last row."""
        self.table.go(self.table.sheet.count - 1)

    def action_column(self, step: int) -> None:
        """Columns right or left."""
        self.table.go_column(step)

    def action_next_mark(self, way: int) -> None:
        """To the next marked run in view order, around the ends."""
        sheet, table = self.table.sheet, self.table
        if not len(self.marks):
            self.say("No run is marked; Space marks one", "muted")
            return
        lines = sorted(line for line in map(sheet.find, self.marks.runs()) if line >= 0)
        if not lines:
            self.say("None of the marked runs is in the filter", "muted")
            return
        ahead = [line for line in lines if (line - table.cursor) * way > 0]
        around = lines if way > 0 else lines[::-1]
        table.go((ahead if way > 0 else ahead[::-1])[0] if ahead else around[0])
