"""The levels of a column under each other: a bar each, and what its share became."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.charts.pairs import pair_bar
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.widgets.chart import put_row
from mlops_console.drift.judging.words import percent
from mlops_console.records import Json

if TYPE_CHECKING:
    from mlops_console.console.drift.pane import Pane
    from mlops_console.drift.model import Measured

OTHERS: Final = "all others"
_FIGURES: Final = 14


@dataclass(frozen=True, slots=True)
class Level:
    """One of them."""

    name: str
    before: float
    now: float
    """Shares of the rows with a value."""


def levels_of(one: "Measured", *, by_change: bool = False) -> list[Level]:
    """The levels of a column as they were kept, the most frequent first; empty: it has none."""
    names, before, now = (one.shapes.get(part) for part in ("levels", "reference", "current"))
    if not isinstance(names, list) or not names:
        return []
    first, last = _counts(before), _counts(now)
    if first is None or last is None or not len(names) == len(first) == len(last):
        return []
    others = _counts(one.shapes.get("others")) or [0, 0]
    rest = others if len(others) == 2 else [0, 0]
    totals = (max(1, sum(first) + rest[0]), max(1, sum(last) + rest[1]))
    found = [
        Level(str(name), a / totals[0], b / totals[1]) for name, a, b in zip(names, first, last, strict=True)
    ]
    if by_change:
        found.sort(key=lambda each: -abs(each.now - each.before))
    if any(rest):
        found.append(Level(OTHERS, rest[0] / totals[0], rest[1] / totals[1]))
    return found


def _counts(value: Json) -> list[int] | None:
    if not isinstance(value, list) or not all(isinstance(one, int) for one in value):
        return None
    return [one for one in value if isinstance(one, int)]


def level_lines(pane: "Pane", levels: list[Level], top: int, width: int, rows: int) -> list[Line]:
    """So many of them from a place on; the last row says how many more there are."""
    more = len(levels) - top - rows
    shown = levels[top : top + (rows - 1 if more > 0 else rows)]
    longest = max((width_of(display.safe_text(one.name)) for one in shown), default=4)
    name = min(max(6, longest), max(8, width // 3))
    bar = max(4, width - 2 - name - 2 - _FIGURES - 2 - 2)
    scale = max((max(one.before, one.now) for one in levels), default=1.0)
    place = pane.place
    lines = []
    for one in shown:
        line = pane.blank().to(2).put(fit(one.name or "(empty)", name), "second").put("  ")
        row = pair_bar(
            one.before,
            one.now,
            bar,
            scale,
            glyphs="ascii" if place.glyphs.ascii else "braille",
            shades=place.colours.ansi,
        )
        put_row(line, row, place.colours, "panel").to(2 + name + 2 + bar + 2)
        line.put(percent(one.before).rjust(5), "muted").put(f" {place.glyphs.crumb} ", "faint")
        lines.append(line.put(percent(one.now).rjust(5), "text"))
    if more > 0:
        words = f"{display.count(len(levels) - top - len(shown))} more"
        lines.append(pane.blank().to(2).put(words, "muted"))
    return lines
