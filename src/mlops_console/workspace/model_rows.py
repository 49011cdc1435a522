"""Models and their versions as rows: how each stands, its figure, the run it came from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.registry import Model, Version
from mlops_console.records import Project, RunKey
from mlops_console.store import events as questions
from mlops_console.store.known import run_identity
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.goals import Goal, goal_of, interest

if TYPE_CHECKING:
    from mlops_console.wishes.model import ModelWishes
    from mlops_console.workspace.opening import Workspace

CHAMPION: Final = "champion"

Standing: TypeAlias = Literal[
    "held", "contested", "candidate", "not picked", "before", "rolled back", "withdrawn"
]
"""held: an alias stands on it; contested: so does it, but a rival move is not settled; candidate: newer than
the champion; not picked: older, and never held an alias; before: held one; rolled back: taken off by that."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a model."""

    version: Version
    standing: Standing
    words: str
    """The standing for people: its aliases, champion first, else the word for it."""
    value: float | None
    """Of the model's metric."""
    run_id: str | None
    """The run that it came from, where the store knows it."""
    run_name: str
    """As it was called when the version was registered; the origin where there is no run."""
    run_gone: bool
    """It came from a run that is not there any more: what was recorded still explains it."""
    by: str
    """Who put it where it stands: moved its newest alias, else registered it."""
    since: int
    """When that was, epoch microseconds."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model of one project."""

    project: Project
    model: Model
    wishes: "ModelWishes"
    metric: str | None
    """What its versions are told apart by: as wished, else the most telling that they have."""
    goal: Goal
    versions: tuple[VersionRow, ...]
    """The newest first."""

    @property
    def champion(self) -> VersionRow | None:
        """The row of the version that is champion."""
        state = self.model.aliases.get(CHAMPION)
        held = state.version if state is not None else None
        return next((row for row in self.versions if held is not None and row.version.id == held.id), None)

    @property
    def contested(self) -> tuple[str, ...]:
        """Aliases whose last move has a rival."""
        return tuple(name for name, state in self.model.aliases.items() if state.contested)


def model_rows(
    workspace: "Workspace", projects: Sequence[Project] | None = None, names: Sequence[str] | None = None
) -> list[ModelRow]:
    """The models of these projects (None: those in scope), by project and name. A worker's work.

    Args:
        workspace: The workspace.
        projects: Whose.
        names: Only models of these names; UsageError where none of these projects has one of them.
    """
    scope = workspace.scope
    if projects is None:
        projects = [one for one in workspace.projects if not scope or one.key in scope]
    rows = []
    for project in projects:
        models = workspace.decisions.registry(project.key).models
        chosen = [*models.values()] if names is None else [models[name] for name in models if name in names]
        if chosen:
            rows += _rows(workspace, project, chosen)
    for name in names or ():
        if not any(row.model.name == name for row in rows):
            raise UsageError(f"there is no model {safe_text(name, 80)!r}", "`models` lists them all")
    return rows


def metrics_of(version: Version) -> dict[str, float]:
    """What was measured of a version as it was recorded: last values, else what its tool or author stated."""
    body = version.registered.body
    evaluation = body.get("evaluation")
    stated = evaluation.get("metrics") if isinstance(evaluation, dict) else None
    found: dict[str, float] = {}
    for said in (stated, body.get("summary"), body.get("metrics")):
        for key, value in said.items() if isinstance(said, dict) else ():
            told = value.get("last") if isinstance(value, dict) else value
            if isinstance(told, (int, float)) and not isinstance(told, bool):
                found[key] = float(told)
    return found


def metric_of(
    model: Model, wishes: "ModelWishes", measured: Mapping[str, Mapping[str, float]] | None = None
) -> tuple[str | None, Goal]:
    """The metric that tells versions apart, and which way is better; `measured`: by version id, if known."""
    metric: str | None = wishes.metric or None
    if metric is None:
        if measured is None:
            measured = {version.id: metrics_of(version) for version in model.versions}
        often = Counter(key for metrics in measured.values() for key in metrics)
        metric = max(often, key=lambda key: (interest(key), often[key], key), default=None)
    return metric, wishes.goal or (goal_of(metric) if metric else None)


def _rows(workspace: "Workspace", project: Project, models: Sequence[Model]) -> list[ModelRow]:
    wishes = read_wishes(project.root)
    ids = {version.id: _run_ids(project, version) for model in models for version in model.versions}
    asked = sorted({one for some in ids.values() for one in some})
    runs = workspace.ask(lambda con: questions.shown_runs(con, asked)) if asked else {}
    rows = []
    for model in models:
        wished = wishes.model(model.name)
        measured = {version.id: metrics_of(version) for version in model.versions}
        metric, goal = metric_of(model, wished, measured)
        left = _left(model)
        versions = tuple(
            _version_row(
                model,
                version,
                measured[version.id].get(metric) if metric else None,
                left,
                next((runs[one] for one in ids[version.id] if one in runs), None),
            )
            for version in model.versions
        )
        rows.append(ModelRow(project, model, wished, metric, goal, versions))
    return rows


def _version_row(
    model: Model,
    version: Version,
    value: float | None,
    left: Mapping[str, str],
    run: tuple[str, bool] | None,
) -> VersionRow:
    standing, words = standing_of(model, version, left)
    states = [model.aliases[name] for name in version.aliases]
    newest = max(states, key=lambda state: state.since, default=None)
    event = newest.event if newest is not None else version.registered
    return VersionRow(
        version,
        standing,
        words,
        value,
        run[0] if run is not None else None,
        _run_name(version),
        version.run is not None and (run is None or run[1]),
        event.by,
        event.at,
    )


def standing_of(
    model: Model, version: Version, left: Mapping[str, str] | None = None
) -> tuple[Standing, str]:
    """How a version stands, and the words for it."""
    if version.aliases:
        names = sorted(version.aliases, key=lambda name: (name != CHAMPION, name))
        contested = any(model.aliases[name].contested for name in names)
        words = ", ".join([*names, "withdrawn"] if version.retracted else names)
        return "contested" if contested else "held", words
    if version.retracted:
        return "withdrawn", "withdrawn"
    way = (left if left is not None else _left(model)).get(version.id)
    if way is not None:
        before: Standing = "rolled back" if way == "rollback" else "before"
        return before, before
    state = model.aliases.get(CHAMPION)
    champion = state.version if state is not None else None
    never: Standing = "candidate" if champion is None or version.number > champion.number else "not picked"
    return never, never


def _left(model: Model) -> Mapping[str, str]:
    """Version id -> the way in which it lost an alias last."""
    found: dict[str, str] = {}
    for move in model.moves:
        if move.holds and move.before is not None:
            found.setdefault(move.before.id, move.way)
    return found


def _run_ids(project: Project, version: Version) -> tuple[str, ...]:
    """The ids that its run may have here: by where it lies, and as it had when it was registered."""
    run = version.run or {}
    path, native, recorded = run.get("path"), run.get("native", ""), run.get("id")
    found = []
    if isinstance(path, str) and isinstance(native, str):
        found.append(run_identity(project.key, RunKey(path, native)))
    if isinstance(recorded, str) and recorded and " " not in recorded:
        found.append(recorded)
    return tuple(found)


def _run_name(version: Version) -> str:
    run = version.run
    if not run:
        return version.origin
    named = (run.get(key) for key in ("name", "native_id", "path", "id"))
    return next((one for one in named if isinstance(one, str) and one), version.origin)
