"""`init --shared GROUP`: folders in which a group works together, and nobody removes what others wrote."""

import grp
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mlops_console import beneath
from mlops_console.errors import UsageError
from mlops_console.journal.authors import group_name, user_name
from mlops_console.journal.folders import is_shared, make_folders, names_in
from mlops_console.ours import BASELINES, JOURNAL, MODELS, OURS, POINTERS

SHARED_MODE: Final = 0o3775
REPLACED_MODE: Final = 0o2775
"""Of folders whose files whoever comes replaces: pointers of aliases."""
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True)
class Shared:
    """What was shared."""

    group: str
    folders: list[str] = field(default_factory=list)
    """Relative to the project: the group may write in these now."""
    files: int = 0
    """So many files of this user were given to the group to read."""
    problems: list[str] = field(default_factory=list)
    """What could not be done, a sentence each."""


def share(root: str, group: str) -> Shared:
    """Let a group decide together on a project; may be said again, by every one who wrote before.

    Raises:
        UsageError: There is no such group, or this user is not in it.
    """
    gid, name = _group(group)
    done = Shared(name)
    for below in (JOURNAL, MODELS, BASELINES):
        try:
            make_folders(root, below)
        except OSError as error:
            done.problems.append(f"{below} can't be made: {_why(error)}")
    foreign: dict[int, int] = {}
    for below in _folders(root, done):
        _share_folder(root, below, gid, done)
        _share_files(root, below, gid, done, foreign)
    for uid, count in sorted(foreign.items()):
        done.problems.append(
            f"{count} {'file' if count == 1 else 'files'} of {user_name(uid)} may be closed to {name}:"
            " they have to run this too"
        )
    _check_way(root, gid, done)
    return done


def _group(named: str) -> tuple[int, str]:
    try:
        gid = int(named) if named.isascii() and named.isdigit() else grp.getgrnam(named).gr_gid
    except (KeyError, ValueError) as error:
        raise UsageError(f"there is no group {named}", "`groups` lists yours") from error
    name = group_name(gid)
    if os.geteuid() != 0 and gid not in {os.getegid(), *os.getgroups()}:
        mine = ", ".join(sorted(group_name(one) for one in {os.getegid(), *os.getgroups()}))
        raise UsageError(
            f"you are not in the group {name}, so you can't share with it",
            f"yours: {mine} (a group that you were added to counts after the next login)",
        )
    return gid, name


def _why(error: OSError) -> str:
    return (error.strerror or "it failed").lower()


def _folders(root: str, done: Shared) -> Iterator[str]:
    """Every folder of ours, those above before those below."""
    left = [OURS]
    while left:
        below = left.pop()
        yield below
        try:
            fd = beneath.open_folder(root, below)
        except OSError as error:
            done.problems.append(f"{below} {beneath.why_not(error)}")
            continue
        try:
            with os.scandir(fd) as entries:
                left += [f"{below}/{one.name}" for one in entries if one.is_dir(follow_symlinks=False)]
        except OSError as error:
            done.problems.append(f"{below} {beneath.why_not(error)}")
        finally:
            os.close(fd)


def _mode(below: str) -> int | None:
    """The mode of a folder of ours; None: a copy of a model, which nobody writes to any more."""
    parts = below.split("/")
    if below.startswith(f"{MODELS}/") and len(parts) > 3:
        return REPLACED_MODE if parts[3:] == [POINTERS] else None
    return SHARED_MODE


def _share_folder(root: str, below: str, gid: int, done: Shared) -> None:
    mode = _mode(below)
    try:
        fd = beneath.open_folder(root, below)
    except OSError:
        return  # told where folders are listed
    try:
        seen = os.fstat(fd)
        wanted = mode if mode is not None else stat.S_IMODE(seen.st_mode) | 0o050
        if (seen.st_gid, stat.S_IMODE(seen.st_mode)) != (gid, wanted):
            os.fchown(fd, -1, gid)
            os.fchmod(fd, wanted)
        if mode is not None and not is_shared(os.fstat(fd).st_mode):
            done.problems.append(
                f"{below} did not take the mode {wanted:o}: this file system may not know it"
            )
        elif mode is not None:
            done.folders.append(below)
    except PermissionError:
        done.problems.append(f"{below} is {user_name(seen.st_uid)}'s: they have to run this too")
    except OSError as error:
        done.problems.append(f"{below} {beneath.why_not(error)}")
    finally:
        os.close(fd)


def _share_files(root: str, below: str, gid: int, done: Shared, foreign: dict[int, int]) -> None:
    """Let the group read the files of this user; others' can't be changed, and hard links must not be."""
    try:
        fd = beneath.open_folder(root, below)
    except OSError:
        return
    try:
        for name in names_in(fd):
            seen = os.stat(name, dir_fd=fd, follow_symlinks=False)
            if not stat.S_ISREG(seen.st_mode) or (seen.st_gid == gid and seen.st_mode & stat.S_IRGRP):
                continue
            if seen.st_uid != os.geteuid():
                if not seen.st_mode & stat.S_IROTH:
                    foreign[seen.st_uid] = foreign.get(seen.st_uid, 0) + 1
            elif seen.st_nlink == 1:
                done.files += _share_file(fd, name, gid)
    except OSError as error:
        done.problems.append(f"{below} {beneath.why_not(error)}")
    finally:
        os.close(fd)


def _share_file(folder: int, name: str, gid: int) -> bool:
    fd = os.open(name, _OPEN, dir_fd=folder)
    try:
        seen = os.fstat(fd)
        if not stat.S_ISREG(seen.st_mode) or seen.st_uid != os.geteuid() or seen.st_nlink != 1:
            return False
        os.fchown(fd, -1, gid)
        os.fchmod(fd, stat.S_IMODE(seen.st_mode) | stat.S_IRGRP)
        return True
    finally:
        os.close(fd)


def _check_way(root: str, gid: int, done: Shared) -> None:
    """The group must be able to reach the project at all."""
    for folder in (Path(root), *Path(root).parents):
        try:
            seen = folder.stat()
        except OSError as error:
            done.problems.append(f"{folder} {beneath.why_not(error)}")
            continue
        enters = stat.S_IXGRP if seen.st_gid == gid else stat.S_IXOTH
        if not seen.st_mode & enters:
            done.problems.append(f"{done.group} can't enter {folder}: let them with chmod or chgrp")
