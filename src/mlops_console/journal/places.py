"""Where a project's journal lies: in the project if this user may write there, else among their own files."""

import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mlops_console import beneath
from mlops_console.journal.folders import is_shared
from mlops_console.ours import JOURNAL, OURS
from mlops_console.settings import Places

OPENING_SECONDS: Final = 2.0
"""That another one may take between making a month's folder and opening it to the group."""
_WRITE: Final = os.W_OK | os.X_OK


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that is reached from its root without following links."""

    root: str
    below: str
    """Relative to the root."""
    shown: str
    """How paths in it begin where people read them: relative to the project, absolute elsewhere."""

    @property
    def path(self) -> Path:
        """For people; opening goes through `beneath`."""
        return Path(self.root, self.below)

    def __fspath__(self) -> str:
        return str(self.path)

    def open(self) -> beneath.OpenFolder:
        """Hold it open."""
        return beneath.OpenFolder.at(self.root, self.below)


@dataclass(frozen=True, slots=True)
class JournalPlace:
    """Where one user writes a project's events, and where they read them."""

    folder: Folder
    """Written to, and read; need not be there yet."""
    private: bool
    """It lies among the user's own files, for the project can't be written: nobody else sees it."""
    also: tuple[Folder, ...] = ()
    """Only read: the project's where the user's own is written, and the other way round."""
    key: str = ""
    """The project's."""
    where: Places | None = None
    """Keeps what this user has seen; None: nothing is remembered."""

    @property
    def folders(self) -> tuple[Folder, ...]:
        """All that is read."""
        return (self.folder, *self.also)


def place_of(root: str, key: str, where: Places) -> JournalPlace:
    """The place for now; looking at it creates nothing. Ask again when a write was refused."""
    project = Folder(root, JOURNAL, JOURNAL)
    own = Folder(str(where.journals), key, str(where.journals / key))
    if _writable(root):
        return JournalPlace(project, False, (own,) if own.path.is_dir() else (), key, where)
    return JournalPlace(own, True, (project,), key, where)


def month_of(milliseconds: int) -> str:
    """The name of the folder that holds events of that time (UTC): `2026-11`."""
    try:
        return time.strftime("%Y-%m", time.gmtime(milliseconds // 1000))
    except (OverflowError, ValueError, OSError):
        return "9999-12"


def just_made(folder: Folder, month: str) -> bool:
    """Whether another one of the group may be about to open this month's folder of a shared journal to it."""
    try:
        with folder.open() as journal:
            if not is_shared(os.fstat(journal.fd).st_mode):
                return False
            seen = os.stat(month, dir_fd=journal.fd, follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISDIR(seen.st_mode) and abs(time.time() - seen.st_ctime) < OPENING_SECONDS


def _writable(root: str) -> bool:
    """Whether this user may add events: in this month's folder, or to what it would be created in."""
    month = month_of(time.time_ns() // 1_000_000)
    for below in (f"{JOURNAL}/{month}", JOURNAL, OURS, "."):
        try:
            fd = beneath.open_folder(root, below)
        except FileNotFoundError:
            continue
        except PermissionError:
            return below.endswith(month) and just_made(Folder(root, JOURNAL, JOURNAL), month)
        except OSError:
            return False
        try:
            may = os.access(f"/proc/self/fd/{fd}", _WRITE) if _PROC else _may_write(Path(root, below))
        finally:
            os.close(fd)
        return may or (below.endswith(month) and just_made(Folder(root, JOURNAL, JOURNAL), month))
    return False


_PROC: Final = Path("/proc/self/fd").is_dir()


def _may_write(path: Path) -> bool:
    return os.access(path, _WRITE, effective_ids=os.access in os.supports_effective_ids)
