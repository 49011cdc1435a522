"""The commands of a target: smoke before the switch, health after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from mlops_console.display import safe_text
from mlops_console.promotion.commands import run_command
from mlops_console.promotion.model import CommandOutcome
from mlops_console.wishes.model import Command, Target
from mlops_console.workspace.trust import trusted

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace

Which = Literal["smoke", "health"]
_LAST_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """What one of them said."""

    which: str
    outcome: CommandOutcome
    refusal: str
    """Why it says no, a sentence; empty: it says yes."""


def untrusted(workspace: "Workspace", project: "Project", target: Target) -> str:
    """Which of a target's commands this user has not trusted, as a sentence; empty: none.

    Asked before anything is switched: a health command that can't be asked can't take anything back.
    """
    for which, command in (("smoke", target.smoke), ("health", target.health)):
        if command is not None and not trusted(workspace, project, command):
            return (
                f"the {which} command of {safe_text(target.name, 80)} was never trusted by you:"
                f" {safe_text(command.text, 200)}; `mlops-console trust` shows it in full"
            )
    return ""


def ask(which: str, command: Command, project: "Project", words: Mapping[str, str]) -> Asked:
    """Run a trusted command and see what it says: 0 is yes, and a last line of JSON may say otherwise."""
    said = run_command(command, project.root, words=words)
    return Asked(which, said, _refusal(which, said))


def _refusal(which: str, said: CommandOutcome) -> str:
    output = said.output or {}
    because = output.get("because")
    why = because if isinstance(because, str) else said.said.strip().splitlines()[-1:]
    tail = why if isinstance(why, str) else "".join(why)
    more = f": {safe_text(tail, _LAST_WORDS)}" if tail else ""
    if said.timed_out:
        return f"the {which} command was not done within {said.seconds:.0f} s"
    if said.exit_code is None:
        return f"the {which} command could not be run{more}"
    if said.exit_code < 0:
        return f"the {which} command was ended by signal {-said.exit_code}{more}"
    if said.exit_code > 0:
        return f"the {which} command says no (exit code {said.exit_code}){more}"
    if output.get("verdict") in ("fail", "unknown"):
        return f"the {which} command says {output['verdict']}{more}"
    return ""
