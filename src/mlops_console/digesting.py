r"""SHA-256 of a model: of a file its bytes', of a folder one over all its files.

A folder's is the SHA-256 over one line per file, sorted by path: the file's own SHA-256, two spaces, the path
relative to the folder, a line feed. That is what `sha256sum` prints for these files, so
`find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum` gives the same.

Standard library only: what loads a model in production comes through here.
"""

import hashlib
import itertools
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mlops_console.beneath import NotReadable, OpenFolder, open_folder, reading

PIECE = 1 << 20
MOST_FILES = 250_000
_DEEPEST = 64


class Found(NamedTuple):
    """A regular file below a folder, as it was when it was listed."""

    path: str
    """Relative to the folder that was listed."""
    size: int
    modified_ns: int
    changed_ns: int
    inode: int

    @property
    def folder(self) -> str:
        """The folder it lies in, relative to the one that was listed; empty: that one."""
        return self.path.rpartition("/")[0]


def whole(files: Iterable[tuple[str, str]]) -> str:
    """The SHA-256 of a folder.

    Args:
        files: Path relative to the folder, and SHA-256 in hexadecimal digits, of each file; in any order.
    """
    found = hashlib.sha256()
    for path, inner in sorted((os.fsencode(path), inner) for path, inner in files):
        found.update(b"%s  %s\n" % (inner.encode(), path))
    return found.hexdigest()


def of_descriptor(descriptor: int, beat: Callable[[int], None] = lambda _more: None) -> str:
    """The SHA-256 of an open file, from where it stands to its end.

    Args:
        descriptor: Open for reading; stays open.
        beat: Called with the number of bytes of each piece; what it raises ends the reading.
    """
    found = hashlib.sha256()
    buffer = bytearray(max(1, min(PIECE, os.fstat(descriptor).st_size + 1)))
    view = memoryview(buffer)
    while got := os.readv(descriptor, [buffer]):
        found.update(view[:got])
        beat(got)
    return found.hexdigest()


def found_file(path: str, what: os.stat_result) -> Found:
    """A file as `stat` shows it."""
    return Found(path, what.st_size, what.st_mtime_ns, what.st_ctime_ns, what.st_ino)


def files_below(root: str, path: str) -> list[Found]:
    """Every file in and below a folder, folder by folder; each of them counts, so nothing is left out.

    Raises:
        OSError: It is no folder, a part of it can't be read, or it holds what is neither file nor folder.
    """
    files: list[Found] = []
    waiting = [""]
    while waiting:
        below = waiting.pop()
        if below.count("/") >= _DEEPEST:
            raise NotReadable("holds folders nested deeper than a model's are")
        descriptor = open_folder(root, _join(path, below))
        try:
            folders = _entries(descriptor, f"{below}/" if below else "", files)
        finally:
            os.close(descriptor)
        waiting.extend(sorted(folders, reverse=True))
        if len(files) > MOST_FILES:
            raise NotReadable(f"holds more than {MOST_FILES:,} files, the most that one model can have")
    return files


def model_files(root: str, path: str) -> tuple[list[Found], bool]:
    """Every file of a model, and whether the model is that one file and no folder.

    Raises:
        OSError: As `files_below`.
    """
    try:
        with reading(root, path) as descriptor:
            return [found_file(path.rpartition("/")[2], os.fstat(descriptor))], True
    except NotReadable as error:
        if error.why != "is not a regular file":
            raise
    return files_below(root, path), False


def hashes(
    root: str,
    path: str,
    files: Iterable[Found],
    single: bool,
    beat: Callable[[int], None] = lambda _more: None,
) -> Iterator[tuple[Found, str | OSError]]:
    """The SHA-256 of files as `model_files` listed them, each read only if it still is what was listed.

    Args:
        root: The folder that the model lies beneath.
        path: The model, relative to it.
        files: Those of one folder one after the other, for each folder is opened once.
        single: The model is one file.
        beat: As in `of_descriptor`.

    Yields:
        A file and its hash, or why it can't be read.
    """
    for below, group in itertools.groupby(files, key=lambda file: file.folder):
        inside = path.rpartition("/")[0] or "." if single else _join(path, below)
        try:
            folder = OpenFolder.at(root, inside)
        except OSError as error:
            yield from ((file, error) for file in group)
            continue
        with folder:
            for file in group:
                yield file, _hash_of(folder, file, beat)


def _hash_of(folder: OpenFolder, file: Found, beat: Callable[[int], None]) -> str | OSError:
    try:
        descriptor = folder.open(file.path.rpartition("/")[2])
    except OSError as error:
        return error
    try:
        if found_file(file.path, os.fstat(descriptor)) != file:
            return NotReadable("changed while it was read")
        inner = of_descriptor(descriptor, beat)
        if found_file(file.path, os.fstat(descriptor)) != file:
            return NotReadable("changed while it was read")
    except OSError as error:
        return error
    finally:
        os.close(descriptor)
    return inner


def _entries(descriptor: int, above: str, files: list[Found]) -> list[str]:
    folders = []
    with os.scandir(descriptor) as entries:
        for entry in entries:
            what = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(what.st_mode):
                files.append(found_file(above + entry.name, what))
            elif stat.S_ISDIR(what.st_mode):
                folders.append(above + entry.name)
            else:
                kind = "a link" if stat.S_ISLNK(what.st_mode) else "no regular file"
                raise NotReadable(f"holds {above}{entry.name}, which is {kind}")
    return folders


def _join(path: str, below: str) -> str:
    if path in ("", "."):
        return below or "."
    return f"{path}/{below}" if below else path
