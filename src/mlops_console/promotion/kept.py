"""The registry's own copies of versions: `.mlops-console/models/<model>/<sha256>/`.

A copy has that name only when it is complete and its bytes give that hash. What its files looked like then is
remembered beside it, so that a later look needs no reading while nothing has changed.
"""

import contextlib
import re
import time
from pathlib import Path
from typing import Final

from mlops_console.errors import ReleaseError
from mlops_console.promotion.copying import Copied, Progress, fill, hash_model
from mlops_console.promotion.model import Integrity
from mlops_console.promotion.own import make_folders, model_folder, models_folder, replace_file
from mlops_console.promotion.unfinished import sweep, unfinished

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def keep_copy(
    root: str, model: str, path: str, *, expected: str | None = None, progress: Progress | None = None
) -> Copied:
    """Put a copy of a model's files into the registry; where it has them already, that copy stays.

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
    make_folders(root, above, sticky=True)
    _ignored_by_git(root)
    sweep(above)
    with unfinished(above) as made:
        copied = fill(made, root, path, expected=expected, progress=progress)
        if not made.become(copied.sha256):
            problems = verify_kept(root, model, copied.sha256).problems
            if problems:
                raise ReleaseError(f"the registry's copy of this model is damaged: {problems[0]}")
    return copied


def kept_path(root: str, model: str, sha256: str) -> Path | None:
    """The registry's copy: the model's file, or its folder; None where there is none.

    Raises:
        ReleaseError: The name is none that a model can have.
    """
    folder = model_folder(root, model) / sha256
    if not _SHA256.fullmatch(sha256) or folder.is_symlink() or not folder.is_dir():
        return None
    inner = list(folder.iterdir())[:2]
    if len(inner) == 1 and inner[0].is_file() and not inner[0].is_symlink():
        relative = str(inner[0].relative_to(root))
        with contextlib.suppress(ReleaseError):
            if hash_model(root, relative).sha256 == sha256:
                return inner[0]
    return folder


def verify_kept(root: str, model: str, sha256: str) -> Integrity:
    """Whether the registry's copy is, byte for byte, what its name says."""
    begun = time.monotonic()
    path = kept_path(root, model, sha256)
    if path is None:
        return Integrity((f"the registry has no copy of {model} {sha256[:12]}…",), 0, 0)
    try:
        found = hash_model(root, str(path.relative_to(root)))
    except ReleaseError as error:
        return Integrity((str(error),), 0, 0, time.monotonic() - begun)
    problems: tuple[str, ...] = ()
    if found.sha256 != sha256:
        problems = (
            f"its bytes are not what was registered: SHA-256 {found.sha256[:12]}…, not {sha256[:12]}…",
        )
    return Integrity(problems, len(found.files), found.size, time.monotonic() - begun)


def _ignored_by_git(root: str) -> None:
    """Copies of models don't belong into commits; the journal beside them does."""
    place = models_folder(root) / ".gitignore"
    if not place.exists():
        with contextlib.suppress(OSError):
            replace_file(place, b"*\n")
