"""Our own places in a project: made without following links, open to a group where the project is shared."""

import os
import stat
from pathlib import Path
from typing import Final

from mlops_console.display import safe_text
from mlops_console.errors import ReleaseError
from mlops_console.ours import MODELS, OURS, POINTERS
from mlops_console.replacing import sync_folder
from mlops_console.wishes.naming import why_no_name

_SHARED: Final = stat.S_ISGID | stat.S_IWGRP


def models_folder(root: str) -> Path:
    """Where a project keeps the registry's copies."""
    return Path(root, MODELS)


def model_folder(root: str, model: str) -> Path:
    """Where the copies of one model lie; ReleaseError for a name that no model can have."""
    why = why_no_name(model)
    if why:
        raise ReleaseError(f"the model's name {safe_text(model, 60)!r} {why}")
    return models_folder(root) / model


def make_folders(root: str, folder: Path) -> None:
    """Make a folder of ours and those above it, up to the project's; none of them may be a link.

    In a shared project the group may write in them, and what one person puts there no other can take away;
    only pointers are replaced by whoever comes.

    Raises:
        ReleaseError: It can't be made, or a link or a file is in the way.
    """
    place = Path(root)
    for part in folder.relative_to(root).parts:
        above, place = place, place / part
        try:
            _make_one(above, place)
        except OSError as error:
            raise ReleaseError(
                f"{safe_text(str(place))} can't be made: {(error.strerror or 'it failed').lower()}"
            ) from error


def _make_one(above: Path, place: Path) -> None:
    try:
        place.mkdir()
    except FileExistsError:
        mode = place.lstat().st_mode
        if not stat.S_ISDIR(mode):
            kind = "a link" if stat.S_ISLNK(mode) else "no folder"
            raise ReleaseError(
                f"{safe_text(str(place))} is {kind}; nothing is written through it", "move it away"
            ) from None
        return
    what = above.stat()
    if os.geteuid() == 0 and what.st_uid != 0:
        # root who looked must not leave a folder in which its owner can't go on.
        os.chown(place, what.st_uid, what.st_gid)
    around = stat.S_IMODE(what.st_mode)
    if around & _SHARED == _SHARED and place.name != OURS:
        place.chmod(around & 0o2777 | (0 if place.name == POINTERS else stat.S_ISVTX))
    sync_folder(above)
