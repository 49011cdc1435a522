"""A folder: the model that it is, else the names in it."""

import os
from itertools import islice
from typing import Final

from mlops_console import display
from mlops_console.beneath import open_folder
from mlops_console.readers.previews.model import Preview, Row
from mlops_console.readers.previews.opened import ROWS, safe

_MOST: Final = 10_000


def folder(root: str, path: str) -> Preview:
    """What can be seen of a folder; OSError where it is none or can't be read."""
    from mlops_console.readers.modelfiles import folder_format

    files: list[str] = []
    folders: list[str] = []
    fd = open_folder(root, path)
    try:
        with os.scandir(fd) as listed:
            for entry in islice(listed, _MOST):
                (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
    finally:
        os.close(fd)
    name = path.rpartition("/")[2]
    if folder_format(files, folders) is not None:
        from mlops_console.readers.previews.models import described

        facts, rows, note = described(root, path)
        return Preview("model", name, facts, rows, note)
    names = [f"{name}/" for name in sorted(folders)] + sorted(files)
    listing: tuple[Row, ...] = tuple(((safe(entry), "text"),) for entry in names[:ROWS])
    note = f"The first {ROWS} of them." if len(names) > ROWS else "" if names else "The folder is empty."
    return Preview(
        "folder", name, (("holds", f"{display.count(len(names))} files and folders"),), listing, note
    )
