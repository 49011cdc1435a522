"""What would be started to train a model anew, and what is told to it. Nothing is started here."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mlops_console.display import minute, safe_text
from mlops_console.errors import UsageError
from mlops_console.promotion.commands import filled
from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes.known import did_you_mean
from mlops_console.wishes.locating import dotted
from mlops_console.wishes.model import Command, Monitor
from mlops_console.wishes.reading import problem_of, read_wishes
from mlops_console.workspace.drifting.states import listing as states
from mlops_console.workspace.retraining.following import look, running, said_in
from mlops_console.workspace.retraining.knowing import to_know
from mlops_console.workspace.retraining.model import Plan, Seen
from mlops_console.workspace.trust import trusted

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.wishes.model import Wishes
    from mlops_console.workspace.opening import Workspace

CHAMPION: Final = "champion"
NAMES: Final = (
    "model", "version", "alias", "monitor", "window", "since", "current", "labels", "reference", "project",
)  # fmt: skip
"""What is told to a command: in its words in braces, and in its environment."""
_PLAIN: Final = re.compile(r"[\w./~@%:=*?\[\]][\w.,/~@%:=+*?\[\] -]*")
"""What a shell within the command would take as what it is; it does not begin like an option."""
_ONE: Final = re.compile(r"[\w./%:=][\w.,/@%:=+-]*")
"""What it would take as one word."""
_NAMED: Final = re.compile(r"\{([a-z_]+)\}")
_SHORT: Final = 80


def plan(workspace: "Workspace", project_key: str, model: str, monitor: str = "") -> Plan:
    """What would be started for a model. A worker's work: windows of the monitor are read.

    Args:
        workspace: Where.
        project_key: Of which project.
        model: A registered model, or one that the project's file names.
        monitor: Which monitor's window it answers; empty: the model's only one, or the only harmed one.

    Raises:
        UsageError: There is no such project, model or monitor.
    """
    project = next((one for one in workspace.projects if one.key == project_key), None)
    if project is None:
        raise UsageError(f"there is no project {safe_text(project_key, _SHORT)!r}")
    wishes = read_wishes(project.root)
    known = workspace.decisions.registry(project_key).models
    if model not in known and model not in wishes.models:
        names = [*dict.fromkeys((*known, *wishes.models))]
        raise UsageError(
            f"there is no model {safe_text(model, _SHORT)} in {safe_text(project.name, _SHORT)}",
            did_you_mean(model, names) if names else "register one, or name it in mlops-console.toml",
        )
    command = wishes.model(model).retrain
    words = _words(workspace, project, wishes, model, monitor)
    runs = here(workspace, project, model)
    return Plan(
        project,
        model,
        replace(command, argv=tuple(filled(word, words) for word in command.argv)) if command else None,
        tuple(words.items()),
        command is not None and trusted(workspace, project, command),
        command.text if command is not None else "",
        words["monitor"],
        words["window"],
        runs,
        _why_not(wishes, model, command, words) or (already(runs) if runs is not None else ""),
    )


def here(workspace: "Workspace", project: "Project", model: str) -> Seen | None:
    """The training of a model that runs here, whoever started it; None: none does.

    What another copy of the project on another machine trains holds nobody up.
    """
    known = said_in(workspace.decisions.registry(project.key), model)
    some = (said for _, all_of_it in known for said in all_of_it if said.outcome == "open")
    runs = (said for said in some if running(workspace, project, model, said))
    return next((look(workspace, project, model, said) for said in runs), None)


def already(one: Seen) -> str:
    """That a training of the model runs, as a sentence."""
    by = safe_text(one.said.event.by, 60)
    return f"{by} trains {safe_text(one.model, _SHORT)} anew since {minute(one.said.event.at)} UTC"


def _words(
    workspace: "Workspace", project: "Project", wishes: "Wishes", model: str, monitor: str
) -> dict[str, str]:
    watching = _monitor(workspace, project, wishes, model, monitor)
    alias = watching.alias if watching is not None else CHAMPION
    known = workspace.decisions.registry(project.key).models.get(model)
    stands = known.aliases.get(alias) if known is not None else None
    version = stands.version if stands is not None else None
    window, since = _windows(workspace, project, watching)
    return {
        "model": model,
        "version": str(version.number) if version is not None else "",
        "alias": alias,
        "monitor": watching.name if watching is not None else "",
        "window": window,
        "since": since,
        "current": watching.current if watching is not None else "",
        "labels": watching.labels if watching is not None else "",
        "reference": watching.reference if watching is not None else "",
        "project": project.root,
    }


def _monitor(
    workspace: "Workspace", project: "Project", wishes: "Wishes", model: str, name: str
) -> Monitor | None:
    """The one that is asked for, else the model's only one, else the only one that says it is harmed."""
    of_model = [one for one in wishes.monitors.values() if one.model == model]
    if name:
        found = next((one for one in of_model if one.name == name), None)
        if found is None:
            raise UsageError(
                f"no monitor {safe_text(name, _SHORT)} watches {safe_text(model, _SHORT)}",
                did_you_mean(name, [one.name for one in of_model] or ["(none)"]),
            )
        return found
    if len(of_model) < 2:
        return next(iter(of_model), None)
    harmed = [one for one in of_model if states.state(workspace, project.key, one.name).health == "harmful"]
    return harmed[0] if len(harmed) == 1 else None


