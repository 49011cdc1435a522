"""The Files section: a run's files as a tree, and beside it what is in the one under the cursor."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from mlops_console.console.drawing import Line
from mlops_console.console.run.file_rows import put_node, put_nothing, put_total, what_to_edit
from mlops_console.console.run.preview_pane import PreviewPane
from mlops_console.console.run.section import Edited, Page, Section, head_rows, scroll_bar, share_seen
from mlops_console.console.run.tree import Node, first_folds, folders_of, place_of, tree

if TYPE_CHECKING:
    from mlops_console.console.run.facts import RunView
    from mlops_console.workspace.files import FileEntry

BESIDE_FROM: Final = 120
"""From this width on the preview stands beside the tree; below it is opened with Enter."""
SETTLE_SECONDS: Final = 0.08
TREE_MOST: Final = 96


class FilesSection(Section):
    """The tree, the preview, and which of them has the page."""

    name = "Files"
    uses: ClassVar[frozenset[str]] = frozenset({"search", "open", "left", "right", "zoom"})
    words: ClassVar[dict[str, tuple[str, str]]] = {
        "open": ("preview this file, fold this folder", "preview"),
        "left": ("fold, or up to the folder", ""),
        "right": ("unfold, or preview", ""),
        "copy": ("copy the file's path", "copy path"),
        "edit": ("open this file in your editor", "editor"),
        "zoom": ("the preview alone", ""),
    }

    first: ClassVar[tuple[str, ...]] = ("tab", "open", "search", "copy", "edit")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.pane = PreviewPane(page)
        self.alone = False
        """The preview has the whole page."""
        self._entries: tuple[FileEntry, ...] | None = None
        self._folded: frozenset[str] = frozenset()
        self._pattern = ""
        self._at = 0
        self._top = 0
        self._path = ""
        self._trouble = ""
        self._moves = 0
        self._made: tuple[object, list[Node]] = (None, [])

    # What there is

    def show(self, view: "RunView") -> None:
        """Another state of the run may have other files."""
        moved = self.view is None or self.view.id != view.id or self.view.artifacts != view.artifacts
        super().show(view)
        if self.shown and (moved or self._entries is None):
            self._ask()

    def forget(self) -> None:
        """Another run: other files, of which one may bear the same path."""
        self._entries, self._trouble = None, ""
        self.alone = False
        self.pane.clear()

    def opened(self) -> None:
        """Ask which files there are."""
        super().opened()
        if self.view is not None:
            self._ask()

    def _ask(self) -> None:
        if self.view is not None:
            run = self.view.id
            self.page.ask("files", lambda workspace: self.page.questions.files(workspace, run), self._came)

    def _came(self, entries: "tuple[FileEntry, ...]") -> None:
        if self._entries is None:
            self._folded = first_folds(entries)
        self._entries, self._trouble = entries, ""
        self._made = (None, [])
        nodes = self.nodes
        self._at = next((at for at, node in enumerate(nodes) if node.place == self._path), self._at)
        self._at = max(0, min(self._at, len(nodes) - 1))
        self._arrived()

    @property
    def nodes(self) -> list[Node]:
        """The rows of the tree."""
        asked = (id(self._entries), self._folded, self._pattern)
        if self._made[0] != asked:
            self._made = (asked, tree(self._entries or (), self._folded, self._pattern))
        return self._made[1]

    @property
    def node(self) -> Node | None:
        """What the cursor is on."""
        nodes = self.nodes
        return nodes[self._at] if nodes else None

    @property
    def _beside(self) -> bool:
        return self.page.size.width >= BESIDE_FROM

    @property
    def _tree_width(self) -> int:
        width = self.page.size.width
        return min(TREE_MOST, width * 9 // 20) if self._beside else width

    @property
    def _room(self) -> int:
        return max(1, self.page.size.height - head_rows(self.page))

    # Drawing

    def line(self, y: int) -> Line:
        """A row of the tree, of the preview, or of both."""
        width, height = self.page.size
        if self.alone:
            return self.pane.line(y, 0, width, height, ground="bg")
        if self._entries is not None and not self._entries:
            gone = self.view is not None and self.view.gone
            return put_nothing(self.page.blank().to(2), y, gone, width)
        left = self._tree_line(y, self._tree_width)
        if not self._beside:
            return left
        at = self._tree_width
        return left.to(at).add(self.pane.line(y, 0, width - at, height, ground="panel"))

    def _tree_line(self, y: int, width: int) -> Line:
        page, nodes = self.page, self.nodes
        if y == 0:
            row = page.blank().to(2).put("Files", "text", bold=True)
            return put_total(row, self._entries, self._trouble, width - (4 if self._beside else 3), page)
        index = self._top + y - head_rows(self.page)
        if y < head_rows(self.page) or index >= len(nodes):
            return page.blank()
        ground = "cursor" if index == self._at else "bg"
        row = Line(page.colours, ground)
        if index == self._at:
            row.put(page.glyphs.focus, "accent")
        put_node(row.to(2), nodes[index], width - (4 if self._beside else 3), ground, page)
        row.to(width - 2 if self._beside else width - 1)
        if not self._beside:
            return scroll_bar(page, row, y, self._top, len(nodes) + head_rows(self.page))
        return row

    def aside(self) -> str:
        """How far down."""
        if self.alone:
            return self.pane.aside(self.page.size.height)
        return share_seen(self._top, self._room, len(self.nodes))

    def words_now(self) -> Mapping[str, tuple[str, str]]:
        """From a preview that has the page, Enter goes back."""
        return self.words | {"open": ("back to the tree", "tree")} if self.alone else self.words

    # Moving

    def _go(self, at: int) -> None:
        nodes = self.nodes
        self._at = max(0, min(at, len(nodes) - 1))
        self._arrived()

    def _arrived(self) -> None:
        """The cursor is somewhere: keep it in view, and show that file once it rests there."""
        nodes, room = self.nodes, self._room
        self._top = max(self._at - room + 1, min(self._top, self._at, max(0, len(nodes) - room)), 0)
        node = self.node
        path = "" if node is None else node.place
        if path != self._path or not self.pane.shows(path):
            self._path = path
            self._moves += 1
            moves = self._moves
            self.page.later(SETTLE_SECONDS, lambda: self._preview() if moves == self._moves else None)
        self.page.moved()

    def _preview(self) -> None:
        node, view = self.node, self.view
        if node is None or view is None or not self.shown or not (self._beside or self.alone):
            return
        width, height = self.page.size
        width = width if self.alone else width - self._tree_width
        if node.folder:
            self.pane.folder(node, self._below(node))
        else:
            self.pane.read(view.id, node, width, height, whole=self.alone)

    def _below(self, folder: Node) -> list[Node]:
        start = folder.place + "/"
        inside = [entry for entry in self._entries or () if place_of(entry).startswith(start)]
        deeper = {path for path in folders_of(inside) if path.startswith(start)}
        rows = tree(inside, deeper)
        return [node for node in rows[1:] if node.depth == rows[0].depth + 1]

    def move(self, step: int) -> None:
        """The next file, or the next row of a preview that has the page."""
        if self.alone:
            self.pane.scroll(step, self.page.size.height)
        else:
            self._go(self._at + step)

    def page_by(self, step: int, part: int) -> None:
        """A page, or half of one."""
        if self.alone:
            height = self.page.size.height
            self.pane.scroll(step * max(1, height // part), height)
        else:
            self._go(self._at + step * max(1, self._room // part))

    def end(self, step: int) -> None:
        """First or last."""
        if self.alone:
            self.pane.scroll(step * 1_000_000, self.page.size.height)
        else:
            self._go(len(self.nodes) if step > 0 else 0)

    def side(self, step: int) -> None:
        """Fold and unfold; to the left of a file is its folder, to the right its preview."""
        node = self.node
        if node is None or self.alone:
            if self.alone and step < 0:
                self.step_back()
            return
        if step > 0:
            if node.folder and node.unfolded:
                self._go(self._at + 1)
            else:
                self.enter()
        elif node.folder and node.unfolded:
            self._fold(node.place)
        else:
            above = (at for at in range(self._at - 1, -1, -1) if self.nodes[at].depth < node.depth)
            self._go(next(above, self._at))

    def _fold(self, place: str) -> None:
        self._folded ^= {place}
        self._go(next((at for at, node in enumerate(self.nodes) if node.place == place), 0))

    def enter(self) -> None:
        """Fold a folder; give a file's preview the page."""
        node = self.node
        if self.alone:
            self.step_back()
        elif node is not None and node.folder:
            self._fold(node.place)
        elif node is not None:
            self.zoom()

    def zoom(self) -> None:
        """The preview alone, or the tree again."""
        node = self.node
        if self.alone:
            self.step_back()
        elif node is not None and not node.folder:
            self.alone = True
            self._preview()
            self.page.moved()

    def step_back(self) -> bool:
        """From the preview to the tree."""
        if not self.alone:
            return False
        self.alone = False
        self._preview()
        self.page.moved()
        return True

    def idle(self, short: str) -> str | None:
        """What can't be done on this row."""
        node = self.node
        if short == "search" and self.alone:
            return "not in a preview"
        if short in ("open", "left", "right", "zoom") and node is None:
            return "no files here"
        if short == "zoom" and node is not None and node.folder:
            return "on a folder"
        return None

    def failed(self, about: str, words: str) -> bool:
        """Say it where the files would stand."""
        if about == "preview":
            self.pane.failed(words)
        elif about == "files":
            self._trouble = words
            self.page.moved()
        return about in ("preview", "files")

    # Search and taking along

    @property
    def found(self) -> int:
        """How many files match."""
        return sum(1 for node in self.nodes if not node.folder)

    def search(self, pattern: str) -> None:
        """Show only files that match."""
        self._pattern, self._at, self._top = pattern, 0, 0
        nodes = self.nodes
        if pattern:
            self._at = next((at for at, node in enumerate(nodes) if not node.folder), 0)
        self._arrived()

    def copied(self) -> tuple[str, str] | None:
        """The path of what the cursor is on."""
        node, view = self.node, self.view
        if node is None or view is None:
            return None
        return "path", "/".join(part for part in (view.folder, node.path) if part and part != ".")

    def edited(self) -> Edited:
        """The file under the cursor, where it is text."""
        return what_to_edit(self.node)

    def text(self) -> str:
        """Every path with its size."""
        return "".join(f"{entry.path}\t{entry.size}\n" for entry in self._entries or ())
