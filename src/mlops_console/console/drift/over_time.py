"""The monitor over time: small curves with their limits, and since when it moves."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

from mlops_console.charts.course import course
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.measures import Measure, measures
from mlops_console.console.drift.pane import put_word
from mlops_console.console.widgets.chart import put_row

if TYPE_CHECKING:
    from mlops_console.console.drift.state import Opened
    from mlops_console.console.glyphs import Glyphs
    from mlops_console.console.theme import Palette

GAP: Final = 4
LIMITS: Final = 7
"""Cells for the limits right of a curve."""
LEAST: Final = 24
"""Cells of one of them, at least."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Drawn(Protocol):
    """What draws."""

    @property
    def colours(self) -> "Palette":
        """The palette."""

    @property
    def glyphs(self) -> "Glyphs":
        """The glyph set."""

    @property
    def now(self) -> int:
        """The time, epoch microseconds."""

    def blank(self) -> Line:
        """A line to draw on."""


def strip(on: Drawn, opened: "Opened", width: int, rows: int, span: int, *, air: bool) -> list[Line]:
    """As many curves as there is room for beside each other: a heading, the curve, the windows under it."""
    every = measures(opened, on.now)
    fitting = max(1, (width - 4 + GAP) // (LEAST + 8 + GAP))
    shown = every[: min(fitting, len(every))]
    if not shown:
        return []
    cells = (width - 4 - GAP * (len(shown) - 1)) // len(shown)
    parts = [_one(on, opened, one, cells, rows, span, air) for one in shown]
    lines = []
    for row in zip(*parts, strict=True):
        line = on.blank().to(2)
        for at, one in enumerate(row):
            line.to(2 + at * (cells + GAP)).add(one)
        lines.append(line)
    return lines


def _one(
    on: Drawn, opened: "Opened", one: Measure, cells: int, rows: int, span: int, air: bool
) -> list[Line]:
    right = on.blank().put(one.said, "text", bold=True)
    if one.word:
        put_word(right.put("  "), one.word, on.glyphs)
    head = on.blank().put(fit(one.name, min(width_of(one.name), cells - right.at - 1)), "second", bold=True)
    lines = [head.right(right, cells, margin=0), *([on.blank()] if air else [])]
    places = opened.shown(span)
    picture = course(
        one.values[places.start : places.stop],
        cells - LIMITS,
        rows,
        one.ink,
        limits=[limit for limit, _ in one.limits],
        glyphs="ascii" if on.glyphs.ascii else "braille",
        low=one.low,
        high=one.high,
    )
    said = dict(one.limits)
    beside = {row: said[limit] for row, limit in picture.limits}
    for at, row in enumerate(picture.rows):
        line = put_row(on.blank(), row, on.colours, "bg")
        lines.append(line.to(cells - LIMITS + 1).put(beside.get(at, ""), "muted") if at in beside else line)
    return [*lines, _under(on, opened, places, picture.columns, cells - LIMITS)]


def _under(on: Drawn, opened: "Opened", places: range, columns: Sequence[int], cells: int) -> Line:
    """The first window and the last, and between them since when what drifts now has moved."""
    steps = opened.course.steps
    line = on.blank()
    if not places:
        return line
    first, last = short(steps[places.start].window), short(steps[places.stop - 1].window)
    if len(places) > 1:
        line.put(fit(first, min(width_of(first), cells // 2 - 2)), "muted")
    onset = opened.course.onset(opened.at, opened.muted(on.now))
    begun = next((at for at in places if onset is not None and steps[at].window == onset.window), None)
    end = cells - min(width_of(last), cells // 2)
    if begun is not None and onset is not None and begun not in (places.start, places.stop - 1):
        column = columns[begun - places.start]
        words = f"{on.glyphs.up} since {short(onset.window)}"
        words = words if column + len(words) + 2 <= end else on.glyphs.up
        if column > line.at + 1 and column + len(words) < end:
            line.to(column).put(words, "second")
    return line.to(end).put(fit(last, min(width_of(last), cells // 2)), "muted")


def named(window: str) -> str:
    """A window's name, without the ending of its file."""
    stem, dot, ending = window.rpartition(".")
    return stem if dot and ending in ("parquet", "csv", "jsonl", "arrow", "feather", "tsv", "gz") else window


def short(window: str) -> str:
    """A window's name where there is little room: a day as people write it, `22 Nov`."""
    name = named(window)
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return name
    return f"{day.day} {_MONTHS[day.month - 1]}"


def in_a_row(on: Drawn, opened: "Opened", width: int) -> Line:
    """All of them in one row, where there is no room for curves."""
    line = on.blank().to(2)
    for one in measures(opened, on.now):
        part = on.blank().put(f"{one.short} ", "muted").put(one.said, "text", bold=True)
        if one.word:
            put_word(part.put(" "), one.word, on.glyphs)
        if line.at + part.at + 4 > width - 2:
            break
        line.put("    " if line.at > 2 else "").add(part)
    return line
