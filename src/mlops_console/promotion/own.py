"""Our own places in a project: made without following links, open to a group where the project is shared."""

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from mlops_console.display import safe_text
from mlops_console.errors import ReleaseError
from mlops_console.promotion.unfinished import sync_folder
from mlops_console.wishes.naming import why_no_alias, why_no_name

OURS: Final = ".mlops-console"
_SHARED: Final = stat.S_ISGID | stat.S_IWGRP


def models_folder(root: str) -> Path:
    """Where a project keeps the registry's copies."""
    return Path(root, OURS, "models")


def model_folder(root: str, model: str) -> Path:
    """Where the copies of one model lie; ReleaseError for a name that no model can have."""
    why = why_no_name(model)
    if why:
        raise ReleaseError(f"the model's name {safe_text(model, 60)!r} {why}")
    return models_folder(root) / model


def check_alias(alias: str) -> None:
    """ReleaseError for a name that can't be an alias's."""
    why = why_no_alias(alias)
    if why:
        raise ReleaseError(f"the alias {safe_text(alias, 60)!r} {why}")


def make_folders(root: str, folder: Path, *, sticky: bool = False) -> None:
    """Make a folder of ours and those above it, up to the project's; none of them may be a link.

    Args:
        root: The project's folder.
        folder: Beneath it.
        sticky: In a shared project, what one person puts there no other can take away.

    Raises:
        ReleaseError: It can't be made, or a link or a file is in the way.
    """
    place = Path(root)
    for part in folder.relative_to(root).parts:
        above, place = place, place / part
        try:
            _make_one(above, place, sticky=sticky and place == folder)
        except OSError as error:
            raise ReleaseError(
                f"{safe_text(str(place))} can't be made: {(error.strerror or 'it failed').lower()}"
            ) from error


def replace_file(path: Path, data: bytes) -> None:
    """Write a small file of ours so that it is the old one or the new one, whatever happens.

    Raises:
        OSError: It can't be written.
    """
    around = stat.S_IMODE(path.parent.stat().st_mode)
    temporary = path.parent / f".tmp-{os.getpid()}-{secrets.token_hex(6)}"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            os.fchmod(fd, 0o644 | (around & 0o020))
            left = memoryview(data)
            while left:
                left = left[os.write(fd, left) :]
            os.fsync(fd)
        finally:
            os.close(fd)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def _make_one(above: Path, place: Path, *, sticky: bool) -> None:
    try:
        place.mkdir()
    except FileExistsError:
        what = place.lstat().st_mode
        if not stat.S_ISDIR(what):
            kind = "a link" if stat.S_ISLNK(what) else "no folder"
            raise ReleaseError(
                f"{safe_text(str(place))} is {kind}; nothing is written through it", "move it away"
            ) from None
        return
    around = stat.S_IMODE(above.stat().st_mode)
    if around & _SHARED == _SHARED and above.name != "" and _within_ours(place):
        place.chmod(around & 0o2775 | (stat.S_ISVTX if sticky else 0))
    sync_folder(above)


def _within_ours(place: Path) -> bool:
    return OURS in place.parent.parts
