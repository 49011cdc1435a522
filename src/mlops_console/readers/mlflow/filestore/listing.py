"""What lies in a run's folders of small files: names, sizes, times; and the text in them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from mlops_console import beneath
from mlops_console.beneath import OpenFolder
from mlops_console.readers.mlflow.filestore.claiming import DEEPEST, MOST_FILES
from mlops_console.records import Problem

MOST_TEXT = 1 << 20
_MOST_PROBLEMS = 20
_MOST_NAMES = 1_000

Seen = tuple[int, int, int]
"""Size, modification time and inode of a file."""
_NEVER: Seen = (-1, 0, 0)


@dataclass(frozen=True, slots=True)
class Level:
    """One folder, held open while it is looked at; names in it are to be read with `above` in front."""

    folder: OpenFolder
    above: str
    files: list[tuple[str, Seen]]
    odd: list[str]
    """Links, FIFOs and the like where files belong."""
    left_out: int = 0
    """How many files are not in `files`: there are more than are read."""

    def more_than_read(self) -> str:
        """That files are left out, as the end of a sentence about the folder; empty where none are."""
        if not self.left_out:
            return ""
        most = len(self.files)
        return (
            f"holds {most + self.left_out:,} files; the first {most:,} by name are read, "
            f"{self.left_out:,} are left out; with no more than {most:,} in a folder all of them are read"
        )


def levels(outer: OpenFolder, name: str, *, stats: bool = True) -> Iterator[Level]:
    """A folder and the ones below it (`train/loss` is a name in it); what can't be listed is left out."""
    yield from _levels(outer, name, "", 0, stats)


def _levels(outer: OpenFolder, name: str, above: str, depth: int, stats: bool) -> Iterator[Level]:
    try:
        folder = outer.folder(name)
    except OSError:
        return
    with folder:
        files: list[tuple[str, Seen]] = []
        folders: list[str] = []
        odd: list[str] = []
        try:
            with os.scandir(folder.fd) as inside:
                for entry in inside:
                    if entry.is_file(follow_symlinks=False):
                        files.append((entry.name, _seen(entry) if stats else _NEVER))
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                    else:
                        odd.append(entry.name)
        except OSError:
            pass
        files.sort()
        yield Level(folder, above, files[:MOST_FILES], sorted(odd), max(0, len(files) - MOST_FILES))
        for one in sorted(folders) if depth < DEEPEST else ():
            yield from _levels(folder, one, f"{above}{one}/", depth + 1, stats)


def texts(
    outer: OpenFolder, name: str, path: str, problems: list[Problem]
) -> tuple[dict[str, str], list[tuple[str, Seen]]]:
    """The text of every file in a folder (`path`, for the problems) by its name, and how each was seen."""
    found: dict[str, str] = {}
    seen: list[tuple[str, Seen]] = []
    for level in levels(outer, name, stats=False):
        for one, _ in level.files:
            key = level.above + one
            try:
                data, stat = level.folder.read(one, MOST_TEXT)
            except FileNotFoundError:
                continue
            except OSError as error:
                complain(problems, f"{path}/{key}", beneath.why_not(error))
                seen.append((key, seen_at(level.folder, one) or _NEVER))
                continue
            found[key] = data.decode("utf-8", "surrogateescape")
            seen.append((key, (stat.size, stat.modified_ns, stat.inode)))
        for one in level.odd:
            complain(problems, f"{path}/{level.above}{one}", "is not a regular file; left out")
        if words := level.more_than_read():
            complain(problems, f"{path}/{level.above}".rstrip("/"), words)
    return found, sorted(seen)


def entries(outer: OpenFolder, name: str, depth: int = 0) -> Iterator[tuple[str, Seen]]:
    """The files in a folder, then those in the ones below it, as they come."""
    try:
        folder = outer.folder(name)
    except OSError:
        return
    with folder:
        folders: list[str] = []
        try:
            with os.scandir(folder.fd) as found:
                for entry in found:
                    if entry.is_file(follow_symlinks=False):
                        yield entry.name, _seen(entry)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
        except OSError:
            pass
        for one in folders if depth < DEEPEST else ():
            for inside, seen in entries(folder, one, depth + 1):
                yield f"{one}/{inside}", seen


def seen_in(outer: OpenFolder, name: str) -> list[tuple[str, Seen]]:
    """How each file below a folder is seen, without reading it."""
    return sorted(entries(outer, name))


def seen_at(folder: OpenFolder, name: str) -> Seen | None:
    """How a file or folder is seen; None where it is not there."""
    try:
        found = os.lstat(name, dir_fd=folder.fd)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _seen(entry: os.DirEntry[str]) -> Seen:
    found = entry.stat(follow_symlinks=False)
    return found.st_size, found.st_mtime_ns, found.st_ino


def names_in(
    outer: OpenFolder, name: str, path: str = "", problems: list[Problem] | None = None
) -> list[str]:
    """The folders in a folder (`path`, for the problems), no more than a thousand."""
    try:
        with outer.folder(name) as folder, os.scandir(folder.fd) as inside:
            names = sorted(one.name for one in inside if one.is_dir(follow_symlinks=False))
    except OSError:
        return []
    if len(names) > _MOST_NAMES and problems is not None:
        left = len(names) - _MOST_NAMES
        words = f"names {len(names):,}; the first {_MOST_NAMES:,} are read, {left:,} are left out"
        problems.append(Problem(path, words))
    return names[:_MOST_NAMES]


def complain(problems: list[Problem], path: str, what: str) -> None:
    """Add a problem, of many of the same kind only the first."""
    if sum(problem.what == what for problem in problems) < _MOST_PROBLEMS:
        problems.append(Problem(path, what))
