"""Which files a place names: itself, all data files of a folder and below, or what a pattern matches."""

import contextlib
import fnmatch
import os
import re
import stat
from collections.abc import Iterator, Sequence
from typing import Final

from mlops_console import beneath
from mlops_console.drift.tables.places import ENDINGS
from mlops_console.drift.windows.model import DataFile

MOST: Final = 100_000
_DEEP: Final = 8
_PATTERN: Final = re.compile(r"[*?\[]")
_DIGITS: Final = re.compile(r"(\d+)")


def files_of(place: str, base: str) -> tuple[list[DataFile], list[str]]:
    """The data files of a place in the order of their names, and what can't be looked at, a sentence each.

    Links are not followed; names that begin with a dot or an underscore are not data (half-written files,
    marks of other tools).
    """
    root, prefix, fixed, pattern = _split(place, base)
    problems: list[str] = []
    if not pattern:
        try:
            found = [_file(root, fixed, prefix)]
        except OSError:
            found = list(_below(root, fixed, prefix, (), problems))
    else:
        found = list(_below(root, fixed, prefix, pattern, problems))
    if len(found) > MOST:
        problems.append(f"{place} has more than {MOST:,} files: only the first {MOST:,} are looked at.")
    return sorted(found[:MOST], key=lambda one: natural(one.path)), problems


def natural(name: str) -> list[tuple[int, int, str]]:
    """By which names are ordered: `part-9` before `part-10`."""
    return [
        (0, int(one), "") if one.isdecimal() and one.isascii() else (1, 0, one) for one in _DIGITS.split(name)
    ]


def _split(place: str, base: str) -> tuple[str, str, str, tuple[str, ...]]:
    """The root to open beneath, what paths begin with, the folder or file below the root, and the pattern."""
    expanded = os.path.expanduser(place)  # noqa: PTH111 - a Path forgets what `**` and a last / stand for
    parts = [one for one in expanded.split("/") if one not in ("", ".")]
    at = next((place for place, one in enumerate(parts) if _PATTERN.search(one)), len(parts))
    fixed, pattern = parts[:at], tuple(parts[at:])
    if expanded.startswith("/"):
        # Named in full: what lies above is the business of whoever wrote it, what lies below is not.
        if pattern or not fixed:
            root = "/" + "/".join(fixed)
            return root, root.rstrip("/") + "/", "", pattern
        root = "/" + "/".join(fixed[:-1])
        if os.path.isdir(expanded):  # noqa: PTH112
            return expanded.rstrip("/"), expanded.rstrip("/") + "/", "", ()
        return root, root.rstrip("/") + "/", fixed[-1], ()
    return base, "", "/".join(fixed), pattern


def _file(root: str, below: str, prefix: str) -> DataFile:
    if not below:
        raise FileNotFoundError
    found = beneath.stat_beneath(root, below)
    return DataFile(prefix + below, found.size, found.modified_ns, found.inode)


def _below(
    root: str, folder: str, prefix: str, pattern: Sequence[str], problems: list[str]
) -> Iterator[DataFile]:
    """What lies in a folder and below, as far as the pattern wants it; empty: all data files."""
    left = [(folder, 0)]
    count = 0
    while left:
        below, depth = left.pop()
        try:
            fd = beneath.open_folder(root, below)
        except OSError as error:
            why = "is not there" if isinstance(error, FileNotFoundError) else beneath.why_not(error)
            problems.append(f"{prefix}{below} {why}." if prefix + below else f"the folder {why}.")
            continue
        try:
            for name, found in _entries(fd):
                path = f"{below}/{name}" if below else name
                relative = path[len(folder) :].lstrip("/").split("/")
                if stat.S_ISDIR(found.st_mode):
                    if depth < _DEEP and (not pattern or "**" in pattern or len(relative) < len(pattern)):
                        left.append((path, depth + 1))
                elif stat.S_ISREG(found.st_mode) and _wanted(relative, pattern):
                    count += 1
                    if count > MOST + 1:
                        return
                    yield DataFile(prefix + path, found.st_size, found.st_mtime_ns, found.st_ino)
        except OSError as error:
            problems.append(f"{prefix}{below} {beneath.why_not(error)}.")
        finally:
            os.close(fd)


def _entries(fd: int) -> list[tuple[str, os.stat_result]]:
    found = []
    with os.scandir(fd) as entries:
        for entry in entries:
            if not entry.name.startswith((".", "_")):
                with contextlib.suppress(OSError):  # gone meanwhile
                    found.append((entry.name, entry.stat(follow_symlinks=False)))
    return sorted(found, key=lambda one: one[0])


def _wanted(relative: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return relative[-1].lower().endswith(ENDINGS)
    return _matches(relative, pattern)


def _matches(names: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not names
    if pattern[0] == "**":
        return any(_matches(names[skip:], pattern[1:]) for skip in range(len(names) + 1))
    return bool(names) and fnmatch.fnmatchcase(names[0], pattern[0]) and _matches(names[1:], pattern[1:])
