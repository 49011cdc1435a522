"""Which release of a target is current: a link, replaced in one step."""

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Final

from mlops_console.errors import ReleaseError
from mlops_console.promotion.manifest import RELEASES
from mlops_console.replacing import sync_folder

CURRENT: Final = "current"
_ASIDE: Final = ".cur-"
_LINKED: Final = re.compile(rf"{RELEASES}/([0-9a-f]{{64}})/?")


def current(folder: Path) -> str | None:
    """The SHA-256 of the release that is current in a target; None: none is.

    Raises:
        ReleaseError: There is a `current` that no deployment has made.
    """
    place = folder / CURRENT
    try:
        led = str(place.readlink())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReleaseError(
            f"{place} is no link to a release: somebody put something else there",
            "move it away, and deploy again",
        ) from error
    found = _LINKED.fullmatch(led.removeprefix(f"{folder}/").removeprefix("./"))
    if found is None:
        raise ReleaseError(
            f"{place} leads to {led}, which is no release of this target: somebody changed it by hand",
            "see what uses it; remove the link, and deploy again",
        )
    return found[1]


def swap(folder: Path, sha256: str, *, expected: str | None) -> None:
    """Make a release current, durably; whoever follows `current` sees the old or the new one, never neither.

    Args:
        folder: The target.
        sha256: Of the release.
        expected: What must be current until now.

    Raises:
        ReleaseError: Another release became current meanwhile, or the link can't be replaced.
    """
    temporary = folder / f"{_ASIDE}{os.getpid()}-{secrets.token_hex(6)}"
    try:
        temporary.symlink_to(f"{RELEASES}/{sha256}")
        try:
            _still(folder, expected)
            temporary.replace(folder / CURRENT)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(folder)
    except OSError as error:
        raise ReleaseError(f"{folder / CURRENT} can't be replaced: {error.strerror or error}") from error


def _still(folder: Path, expected: str | None) -> None:
    if current(folder) != expected:
        raise ReleaseError(
            f"another release became current in {folder} meanwhile; it was left as it is",
            "look at who deployed there, then deploy again",
        )


def withdraw(folder: Path, *, expected: str) -> None:
    """Make no release current, where there was none before this one."""
    if current(folder) == expected:
        (folder / CURRENT).unlink()
        sync_folder(folder)


def sweep_links(folder: Path) -> None:
    """Remove links that were never put in place; only for who holds the target."""
    for place in folder.glob(f"{_ASIDE}*"):
        if place.is_symlink():
            with contextlib.suppress(OSError):
                place.unlink()
