"""The preview of one file: what it is, and its head; drawn as the workspace made it, never asked twice."""

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.run.section import Page, head_rows
from mlops_console.console.run.tree import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.files import Preview

REMEMBERED: Final = 24
WHOLE_ROWS: Final = 1000
"""So many rows are asked for where there is room to scroll."""
SKIPPED: Final = "skipped"
"""The kind of a preview that nobody waited for any more."""
SLOW_SECONDS: Final = 0.25
"""What takes longer than this is announced."""
Spans = tuple[tuple[str, str], ...]


class PreviewPane:
    """Shows one preview at a time; the one before stays until the next is there."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._path = ""
        self._name = ""
        self._shown: Preview | None = None
        self._folder: tuple[Node, Sequence[Node]] | None = None
        self._waiting = ""
        """What is being read, once it takes long."""
        self._trouble = ""
        self._wanted: object = None
        self._known: OrderedDict[object, Preview] = OrderedDict()
        self.top = 0

    def clear(self) -> None:
        """Another run."""
        self._path, self._shown, self._folder, self._wanted = "", None, None, None
        self._waiting = self._trouble = ""
        self._known.clear()

    def shows(self, place: str) -> bool:
        """Whether it shows what stands there in the tree, or is about to."""
        return self._path == place

    def folder(self, node: Node, inside: "Sequence[Node]") -> None:
        """Show what is in a folder."""
        self._path, self._wanted, self._folder = node.place, None, (node, inside)
        self._waiting, self.top = "", 0
        self._page.moved()

    def read(self, run: str, node: Node, width: int, height: int, *, whole: bool) -> None:
        """Show a file; `whole`: as many rows as there may be, to scroll through."""
        rows = height - head_rows(self._page) if node.kind == "image" or not whole else WHOLE_ROWS
        key = (run, node.path, node.size, node.modified, width, rows)
        self._path, self._wanted = node.place, key
        known = self._known.get(key)
        if known is not None:
            self._take(key, node, known)
            return

        def slow() -> None:
            if self._wanted == key and self._known.get(key) is None:
                self._waiting = node.name
                self._page.moved()

        self._page.later(SLOW_SECONDS, slow)
        questions, path = self._page.questions, node.path
        self._page.ask(
            "preview",
            lambda workspace: questions.preview(
                workspace, run, path, max(20, width - 4), max(4, rows), lambda: self._wanted == key
            ),
            lambda preview: self._take(key, node, preview),
        )

    def _take(self, key: object, node: Node, preview: "Preview") -> None:
        if preview.kind == SKIPPED:
            return
        self._known[key] = preview
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        if key != self._wanted:
            return
        self._shown, self._folder, self._name, self._trouble = preview, None, node.name, ""
        self._waiting, self.top = "", 0
        self._page.moved()

    def failed(self, words: str) -> None:
        """It could not be read."""
        self._trouble, self._waiting, self._shown, self._folder = words, "", None, None
        self._page.moved()

    # Drawing

    def line(self, y: int, at: int, width: int, height: int, *, ground: str) -> Line:
        """A row of the preview."""
        row = Line(self._page.colours, ground).to(2)
        if y == 0:
            return self._head(row, width).to(width)
        if self._folder is not None:
            return self._inside(row, y, width, height).to(width)
        preview = self._shown
        if preview is None or self._waiting:
            return row.to(width)
        below = y - head_rows(self._page)
        index = self.top + below
        if below >= 0 and index < len(preview.rows):
            put_spans(row, preview.rows[index], width - 2)
        elif below >= 0 and preview.note and index == len(preview.rows) + bool(preview.rows):
            row.put(fit(preview.note, min(width - 4, width_of(display.safe_text(preview.note)))), "muted")
        return row.to(width)

    def _head(self, row: Line, width: int) -> Line:
        if self._waiting:
            return row.put("reading ", "muted").put(fit(self._waiting, max(4, width - 14)), "second")
        if self._folder is not None:
            node, _ = self._folder
            name = node.name if node.books else node.name + "/"
            row.put(fit(name, min(width - 30, width_of(display.safe_text(name)))), "text", bold=True)
            return row.put(f"  {display.counted(node.files, 'file')}, {display.size(node.size)}", "muted")
        preview = self._shown
        if preview is None:
            return row.put(fit(self._trouble, min(width - 4, width_of(self._trouble))), "bad")
        title = preview.title or self._name
        row.put(
            fit(title, min(width_of(display.safe_text(title)), max(8, width * 3 // 5))), "text", bold=True
        )
        for label, value in preview.facts:
            words = " ".join(part for part in (label, value) if part)
            if row.at + width_of(display.safe_text(words)) + 3 > width - 2:
                break
            row.put("  ").put(f"{label} " if label else "", "muted").put(value, "second")
        return row

    def _inside(self, row: Line, y: int, width: int, height: int) -> Line:
        assert self._folder is not None
        _, inside = self._folder
        index, most = y - head_rows(self._page), height - head_rows(self._page)
        if not 0 <= index < len(inside):
            return row
        if index == most - 1 and len(inside) > most:
            return row.put(f"{display.count(len(inside) - index)} more", "muted")
        node = inside[index]
        name = node.name + ("/" if node.folder else "")
        room = max(8, width - 30)
        row.put(fit(name, min(room, width_of(display.safe_text(name)))), "second")
        row.to(2 + room).put(fit(display.size(node.size), 9, right=True), "muted")
        return row.put("  " + ("" if node.folder else node.kind), "muted")

    def scroll(self, step: int, height: int) -> None:
        """Rows up or down."""
        if self._shown is None:
            return
        extra = 2 if self._shown.note else 0
        last = max(0, len(self._shown.rows) + extra - (height - head_rows(self._page)))
        top = max(0, min(self.top + step, last))
        if top != self.top:
            self.top = top
            self._page.moved()

    def aside(self, height: int) -> str:
        """How far down."""
        count = len(self._shown.rows) if self._shown is not None else 0
        room = height - head_rows(self._page)
        return f"{min(100, round((self.top + room) / count * 100))}%" if count > room else ""


INKS: Final = {"key": "accent", "number": "text", "string": "second", "": "second"}


def put_spans(row: Line, spans: Spans, end: int) -> Line:
    """Add spans of (text, style) up to a column."""
    for text, style in spans:
        room = end - row.at
        if room <= 0:
            break
        ink, _, on = style.partition(" on ")
        shown = display.safe_text(text)
        if width_of(shown) > room:
            shown = fit(shown, room)
        row.put(shown, INKS.get(ink, ink), on=on or None)
    return row
