"""`mlops-console unwatch [FOLDER...]`: watch folders no longer."""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_console.cli.printing import out, say
from mlops_console.display import safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.records import Project

EPILOG = """\
`mlops-console FOLDER` adds a folder to the watched ones. Runs that were read stay in the store until `forget`
takes them out; files are not touched. A console that is open goes on watching until it is closed."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument(
        "folders", metavar="FOLDER", nargs="*", help="a watched folder, also one that is gone"
    )


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.settings import places
    from mlops_console.workspace.keeping import drop
    from mlops_console.workspace.projects import watched

    where = places(asked.store)
    known = watched(where)
    if not asked.folders:
        for project in known:
            out(safe_text(project.root, 4096))
        if not known:
            say("No folder is watched.")
        return 0
    for project in dict.fromkeys(_meant(known, folder) for folder in asked.folders):
        drop(where, "watched", project.key)
        out(f"{safe_text(project.root, 4096)} is watched no longer")
    return 0


def _meant(known: "Sequence[Project]", folder: str) -> "Project":
    path = Path.cwd() / Path(folder).expanduser()
    names = {str(path), os.path.realpath(path)}
    for project in known:
        if project.root in names or safe_text(project.root, 4096) == folder:
            return project
    listed = ", ".join(safe_text(project.root, 80) for project in known[:5])
    raise UsageError(
        f"{safe_text(folder, 200)} is not watched",
        f"watched are {listed}" if listed else "no folder is watched",
    )
