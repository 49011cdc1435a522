"""The registry's own copies of versions: `.mlops-console/models/<model>/<sha256>/`.

A copy has that name only when it is complete and its bytes give that hash. What its files looked like then is
remembered beside it, so that a later look needs no reading while nothing has changed.
"""

import contextlib
import re
import stat
import time
from collections.abc import Container
from dataclasses import replace
from pathlib import Path
from typing import Final

from mlops_console import pointer
from mlops_console.errors import ReleaseError
from mlops_console.ours import POINTERS
from mlops_console.pointer import Seen
from mlops_console.promotion.copying import Copied, Progress, fill
from mlops_console.promotion.model import Integrity
from mlops_console.promotion.own import make_folders, model_folder, models_folder
from mlops_console.promotion.unfinished import sweep, unfinished
from mlops_console.replacing import replace_file

_ABOUT_TO_BE_USED: Final = 3600.0
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def keep_copy(
    root: str, model: str, path: str, *, expected: str | None = None, progress: Progress | None = None
) -> Copied:
    """Put a copy of a model's files into the registry; where it has them already, that copy stays.

    Two people may do so at once: both copy, and the second uses what the first has put there. A copy that was
    damaged since is replaced by the fresh one.

    Args:
        root: The project's folder.
        model: The model's name.
        path: Its file or folder, relative to the project.
        expected: The SHA-256 that the copy must have.
        progress: Told how far it is.

    Raises:
        ReleaseError: As `copying.copy_model`; or the project can't be written.
    """
    above = model_folder(root, model)
    make_folders(root, above / POINTERS)
    _ignored_by_git(root)
    sweep(above)
    with unfinished(above) as made:
        copied = fill(made, root, path, expected=expected, progress=progress)
        ours = made.become(copied.sha256)
        if not ours:
            problems = verify_kept(root, model, copied.sha256).problems
            ours = bool(problems) and made.replace(copied.sha256)
            if problems and not ours:
                raise ReleaseError(
                    f"the registry's copy of these bytes is damaged and can't be replaced: {problems[0]}",
                    f"remove {above / copied.sha256} and try again",
                )
    if ours:
        _remember(root, model, copied)
    return replace(copied, fresh=ours)


def kept_path(root: str, model: str, sha256: str) -> Path | None:
    """The registry's copy: the model's file, or its folder; None where there is none.

    Raises:
        ReleaseError: The name is none that a model can have.
    """
    return _found(root, model, sha256, pointer.remembered(root, model, sha256))


def _found(root: str, model: str, sha256: str, files: tuple[Seen, ...]) -> Path | None:
    folder = model_folder(root, model) / sha256
    if not _SHA256.fullmatch(sha256) or folder.is_symlink() or not folder.is_dir():
        return None
    if files:
        return folder / files[0].path if pointer.is_single(sha256, files) else folder
    with contextlib.suppress(OSError):
        inner = list(folder.iterdir())
        if len(inner) == 1:
            found = pointer.check(root, str(inner[0].relative_to(root)), sha256, ())
            return inner[0] if pointer.is_single(sha256, found.files) else folder
    return folder


def verify_kept(root: str, model: str, sha256: str, *, full: bool = False) -> Integrity:
    """Whether the registry's copy is, byte for byte, what its name says.

    Args:
        root: The project's folder.
        model: The model's name.
        sha256: The version's.
        full: Read every byte, even where nothing has touched the files since they were read last.
    """
    files = pointer.remembered(root, model, sha256)
    path = _found(root, model, sha256, files)
    if path is None:
        return Integrity((f"the registry has no copy of {model} {sha256[:12]}…",), 0, 0)
    return _verified(root, model, str(path.relative_to(root)), sha256, files, full)


def _verified(
    root: str, model: str, path: str, sha256: str, known: tuple[Seen, ...], full: bool
) -> Integrity:
    begun = time.monotonic()
    found = pointer.check(root, path, sha256, known, full=full)
    if found.read and not found.problems and found.files != known:
        with contextlib.suppress(OSError, ReleaseError):
            make_folders(root, model_folder(root, model) / POINTERS)
            pointer.remember(root, model, sha256, found.files)
    size = sum(one.size for one in found.files)
    return Integrity(
        found.problems, len(found.files), size, time.monotonic() - begun, from_memory=not found.read
    )


def not_in_use(root: str, registered: Container[tuple[str, str]]) -> tuple[tuple[Path, int], ...]:
    """Copies that no version is registered by, with their sizes; looks at names and at what is remembered.

    Left by who was interrupted between copying and registering, or decided on another branch of the journal.
    One that was touched within the hour may be about to be registered.

    Args:
        root: The project's folder.
        registered: Model and SHA-256 of every version.
    """
    found = []
    with contextlib.suppress(OSError):
        for model in sorted(models_folder(root).iterdir()):
            if model.is_symlink() or not model.is_dir():
                continue
            for copy in sorted(model.iterdir()):
                if not _SHA256.fullmatch(copy.name) or (model.name, copy.name) in registered:
                    continue
                what = copy.lstat()
                if stat.S_ISDIR(what.st_mode) and what.st_ctime < time.time() - _ABOUT_TO_BE_USED:
                    files = pointer.remembered(root, model.name, copy.name)
                    found.append((copy, sum(one.size for one in files)))
    return tuple(found)


def tidy(root: str) -> None:
    """Remove what interrupted copies left; what is being copied right now stays."""
    with contextlib.suppress(OSError):
        for folder in models_folder(root).iterdir():
            if folder.is_dir() and not folder.is_symlink():
                sweep(folder)
                sweep(folder / POINTERS)


def _remember(root: str, model: str, copied: Copied) -> None:
    """How the copy's files look now; they were hashed a moment ago, under this very inode."""
    above = model_folder(root, model) / copied.sha256
    entries = []
    for one in copied.files:
        what = (above / one.path).lstat()
        entries.append(
            Seen(one.path, what.st_size, one.sha256, what.st_mtime_ns, what.st_ctime_ns, what.st_ino)
        )
    with contextlib.suppress(OSError):
        pointer.remember(root, model, copied.sha256, entries)


def _ignored_by_git(root: str) -> None:
    """Copies of models don't belong into commits; the journal beside them does."""
    place = models_folder(root) / ".gitignore"
    if not place.exists():
        with contextlib.suppress(OSError):
            replace_file(place, b"*\n")
