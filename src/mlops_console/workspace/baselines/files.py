"""The files of baselines: `.mlops-console/baselines/<model>/<sha256>.baseline`.

Written once, and verified whenever they are read. Where the project can't be written, this user's lie among
their own files, as their decisions do.
"""

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console import beneath
from mlops_console.display import safe_text
from mlops_console.errors import DataError, JournalError
from mlops_console.journal.folders import make_folders
from mlops_console.journal.writing import refusal, sweep, write_once
from mlops_console.ours import BASELINES
from mlops_console.replacing import replace_file
from mlops_console.wishes.naming import why_no_name

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace

SUFFIX: Final = ".baseline"
MOST: Final = 1 << 28
"""Bytes of a baseline's file."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def own_folder(workspace: "Workspace", project: "Project") -> Path:
    """Where this user's lie, if the project can't be written."""
    return workspace.places.journals.with_name("baselines") / project.key


def write(workspace: "Workspace", project: "Project", model: str, data: bytes) -> str:
    """Keep a baseline's bytes, durable on return; its SHA-256.

    Raises:
        JournalError: They can't be written: nothing was decided.
    """
    _checked(model)
    sha256 = hashlib.sha256(data).hexdigest()
    if workspace.decisions.private(project.key):
        root, below = own_folder(workspace, project), model
        place = root / below
    else:
        root, below = Path(project.root), f"{BASELINES}/{model}"
        place = root / below
    try:
        if not root.is_dir():
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_folders(str(root), below)
        if below != model:
            _ignored_by_git(root / BASELINES)
        with beneath.OpenFolder.at(str(root), below) as folder:
            sweep(folder)
            try:
                write_once(folder.fd, sha256 + SUFFIX, data)
            except FileExistsError:
                _again(folder, place / (sha256 + SUFFIX), data)
    except OSError as error:
        raise refusal(error, place) from error
    return sha256


def read(workspace: "Workspace", project: "Project", model: str, sha256: str) -> bytes:
    """A baseline's bytes, verified.

    Raises:
        DataError: They are gone, can't be read, or are not what was written.
    """
    _checked(model)
    if not _SHA256.fullmatch(sha256):
        raise DataError(f"{safe_text(sha256, 80)!r} is no SHA-256 of a baseline")
    name = sha256 + SUFFIX
    shown = f"{BASELINES}/{model}/{name}"
    own = own_folder(workspace, project)
    wrong = ""
    for root, below in ((project.root, f"{BASELINES}/{model}"), (str(own), model)):
        try:
            with beneath.OpenFolder.at(root, below) as folder:
                data = folder.read(name, MOST)[0]
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong = wrong or f"{shown} {beneath.why_not(error)}"
            continue
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
        wrong = f"{shown} is not what was written: its SHA-256 differs"
    raise DataError(wrong or f"{shown} is gone", "make it anew: mlops-console drift baseline MODEL@VERSION")


def _checked(model: str) -> None:
    why = why_no_name(model)
    if why:
        raise JournalError(f"the model's name {safe_text(model, 60)!r} {why}")


def _again(folder: beneath.OpenFolder, path: Path, data: bytes) -> None:
    """It is there: as it must be, or damaged since and to be replaced."""
    with suppress(OSError):
        if folder.read(path.name, MOST)[0] == data:
            return
    replace_file(path, data)
    with suppress(OSError):
        path.chmod(path.stat().st_mode & ~0o222)


def _ignored_by_git(folder: Path) -> None:
    """They hold a sample of the data, which does not belong into commits."""
    place = folder / ".gitignore"
    if not os.path.lexists(place):
        with suppress(OSError):
            replace_file(place, b"*\n")
