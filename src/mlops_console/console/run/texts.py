"""The sections of text: rows of cells made from what is known of a run, headings, search, wrapping."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from mlops_console import display
from mlops_console.charts import sparkline
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.run.brief import metric_rows, no_metrics
from mlops_console.console.run.facts import RunView, value_text
from mlops_console.console.theme import Palette
from mlops_console.console.widgets.chart import put_row
from mlops_console.records import Json

LABEL_MOST: Final = 60
WRAPPED_MOST: Final = 40
"""So many rows of one value are shown at most."""


class Cell(NamedTuple):
    """Text at a column."""

    at: int
    text: str
    ink: str = "second"
    bold: bool = False
    width: int = 0
    """Cells it may take; 0: to the right edge."""
    right: bool = False


class Item(NamedTuple):
    """What one row, or a few rows that belong together, are about: where the cursor can stand."""

    key: str
    """What it is called; on the next run the cursor looks for the same."""
    copy: str
    """What is taken along, whole."""
    run: str = ""
    """The run that Enter opens."""
    fold: str = ""
    """What Enter unfolds."""


class TextRow(NamedTuple):
    """One row of a section."""

    cells: tuple[Cell, ...]
    search: str = ""
    """What a search looks into; rows without are headings and blanks."""
    spark: tuple[int, bytes] | None = None
    item: Item | None = None


BLANK: Final = TextRow(())
Maker = Callable[[RunView, int, int], list[TextRow]]
"""Makes the rows from a run, for a width, at a time."""


def draw(row: TextRow, line: Line, width: int, palette: Palette, on: str, steps: str) -> Line:
    """Draw a row on a line."""
    for cell in row.cells:
        room = max(0, width - 2 - cell.at)
        room = min(cell.width, room) if cell.width else room
        text = cell.text if cell.width else cell.text[: room * 4]
        shown = display.safe_text(text)
        if width_of(shown) > room or cell.right:
            shown = fit(text, room, right=cell.right)
        line.to(cell.at).put(shown, cell.ink, bold=cell.bold)
        if row.spark is not None and cell is row.cells[-1]:
            samples = np.frombuffer(row.spark[1], np.float32).astype(np.float64)
            put_row(line.to(row.spark[0]), sparkline(samples, 16, "second", steps=steps), palette, on)
    return line


def matching(rows: Sequence[TextRow], pattern: str) -> list[TextRow]:
    """Rows that hold the searched text, each under its heading."""
    wanted = pattern.lower()
    found: list[TextRow] = []
    heading: TextRow | None = None
    for row in rows:
        if not row.search:
            heading = row if row.cells else heading
        elif wanted in row.search.lower():
            if heading is not None:
                if found:
                    found.append(BLANK)
                found.append(heading)
                heading = None
            found.append(row)
    return found


def heading(title: str, note: str = "") -> TextRow:
    """A heading with a word beside it."""
    cells = [Cell(2, title, "text", bold=True, width=width_of(title))]
    if note:
        cells.append(Cell(4 + width_of(title), note, "muted"))
    return TextRow(tuple(cells))


def sentence(text: str, width: int) -> list[TextRow]:
    """Rows that say something."""
    return [TextRow((Cell(2, part, "muted"),)) for part in wrapped(text, width - 4)]


def label_width(keys: Iterable[str], width: int) -> int:
    """The cells that labels take."""
    longest = max((width_of(display.safe_text(key)) for key in keys), default=0)
    return min(LABEL_MOST, max(10, longest), max(10, width * 2 // 5))


def pairs(
    items: Mapping[str, Json], width: int, bright: Collection[str] = (), label: int = 0
) -> Iterator[TextRow]:
    """Labels and values, aligned, some of them bright; long values go on in the next rows."""
    label = label or label_width(items, width)
    for key, value in items.items():
        text = value_text(value, key)
        search = f"{key} {text[:2000]}"
        item = Item(key, text)
        for index, part in enumerate(wrapped(text, width - label - 6)):
            first = (Cell(2, key, "muted", width=label),) if index == 0 else ()
            shines = key in bright
            value_cell = Cell(4 + label, part, "text" if shines else "second", bold=shines)
            yield TextRow((*first, value_cell), search, item=item)


def wrapped(text: str, width: int) -> list[str]:
    """A text in rows, broken at blanks where there are some."""
    width = max(10, width)
    rows: list[str] = []
    for line in text.split("\n"):
        rest = line.rstrip("\r")
        while len(rest) > width and len(rows) < WRAPPED_MOST:
            cut = rest.rfind(" ", width // 2, width)
            cut = cut + 1 if cut > 0 else width
            rows.append(rest[:cut])
            rest = rest[cut:]
        rows.append(rest)
        if len(rows) >= WRAPPED_MOST:
            return [*rows[: WRAPPED_MOST - 1], "~"]
    return rows


def metrics(view: RunView, width: int, now: int) -> list[TextRow]:
    """Every metric: last, best, extremes, how many points, its shape."""
    rows = metric_rows(view, len(view.metrics))
    if not rows:
        return [heading("Metrics"), BLANK, *sentence(no_metrics(view), min(width, 104))]
    by_key = {metric.key: metric for metric in view.metrics}
    label = min(LABEL_MOST, max(8, *(width_of(display.safe_text(row.key)) for row in rows)), width // 3)
    final, top = max(5, *(len(row.last) for row in rows)), max(5, *(len(row.best) for row in rows))
    at = (4 + label, 7 + label + final, 10 + label + final + top, 21 + label + final + top)
    several, bests = any(row.several for row in rows), any(row.best for row in rows)
    if not bests:
        at = (at[0], at[1], at[1], at[1])
    titles = ["metric", "last" if several else "value", *(("best", "at step") if bests else ("", ""))]
    head = [
        Cell(2, titles[0], "muted", width=label),
        Cell(at[0], titles[1], "muted", width=final, right=True),
        Cell(at[1], titles[2], "muted", width=top, right=True),
        Cell(at[2], titles[3], "muted", width=9, right=True),
    ]
    head = head if bests else head[:2]
    if by_key:
        head.append(Cell(at[3], "points", "muted", width=10, right=True))
    made = [TextRow(tuple(head))]
    for row in rows:
        metric = by_key.get(row.key)
        cells = [
            Cell(2, row.key, "second", width=label),
            Cell(at[0], row.last, "text", bold=True, width=final, right=True),
        ]
        if row.best:
            cells.append(Cell(at[1], row.best, "second", width=top, right=True))
            cells.append(Cell(at[2], row.step, "muted", width=9, right=True))
        if metric is not None:
            cells.append(Cell(at[3], display.count(metric.count), "muted", width=10, right=True))
        if row.not_numbers:
            cells.append(Cell(at[3] + 12, f"{display.count(row.not_numbers)} nan", "bad"))
        spark = (
            (at[3] + 14, metric.spark)
            if metric and metric.spark and row.several and not row.not_numbers and width >= at[3] + 34
            else None
        )
        made.append(TextRow(tuple(cells), row.key, spark, Item(row.key, row.last.strip())))
    return made
