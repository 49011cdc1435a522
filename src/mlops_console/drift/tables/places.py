"""Which files a place names, and how they are opened: only regular files, never FIFOs or devices.

A place that a person names follows links, as every other program does. With `base`, the root of a watched
project, what lies beneath it is opened as all of a project's files are: never through a link.
"""

import glob
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mlops_console import beneath, display
from mlops_console.errors import DataError

ENDINGS: Final = (
    ".parquet", ".pq", ".arrow", ".feather", ".ipc", ".arrows", ".csv", ".tsv", ".jsonl", ".ndjson", ".json",
    ".csv.gz", ".tsv.gz", ".jsonl.gz", ".ndjson.gz", ".json.gz",
)  # fmt: skip
FILES: Final = 100_000
"""More files than this are not one table."""
_DEPTH: Final = 8
_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
FORMATS: Final = "Parquet, CSV, TSV, JSON Lines or Arrow (.arrow, .feather, .ipc)"


class ChangedError(DataError):
    """A file is not what it was when the table was opened: what was read before means nothing any more."""


@dataclass(slots=True)
class DataFile:
    """One file of a table. Opened for each read, so that a table of many files holds none of them."""

    path: str
    """As people see it."""
    root: str | None = None
    """Of a file beneath a project: the project's."""
    relpath: str = ""
    _seen: beneath.FileStat | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """Its path, made safe."""
        return display.safe_text(self.path)

    @property
    def size(self) -> int:
        """Bytes, as first opened."""
        return self._seen.size if self._seen is not None else 0

    @contextmanager
    def opened(self) -> Iterator[int]:
        """Its descriptor; DataError where it can't be opened, ChangedError where it could be before."""
        try:
            fd = beneath.open_beneath(self.root, self.relpath) if self.root is not None else _open(self.path)
        except OSError as error:
            kind = DataError if self._seen is None else ChangedError
            raise kind(f"{self.shown} {_why(error)}.") from error
        try:
            if self._seen is None:
                self._seen = beneath.file_stat(fd)
            self.check(fd)
            yield fd
        finally:
            os.close(fd)

    def check(self, fd: int) -> None:
        """ChangedError where it is not any more what was opened first."""
        if beneath.file_stat(fd) != self._seen:
            words = f"{self.shown} changed while it was read."
            raise ChangedError(words, "try again when nothing writes to it")


def fd_path(fd: int) -> str:
    """A path of an open file: whoever opens it gets that file, whatever its name means by now."""
    return f"/proc/self/fd/{fd}" if sys.platform == "linux" else f"/dev/fd/{fd}"


def files_of(place: "str | Path | Sequence[str | Path]", base: Path | None = None) -> list[DataFile]:
    """The files that a file's name, a folder, a glob, or several of them name; sorted by path.

    Raises:
        DataError: there are none, with what to do about it.
    """
    places = [place] if isinstance(place, str | Path) else list(place)
    if not places:
        raise DataError("No data file is named.", f"name a file, a folder or a glob of {FORMATS}")
    found: dict[str, DataFile] = {}
    for one in places:
        for path in _named(str(one), base):
            found[path] = _beneath(path, base)
    if len(found) > FILES:
        raise DataError(f"{len(found):,} files are more than one table may have ({FILES:,}).", "name fewer")
    return [found[path] for path in sorted(found)]


def _named(place: str, base: Path | None) -> list[str]:
    shown = display.safe_text(place)
    if "\0" in place or not place:
        raise DataError(f"{shown or 'An empty text'} is no name of a file.", f"name a file of {FORMATS}")
    expanded = place if base is not None else os.path.expanduser(place)  # noqa: PTH111 - text in, text out
    path = os.path.join(base, expanded) if base is not None else expanded  # noqa: PTH118
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError) as error:
        if not glob.has_magic(place):
            raise DataError(f"There is no file {shown}.", _like(path)) from error
        several = sorted(one for one in glob.iglob(path, recursive=True) if _is_data(one))  # noqa: PTH207
        if not several:
            raise DataError(
                f"No data file matches {shown}.", f"a glob names files of {FORMATS}; quote it in a shell"
            ) from error
        return several
    if stat.S_ISDIR(found.st_mode):
        return _in_folder(path, shown)
    if not stat.S_ISREG(found.st_mode):
        raise DataError(f"{shown} is not a regular file.", f"name a file, a folder or a glob of {FORMATS}")
    return [path]


def _in_folder(path: str, shown: str) -> list[str]:
    several: list[str] = []
    for folder, below, names in os.walk(path, followlinks=False):
        depth = folder[len(path) :].count(os.sep)
        below[:] = sorted(one for one in below if not one.startswith((".", "_"))) if depth < _DEPTH else []
        several += [
            os.path.join(folder, name)  # noqa: PTH118
            for name in names
            if not name.startswith((".", "_")) and name.lower().endswith(ENDINGS)
        ]
        if len(several) > FILES:
            break
    several = [one for one in several if _is_regular(one)]
    if not several:
        raise DataError(f"The folder {shown} holds no data file.", f"files of {FORMATS} are looked for")
    return several


def _is_data(path: str) -> bool:
    return _is_regular(path) and not os.path.basename(path).startswith((".", "_"))  # noqa: PTH119


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116
    except (OSError, ValueError):
        return False


def _like(path: str) -> str:
    """What stands beside a file that is not there."""
    folder = Path(path).parent
    try:
        names = sorted(one for one in os.listdir(folder) if one.lower().endswith(ENDINGS))  # noqa: PTH208
    except (OSError, ValueError):
        return f"there is no folder {display.safe_text(str(folder))} either"
    if not names:
        return f"no data file lies in {display.safe_text(str(folder))}"
    some = ", ".join(display.safe_text(name) for name in names[:3])
    return f"beside it: {some}{' …' if len(names) > 3 else ''}"


def _beneath(path: str, base: Path | None) -> DataFile:
    if base is None:
        return DataFile(path)
    root = os.path.abspath(base)  # noqa: PTH100 - links stay as they are
    whole = os.path.abspath(path)  # noqa: PTH100
    if not whole.startswith(root + os.sep):
        return DataFile(whole)
    return DataFile(path, root, whole[len(root) + 1 :])


def _open(path: str) -> int:
    try:
        # Looked at before it is opened: to open some devices is to do something to them.
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            raise beneath.NotReadable("is not a regular file")
        fd = os.open(path, _FLAGS)
    except ValueError as error:
        raise beneath.NotReadable("has a name that is no file name") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise beneath.NotReadable("is not a regular file")
    return fd


def _why(error: OSError) -> str:
    return beneath.why_not(error)
