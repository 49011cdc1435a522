"""The preview: the run under the cursor in short, with its curve against the marked ones."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from textual.worker import get_current_worker

from mlops_console import display
from mlops_console.charts import ChartOptions, usual_weight
from mlops_console.console.drawing import Line
from mlops_console.console.run.previewing import beside, under
from mlops_console.console.run.reading import Glance, glance, now_us
from mlops_console.console.widgets.chart import Picture, glyph_set
from mlops_console.console.widgets.rows import Rows
from mlops_console.errors import ConsoleError
from mlops_console.records import Changed

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import Workspace

Marked = Sequence[tuple[str, str]]
"""(letter, run id) of the marked runs."""
Reading = Callable[["Workspace", str, Marked], "Glance | None"]

SETTLE_SECONDS = 0.06
"""The cursor must rest for a moment: holding `j` asks the store only where it stops."""
TALL_ROWS = 24
"""From so many rows on the preview is a column, not a strip."""


class Preview(Rows):
    """Shows one run; asks the store in a worker and keeps what it shows until the answer is there."""

    DEFAULT_CSS = "Preview { height: 1fr; }"
    ground = "panel"

    def __init__(self, reading: Reading = glance) -> None:
        super().__init__()
        self._reading = reading
        self._run: str | None = None
        self._marked: tuple[tuple[str, str], ...] = ()
        self._glance: Glance | None = None
        self._picture: Picture | None = None
        self._asked = 0
        self._drawn: tuple[object, list[Line]] = (None, [])

    def on_mount(self) -> None:
        """Keep durations of running runs right."""
        self.set_interval(1.0, self._tick)

    def show(self, run_id: str | None, marked: Marked) -> None:
        """Show a run (None: nothing), its main metric beside that of the marked runs."""
        asked = (run_id, tuple(marked))
        if asked == (self._run, self._marked):
            return
        self._run, self._marked = asked
        if run_id is None:
            self._take(None)
        else:
            self._ask(SETTLE_SECONDS)

    def store_changed(self, changed: Changed) -> None:
        """Ask again when something that is shown moved."""
        shown = {run for _, run in self._marked} | {self._run}
        if self._run is not None and (changed.drift or not shown.isdisjoint(changed.runs)):
            self._ask(0)

    def _ask(self, delay: float) -> None:
        self._asked += 1
        number = self._asked
        if delay:
            self.set_timer(delay, lambda: self._read(number))
        else:
            self._read(number)

    def _read(self, number: int) -> None:
        workspace = cast("ConsoleApp", self.app).workspace
        run, marked = self._run, self._marked
        if number != self._asked or workspace is None or run is None:
            return

        def read() -> None:
            try:
                found = self._reading(workspace, run, marked)
            except ConsoleError:
                return  # the table says what is wrong with the store; here the last answer stays
            if not get_current_worker().is_cancelled and self.app.is_running:
                self.app.call_from_thread(self._arrived, number, found)

        self.run_worker(read, thread=True, exclusive=True, group="preview", exit_on_error=True)

    def _arrived(self, number: int, found: Glance | None) -> None:
        if number == self._asked:
            self._take(found)

    def _take(self, found: Glance | None) -> None:
        self._glance = found
        self._picture = None if found is None or found.key is None else _picture(found, found.key)
        self._drawn = (None, [])
        self.refresh()

    def _tick(self) -> None:
        if self._glance is not None and self._glance.view.status == "running":
            self._drawn = (None, [])
            self.refresh()

    def line(self, y: int) -> Line:
        """The row."""
        shape = (self.colours.name, self.size)
        if self._drawn[0] != shape:
            self._drawn = (shape, self._lines())
        lines = self._drawn[1]
        return lines[y] if y < len(lines) else self.blank()

    def _lines(self) -> list[Line]:
        width, height = self.size
        if self._glance is None:
            return []
        if self._picture is not None:
            self._picture.legend = "right" if height >= TALL_ROWS else "after"
        wish = cast("ConsoleApp", self.app).settings.chart
        form = beside if height >= TALL_ROWS else under
        return form(
            self._glance,
            self._picture,
            (width, height),
            (self.colours, self.glyphs, glyph_set(wish, self.glyphs)),
            now_us(),
        )


def _picture(found: Glance, key: str) -> Picture | None:
    """The chart; none of what was measured once: a dot is no curve."""
    longest = max((curve.y for curve in found.curves), key=len, default=None)
    if longest is None or len(longest) < 2:
        return None
    smoothing = usual_weight(longest)
    options = ChartOptions(focus=found.focus, smoothing=smoothing, x_unit=found.view.unit)
    note = f"smoothed {display.number(options.smoothing)}" if options.smoothing else ""
    return Picture(key, found.curves, options, note if len(found.curves) == 1 else "")
