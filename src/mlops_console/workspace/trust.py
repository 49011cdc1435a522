"""What this user has trusted: commands by their exact text, models by their bytes; each in its project.

Somebody else's command under one's own uid is how a shared project becomes somebody else's account. So a
command runs only after its text was shown in full and trusted; a changed text, and the same text in another
folder, is asked about again. Nothing here runs anything.
"""

import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from mlops_console.settings import read_state, read_state_item
from mlops_console.wishes.model import Command
from mlops_console.wishes.reading import read
from mlops_console.wishes.stating import stated_commands
from mlops_console.workspace.keeping import drop, keep

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Pending:
    """A command of a project's file, and whether this user has trusted it."""

    project: "Project"
    command: Command
    key: str
    """Where it stands in the file: `models.churn.targets.production.smoke`."""
    line: int | None
    digest: str
    """What is remembered when it is trusted: SHA-256 of the project's folder and the command's text."""
    trusted: bool = False


def digest_of(project: "Project", command: Command) -> str:
    """What stands for this command in this project."""
    # The words as a list, for a text may look like another one's; the rest as it is shown.
    parts = (project.root, command.text, *command.argv, command.cwd, repr(command.seconds))
    return sha256(b"\0".join(part.encode(errors="surrogateescape") for part in parts)).hexdigest()


def commands(workspace: "Workspace", project: "Project") -> list[Pending]:
    """Every command in a project's file."""
    found = []
    for one in stated_commands(read(project.root)):
        digest = digest_of(project, one.command)
        known = _known(workspace, digest, project, one.command)
        found.append(Pending(project, one.command, one.key, one.line, digest, known))
    return found


def pending(workspace: "Workspace", project: "Project") -> list[Pending]:
    """The commands in a project's file that this user has not trusted."""
    return [one for one in commands(workspace, project) if not one.trusted]


def trusted(workspace: "Workspace", project: "Project", command: Command) -> bool:
    """Whether this user has trusted exactly this command in this project."""
    return _known(workspace, digest_of(project, command), project, command)


def trust(workspace: "Workspace", project: "Project", command: Command) -> str:
    """Remember a command as trusted; its digest. StoreError where that can't be kept."""
    digest = digest_of(project, command)
    item = {"root": project.root, "text": command.text, "at": time.time_ns() // 1000}
    keep(workspace.places, "trusted", digest, item)
    return digest


def trusts_file(workspace: "Workspace", project: "Project", sha256: str) -> bool:
    """Whether this user has trusted that exactly these bytes, a model of this project, are loaded."""
    item = read_state_item(workspace.places, "trusted", _digest_of_file(project, sha256))
    return item is not None and (item.get("root"), item.get("text")) == (project.root, _loading(sha256))


def trust_file(workspace: "Workspace", project: "Project", sha256: str) -> str:
    """Remember a model's bytes as trusted to be loaded; their digest. StoreError where that can't be kept."""
    digest = _digest_of_file(project, sha256)
    item = {"root": project.root, "text": _loading(sha256), "at": time.time_ns() // 1000}
    keep(workspace.places, "trusted", digest, item)
    return digest


def _digest_of_file(project: "Project", sha256_of_it: str) -> str:
    parts = (project.root, "load", sha256_of_it)
    return sha256(b"\0".join(part.encode(errors="surrogateescape") for part in parts)).hexdigest()


def _loading(sha256_of_it: str) -> str:
    return f"load the model with the sha256 {sha256_of_it}"


def distrust(workspace: "Workspace", project: "Project", digest: str = "") -> list[str]:
    """Trust a project's commands no longer, or only the one of this digest; the texts that were trusted."""
    gone = []
    for name, item in read_state(workspace.places, "trusted").items():
        if item.get("root") == project.root and name.startswith(digest):
            drop(workspace.places, "trusted", name)
            gone.append(str(item.get("text", "")))
    return gone


def _known(workspace: "Workspace", digest: str, project: "Project", command: Command) -> bool:
    item = read_state_item(workspace.places, "trusted", digest)
    return item is not None and (item.get("root"), item.get("text")) == (project.root, command.text)
