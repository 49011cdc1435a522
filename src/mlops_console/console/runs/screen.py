"""The Runs screen: every run as a row, live."""

import logging
import platform
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Container

from mlops_console.console import keymap
from mlops_console.console.runs.choosing import ViewActions
from mlops_console.console.runs.loading import Answer, Loader
from mlops_console.console.runs.marking import MarkActions
from mlops_console.console.runs.moving import MoveActions
from mlops_console.console.runs.nothing import nothing_to_show
from mlops_console.console.runs.saying import SayActions
from mlops_console.console.runs.sheets import first_column
from mlops_console.console.runs.source import WorkspaceSource
from mlops_console.console.runs.sparklines import SparkWindow
from mlops_console.console.widgets.empty import Empty
from mlops_console.console.widgets.filter_line import FilterLine
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.console.widgets.preview import Preview
from mlops_console.console.widgets.table import Table
from mlops_console.errors import ConsoleError, FilterError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer

    from mlops_console.console.keymap import Key
    from mlops_console.console.widgets.table.sheet import Sheet
    from mlops_console.records import Changed
    from mlops_console.workspace.details import RunDetail

_LOG = logging.getLogger(__name__)
REST_SECONDS = 0.15
AGES_SECONDS = 20.0
"""Ages in the table are drawn anew this often."""


