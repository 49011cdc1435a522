"""Files as a tree: folders that fold, with what is in them counted. Pure values."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from mlops_console.console.run.metrics import natural

if TYPE_CHECKING:
    from mlops_console.workspace.files import FileEntry

OPEN_MOST: Final = 200
"""With more files than this, folders begin folded."""


DEEPEST: Final = 40
"""Folders deeper than this are shown as part of the name."""


class Node(NamedTuple):
    """One row of the tree."""

    path: str
    name: str
    depth: int
    size: int
    modified: int
    kind: str
    """`folder`, or what the file is."""
    files: int = 0
    unfolded: bool = False

    @property
    def folder(self) -> bool:
        """Whether it is a folder."""
        return self.kind == "folder"


@dataclass(slots=True)
class _Folder:
    files: "list[tuple[str, FileEntry]]" = field(default_factory=list)
    folders: "dict[str, _Folder]" = field(default_factory=dict)

    def totals(self) -> tuple[int, int, int]:
        """Size, newest change, number of files."""
        size = sum(entry.size for _, entry in self.files)
        newest = max((entry.modified for _, entry in self.files), default=0)
        count = len(self.files)
        for folder in self.folders.values():
            more = folder.totals()
            size, newest, count = size + more[0], max(newest, more[1]), count + more[2]
        return size, newest, count


def folders_of(entries: "Iterable[FileEntry]") -> frozenset[str]:
    """Every folder that holds one of them."""
    found: set[str] = set()
    for entry in entries:
        parent = entry.path.rpartition("/")[0]
        while parent and parent not in found:
            found.add(parent)
            parent = parent.rpartition("/")[0]
    return frozenset(found)


def first_folds(entries: "Sequence[FileEntry]") -> frozenset[str]:
    """Which folders begin folded."""
    return folders_of(entries) if len(entries) > OPEN_MOST else frozenset()


def tree(entries: "Iterable[FileEntry]", folded: Collection[str], pattern: str = "") -> list[Node]:
    """The rows: folders first, each by its name; a search unfolds what it finds."""
    wanted = pattern.lower()
    root = _Folder()
    for entry in entries:
        if wanted and wanted not in entry.path.lower():
            continue
        *folders, name = entry.path.split("/", DEEPEST)
        here = root
        for folder in folders:
            here = here.folders.setdefault(folder, _Folder())
        here.files.append((name, entry))
    rows: list[Node] = []
    _walk(root, "", 0, () if wanted else folded, rows)
    return rows


def _walk(folder: _Folder, above: str, depth: int, folded: Collection[str], rows: list[Node]) -> None:
    for name in sorted(folder.folders, key=natural):
        inner, path = folder.folders[name], f"{above}{name}"
        size, newest, count = inner.totals()
        unfolded = path not in folded
        rows.append(Node(path, name, depth, size, newest, "folder", count, unfolded))
        if unfolded:
            _walk(inner, f"{path}/", depth + 1, folded, rows)
    for name, entry in sorted(folder.files, key=lambda pair: natural(pair[0])):
        rows.append(Node(entry.path, name, depth, entry.size, entry.modified, entry.kind))
