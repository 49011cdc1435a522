"""The rows of the Differences pane: params and the like, metrics, costs; as text, ready to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from mlops_console import display
from mlops_console.console.compare.view import View

if TYPE_CHECKING:
    from mlops_console.comparison.differing.costs import Cost
    from mlops_console.comparison.differing.facts import Value
    from mlops_console.comparison.differing.rows import Row
    from mlops_console.workspace.comparing.model import At, MetricRow

Kind: TypeAlias = Literal["fact", "metric", "cost", "note", "heading", "blank"]
_MOST_TEXT: Final = 60
_LONGER: Final = 24
_MOST_MEASURED: Final = 2000
"""Cells."""
_ROOMY: Final = 10
"""Cells of a column of which not all rows were measured: numbers are not cut."""
_HEADED: Final = ("code", "data", "packages", "environment")
"""Sections whose rows stand under a heading; params come first and need none."""


@dataclass(slots=True)
class Shown:
    """One row."""

    kind: Kind
    label: str
    cells: tuple[str, ...] = ()
    """By subject; of facts and metrics none until they come into sight, for there may be very many."""
    bright: tuple[bool, ...] = ()
    """By subject: differs from the base, or is the best."""
    signs: tuple[str, ...] = ()
    """By subject: a sign before the value; none where no value has one."""
    of: "Row | MetricRow | Cost | None" = None
    spreads: bool = False
    """Metrics of groups with their standard deviation over runs."""

    @property
    def goal(self) -> str:
        """Of a metric, which way is better: `max`, `min`, or nothing where nobody said."""
        return cast("MetricRow", self.of).goal or "" if self.kind == "metric" else ""

    def cell(self, at: int) -> str:
        """What stands in a subject's column."""
        if self.kind == "fact":
            return text_of(cast("Row", self.of).values[at])
        if self.kind == "metric" and not self.cells:
            self.cells = _values(cast("MetricRow", self.of), spreads=self.spreads)
        return self.cells[at] if self.cells else ""

    def sign(self, at: int) -> str:
        """What stands before it."""
        return self.signs[at] if self.signs else ""

    @property
    def still(self) -> bool:
        """Nothing for the cursor to stand on."""
        return self.kind in ("heading", "blank")

    @property
    def plain(self) -> bool:
        """No columns, only words."""
        return self.kind in ("heading", "blank", "note")


def shown_rows(view: View, *, everything: bool, spreads: bool, search: str = "") -> list[Shown]:
    """All rows of a comparison; without `everything` only those of the facts that differ.

    `spreads`: metrics of groups with their standard deviation over runs. `search`: only rows whose name, or
    whose section's, holds all of its words; notes come at the end of all rows.
    """
    comparison = view.comparison
    words = search.lower().split()

    def wanted(name: str) -> bool:
        return not words or all(word in name.lower() for word in words)

    found: list[Shown] = []
    section = ""
    for row in comparison.differences.rows if everything else comparison.differences.different:
        if words and not wanted(f"{row.section} {row.key}"):
            continue
        if row.section != section:
            section = row.section
            if section in _HEADED:
                found += [Shown("blank", ""), Shown("heading", section)]
        found.append(Shown("fact", row.key, bright=row.differs, of=row))
    metrics = [_metric(row, spreads=spreads) for row in comparison.metrics if wanted(row.key)]
    costs = [_cost(cost) for cost in comparison.costs if any(value is not None for value in cost.values)]
    costs = [row for row in costs if wanted(row.label)]
    notes = [Shown("note", note) for note in comparison.notes] if not words else []
    for part in (metrics, costs, notes):
        if part and found:
            found.append(Shown("blank", ""))
        found += part
    return found


def _metric(row: "MetricRow", *, spreads: bool) -> Shown:
    signs = tuple("!" if cell.note else "" for cell in row.cells)
    best = tuple(cell.best for cell in row.cells)
    return Shown("metric", row.key, bright=best, signs=signs, of=row, spreads=spreads)


def _values(row: "MetricRow", *, spreads: bool) -> tuple[str, ...]:
    texts = display.aligned([cell.value for cell in row.cells])
    if spreads:
        said = [_spread(text, cell.spread) for text, cell in zip(texts, row.cells, strict=True)]
        longest = max(map(len, said))
        texts = [text + more.ljust(longest) for text, more in zip(texts, said, strict=True)]
    return tuple(texts)


def _spread(text: str, spread: float | None) -> str:
    """A standard deviation with as many decimals as the mean it belongs to."""
    if spread is None:
        return ""
    decimals = len(text.strip().partition(".")[2])
    if "e" in text or round(spread, decimals) == 0:
        return f" ±{display.number(spread, 2)}"
    written = f"{spread:,.{decimals}f}"
    return " ±" + (written[1:] if written.startswith("0.") else written)


def _cost(cost: "Cost") -> Shown:
    texts = tuple(_amount(cost.key, value) for value in cost.values)
    none = (False,) * len(texts)
    return Shown("cost", "took" if cost.key == "duration" else cost.key, texts, none, of=cost)


def _amount(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    if key == "duration":
        return display.duration(round(value * 1e6))
    return display.size(round(value)) if key.endswith("bytes") else display.number(value)


def text_of(value: "Value") -> str:
    """A fact in a cell."""
    from mlops_console.comparison.differing.facts import Absent, Several

    if isinstance(value, Absent):
        return "-"
    if isinstance(value, Several):
        texts = [text_of(one) for one in value.values[:3]]
        return " | ".join(texts) + (" | ~" if len(value.values) > 3 else "")
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, int | float):
        return display.number(value) if isinstance(value, float) else str(value)
    if isinstance(value, str):
        return " ".join(value.split())[:_MOST_TEXT]
    # A config may hold a list of any length: only its beginning is written.
    return display.json_text(str(value[:_MOST_TEXT] if isinstance(value, list) else value)[:_MOST_TEXT])


def widths(rows: Sequence[Shown], subjects: int) -> list[int]:
    """How wide each subject's column would like to be; of very many rows some are asked."""
    stride = 1 + len(rows) * subjects // _MOST_MEASURED
    seen = [row for row in rows[::stride] if not row.plain]
    least = 1 if stride == 1 else _ROOMY
    return [min(_LONGER, max([least, *(len(row.cell(at)) for row in seen)])) for at in range(subjects)]


def value_words(at: "At") -> str:
    """Which value of a metric stands for a run, to be put behind other words; empty for the usual one."""
    if isinstance(at, int):
        return f"   metrics at step {display.count(at)}"
    return {"best": "   best values", "area": "   mean heights of curves"}.get(at, "")
