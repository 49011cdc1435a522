"""Where trainings lie: `<project>/.mlops-console/trainings/<model>/<id of the event>/`, a log and a lock.

A lock that is held says that a training runs, to every user that can read the folder; the system lets go of
it with the last process that holds it, however that ends.
"""

import contextlib
import errno
import fcntl
import os
import re
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console import beneath
from mlops_console.journal.folders import file_mode, make_folders, names_in
from mlops_console.journal.places import Folder
from mlops_console.journal.writing import write_once
from mlops_console.ours import OURS, TRAININGS

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.settings import Places

LOG: Final = "log"
LOCK: Final = "lock"
STOP: Final = "stop"
"""Written by who wants it to end: `{"by", "reason"}`."""
KEPT: Final = 10
"""Trainings of a model whose logs are kept, the newest."""
BEAT: Final = 60.0
"""Seconds after which a training touches its lock, for machines that can't ask another one's locks."""
SILENT: Final = 5 * BEAT
_ALONE: Final = ".starting"
_ID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_BUSY: Final = (errno.EWOULDBLOCK, errno.EACCES)
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_THERE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def places_of(project: "Project", where: "Places") -> tuple[Folder, Folder]:
    """The project's, and the user's own where that can't be written."""
    own = where.journals.with_name("trainings")
    return (
        Folder(project.root, TRAININGS, TRAININGS),
        Folder(str(own), project.key, str(own / project.key)),
    )


def below(place: Folder, model: str, event_id: str = "") -> Folder:
    """The folder of a model, or of one of its trainings."""
    more = f"/{model}/{event_id}" if event_id else f"/{model}"
    return Folder(place.root, place.below + more, place.shown + more)


def make(folder: Folder) -> None:
    """Make it, as shared as those above; a project's begins where `.mlops-console` does."""
    if not folder.below.startswith(f"{OURS}/"):
        os.makedirs(folder.root, mode=0o700, exist_ok=True)  # noqa: PTH103 - with a mode for all of them
    make_folders(folder.root, folder.below)


def make_own(folder: Folder) -> None:
    """Make that of one training, in which nobody else puts anything, also where the project is shared."""
    make(folder)
    with folder.open() as opened:
        os.fchmod(opened.fd, stat.S_IMODE(os.fstat(opened.fd).st_mode) & ~0o022)


def not_for_git(place: Folder) -> None:
    """What a training prints may tell of the data: it does not belong into commits."""
    with contextlib.suppress(OSError), place.open() as opened:
        if ".gitignore" not in names_in(opened.fd):
            write_once(opened.fd, ".gitignore", b"*\n")


def alone(folder: Folder) -> int | None:
    """Hold the lock by which one training of a model is started at a time; None: somebody else does."""
    with folder.open() as opened:
        with contextlib.suppress(FileExistsError):
            return _taken(_guard(opened.fd))
        return _taken(os.open(_ALONE, _THERE, dir_fd=opened.fd))


def _guard(folder: int) -> int:
    """Make that lock: whoever may read it could hold it, so only who may start a training reads it."""
    above = os.fstat(folder)
    fd = os.open(_ALONE, _NEW, 0o400, dir_fd=folder)
    os.fchmod(fd, 0o400 | (above.st_mode & 0o022) << 1)  # whatever the umask
    if os.geteuid() == 0:
        os.fchown(fd, above.st_uid, above.st_gid)
    return fd


def begun(folder: Folder) -> int:
    """The lock of a new training, held."""
    with folder.open() as opened:
        fd = os.open(LOCK, _NEW, 0o400, dir_fd=opened.fd)
        os.fchmod(
            fd, file_mode(os.fstat(opened.fd))
        )  # whatever the umask: who can't open it takes it for lost
    with contextlib.suppress(OSError):  # a file system without locks: it is touched now and then
        fcntl.flock(fd, fcntl.LOCK_EX)
    return fd


def runs(folder: Folder, *, here: bool, uid: int | None = None) -> bool:
    """Whether a training runs, by its lock.

    Args:
        folder: Its own.
        here: Whether it was started on this machine: others may not see its lock.
        uid: Whose it is, where that is known: on this machine the lock of one that is gone says nothing,
            for whoever reads it could hold it.
    """
    try:
        with folder.open() as opened:
            fd = opened.open(LOCK)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            return not here or uid is None or not _gone(fd, uid)
        return _touched(fd)
    else:
        return not here and _touched(fd)
    finally:
        os.close(fd)


def tail(folder: Folder, most: int) -> bytes:
    """The last bytes of what a training printed; OSError where there is no log."""
    with folder.open() as opened:
        fd = opened.open(LOG)
    try:
        size = os.fstat(fd).st_size
        return beneath.read_range(fd, max(0, size - most), most)
    finally:
        os.close(fd)


def prune(folder: Folder, spared: str) -> None:
    """Let go of the oldest trainings of a model, as far as this user may."""
    with contextlib.suppress(OSError), folder.open() as opened:
        known = sorted(name for name in names_in(opened.fd) if _ID.fullmatch(name))
        for name in known[:-KEPT]:
            one = Folder(folder.root, f"{folder.below}/{name}", f"{folder.shown}/{name}")
            if name != spared and not runs(one, here=False):
                _remove(opened, name)


def _remove(above: beneath.OpenFolder, name: str) -> None:
    with contextlib.suppress(OSError):
        with above.folder(name) as inside:
            for file in names_in(inside.fd):
                os.unlink(file, dir_fd=inside.fd)
        os.rmdir(name, dir_fd=above.fd)


def _taken(fd: int) -> int | None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            os.close(fd)
            return None
    return fd


def _gone(fd: int, uid: int) -> bool:
    """Whether the process is gone whose number its owner wrote into the lock; not where none is there yet."""
    number = beneath.read_range(fd, 0, 32).strip()
    if not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass  # it is there
    with contextlib.suppress(OSError):
        # The number may be that of somebody else's process by now; one that has ended may wait to be reaped.
        there = Path(f"/proc/{int(number)}")
        ended = (there / "stat").read_bytes().rpartition(b")")[2].split()[:1] in ([b"Z"], [b"X"])
        return ended or there.stat().st_uid not in (uid, 0)
    return False


def _touched(fd: int) -> bool:
    return abs(time.time() - os.fstat(fd).st_mtime) < SILENT
