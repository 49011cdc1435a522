"""The runs that are on their way, how far each is, and those that left it. A worker's work."""

import math
import re
from typing import TYPE_CHECKING, Any, Final

from mlops_console.store import overview as questions
from mlops_console.workspace.overview import clock
from mlops_console.workspace.overview.figures import DAY, numbers
from mlops_console.workspace.overview.model import Liveliness, Lively, LiveRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace

MOST: Final = 60
"""Runs that are told of; all are counted."""
_KINDS: Final[tuple[Liveliness, ...]] = ("running", "silent", "failed")
_TOTAL: Final = re.compile(
    r"(^|[._/-])(max_?|num_?|n_?|total_?)?(epochs?|steps?|iterations?|iters?|rounds?|boost_rounds?|estimators|trees)$",
    re.IGNORECASE,
)
_UNITS: Final = {"iter": "iterations", "iters": "iterations", "estimators": "trees", "boost_round": "rounds"}


def lively(workspace: "Workspace", *, now: int | None = None) -> Lively:
    """Those that run, that fell silent, and that failed or were killed in the last 24 hours."""
    now = clock.now() if now is None else now
    projects = numbers(workspace)
    ids = list(projects)
    rows = workspace.ask(lambda con: questions.lively(con, ids, now - DAY, MOST))
    run, silent, failed = workspace.ask(lambda con: questions.lively_counts(con, ids, now - DAY))
    going = [int(row[0]) for row in rows if row[8] == 0]
    steps: dict[int, tuple[Any, ...]] = {}
    params: dict[int, list[tuple[str, float]]] = {}
    if going:
        steps = {row[0]: row[1:] for row in workspace.ask(lambda con: questions.steps_of(con, going))}
        for number, key, value in workspace.ask(lambda con: questions.numbers_of(con, going)):
            params.setdefault(number, []).append((key, value))
    found = tuple(_run(row, projects, steps.get(row[0]), params.get(row[0], [])) for row in rows)
    return Lively(found, run, silent, failed)


def _run(
    row: tuple[Any, ...],
    projects: "Mapping[int, Project]",
    steps: tuple[Any, ...] | None,
    params: list[tuple[str, float]],
) -> LiveRun:
    _, run, name, project, status, reason, started, at, kind = row
    done, total, unit = far(steps, params) if steps is not None else (None, None, "")
    return LiveRun(run, name, projects[project], status, reason, _KINDS[kind], started, at, done, total, unit)


def far(steps: tuple[Any, ...], params: list[tuple[str, float]]) -> tuple[int | None, int | None, str]:
    """(done, of how many, of what), by what its steps and a param say; done alone where no param fits."""
    newest, first, epoch = steps
    if newest is None:
        return None, None, ""
    from_zero = first == 0
    for key, value in params:
        match = _TOTAL.search(key)
        if match is None or not math.isfinite(value) or value < 2 or value != int(value):
            continue
        word = match[3].lower()
        unit = _UNITS.get(word, word if word.endswith("s") else word + "s")
        if unit == "epochs" and epoch is not None and math.isfinite(epoch):
            return min(int(epoch) + 1, int(value)), int(value), unit
        if newest <= value:
            return min(int(newest) + from_zero, int(value)), int(value), unit
    return int(newest), None, "steps"
