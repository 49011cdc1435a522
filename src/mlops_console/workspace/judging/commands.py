"""Running the project's own commands as gates: the trusted ones, told what is judged."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_console.promotion.commands import run_command
from mlops_console.promotion.model import CommandOutcome
from mlops_console.records import Json
from mlops_console.workspace.judging.evidence_files import place_of
from mlops_console.workspace.trust import trusted

if TYPE_CHECKING:
    from mlops_console.journal.registry import Version
    from mlops_console.records import Project
    from mlops_console.wishes.model import Command
    from mlops_console.workspace.opening import Workspace


def outcomes(
    workspace: "Workspace",
    project: "Project",
    version: "Version",
    alias: str,
    commands: "Sequence[Command]",
    evidence: Mapping[str, Json],
    *,
    run: bool = True,
    wanted: Callable[[], bool] | None = None,
) -> dict[str, CommandOutcome]:
    """What these commands say, by their text; nothing of one that this user has not trusted is run.

    Args:
        workspace: Knows what is trusted.
        project: Where they run.
        version: What is judged.
        alias: Where it would move.
        commands: The commands, one after the other.
        evidence: What they are given to read.
        run: False: none is run; whether they are trusted is told all the same.
        wanted: Asked now and then; a no ends the one that runs, and no other is begun.
    """
    found: dict[str, CommandOutcome] = {}
    place = place_of(project, version)
    words = {
        "model": version.model,
        "version": str(version.number),
        "alias": alias,
        "path": "" if place is None else str(Path(project.root, place)),
        "sha256": version.sha256,
    }
    given = json.dumps({**evidence, "path": words["path"], "project": project.root}).encode()
    for command in commands:
        if not trusted(workspace, project, command):
            found[command.text] = CommandOutcome(command.text, trusted=False)
        elif run and (wanted is None or wanted()):
            found[command.text] = run_command(command, project.root, words=words, given=given, wanted=wanted)
    return found