class RunsScreen(MoveActions, ViewActions, MarkActions, SayActions):
    """Table, filter line, preview."""

    BINDINGS: ClassVar[list[Any]] = keymap.bindings("runs")
    CSS = """
    RunsScreen #body { height: 1fr; layout: vertical; }
    RunsScreen #rows { height: 1fr; width: 1fr; layout: vertical; }
    RunsScreen Preview { display: none; }
    RunsScreen.tall #rows { margin-top: 1; }
    RunsScreen.below Preview { display: block; height: 9; margin-top: 1; }
    RunsScreen.right #body { layout: horizontal; }
    RunsScreen.right Preview { display: block; width: 60; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._sparks: SparkWindow | None = None
        self._source: WorkspaceSource | None = None
        self._stale: set[str] = set()
        """Runs whose curves have grown since they were fetched."""
        self._rested: Timer | None = None
        self._reload_at = 0.0
        self._health_state = ""
        self._reload_due = False

    def compose(self) -> "ComposeResult":
        """The parts."""
        yield Header(self._crumbs())
        yield FilterLine()
        with Container(id="body"):
            with Container(id="rows"):
                yield Table()
                yield Empty()
            yield Preview()
        yield Footer()

    def on_mount(self) -> None:
        """Begin: the workspace may be there already."""
        self.query_one(Empty).display = False
        self.table.focus()
        self.place_preview()
        self.set_interval(AGES_SECONDS, self.table.repaint)
        self.set_timer(0.3, self._nothing)
        if self.workspace is not None:
            self.workspace_opened()

    # The workspace

    def workspace_opened(self) -> None:
        """Ask for the runs."""
        if self.workspace is None or self._source is not None:
            return
        self._source = WorkspaceSource(self.workspace)
        self._sparks = SparkWindow(
            self._source.sparks,
            self._in_worker,
            self._sparks_came,
            lambda call: self.set_timer(REST_SECONDS * 2, call),
        )
        self.loader = Loader(
            self._source, self._in_worker, lambda answer: self.from_worker(self._answered, answer)
        )
        self.query_one(Header).show(self._crumbs())
        kept = self._source.kept_view()
        if kept is not None:
            self.choices = kept
            self.filter_line.show(self.choices.where)
        self.load(anew=True)

    def _in_worker(self, work: "Callable[[], object]") -> object:
        return self.run_worker(lambda: self._guarded(work), thread=True, exit_on_error=True)

    def _guarded(self, work: "Callable[[], object]") -> None:
        try:
            work()
        except ConsoleError as error:
            self.from_worker(self.say, str(error), "bad")
        except Exception as error:  # noqa: BLE001 - the boundary: it is said, and the rest goes on
            _LOG.exception("a worker of the runs screen failed")
            self.from_worker(self.say, f"That did not work: {error}", "bad")

    def store_changed(self, changed: "Changed") -> None:
        """Load again; a long list is loaded less often."""
        self.query_one(Header).refresh()
        self.query_one(Preview).store_changed(changed)
        state = self.console_app.health.state if self.console_app.health is not None else ""
        settled, self._health_state = state != self._health_state and state != "scanning", state
        if changed.runs or changed.added or settled:
            self._stale |= changed.runs
            self._reload_soon()
        elif self.table.sheet.count == 0:
            self._nothing()

    def _reload_soon(self) -> None:
        wait = self._reload_at - time.monotonic()
        if wait <= 0:
            self._reload()
        elif not self._reload_due:
            self._reload_due = True
            self.set_timer(wait, self._reload)

    def _reload(self) -> None:
        self._reload_due = False
        seconds = self.answer.seconds if self.answer is not None else 0.0
        self._reload_at = time.monotonic() + max(0.2, 4 * seconds)
        self.load(anew=True)

    def _answered(self, answer: Answer | ConsoleError) -> None:
        if isinstance(answer, FilterError):
            self.filter_line.wrong(str(answer), answer.position)
            return
        if isinstance(answer, ConsoleError):
            self.say(str(answer), "bad")
            return
        if answer.wish.view.where == self.filter_line.edit.text:
            self.filter_line.right()
        table = self.table
        before, self.answer = table.sheet, answer
        self._keep_sparks(before, answer.sheet)
        line = answer.line
        if before.count and table.cursor != answer.wish.line:
            # The cursor moved on while the answer was made: it stays on its new run.
            here = answer.sheet.find(before.key(table.cursor))
            line = here if here >= 0 else line
        if not table.column_chosen:
            table.column = first_column(answer.sheet)
        table.show(answer.sheet, line)
        self.call_after_refresh(self.console_app.release)
        self._nothing()
        self._fit_columns()
        self.tell()

    def _keep_sparks(self, before: "Sheet", after: "Sheet") -> None:
        cells = {column.key: column.width for column in before.columns}
        stale, self._stale = self._stale, set()
        for column in after.columns:
            if column.kind == "spark" and cells.get(column.key) == column.width:
                have = before.sparks[column.key]
                after.sparks[column.key].update((run, have[run]) for run in have.keys() - stale)

    def _nothing(self) -> None:
        empty, table = self.query_one(Empty), self.table
        none = table.sheet.count == 0
        if none:
            empty.say(nothing_to_show(self.console_app, self.choices, loaded=self.answer is not None))
        if empty.display != none:
            empty.display = none

    def _sparks_came(self, sheet: "Sheet", runs: set[str]) -> None:
        def show() -> None:
            if self.table.sheet is sheet:
                self.table.sparks_came(runs)

        self.from_worker(show)

    def decide(self, do: "Callable[[WorkspaceSource], object]") -> None:
        """Tell the workspace what a person decided."""
        if self._source is not None:
            source = self._source
            self.deeds.in_turn(lambda: self._guarded(lambda: do(source)), self._in_worker)

    def column_called(self, name: str) -> Any:
        """A column by key or title."""
        shown = self.answer.frame.columns if self.answer is not None else ()
        return next((column for column in shown if name in (column.key, column.title)), None)

    def ask_columns(self, told: "Callable[[Sequence[Any]], None]") -> None:
        """Ask which columns there are."""
        if self._source is not None:
            source = self._source
            self._in_worker(lambda: self.from_worker(told, source.infos()))

    def ask_detail(self, run: str, told: "Callable[[RunDetail], None]") -> None:
        """Ask for all about a run."""
        if self._source is not None:
            source = self._source
            self._in_worker(lambda: self.from_worker(told, source.detail(run)))

    def remember(self) -> None:
        """Keep the view for the next time."""
        if self._source is not None:
            source = self._source
            self._in_worker(lambda: source.keep_view(self.choices))

    # The screen

    def _crumbs(self) -> tuple[str, ...]:
        host = platform.node().partition(".")[0] or "here"
        projects = self.workspace.projects if self.workspace is not None else []
        names = (
            (projects[0].name,) if len(projects) == 1 else (f"{len(projects)} projects",) if projects else ()
        )
        return (host, *names, "Runs")

    def on_resize(self) -> None:
        """Place the preview where there is room."""
        self.place_preview()

    def on_screen_resume(self) -> None:
        """On a run's page runs are marked too."""
        if self.table.marks != self.marks.numbers():
            self.marked()

    def place_preview(self) -> None:
        """Preview right of the table, under it, or not at all."""
        width, height = self.app.size
        right = width >= 160 and height >= 24 and not self.zoomed
        below = not right and width >= 100 and height >= 30 and not self.zoomed
        self.set_class(height >= 30, "tall")
        self.set_class(right, "right")
        self.set_class(below, "below")
        self.call_after_refresh(self._fit_columns)
        self._preview()

    def _fit_columns(self) -> None:
        if self.answer is not None and self.answer.wish.room != self.table.size.width:
            self.load(anew=False)

    def on_table_moved(self) -> None:
        """Show another run in the preview once the cursor rests: holding `j` asks only where it stops."""
        if self._rested is not None:
            self._rested.stop()
        self._rested = self.set_timer(REST_SECONDS, self._preview)

    def on_table_seen(self, event: Table.Seen) -> None:
        """Fetch the curves of what is in view."""
        if self._sparks is not None and self.answer is not None:
            self._sparks.seen(self.answer.frame, self.table.sheet, event.begin, event.end)

    def on_table_opened(self) -> None:
        """Open with the mouse."""
        self.action_open()

    def marked(self) -> None:
        """The marks changed."""
        super().marked()
        self._preview()

    def _preview(self) -> None:
        preview = self.query_one(Preview)
        if preview.display:
            preview.show(self.table.run, self.marks.lettered(7))

    def on_filter_line_typed(self, event: FilterLine.Typed) -> None:
        """Filter as it is typed."""
        if event.text != self.choices.where:
            self.choices = replace(self.choices, where=event.text)
            self.load(anew=True)

    def on_filter_line_left(self) -> None:
        """Back to the table."""
        self.table.focus()
        self.remember()

    def action_open(self) -> None:
        """Open the run under the cursor; fold or unfold a group."""
        table = self.table
        if table.run is None:
            if table.sheet.count:
                row = table.sheet.row(table.cursor)
                self.change(self.choices.folded(table.sheet.groups[-1 - row].label))
            return
        from mlops_console.console.run.screen import RunPage

        order = self.answer.frame.ids if self.answer is not None else ()
        self.app.push_screen(RunPage(table.run, order, marks=self.marks, deeds=self.deeds))

    def step_back(self) -> bool:
        """A range, then the filter."""
        if self.range_from is not None:
            self.range_from = None
            self.tell()
        elif self.choices.where:
            self.filter_line.show("")
            self.change(replace(self.choices, where=""), anew=True)
        else:
            return False
        return True

    def idle_reason(self, key: "Key") -> str | None:
        """Why a key does nothing now."""
        empty = self.table.sheet.count == 0
        match key.id:
            case "runs.undo":
                return None if self.deeds.can_undo else "nothing done yet"
            case "runs.redo":
                return None if self.deeds.can_redo else "nothing undone"
            case "runs.clear" | "runs.next" | "runs.previous":
                return None if len(self.marks) else "nothing marked"
            case "runs.compare":
                ready = len(self.marks) > 1 or self.choices.group is not None
                return None if ready else "mark two runs or more"
            case "runs.filter" | "runs.columns":
                return None
            case "runs.register":
                return None if self.table.run is not None else "no run here"
            case name if name.startswith("runs.") and empty:
                return "no runs here"
        return None
