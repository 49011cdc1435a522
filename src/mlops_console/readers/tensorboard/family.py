"""Which run a run lies in."""

import os
from functools import lru_cache

from mlops_console.beneath import open_folder
from mlops_console.readers.tensorboard.naming import named_as_events


def parent_of(root: str, folder: str) -> str | None:
    """The nearest folder above that holds event files too, within the project."""
    while folder != ".":
        folder = folder.rpartition("/")[0] or "."
        if _holds_events(root, folder):
            return folder
    return None


def _holds_events(root: str, folder: str) -> bool:
    try:
        seen = os.lstat(f"{root}/{folder}")
    except (OSError, ValueError):
        return False
    return _listed(root, folder, seen.st_dev, seen.st_ino, seen.st_mtime_ns)


@lru_cache(maxsize=4096)
def _listed(root: str, folder: str, _device: int, _inode: int, _modified: int) -> bool:
    """Remembered until the folder changes: hundreds of runs lie in one folder."""
    try:
        fd = open_folder(root, folder)
    except OSError:
        return False
    try:
        return _any_named(fd)
    except OSError:
        return False
    finally:
        os.close(fd)


def _any_named(fd: int) -> bool:
    with os.scandir(fd) as entries:
        return any(named_as_events(entry.name) and entry.is_file(follow_symlinks=False) for entry in entries)
