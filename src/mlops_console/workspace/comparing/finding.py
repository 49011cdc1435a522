"""Finding runs: the nearest to one, the ones recorded twice, and what changed since the last good one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.comparison.model import Goal, Progress
from mlops_console.errors import UsageError
from mlops_console.store import lineage as lineage_questions
from mlops_console.store import runs as run_questions
from mlops_console.workspace.changes import script_of
from mlops_console.workspace.comparing.goals import said_goals
from mlops_console.workspace.comparing.influence import params_and_values
from mlops_console.workspace.comparing.model import Outcome
from mlops_console.workspace.comparing.told import facts_of
from mlops_console.workspace.comparing.working_out import Wanted, worked_out
from mlops_console.workspace.details import RunDetail, detail, details
from mlops_console.workspace.goals import goal_of

if TYPE_CHECKING:
    from mlops_console.analysis.over_params import Params
    from mlops_console.comparison.why.finding import Difference
    from mlops_console.comparison.why.history import SinceGood
    from mlops_console.store.database import Connection
    from mlops_console.workspace.opening import Workspace

MOST_LOOKED_AT: Final = 20_000
_LOOKED_BACK: Final = 200
_HASHES: Final = ("sha256", "digest", "hash", "md5", "version")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A run near to another one."""

    run: str
    distance: float
    """0: the same params, 1: as far as any two can be."""
    differing: "tuple[Difference, ...]"
    """`mine` is the asked run's value."""
    total: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """The runs with the params of one, seeds apart."""

    seeds: tuple[str, ...]
    """The params that count as seeds."""
    other_seed: tuple[str, ...]
    same_seed: tuple[str, ...]
    """Runs with the same seed too: repeated, or recorded twice."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Runs that are the same."""

    runs: tuple[str, ...]
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since the last good run."""

    runs: tuple[str, ...]
    """In the order in which they were made; `found` counts from it."""
    found: "SinceGood"


def nearest(
    workspace: "Workspace",
    run_id: str,
    most: int = 10,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> Outcome[tuple[Neighbour, ...]]:
    """The runs of the same project with the most similar params, seeds apart; UsageError for no such run."""
    ids, params = _kin(workspace, run_id)
    outcome = worked_out(workspace, "nearest", {"params": params, "this": 0, "most": most}, progress, wanted)
    if outcome.value is None:
        return outcome
    found = tuple(Neighbour(ids[one.run], one.distance, one.differing, one.total) for one in outcome.value)
    return Outcome(found)


def repetitions(
    workspace: "Workspace",
    run_id: str,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> Outcome[Repeated]:
    """The runs of the same project with the same params and other seeds; UsageError for no such run."""
    ids, params = _kin(workspace, run_id)
    outcome = worked_out(workspace, "repetitions", {"params": params, "this": 0}, progress, wanted)
    if outcome.value is None:
        return outcome
    found = outcome.value
    others, same = (tuple(ids[at] for at in kin) for kin in (found.other_seed, found.same_seed))
    return Outcome(Repeated(found.seeds, others, same))


def duplicates(
    workspace: "Workspace",
    run_ids: Sequence[str],
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> Outcome[tuple[Alike, ...]]:
    """Which of these runs were recorded twice, or came out differently from the same inputs."""
    from mlops_console.comparison.why.finding import Identity

    runs = list(details(workspace, run_ids))
    identities = tuple(
        Identity(
            run.params, _code(run), _data(run), {metric.key: metric.last_value for metric in run.metrics}
        )
        for run in runs
    )
    outcome = worked_out(workspace, "duplicates", {"runs": identities}, progress, wanted)
    if outcome.value is None:
        return outcome
    return Outcome(
        tuple(Alike(tuple(runs[at].id for at in one.runs), one.kind, one.words) for one in outcome.value)
    )


def since_last_good(
    workspace: "Workspace",
    run_id: str,
    metric: str,
    limit: float | None = None,
    goal: Goal | None = None,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> Outcome[Since]:
    """What changed between the last good run of the same script (or group) and the first bad one after it.

    Args:
        workspace: Where to look.
        run_id: The newest run to look at; UsageError if there is none.
        metric: What is good is told by.
        limit: The worst value that is still good; None: told by where the metric went to another level.
        goal: Which way is better; None: as was said, else as the name tells.
        progress: Told how much is done.
        wanted: Asked whether anybody still waits.
    """
    this = detail(workspace, run_id)
    kin = workspace.ask(lambda con: lineage_questions.earlier(con, run_id, _LOOKED_BACK))
    script = script_of(this)
    runs = [
        run for run in details(workspace, [one.id for one in reversed(kin)])
        if bool(run.parent) == bool(this.parent)
        and (script_of(run) == script if script else run.group == this.group)
    ]  # fmt: skip
    runs.append(this)
    values = np.array([_value(run, metric) for run in runs], np.float64)
    if not np.isfinite(values).any():
        raise UsageError(f"none of these runs has a metric {metric!r}")
    goal = goal or _goal(workspace, metric)
    given = {"runs": tuple(facts_of(run) for run in runs), "values": values, "goal": goal, "limit": limit}
    outcome = worked_out(workspace, "since last good", given, progress, wanted)
    if outcome.value is None:
        return outcome
    return Outcome(Since(tuple(run.id for run in runs), outcome.value))


def _kin(workspace: "Workspace", run_id: str) -> "tuple[list[str], Params]":
    """A run, the others of its project, and their params; the run comes first."""
    detail(workspace, run_id)
    ids = [run_id, *(one for one in workspace.ask(lambda con: _of_project(con, run_id)) if one != run_id)]
    return ids, params_and_values(workspace, ids)[0]


def _goal(workspace: "Workspace", metric: str) -> Goal:
    said = said_goals(workspace)
    goal = said[metric] if metric in said else goal_of(metric)
    if goal is None:
        raise UsageError(f"nobody said whether more or less of {metric!r} is better", "say its goal first")
    return goal


def _of_project(connection: "Connection", run_id: str) -> list[str]:
    found = run_questions.roster(connection)
    ids = found["id"].tolist()
    project = found["project_id"][ids.index(run_id)]
    kept = (found["project_id"] == project) & ~found["archived"].astype(bool)
    return [str(one) for one in found["id"][kept].tolist()][-MOST_LOOKED_AT:]


def _value(run: RunDetail, metric: str) -> float:
    for one in run.metrics:
        if one.key == metric:
            return one.last_value
    final = run.summary.get(metric)
    return float(final) if isinstance(final, int | float) and not isinstance(final, bool) else float("nan")


def _code(run: RunDetail) -> str | None:
    commit = run.environment.get("git.commit")
    if not isinstance(commit, str):
        return None
    return f"{commit} {run.environment.get('git.dirty')} {run.environment.get('git.diff') or ''}"


def _data(run: RunDetail) -> tuple[str, ...] | None:
    marks = [str(one[key]) for one in run.datasets for key in _HASHES if one.get(key)]
    return tuple(marks) or None
