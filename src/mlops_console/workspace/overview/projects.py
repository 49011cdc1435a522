"""The projects, each with its best run and how it came about. A worker's work."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mlops_console.store import overview as questions
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.goals import Goal, goal_of, interest
from mlops_console.workspace.overview.figures import in_scope, numbers
from mlops_console.workspace.overview.model import CELLS, ProjectRow

if TYPE_CHECKING:
    from mlops_console.wishes.model import Wishes
    from mlops_console.workspace.opening import Workspace

_FEW: Final = 0.05
"""A metric that a smaller share of a project's runs has is not what they are compared by."""
Chosen = tuple[str, int, Goal]


def projects(workspace: "Workspace") -> tuple[ProjectRow, ...]:
    """All in scope, those with the newest runs first."""
    known = numbers(workspace)
    ids = list(known)
    counted = {row[0]: row[1:] for row in workspace.ask(lambda con: questions.of_projects(con, ids))}
    wishes = {number: read_wishes(project.root) for number, project in known.items()}
    metrics = workspace.ask(lambda con: questions.metrics_of_projects(con, ids))
    chosen = choose(metrics, wishes, {number: row[0] for number, row in counted.items()})
    wanted = [(number, key, goal == "min") for number, (_, key, goal) in chosen.items()]
    told = workspace.ask(lambda con: questions.best_so_far(con, wanted, CELLS))
    best = _best(told, chosen)
    rows = []
    for number, project in known.items():
        runs, last, running = counted.get(number, (0, None, 0))
        metric, _, goal = chosen.get(number, ("", 0, None))
        value, by, past = best.get(number, (None, "", ()))
        mistakes = wishes[number].mistakes
        trouble = f"mlops-console.toml: {len(mistakes)} mistakes" if len(mistakes) > 1 else ""
        trouble = "a mistake in mlops-console.toml" if len(mistakes) == 1 else trouble
        trouble = trouble if Path(project.root).is_dir() else "its folder is not there"
        models = len(workspace.decisions.registry(project.key).models)
        best_of = (metric, goal, value, by, past)
        rows.append(ProjectRow(project, int(runs), last, int(running), *best_of, models, trouble))
    rows += [ProjectRow(project) for project in in_scope(workspace) if project not in known.values()]
    return tuple(sorted(rows, key=lambda row: (-(row.last or 0), row.project.name)))


def choose(
    metrics: Iterable[tuple[Any, ...]], wishes: "Mapping[int, Wishes]", runs: Mapping[int, int]
) -> dict[int, Chosen]:
    """Project -> the metric that its runs are compared by: as wished of a model, else the most telling."""
    found: dict[int, tuple[tuple[float, ...], Chosen]] = {}
    for number, key, key_id, count, differs in metrics:
        wished, goal = _wished(wishes[number], key)
        goal = goal or goal_of(key)
        often = count / max(1, runs.get(number, count))
        if goal is None or (not wished and often < _FEW):
            continue
        weight = (float(wished), float(bool(differs)), interest(key) + 0.2 * often, -float(key_id))
        if number not in found or weight > found[number][0]:
            found[number] = (weight, (key, int(key_id), goal))
    return {number: chosen for number, (_, chosen) in found.items()}


def _wished(wishes: "Wishes", key: str) -> tuple[bool, Goal]:
    for model in (*wishes.models.values(), wishes.usual):
        if model.metric == key:
            return True, model.goal
        for kpi in model.kpis:
            if kpi.metric == key:
                return True, kpi.goal
    return False, None


def _best(
    told: Mapping[str, Any], chosen: Mapping[int, Chosen]
) -> dict[int, tuple[float | None, str, tuple[float, ...]]]:
    cells: dict[int, list[tuple[int, float, str]]] = {}
    names: Sequence[str] = ("project_id", "cell", "best", "run")
    for number, cell, value, run in (
        zip(*(told[name].tolist() for name in names), strict=True) if told else ()
    ):
        cells.setdefault(number, []).append((cell, value, run))
    return {number: _so_far(some, chosen[number][2]) for number, some in cells.items()}


def _so_far(cells: list[tuple[int, float, str]], goal: Goal) -> tuple[float, str, tuple[float, ...]]:
    """The best value, the run that had it first, and the best until each part of the time."""
    value, by = cells[0][1], cells[0][2]
    past: list[float] = []
    for cell, own, run in sorted(cells):
        past += [value] * (cell - len(past)) if past else []
        if own < value if goal == "min" else own > value:
            value, by = own, run
        past.append(value)
    past += [value] * (CELLS - len(past))
    return value, by, tuple(past[-CELLS:])
