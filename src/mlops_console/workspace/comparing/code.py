"""How the code of subjects differs: commits, and what wasn't committed."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mlops_console.comparison.differing.code import CodeChange, code_change
from mlops_console.recording import layout
from mlops_console.workspace.comparing.model import Comparison, Subject

if TYPE_CHECKING:
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Workspace

MOST_BYTES: Final = 256 << 10


def code_of(workspace: "Workspace", comparison: Comparison, subject: Subject) -> CodeChange | None:
    """The code of a subject's first run against that of the base's; None where neither says what it ran.

    A worker's work: the uncommitted changes lie in files of the runs.
    """
    before, after = (comparison.runs[one.runs[0]] for one in (comparison.base, subject))
    if not any("git.commit" in run.environment for run in (before, after)):
        return None
    patches = [_patch(workspace, run) for run in (before, after)]
    found = code_change(before.environment, after.environment, *patches)
    if not any(_several(comparison, one) for one in (comparison.base, subject)):
        return found
    names = [run.name or run.path for run in (after, before)]
    return replace(found, words=f"{found.words}: {names[0]} against {names[1]}; other runs ran other code")


def _several(comparison: Comparison, subject: Subject) -> bool:
    """Whether a subject's runs say different things of their code."""
    said = [comparison.runs[run].environment for run in subject.runs]
    return len({(str(one.get("git.commit")), str(one.get("git.dirty"))) for one in said}) > 1


def _patch(workspace: "Workspace", run: "RunDetail") -> str | None:
    """None where the run doesn't say, and the environment may."""
    if isinstance(run.environment.get("git.diff"), str) or run.gone or "recorded" not in run.readers:
        return None
    if run.environment.get("git.dirty") is not True:
        return None
    from mlops_console.workspace.files import tail

    lines = tail(workspace, run.id, layout.DIFF, 0, MOST_BYTES).lines
    return "\n".join(lines) or None
