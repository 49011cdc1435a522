"""How a row of the file tree looks: fold sign, name, what it is, size, age."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.run.reading import now_us
from mlops_console.console.run.section import Edited, Page
from mlops_console.console.run.texts import wrapped
from mlops_console.console.run.tree import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.files import FileEntry

NO_TEXT: Final = frozenset({"image", "model", "archive", "array", "binary"})
"""Kinds that an editor would only show as signs."""
KIND_FROM = 46
"""A narrower tree doesn't say what a file is: its name does."""


def put_total(row: Line, entries: "Sequence[FileEntry] | None", trouble: str, end: int, page: Page) -> Line:
    """Behind the heading: how many files and how much, and what the columns are."""
    if entries is None:
        return row.put(f"  {trouble or 'asking'}", "bad" if trouble else "muted")
    size = sum(entry.size for entry in entries)
    row.put(f"  {display.count(len(entries))} in {display.size(size)}", "muted")
    titles = page.blank().put("size   age", "muted")
    return row.to(end - titles.at).add(titles) if row.at + titles.at + 2 < end else row


def put_node(row: Line, node: Node, end: int, ground: str, page: Page) -> None:
    """Draw a file or folder on a row that ends at a column."""
    glyphs = page.glyphs
    right = Line(page.colours, ground)
    if end >= KIND_FROM and not node.folder:
        right.put(fit(node.kind, 8), "muted")
    right.put(fit(display.size(node.size), 9, right=True), "second")
    age = display.age(now_us() - node.modified) if node.modified else display.NONE
    right.put(fit(age, 6, right=True), "muted")
    row.to(min(2 + 2 * node.depth, end // 3))
    sign = (glyphs.open if node.unfolded else glyphs.closed) if node.folder else " "
    row.put(sign + " ", "muted")
    room = max(4, end - row.at - right.at - 2)
    name = node.name + ("/" if node.folder and not node.books else "")
    shown = fit(name, room) if width_of(display.safe_text(name)) > room else name
    row.put(shown, "muted" if node.books else "second" if node.folder else "text", bold=node.folder)
    if node.folder and not node.unfolded and row.at + 12 < end - right.at:
        row.put("  " + display.counted(node.files, "file"), "muted")
    row.to(end - right.at).add(right)


def put_nothing(row: Line, y: int, gone: bool, width: int) -> Line:
    """Draw a row of an empty section: what is not there, and what would be."""
    if y == 0:
        return row.put("Files", "text", bold=True)
    where = "in its folder, which is gone" if gone else "in its folder"
    says = (
        f"No files besides what was read, {where}. Plots, models and tables that a run writes there"
        " appear here, as a tree with previews."
    )
    lines = wrapped(says, min(width - 4, 90))
    return row.put(lines[y - 2], "muted") if 2 <= y < 2 + len(lines) else row


def what_to_edit(node: Node | None) -> Edited:
    """The file of a row, where it is text."""
    if node is None:
        return Edited("", "no files here")
    if node.folder:
        return Edited("", "a folder; O opens one in a window")
    return Edited(node.path, f"{node.kind} is no text" if node.kind in NO_TEXT else "")
