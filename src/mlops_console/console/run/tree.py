"""Files as a tree: folders that fold, with what is in them counted. Pure values."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from mlops_console.console.run.facts import TOOLS
from mlops_console.console.run.metrics import natural

if TYPE_CHECKING:
    from mlops_console.workspace.files import FileEntry

OPEN_MOST: Final = 200
"""With more files than this, folders begin folded."""


BOOKS: Final = "\0"
"""Begins the place of what a tool keeps for itself; no path holds it."""
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
    place: str = ""
    """Where it stands in the tree: its path, or below the heading of who reads it."""

    @property
    def books(self) -> bool:
        """Whether it is the heading of what a tool keeps for itself."""
        return self.folder and self.place.startswith(BOOKS) and "/" not in self.place

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
    """The place of every folder that holds one of them."""
    found: set[str] = set()
    for entry in entries:
        parent = place_of(entry).rpartition("/")[0]
        while parent and parent not in found:
            found.add(parent)
            parent = parent.rpartition("/")[0]
    return frozenset(found)


def place_of(entry: "FileEntry") -> str:
    """Where a file stands in the tree."""
    return f"{BOOKS}{entry.read_by}/{entry.path}" if entry.read_by else entry.path


def first_folds(entries: "Sequence[FileEntry]") -> frozenset[str]:
    """Which folders begin folded: those of many files, and what tools keep for themselves beside others."""
    if len(entries) > OPEN_MOST:
        return folders_of(entries)
    kept = {BOOKS + entry.read_by for entry in entries if entry.read_by}
    return frozenset(kept) if any(not entry.read_by for entry in entries) else frozenset()


def tree(entries: "Iterable[FileEntry]", folded: Collection[str], pattern: str = "") -> list[Node]:
    """The rows: folders first, each by its name, last what tools keep; a search unfolds what it finds."""
    wanted = pattern.lower()
    root = _Folder()
    for entry in entries:
        if wanted and wanted not in entry.path.lower():
            continue
        *folders, name = place_of(entry).split("/", DEEPEST)
        here = root
        for folder in folders:
            here = here.folders.setdefault(folder, _Folder())
        here.files.append((name, entry))
    rows: list[Node] = []
    _walk(root, "", 0, () if wanted else folded, rows)
    return rows


def _walk(folder: _Folder, above: str, depth: int, folded: Collection[str], rows: list[Node]) -> None:
    names = sorted(folder.folders, key=natural)
    for name in names:
        if not name.startswith(BOOKS):
            _walk_into(folder.folders[name], name, above, depth, folded, rows)
    for name, entry in sorted(folder.files, key=lambda pair: natural(pair[0])):
        place = place_of(entry)
        rows.append(Node(entry.path, name, depth, entry.size, entry.modified, entry.kind, place=place))
    for name in names:
        if name.startswith(BOOKS):
            _walk_into(folder.folders[name], name, above, depth, folded, rows)


def _walk_into(
    folder: _Folder, name: str, above: str, depth: int, folded: Collection[str], rows: list[Node]
) -> None:
    # Folders that hold nothing but one folder are one row: their names together say where it is.
    while len(folder.folders) == 1 and not folder.files and not name.startswith(BOOKS):
        inner = next(iter(folder.folders))
        name, folder = f"{name}/{inner}", folder.folders[inner]
    place = f"{above}{name}"
    path = place.partition("/")[2] if place.startswith(BOOKS) else place
    shown = f"read by {TOOLS.get(name[1:], name[1:])}" if name.startswith(BOOKS) else name
    unfolded = place not in folded
    size, newest, count = folder.totals()
    rows.append(Node(path, shown, depth, size, newest, "folder", count, unfolded, place))
    if unfolded:
        _walk(folder, f"{place}/", depth + 1, folded, rows)