def _windows(workspace: "Workspace", project: "Project", monitor: Monitor | None) -> tuple[str, str]:
    """The newest judged window, and the first of those that a new model should know."""
    if monitor is None:
        return "", ""
    state = states.state(workspace, project.key, monitor.name)
    newest = state.standing.newest
    if newest is None:
        return "", ""
    counting = [one for one in states.windows(workspace, state.watched) if not one.superseded]
    recent = to_know(state, counting)
    return newest.judged.window, recent[0].judged.window if recent else newest.judged.window


def _why_not(wishes: "Wishes", model: str, command: Command | None, words: dict[str, str]) -> str:
    name = safe_text(model, _SHORT)
    if command is None:
        begins = {dotted(("models", model, "retrain")), "retrain"}
        for one in wishes.mistakes:
            if not one.key or any(
                one.key == key or one.key.startswith((f"{key}.", f"{key}[")) for key in begins
            ):
                problem = problem_of(one)
                return f"{problem.path}: {problem.what}"
        table = dotted(("models", model, "retrain"))
        return f"nobody has said how {name} is trained anew: [{table}] in {PROJECT_FILE} does"
    asked = [(key, word) for word in command.argv for key in _NAMED.findall(word) if key in words]
    for key, within in asked:
        if not words[key]:
            return f"its command asks for {{{key}}}, {_missing(key, wishes, model, words)}"
        # Between blanks a shell, or whatever takes lines apart, would see one word in it or several.
        plain = _ONE if any(one.isspace() for one in within) else _PLAIN
        if not plain.fullmatch(words[key]):
            said = safe_text(words[key], _SHORT)
            return (
                f"its command asks for {{{key}}}, which is {said!r} here: what a shell could take otherwise"
                f" is told in the environment alone, as MLOPS_CONSOLE_{key.upper()}"
            )
    return ""


def _missing(key: str, wishes: "Wishes", model: str, words: dict[str, str]) -> str:
    monitors = [safe_text(one.name, _SHORT) for one in wishes.monitors.values() if one.model == model]
    if key == "version":
        return f"and {safe_text(words['alias'], _SHORT)} stands on none"
    if not monitors:
        return f"and no monitor watches {safe_text(model, _SHORT)}"
    if not words["monitor"]:
        return f"and several monitors watch {safe_text(model, _SHORT)}: name one, {' or '.join(monitors)}"
    if key in ("window", "since"):
        return f"and no window of {safe_text(words['monitor'], _SHORT)} was judged"
    return f"and {safe_text(words['monitor'], _SHORT)} names none"
