"""The day in figures, over all projects in scope. A worker's work."""

import os
from typing import TYPE_CHECKING, Final

from mlops_console.store import overview as questions
from mlops_console.store import runs as run_questions
from mlops_console.workspace.overview import clock
from mlops_console.workspace.overview.model import DAYS, Disk, Figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace

DAY: Final = 86_400_000_000
_STEP: Final = 2 * 3_600_000_000
_STEPS: Final = 12


def in_scope(workspace: "Workspace") -> "list[Project]":
    """The projects that questions are about when they name none."""
    scope = workspace.scope
    return [project for project in workspace.projects if not scope or project.key in scope]


def numbers(workspace: "Workspace", projects: "Sequence[Project] | None" = None) -> "dict[int, Project]":
    """The store's number of each of these projects (None: of those in scope) that it knows."""
    asked = {one.key: one for one in (in_scope(workspace) if projects is None else projects)}
    rows = workspace.ask(run_questions.projects)
    return {number: asked[key] for number, key, *_ in rows if key in asked}


def figures(workspace: "Workspace", *, now: int | None = None) -> Figures:
    """Runs begun, failed and running; the disk."""
    now = clock.now() if now is None else now
    projects = in_scope(workspace)
    ids = list(numbers(workspace, projects))
    begun = [0] * DAYS
    for ago, count in workspace.ask(lambda con: questions.begun_by_day(con, ids, now, DAY, DAYS)):
        begun[DAYS - 1 - min(DAYS - 1, int(ago))] += int(count)
    failed, ended = [0] * DAYS, 0
    for ago, ends, bad in workspace.ask(lambda con: questions.ended_by_day(con, ids, now, DAY, DAYS)):
        failed[DAYS - 1 - min(DAYS - 1, int(ago))] += int(bad)
        ended = int(ends) if ago == 0 else ended
    run, silent, _ = workspace.ask(lambda con: questions.lively_counts(con, ids, now - DAY))
    at_once = [0] * _STEPS
    for ago, count in workspace.ask(lambda con: questions.at_once(con, ids, now, _STEP, _STEPS)):
        at_once[_STEPS - 1 - int(ago)] = int(count)
    total = workspace.ask(lambda con: run_questions.run_count(con, [one.key for one in projects]))
    return Figures(
        tuple(begun),
        tuple(failed),
        ended,
        (*at_once[:-1], run),
        silent,
        _disk(projects),
        len(projects),
        total,
    )


def _disk(projects: "Sequence[Project]") -> Disk | None:
    """The one with the least room left, by its share; each is asked once."""
    found: dict[int, Disk] = {}
    for project in projects:
        if project.device in found:
            continue
        try:
            told = os.statvfs(project.root)
        except OSError:
            continue
        found[project.device] = Disk(told.f_bavail * told.f_frsize, told.f_blocks * told.f_frsize)
    return max(found.values(), key=lambda one: one.used, default=None)
