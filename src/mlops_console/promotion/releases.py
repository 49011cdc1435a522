"""Releases of a target: put there complete and verified, looked at, and pruned."""

import contextlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mlops_console.errors import ReleaseError
from mlops_console.pointer import Seen
from mlops_console.promotion.copying import Copied, Progress, fill
from mlops_console.promotion.manifest import MANIFESTS, RELEASES, Manifest, read_manifest, write_manifest
from mlops_console.promotion.swapping import current
from mlops_console.promotion.unfinished import remove_folder, unfinished
from mlops_console.replacing import PREFIX, sync_folder

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TargetFound:
    """A target as it is."""

    folder: Path
    sha256: str | None
    """Of the release that is current; None: none is, or what is current is no release."""
    manifest: Manifest | None
    """Of that release."""
    problems: tuple[str, ...]
    """How it differs from what was deployed, a sentence each; empty: it does not."""
    releases: tuple[str, ...]
    """The SHA-256 of every release, the newest first."""
    read: int = 0
    """So many bytes were read to know."""


def put_release(
    folder: Path, root: str, path: str, manifest: Manifest, *, progress: Progress | None = None
) -> bool:
    """Put a version's files into a target as a release, with its manifest; it is not current by that.

    Args:
        folder: The target, held.
        root: The folder that the version's files lie beneath.
        path: Its file or folder, relative to it.
        manifest: What it is; its `files` are filled here.
        progress: Told how far it is.

    Returns:
        Whether it was copied; False: the release was there already, and is what it should be.

    Raises:
        ReleaseError: It could not be copied, or is not what was registered. Nothing is left of it then.
    """
    place = folder / RELEASES / manifest.sha256
    known = read_manifest(folder, manifest.sha256)
    if place.is_dir() and known is not None:
        found = known.check(folder)
        if not found.problems:
            _note(folder, replace(manifest, files=found.files))
            return False
    with unfinished(folder / RELEASES) as made:
        copied = fill(made, root, path, expected=manifest.sha256, progress=progress)
        files = _seen(made.path, copied)
        if not made.become(manifest.sha256) and not made.replace(manifest.sha256):
            raise ReleaseError(
                f"the release {manifest.sha256[:12]}… in {folder} is damaged and can't be replaced",
                "deploy another version, then this one again",
            )
    _note(folder, replace(manifest, files=files))
    return True


def look_at(folder: Path, *, full: bool = False) -> TargetFound:
    """A target as it is now, against its manifests: what was touched is read, with `full` everything."""
    releases = tuple(_releases(folder))
    try:
        sha256 = current(folder)
    except ReleaseError as error:
        return TargetFound(folder, None, None, (str(error),), releases)
    if sha256 is None:
        return TargetFound(folder, None, None, (), releases)
    if sha256 not in releases:
        return TargetFound(
            folder, sha256, None, (f"current leads to {sha256[:12]}…, which is gone",), releases
        )
    manifest = read_manifest(folder, sha256)
    if manifest is None:
        said = f"{MANIFESTS}/{sha256}.json is missing, or is not what was written with the release"
        return TargetFound(folder, sha256, None, (said,), releases)
    found = manifest.check(folder, full=full)
    return TargetFound(folder, sha256, manifest, found.problems, releases, found.read)


def prune(folder: Path, keep: int, spared: frozenset[str], tell: Callable[[str], None]) -> tuple[str, ...]:
    """Remove old releases: `keep` stay in all, never the current one nor those that are `spared`.

    Returns:
        The SHA-256 of those that are gone. What can't be removed stays, and `tell` hears of it.
    """
    gone = []
    for sha256 in prunable(folder, keep, spared):
        # Out of its name first: a release that is there is a whole one.
        for about in (f"{sha256}.json", f"{sha256}.baseline"):
            with contextlib.suppress(OSError):
                (folder / MANIFESTS / about).unlink()
        aside = folder / RELEASES / f"{PREFIX}pruned-{sha256[:12]}"
        try:
            (folder / RELEASES / sha256).rename(aside)
        except OSError as error:
            tell(f"the release {sha256[:12]}… could not be removed: {(error.strerror or '').lower()}")
            continue
        remove_folder(aside)
        gone.append(sha256)
    if gone:
        with contextlib.suppress(OSError):
            sync_folder(folder / RELEASES)
    return tuple(gone)


def prunable(folder: Path, keep: int, spared: frozenset[str]) -> tuple[str, ...]:
    """The releases that are too many, the oldest last deployed first to go."""
    with contextlib.suppress(ReleaseError):
        spared = spared | {current(folder) or ""}
    others = [sha256 for sha256 in _releases(folder) if sha256 not in spared]
    stay = max(0, keep - len(spared - {""}))
    return tuple(others[stay:])


def room(folder: Path) -> int:
    """Bytes that this user may still write there."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


def _releases(folder: Path) -> list[str]:
    """The newest deployed first."""
    found = []
    with contextlib.suppress(OSError):
        for place in (folder / RELEASES).iterdir():
            if _SHA256.fullmatch(place.name) and place.is_dir() and not place.is_symlink():
                manifest = read_manifest(folder, place.name)
                found.append((manifest.at if manifest is not None else 0, place.name))
    return [sha256 for _, sha256 in sorted(found, reverse=True)]


def _seen(folder: Path, copied: Copied) -> tuple[Seen, ...]:
    files = []
    for one in copied.files:
        what = (folder / one.path).lstat()
        files.append(
            Seen(one.path, what.st_size, one.sha256, what.st_mtime_ns, what.st_ctime_ns, what.st_ino)
        )
    return tuple(files)


def _note(folder: Path, manifest: Manifest) -> None:
    try:
        write_manifest(folder, manifest)
    except OSError as error:
        raise ReleaseError(
            f"the manifest in {folder} can't be written: {(error.strerror or str(error)).lower()}"
        ) from error
