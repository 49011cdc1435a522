"""The Runs screen's state and parts, which its groups of actions share."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mlops_console.console.runs.loading import Answer, Loader, Wish
from mlops_console.console.runs.marks import Marks
from mlops_console.console.runs.view import RunsView
from mlops_console.console.widgets.filter_line import FilterLine, Standing
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.table import Table
from mlops_console.console.widgets.undoing import UndoingScreen

if TYPE_CHECKING:
    from mlops_console.console.runs.source import WorkspaceSource
    from mlops_console.workspace import Workspace


class RunsBase(UndoingScreen):
    """State, and how a change of it reaches the table."""

    view = "runs"

    def __init__(self) -> None:
        super().__init__()
        self.choices = RunsView()
        self.marks = Marks()
        self.range_from: str | None = None
        """Where a range began, while one is being marked."""
        self.answer: Answer | None = None
        """What is shown."""
        self.loader: Loader | None = None
        self.zoomed = False

    @property
    def workspace(self) -> "Workspace | None":
        """The workspace, once it is open."""
        return self.console_app.workspace

    @property
    def table(self) -> Table:
        """The table."""
        return self.query_one(Table)

    @property
    def filter_line(self) -> FilterLine:
        """The filter line."""
        return self.query_one(FilterLine)

    @property
    def column(self) -> Any:
        """The workspace's column under the column cursor, or None."""
        sheet = self.table.sheet
        if self.answer is None or self.table.column >= len(sheet.columns):
            return None
        key = sheet.columns[self.table.column].key
        return next((column for column in self.answer.frame.columns if column.key == key), None)

    def change(self, choices: RunsView, *, anew: bool = False) -> None:
        """Choose another view, remember it, and show it when the answer is there."""
        self.choices = choices
        self.load(anew=anew)
        self.remember()

    def load(self, *, anew: bool) -> None:
        """Ask for the runs of the view."""
        if self.loader is not None:
            table = self.table
            cursor = table.sheet.key(table.cursor) if table.sheet.count and table.moved else None
            self.loader.ask(Wish(self.choices, cursor, table.cursor, table.size.width, anew))

    def decide(self, do: "Callable[[WorkspaceSource], object]") -> None:
        """Tell the workspace what a person decided, in a worker; `RunsScreen` knows where it is."""

    def from_worker(self, call: Any, *arguments: Any) -> None:
        """Call on the interface's loop."""
        if self.app.is_running:
            self.app.call_from_thread(call, *arguments)

    def chosen(self) -> Sequence[str]:
        """The marked runs, else the one under the cursor."""
        if len(self.marks):
            return self.marks.runs()
        return (self.table.run,) if self.table.run is not None else ()

    def remember(self) -> None:
        """Keep the view for the next time; `RunsScreen` knows where."""

    def marked(self) -> None:
        """The marks changed."""
        self.table.set_marks(self.marks.numbers())
        self.tell()

    def tell(self) -> None:
        """Keep filter line and preview in step."""
        sheet, answer = self.table.sheet, self.answer
        shown = len(sheet.ids)
        total = answer.frame.total if answer is not None else 0
        view = []
        if self.range_from is not None:
            view.append("range V ends it")
        elif self.choices.group is not None:
            view.append(
                "by " + self.choices.group.partition(":")[2]
                if ":" in self.choices.group
                else "by " + self.choices.group
            )
        elif self.choices.archived:
            view.append("with archived")
        self.query_one(Footer).refresh()
        self.filter_line.show(standing=Standing(shown, total, len(self.marks), "".join(view)))
