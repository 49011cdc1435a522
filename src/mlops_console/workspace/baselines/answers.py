"""The table in which a version's run wrote what the model answered on data with labels."""

from typing import TYPE_CHECKING, Final

from mlops_console.beneath import OpenFolder
from mlops_console.drift.baseline.building import Answers
from mlops_console.drift.baseline.model import Columns
from mlops_console.journal.folders import names_in

if TYPE_CHECKING:
    from mlops_console.workspace.models import Resolved

_FOLDERS: Final = ("", "artifacts", "predictions", "outputs")
"""Of a run's folder: where its tables lie."""
_MOST: Final = 2_000


def answers_of(resolved: "Resolved") -> Answers | None:
    """The likeliest table of predictions by its name and columns; None: the run has none, or is gone."""
    from mlops_console.readers.predictions import Roles, find, look

    run = (resolved.version.run or {}).get("path")
    if not isinstance(run, str) or not run:
        return None
    root = resolved.project.root
    for one in find(_files(root, run)):
        found = look(root, one.path)
        if isinstance(found, Roles):
            score = "" if found.score == found.predicted else found.score
            return Answers(one.path, Columns(found.label, score, found.predicted or ""))
    return None


def _files(root: str, run: str) -> list[str]:
    found = []
    for below in _FOLDERS:
        folder = f"{run}/{below}" if below else run
        try:
            with OpenFolder.at(root, folder) as inside:
                names = sorted(names_in(inside.fd))[:_MOST]
        except OSError:
            continue
        found += [name if folder == "." else f"{folder}/{name}" for name in names]
    return found
