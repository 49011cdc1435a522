"""Sections of text rows: a cursor on what a row is about, search, folding."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from mlops_console.charts.spark import ASCII_STEPS, STEPS
from mlops_console.console.drawing import Line
from mlops_console.console.run import texts
from mlops_console.console.run.reading import now_us
from mlops_console.console.run.section import Page, Section, scroll_bar, share_seen
from mlops_console.console.run.texts import Item, TextRow

if TYPE_CHECKING:
    from mlops_console.console.run.facts import RunView

Making = Callable[["RunView", int, int, frozenset[str]], list[TextRow]]
"""Makes the rows from a run, for a width, at a time, with what is unfolded."""


class Span(NamedTuple):
    """The rows of one item."""

    item: Item
    begin: int
    end: int


class Listed(Section):
    """Rows under headings; `j` and `k` go from item to item."""

    uses: ClassVar[frozenset[str]] = frozenset({"search", "open"})
    words: ClassVar[Mapping[str, tuple[str, str]]] = {"open": ("show the whole value", "")}
    first: ClassVar[tuple[str, ...]] = ("tab", "search", "copy")

    def __init__(self, page: Page, name: str = "", make: Making | None = None) -> None:
        super().__init__(page)
        self.name = name or self.name
        self._make = make
        self.pattern = ""
        self.top = 0
        self.at = 0
        self.unfolded: frozenset[str] = frozenset()
        self._key = ""
        """What the cursor is on; after a change it goes back there."""
        self._made: tuple[object, list[TextRow], list[Span]] = (None, [], [])

    def made(self, width: int, now: int) -> list[TextRow]:
        """The rows."""
        if self._make is None or self.view is None:
            return []
        return self._make(self.view, width, now, self.unfolded)

    def made_from(self) -> object:
        """What else the rows are made from: as long as it stays equal, so do they."""
        return None

    def _rows(self) -> tuple[list[TextRow], list[Span]]:
        size = self.page.size
        asked = (id(self.view), size, self.pattern, self.unfolded, self.made_from())
        if self._made[0] != asked:
            rows = self.made(size.width, now_us()) if self.view is not None else []
            rows = texts.matching(rows, self.pattern) if self.pattern else rows
            spans = _spans(rows)
            self._made = (asked, rows, spans)
            here = next((index for index, span in enumerate(spans) if span.item.key == self._key), self.at)
            self.at = max(0, min(here, len(spans) - 1))
            self._reach()
        return self._made[1:]

    @property
    def rows(self) -> list[TextRow]:
        """The rows, as far as they match the search."""
        return self._rows()[0]

    @property
    def spans(self) -> list[Span]:
        """Where the cursor can stand."""
        return self._rows()[1]

    @property
    def item(self) -> Item | None:
        """What the cursor is on."""
        spans = self.spans
        return spans[self.at].item if spans else None

    def line(self, y: int) -> Line:
        """A row, with the cursor."""
        page, (rows, spans) = self.page, self._rows()
        row = page.blank()
        index = self.top + y
        if index < len(rows):
            steps = ASCII_STEPS if page.glyphs.ascii else STEPS
            ground = "bg"
            if spans and spans[self.at].begin <= index < spans[self.at].end:
                ground = "cursor"
                row = Line(page.colours, ground).put(page.glyphs.focus, "accent")
            texts.draw(rows[index], row, page.size.width - 1, page.colours, ground, steps)
        return scroll_bar(page, row, y, self.top, len(rows))

    def aside(self) -> str:
        """How far down."""
        return share_seen(self.top, self.page.size.height, len(self.rows))

    def idle(self, short: str) -> str | None:
        """Enter opens what can be opened."""
        if short == "open":
            item = self.item
            return None if item is not None else "nothing to open here"
        return None

    # Moving

    def _go(self, at: int) -> None:
        spans = self.spans
        if not spans:
            return
        self.at = max(0, min(at, len(spans) - 1))
        self._key = spans[self.at].item.key
        self._reach()
        self.page.moved()

    def _reach(self) -> None:
        """Keep the cursor's rows in view, with the heading above a first one."""
        _, rows, spans = self._made
        height = max(1, self.page.size.height)
        last = max(0, len(rows) - height)
        if spans:
            span = spans[self.at]
            above = spans[self.at - 1].end if self.at else 0
            begin = max(above, span.begin - 2) if self.at else 0
            end = len(rows) if self.at == len(spans) - 1 else span.end
            if begin < self.top:
                self.top = begin if span.end - begin <= height else span.begin
            elif end > self.top + height:
                self.top = min(span.begin, end - height)
        self.top = max(0, min(self.top, last))

    def _scroll(self, step: int) -> bool:
        top = max(0, min(self.top + step, len(self.rows) - self.page.size.height))
        changed, self.top = top != self.top, top
        if changed:
            self.page.moved()
        return changed

    def move(self, step: int) -> None:
        """The next or previous item; through one that is longer than the page, row by row."""
        spans, height = self.spans, self.page.size.height
        if not spans:
            self._scroll(step)
            return
        span = spans[self.at]
        hidden = span.end > self.top + height if step > 0 else span.begin < self.top
        if hidden and span.end - span.begin > height:
            self._scroll(step)
        else:
            self._go(self.at + step)

    def page_by(self, step: int, part: int) -> None:
        """So many rows on."""
        stride = step * max(1, self.page.size.height // part)
        if not self.spans:
            self._scroll(stride)
            return
        wanted = self.spans[self.at].begin + stride
        passed = [index for index, span in enumerate(self.spans) if span.begin <= wanted]
        there = passed[-1] if passed else 0
        self._scroll(stride)
        self._go(there if there != self.at else self.at + (1 if step > 0 else -1))

    def end(self, step: int) -> None:
        """The first or the last."""
        if not self._scroll(step * len(self.rows)) or self.spans:
            self._go(len(self.spans) if step > 0 else 0)

    # Search, opening, taking along

    @property
    def found(self) -> int:
        """How many the search found."""
        return len(self.spans) or sum(1 for row in self.rows if row.search)

    def search(self, pattern: str) -> None:
        """Show only what matches."""
        self.pattern, self.top, self.at, self._key = pattern, 0, 0, ""
        self.page.moved()

    def enter(self) -> None:
        """Open a run, unfold, or say a value in full."""
        item = self.item
        if item is None:
            return
        if item.run:
            self.page.open_run(item.run)
        elif item.fold:
            self.unfolded ^= {item.fold}
            self._key = item.key
            self.page.moved()
        else:
            self.page.tell(item.key, item.copy)

    def copied(self) -> tuple[str, str] | None:
        """The value the cursor is on."""
        item = self.item
        return None if item is None else (item.key, item.copy)

    def text(self) -> str:
        """All rows, as they are shown."""
        lines = []
        for row in self.rows:
            line = ""
            for cell in row.cells:
                line = f"{line:<{max(0, cell.at - 2)}}{cell.text}"
            lines.append(line.rstrip())
        return "\n".join(lines).strip("\n") + "\n"


def _spans(rows: list[TextRow]) -> list[Span]:
    spans: list[Span] = []
    for index, row in enumerate(rows):
        if row.item is None:
            continue
        if spans and spans[-1].end == index and spans[-1].item == row.item:
            spans[-1] = spans[-1]._replace(end=index + 1)
        else:
            spans.append(Span(row.item, index, index + 1))
    return spans
