"""The files of a version: copied into the project's registry, or hashed where they lie."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.errors import ReleaseError
from mlops_console.ours import MODELS
from mlops_console.records import Project
from mlops_console.workspace.registering.choosing_artifact import Chosen

if TYPE_CHECKING:
    from mlops_console.promotion.copying import Copied, CopiedFile

_OTHER: Final = "is not what it was"
_NOTED: Final = (
    "it was written over since its run noted it, so what the run measured does not hold for it;"
    " --path takes it without its run"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A model's files as they are now."""

    sha256: str
    size: int
    files: "tuple[CopiedFile, ...]"
    copied: bool
    fresh: bool = False
    """The registry had no such copy, or a damaged one, until now."""


def kept_files(
    project: Project, model: str, chosen: Chosen, progress: Callable[[int, int], None] | None
) -> Kept:
    """Copy a model's files and verify the copy, or hash them where no copy is wanted or can be made.

    ReleaseError where they can't be read, or change meanwhile.
    """
    from mlops_console.promotion.copying import hash_model
    from mlops_console.wishes.reading import read_wishes

    copies = read_wishes(project.root).model(model).copy and _writable(project.root, model)
    noted = chosen.known_sha256
    found: Copied
    try:
        if copies:
            from mlops_console.promotion.kept import keep_copy

            found = keep_copy(project.root, model, chosen.path, expected=noted, progress=progress)
        else:
            found = hash_model(project.root, chosen.path, expected=noted, progress=progress)
    except ReleaseError as error:
        if noted and _OTHER in str(error):
            raise ReleaseError(str(error), _NOTED) from error
        raise
    return Kept(found.sha256, found.size, found.files, copies, found.fresh)


def _writable(root: str, model: str) -> bool:
    """Whether this user may write the registry in the project; else the decision is a private one."""
    place = Path(root, MODELS, model)
    while not place.exists():
        place = place.parent
    return os.access(place, os.W_OK | os.X_OK)
