"""A target's folder: found, made, held by one deployment at a time, and tidied."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mlops_console.display import safe_text
from mlops_console.errors import ReleaseError
from mlops_console.ours import OURS
from mlops_console.promotion.manifest import MANIFESTS, RELEASES
from mlops_console.promotion.swapping import CURRENT, sweep_links
from mlops_console.promotion.unfinished import sweep
from mlops_console.replacing import PREFIX, sync_folder

_OURS: Final = (RELEASES, MANIFESTS, CURRENT, "lost+found")
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def target_folder(root: str, said: str) -> Path:
    """Where a target lies.

    Args:
        root: The project's folder.
        said: As the project's file says: absolute, relative to the project, or below `~`.

    Raises:
        ReleaseError: It leads out of the project, or into our own folder there.
    """
    shown = safe_text(said, 200)
    if not said.strip() or "\0" in said:
        raise ReleaseError("the target names no folder")
    try:
        place = Path(said).expanduser()
    except RuntimeError as error:
        raise ReleaseError(f"the target {shown} names nobody whose home is known") from error
    if ".." in place.parts:
        raise ReleaseError(f"the target {shown} has a .. in it", "write the whole path of its folder")
    folder = place if place.is_absolute() else Path(root, place)
    # Links may lead to the same place under another name.
    for project, there in ((Path(root), folder), (_real(Path(root)), _real(folder))):
        if project.is_relative_to(there):
            raise ReleaseError(
                f"the target {shown} is the project itself, or a folder around it",
                "name a folder of its own",
            )
        if there.is_relative_to(project) and OURS in there.relative_to(project).parts:
            raise ReleaseError(f"the target {shown} lies in {OURS}, which is the registry's own")
    if folder.is_relative_to(root):
        _no_links(Path(root), folder)
    return folder


def _real(place: Path) -> Path:
    try:
        return place.resolve()
    except (OSError, RuntimeError):  # links that lead round in a circle
        return place


def why_not_target(folder: Path) -> str:
    """Why nothing can be deployed into a folder, as a sentence; empty where it can. Makes nothing."""
    shown = safe_text(str(folder), 200)
    try:
        what = folder.lstat()
    except FileNotFoundError:
        above = folder.parent
        if not above.is_dir():
            return f"{shown} can't be made: {safe_text(str(above), 200)} is no folder"
        return (
            "" if os.access(above, os.W_OK | os.X_OK) else f"{shown} can't be made: {above} can't be written"
        )
    except OSError as error:
        return f"{shown} can't be looked at: {(error.strerror or '').lower()}"
    if stat.S_ISLNK(what.st_mode):
        return f"{shown} is a link to {safe_text(str(folder.readlink()), 200)}: name that folder itself"
    if not stat.S_ISDIR(what.st_mode):
        return f"{shown} is a file; a target is a folder"
    for inner in (RELEASES, MANIFESTS):
        place = folder / inner
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            return f"{safe_text(str(place), 200)} is no folder: this is no target of ours"
        if place.is_dir() and not os.access(place, os.W_OK | os.X_OK):
            return f"{safe_text(str(place), 200)} can't be written by you"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{shown} can't be written by you"
    if not is_target(folder) and (strange := _strange(folder)):
        return (
            f"{shown} holds other files ({safe_text(min(strange), 60)} …): a target has a folder of its own"
        )
    return ""


def is_target(folder: Path) -> bool:
    """Whether somebody has deployed to this folder: others have folders called releases, too."""
    try:
        return all(stat.S_ISDIR((folder / inner).lstat().st_mode) for inner in (RELEASES, MANIFESTS))
    except (OSError, ValueError):
        return False


def _strange(folder: Path) -> list[str]:
    """What lies in a folder that no target begins with; names with a dot before count in `releases` only."""
    around: list[str] = []
    with contextlib.suppress(OSError):
        around += [one.name for one in folder.iterdir() if one.name not in _OURS and one.name[0] != "."]
        around += [one.name for one in (folder / RELEASES).iterdir()]
    return around


@contextlib.contextmanager
def held_target(folder: Path) -> Iterator[None]:
    """Make the target's folders, keep others from deploying there meanwhile, and tidy what was left.

    Raises:
        ReleaseError: Nothing can be deployed there, or somebody else is at it.
    """
    why = why_not_target(folder)
    if why:
        raise ReleaseError(why)
    try:
        for place in (folder, folder / RELEASES, folder / MANIFESTS):
            if not place.is_dir():
                place.mkdir(exist_ok=True)
                sync_folder(place.parent)
        fd = os.open(folder, _FOLDER)
    except OSError as error:
        raise ReleaseError(f"{folder} can't be made a target: {(error.strerror or '').lower()}") from error
    try:
        if _lock(fd, folder):
            sweep_links(folder)
            _sweep_files(folder / MANIFESTS)
        sweep(folder / RELEASES)
        yield
    finally:
        os.close(fd)


def is_held(folder: Path) -> bool:
    """Whether a deployment to this target is under way."""
    try:
        fd = os.open(folder, _FOLDER)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(fd)
    return False


def _lock(fd: int, folder: Path) -> bool:
    """False where there are no locks: then only the comparison before the swap guards it."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ReleaseError(
            f"somebody else deploys to {folder} right now", "try again when they are done"
        ) from None
    except OSError:
        return False
    return True


def _sweep_files(folder: Path) -> None:
    for place in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            place.unlink()


def _no_links(root: Path, folder: Path) -> None:
    place = root
    for part in folder.relative_to(root).parts:
        place = place / part
        if place.is_symlink():
            raise ReleaseError(
                f"the target {safe_text(str(folder), 200)} lies behind a link, {safe_text(str(place), 200)}",
                "name the folder that is meant by its whole path",
            )
