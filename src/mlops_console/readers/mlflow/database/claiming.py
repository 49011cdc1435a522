"""Which files are MLflow's databases, whatever they are called: told by the tables that their heads name."""

import re
from collections.abc import Iterator, Sequence

from mlops_console.readers.contract import Folder
from mlops_console.records import Source

NAME = "mlflow"
PATTERNS = ("*.db", "*.sqlite", "*.sqlite3")
MAGIC = b"SQLite format 3\0"
BESIDE = ("-wal", "-journal")
"""What SQLite keeps beside a file while it is being written."""

_ENDS = (".db", ".sqlite", ".sqlite3")
_NAMED = re.compile(r"mlflow|mlruns", re.IGNORECASE)
_RUNS = re.compile(rb'CREATE TABLE\s+["`\[]?runs["`\]]?\s*\(\s*["`\[]?run_uuid\b')
_HEAD = 4096
_FARTHEST = 1 << 20
"""How far into a file its list of tables is looked for."""
_INTERIOR, _LEAF = 5, 13


def claims(folder: Folder) -> Sequence[Source]:
    """One source for each database of MLflow's."""
    return tuple(_source(folder, name) for name in sorted(folder.files) if _is_store(folder, name))


def _source(folder: Folder, name: str) -> Source:
    path = name if folder.path == "." else f"{folder.path}/{name}"
    return Source(NAME, path, (path, *(path + end for end in BESIDE)))


def _is_store(folder: Folder, name: str) -> bool:
    if not name.lower().endswith(_ENDS):
        return False
    head = folder.head(name, _HEAD)
    if not head.startswith(MAGIC):
        return False
    size = int.from_bytes(head[16:18], "big")
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1):
        return False
    first = folder.head(name, size)
    if first[100:101] == bytes([_LEAF]):
        # A new file's tables may still be in its -wal, where only reading tells.
        new = b"CREATE TABLE" not in first and _NAMED.search(name) is not None
        return new or _RUNS.search(first) is not None
    pages = sorted({*_children(first, size)})
    for page in pages:
        if page * size <= _FARTHEST:
            data = folder.head(name, page * size)[(page - 1) * size :]
            if _RUNS.search(data):
                return True
    beyond = not pages or pages[-1] * size > _FARTHEST
    return beyond and _NAMED.search(name) is not None


def _children(page: bytes, size: int) -> Iterator[int]:
    """The pages below the first one, which lists the tables."""
    if page[100:101] != bytes([_INTERIOR]):
        return
    count = int.from_bytes(page[103:105], "big")
    for place in range(112, min(112 + 2 * count, size - 1), 2):
        at = int.from_bytes(page[place : place + 2], "big")
        yield int.from_bytes(page[at : at + 4], "big")
    yield int.from_bytes(page[108:112], "big")
