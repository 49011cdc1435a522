"""The page of one run: curves, parameters, environment, files, sources; live."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.worker import get_current_worker

from mlops_console.console import keymap
from mlops_console.console.clipboard import copy
from mlops_console.console.run import reading
from mlops_console.console.run.body import RunBody
from mlops_console.console.run.charting import ChartKeys
from mlops_console.console.run.facts import History, RunView
from mlops_console.console.run.head import TABS, RunHead
from mlops_console.console.run.search import SearchLine
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.errors import ConsoleError

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.keymap import Key
    from mlops_console.records import Changed
    from mlops_console.workspace import Workspace

CHART_KEYS = (
    "chart_next chart_previous zoom log smooth time focus cursor_left cursor_right nearer farther reset"
)


@dataclass(frozen=True, slots=True)
class Questions:
    """What the page asks of the workspace; tests give other answers."""

    view: "Callable[[Workspace, str], RunView]" = reading.run_view
    varying: "Callable[[Workspace, RunView], frozenset[str]]" = reading.varying
    histories: "Callable[[Workspace, str, Sequence[str]], Mapping[str, History]]" = reading.histories


class RunPage(ChartKeys):
    """One run. `order` is the list it was opened from: `n` and `N` walk through it."""

    view = "run"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = keymap.bindings("run")

    def __init__(self, run_id: str, order: Sequence[str] = (), questions: Questions | None = None) -> None:
        super().__init__()
        self.run_id = run_id
        self._order = order
        self._questions = questions or Questions()
        self._here = ("", -1)
        """A run and its place in the list."""
        self._asked = 0
        self._stale: set[str] = set()
        """Metrics whose points moved since they were read."""
        self._reading: set[str] = set()
        """Metrics whose points are on their way."""
        self._known: RunView | None = None
        self._varying: frozenset[str] = frozenset()

    def compose(self) -> "ComposeResult":
        """The parts."""
        yield Header(("Runs", self.run_id[:8]))
        yield RunHead()
        yield SearchLine()
        yield RunBody()
        yield Footer()

    @property
    def workspace(self) -> "Workspace | None":
        """The workspace, once it is open."""
        return cast("ConsoleApp", self.app).workspace

    def on_mount(self) -> None:
        """Ask for the run; keep durations of running runs right."""
        self._arrange()
        self.set_interval(1.0, self._tick)
        self._ask()

    def on_resize(self) -> None:
        """More charts may be in view."""
        self._arrange()
        self.call_after_refresh(self._fetch)

    def _arrange(self) -> None:
        self.query_one(RunHead).set_class(self.app.size.height < 30, "dense")

    # The workspace

    def workspace_opened(self) -> None:
        """Ask for the run."""
        self._ask()

    def store_changed(self, changed: "Changed") -> None:
        """Ask again when this run moved."""
        self.query_one(Header).refresh()
        if self.run_id in changed.runs:
            self._ask()

    def _ask(self) -> None:
        workspace = self.workspace
        if workspace is None:
            return
        self._asked += 1
        number, run = self._asked, self.run_id
        known = self._varying if self._known is not None and self._known.id == run else None

        def read() -> None:
            try:
                view = self._questions.view(workspace, run)
                varying = self._questions.varying(workspace, view) if known is None else known
            except ConsoleError as error:
                self._deliver(self._failed, number, str(error))
                return
            self._deliver(self._came, number, view, varying)

        self.run_worker(read, thread=True, exclusive=True, group="run", exit_on_error=True)

    def _deliver(self, call: Callable[..., None], *arguments: object) -> None:
        if not get_current_worker().is_cancelled and self.app.is_running:
            self.app.call_from_thread(call, *arguments)

    def _failed(self, number: int, words: str) -> None:
        self._reading.clear()
        if number == self._asked and self._known is None:
            self.query_one(RunHead).show(None, 0, trouble=words)

    def _came(self, number: int, view: RunView, varying: frozenset[str]) -> None:
        if number != self._asked or not self.is_mounted:
            return
        before = {metric.key: metric for metric in self._known.metrics} if self._known is not None else {}
        self._stale |= {metric.key for metric in view.metrics if before.get(metric.key) != metric}
        self._known, self._varying = view, varying
        self.body.show(view, varying)
        self._tell()
        self._fetch()

    def _fetch(self) -> None:
        """Read the points of the charts in view that are new or have moved."""
        body, workspace = self.body, self.workspace
        if workspace is None or self._known is None or body.tab != 0:
            return
        wanted = body.curves.wanted(*body.size)
        here = body.curves.histories.keys() | self._reading
        keys = [key for key in wanted if key in self._stale or key not in here]
        if not keys:
            return
        run = self.run_id
        self._stale.difference_update(keys)
        self._reading.update(keys)

        def read() -> None:
            try:
                found = self._questions.histories(workspace, run, keys)
            except ConsoleError as error:
                self._deliver(self._failed, self._asked, str(error))
                return
            self._deliver(self._points, run, found)

        self.run_worker(read, thread=True, group="points", exit_on_error=True)

    def _points(self, run: str, found: Mapping[str, History]) -> None:
        if run == self.run_id and self.is_mounted:
            self._reading.difference_update(found)
            self.body.curves.take(found)
            self.body.moved()

    def _tick(self) -> None:
        if self._known is not None and self._known.status == "running":
            self.query_one(RunHead).refresh()

    # What is said around the body

    def _tell(self) -> None:
        view, body = self._known, self.body
        if view is None:
            return
        name = view.name if view.name and view.name != view.id else ""
        self.query_one(Header).show((view.project, "Runs", f"{view.id[:8]} {name}".strip()))
        self.query_one(RunHead).show(view, body.tab, self._aside())
        search = self.query_one(SearchLine)
        if search.display:
            search.count(body.found)
        self.query_one(Footer).refresh()

    def _aside(self) -> str:
        body = self.body
        count = len(body.curves.groups)
        if body.tab == 0:
            shown = len(body.curves.seen(*body.size))
            return f"chart {body.curves.focus + 1} of {count}" if count > shown else ""
        rows, height = len(body.rows), body.size.height
        if rows <= height:
            return ""
        return f"{min(100, round((body.top + height) / rows * 100))}%"

    def idle_reason(self, key: "Key") -> str | None:
        """Why a key does nothing now."""
        short = key.id.removeprefix("run.")
        body = self.body
        if short in CHART_KEYS.split():
            if body.tab != 0:
                return "only on Curves"
            if not body.curves.groups:
                return "no metrics yet"
            if short.startswith("chart") and len(body.curves.groups) < 2:
                return "there is one chart"
        elif short == "search" and body.tab == 0:
            return "not on Curves"
        elif short in ("next", "previous") and self._neighbour(1 if short == "next" else -1) is None:
            return "none left"
        return None

    # Keys

    def action_tab(self, step: int) -> None:
        """Another section."""
        self.open((self.body.tab + step) % len(TABS))

    def open(self, tab: int) -> None:
        """Open a section."""
        search = self.query_one(SearchLine)
        search.edit.set("")
        search.display = False
        self.body.open(tab)
        self._tell()
        self._fetch()

    def action_scroll(self, step: int) -> None:
        """Rows of text, or charts one below the other."""
        body = self.body
        if body.tab == 0:
            body.curves.move(step * body.laid.columns)
            self.charts_moved()
        else:
            body.show_from(body.top + step)
            self._tell()

    def action_page(self, step: int, part: int) -> None:
        """A page of text or of charts."""
        body = self.body
        if body.tab == 0:
            body.curves.move(step * max(1, body.laid.columns * body.laid.rows // part))
            self.charts_moved()
        else:
            body.show_from(body.top + step * max(1, body.size.height // part))
            self._tell()

    def action_end(self, step: int) -> None:
        """The first or the last."""
        body = self.body
        if body.tab == 0:
            body.curves.move(step * len(body.curves.groups))
            self.charts_moved()
        else:
            body.show_from(len(body.rows) if step > 0 else 0)
            self._tell()

    def charts_moved(self) -> None:
        """Draw, tell and read what came into view."""
        self.body.moved()
        self._tell()
        self._fetch()

    def action_search(self) -> None:
        """Search in this section."""
        if self.body.tab != 0:
            self.query_one(SearchLine).begin()
            self._tell()

    def on_search_line_typed(self) -> None:
        """Show what matches."""
        body, search = self.body, self.query_one(SearchLine)
        body.pattern, body.top = search.text, 0
        body.moved()
        self._tell()

    def on_search_line_left(self) -> None:
        """The keys work on the page again."""
        self.set_focus(None)

    def _neighbour(self, step: int) -> str | None:
        if self._here[0] != self.run_id:
            here = next((index for index, run in enumerate(self._order) if run == self.run_id), -1)
            self._here = (self.run_id, here)
        there = self._here[1] + step
        return str(self._order[there]) if self._here[1] >= 0 and 0 <= there < len(self._order) else None

    def action_run(self, step: int) -> None:
        """The next or previous run of the list."""
        run = self._neighbour(step)
        if run is None:
            cast("ConsoleApp", self.app).say("No further run in the list", "muted")
            return
        self.run_id = run
        self._stale.clear()
        self._reading.clear()
        self.body.curves.forget()
        self._ask()

    def action_copy(self) -> None:
        """Copy the run's id."""
        words = copy(self.app, self.run_id)
        cast("ConsoleApp", self.app).say(f"Copied {self.run_id}" + (f"   {words}" if words else ""))
