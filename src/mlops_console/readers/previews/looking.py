"""Which logs lie in a folder, told by their names."""

import os
from itertools import islice
from typing import Final

from mlops_console.beneath import FileStat, open_folder
from mlops_console.readers.previews.kinds import log_rank

_MOST: Final = 20_000


def logs_in(root: str, folder: str) -> dict[str, FileStat]:
    """The logs of a folder by path; none where it can't be read."""
    found: dict[str, FileStat] = {}
    try:
        fd = open_folder(root, folder)
    except OSError:
        return found
    try:
        with os.scandir(fd) as listed:
            for entry in islice(listed, _MOST):
                if log_rank(entry.name) is not None and entry.is_file(follow_symlinks=False):
                    seen = entry.stat(follow_symlinks=False)
                    path = entry.name if folder in (".", "") else f"{folder}/{entry.name}"
                    found[path] = FileStat(seen.st_size, seen.st_mtime_ns, seen.st_ino)
    except OSError:
        return found
    finally:
        os.close(fd)
    return found
