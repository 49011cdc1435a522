"""Files that a run uses or produces: size, hash, rows where they are cheap, and copies of small ones."""

import os
import stat
from pathlib import Path
from typing import Any

HASH_LIMIT = 256 << 20
"""Larger files are hashed only when asked for."""
COPY_LIMIT = 64 << 20
"""Larger artifacts that lie outside of the run's folder are noted, not copied."""
MAX_FOLDER = 10_000

_PIECE = 1 << 20
_ROW_FILES = (".csv", ".tsv", ".jsonl", ".ndjson")


def describe(path: str, want_hash: bool | None, want_rows: bool = False) -> dict[str, Any]:
    """Size, SHA-256 and, for tables of text, rows. Raises OSError when the file can't be read."""
    found = Path(path).stat()
    if stat.S_ISDIR(found.st_mode):
        return _describe_folder(path)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "is not a regular file")
    facts: dict[str, Any] = {"size": found.st_size}
    hashed = found.st_size <= HASH_LIMIT if want_hash is None else want_hash
    if hashed:
        facts.update(_contents(path, want_rows))
    return facts


def copy_into(path: str, folder: str) -> str:
    """Copy a file into a folder under a free name, and return that name. Raises OSError."""
    import shutil

    Path(folder).mkdir(parents=True, exist_ok=True)
    source = Path(path)
    for number in range(1, 10_000):
        name = source.stem + (f"-{number}" if number > 1 else "") + source.suffix
        target = Path(folder) / name
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
        except FileExistsError:
            continue
        shutil.copyfile(path, target)
        return name
    raise OSError(0, f"has too many namesakes in {folder}")


def _contents(path: str, want_rows: bool) -> dict[str, Any]:
    import hashlib

    digest = hashlib.sha256()
    lines, quoted, last = 0, False, b"\n"
    rows = want_rows and path.lower().endswith(_ROW_FILES)
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            if rows:
                lines += piece.count(b"\n")
                quoted = quoted or b'"' in piece
                last = piece[-1:]
    facts: dict[str, Any] = {"sha256": digest.hexdigest()}
    lines += last != b"\n"
    if rows and path.lower().endswith(("sv",)):
        if not quoted:  # a quoted cell may hold a newline: then lines are not rows
            facts["rows"] = max(lines - 1, 0)
    elif rows:
        facts["rows"] = lines
    return facts


def _describe_folder(path: str) -> dict[str, Any]:
    """Number and total size of the files, and a hash over their names and sizes (not their bytes)."""
    import hashlib

    digest = hashlib.sha256()
    size = files = 0
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            full = Path(folder, name)
            found = full.lstat()
            files += 1
            size += found.st_size
            entry = f"{full.relative_to(path)}\0{found.st_size}\0"
            digest.update(entry.encode("utf-8", "surrogateescape"))
        if files > MAX_FOLDER:
            return {"files": files, "size": size, "counted_in_part": True}
    return {"files": files, "size": size, "names_sha256": digest.hexdigest()}
