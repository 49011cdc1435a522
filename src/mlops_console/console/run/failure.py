"""What stands where there are no curves: why a run failed and where to look on, or why there is nothing."""

from collections.abc import Sequence
from typing import Final

from mlops_console.charts.spark import ASCII_STEPS, STEPS
from mlops_console.console.drawing import Line
from mlops_console.console.run.facts import RunView
from mlops_console.console.run.logtext import LogLine
from mlops_console.console.run.reading import now_us
from mlops_console.console.run.section import Page
from mlops_console.console.run.texts import BLANK, Cell, TextRow, draw, metrics, sentence, wrapped

LAST_LINES: Final = 12
"""So many lines of a log's end are shown, where no traceback tells where the trouble begins."""
TRACE_LINES: Final = 60
"""A traceback begins at most so many lines before the end."""


def without_curves(
    page: Page,
    view: RunView,
    values: Sequence[Line],
    log: Sequence[LogLine] | None,
    room: int,
    *,
    searched: bool,
) -> list[Line]:
    """What stands where there is no curve: why it failed, what was measured once, or why there is nothing."""
    width = page.size.width
    if searched:
        if values:
            return list(values)
        words = page.blank().to(2).put("No chart is called that.", "muted")
        return [words.put("   Esc", "second", bold=True).put(" shows all", "muted")]
    if view.status == "failed":
        rows = failure_rows(view, log, width, max(3, room - len(values) - 1))
        return [*_drawn(page, rows), page.blank(), *values]
    return list(values) or _drawn(page, metrics(view, width, now_us()))


def _drawn(page: Page, rows: Sequence[TextRow]) -> list[Line]:
    steps = ASCII_STEPS if page.glyphs.ascii else STEPS
    return [draw(row, page.blank(), page.size.width, page.colours, "bg", steps) for row in rows]


def failure_rows(view: RunView, log: Sequence[LogLine] | None, width: int, most: int) -> list[TextRow]:
    """What is known of why it failed, in at most so many rows; `log` is None as long as nobody knows it."""
    head = TextRow((Cell(2, "Why it failed", "bad", bold=True),))
    if view.error:
        words = wrapped(view.error.strip(), min(width, 120) - 4)
        rows = [TextRow((Cell(2, part, "text"),)) for part in words]
        step = "Log has what it wrote last." if log else "History says what changed since the run before it."
    elif log:
        last = last_words(log)
        rows = [TextRow((Cell(2, line.text, line.ink),)) for line in last]
        step = "Log has all of it; E opens it in your editor there."
    else:
        return [head, *_nothing_left(log is not None, width)][:most]
    below = [*([BLANK] if rows else []), *sentence(step, min(width, 104))] if step else []
    room = max(1, most - 1 - len(below))
    if len(rows) > room:
        # Of a message the beginning tells, of a log its end.
        rows = rows[:room] if view.error else rows[-room:]
    return [head, *rows, *below][:most]


def _nothing_left(no_log: bool, width: int) -> list[TextRow]:
    if not no_log:
        return sentence("Its tool left no reason.", width)
    keeping = (
        ("python train.py > output.log 2>&1", "a log in the run's folder"),
        ("with mlops_console.run(): ...", "the error itself"),
    )
    room = max(len(code) for code, _ in keeping)
    return [
        *sentence("Its tool left no reason, and there is no log among its files. What keeps one:", width),
        BLANK,
        *(TextRow((Cell(4, code, "second"), Cell(7 + room, what, "muted"))) for code, what in keeping),
    ]


def last_words(log: Sequence[LogLine]) -> list[LogLine]:
    """The last traceback with what follows it; without one the last lines that say something."""
    near = [line for line in log[-TRACE_LINES:] if line.text.strip()]
    begins = [at for at, line in enumerate(near) if line.text.startswith("Traceback (most recent call last)")]
    return near[begins[-1] :] if begins else near[-LAST_LINES:]
