"""What needs attention, over all projects: every source asked, each matter once, ranked.

Sources are imported when they are asked: what runs ask of people is told before the others are loaded.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError
from mlops_console.records import Project
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.attention.asked import Asked
from mlops_console.workspace.attention.model import Attention, Item
from mlops_console.workspace.attention.ranking import each_once, ranked
from mlops_console.workspace.projects import watched

if TYPE_CHECKING:
    from mlops_console.journal.registry import Registry
    from mlops_console.wishes.model import Wishes
    from mlops_console.workspace.drifting.states.model import MonitorState
    from mlops_console.workspace.kpis.model import KpiState
    from mlops_console.workspace.opening import Workspace

Source = Callable[[], Iterable[Item]]
SCREENFUL: Final = 10
"""So many matters are listed before all is known."""


def attention(
    workspace: "Workspace", projects: "Sequence[Project] | None" = None, *, now: int | None = None
) -> Attention:
    """What needs a person now. A worker's work: it reads no data, judges nothing and writes nothing.

    Args:
        workspace: Where.
        projects: Of which projects; None: of those in scope.
        now: Epoch microseconds; None: by the clock.
    """
    *_, whole = parts(workspace, projects, now=now)
    return whole


def parts(
    workspace: "Workspace", projects: "Sequence[Project] | None" = None, *, now: int | None = None
) -> Iterator[Attention]:
    """The same as it comes: some of what runs ask of people, then all of it.

    The first part may be empty, and does not say which projects could not be looked at.
    """
    now = time.time_ns() // 1_000 if now is None else now
    scope = workspace.scope
    if projects is None:
        projects = [one for one in workspace.projects if not scope or one.key in scope]
    workspace.decisions.gather([one.key for one in projects])
    said: list[str] = []
    coming = _of_runs(workspace, projects, now, said)
    of_runs = each_once(islice(coming, SCREENFUL))
    yield Attention(ranked(_first(workspace, of_runs, now)))
    of_runs += coming
    asked, problems = _look(workspace, projects, now)
    problems += said
    found: list[Item] = [one for one in of_runs if one.project.key in asked.registries]
    for source in _sources(asked, problems):
        try:
            found += source()
        except (ConsoleError, OSError) as error:
            problems.append(f"{error}.")
    items = [_put_off(one, asked.registries, now) for one in each_once(found)]
    away = [one for one in items if one.snoozed is not None]
    yield Attention(
        ranked(one for one in items if one.snoozed is None and one.quiet is None),
        tuple(sorted(away, key=_back)),
        tuple(dict.fromkeys(problems)),
        ranked(one for one in items if one.snoozed is None and one.quiet is not None),
    )


def _of_runs(
    workspace: "Workspace", projects: Sequence[Project], now: int, problems: list[str]
) -> Iterator[Item]:
    """What runs ask of people in all of these, whether they can be looked at or not."""
    from mlops_console.workspace.attention import runs

    try:
        yield from runs.items(Asked(workspace, tuple(projects), now, {}, {}), problems)
    except (ConsoleError, OSError) as error:
        problems.append(f"{error}.")


def _first(workspace: "Workspace", items: Iterable[Item], now: int) -> Iterator[Item]:
    """Those of them that are not put off; of their projects the journals are read."""
    registries: dict[str, Registry] = {}
    for item in items:
        key = item.project.key
        try:
            if key not in registries:
                registries[key] = workspace.decisions.registry(key)
        except (ConsoleError, OSError):
            continue
        told = _put_off(item, registries, now)
        if told.snoozed is None:
            yield told


def _look(workspace: "Workspace", projects: Sequence[Project], now: int) -> tuple[Asked, list[str]]:
    wishes: dict[str, Wishes] = {}
    registries: dict[str, Registry] = {}
    seen, problems = [], []
    for project in projects:
        try:
            registries[project.key] = workspace.decisions.registry(project.key)
            wishes[project.key] = read_wishes(project.root)
        except (ConsoleError, OSError) as error:
            problems.append(f"{safe_text(project.name, 80)} could not be looked at: {error}.")
        else:
            seen.append(project)
    known = {one.key for one in watched(workspace.places)}
    once = frozenset(one.key for one in seen if one.key not in known)
    return Asked(workspace, tuple(seen), now, wishes, registries, once), problems


def _sources(asked: Asked, problems: list[str]) -> Iterator[Source]:
    from mlops_console.workspace.attention import (
        disks,
        kpis,
        mistakes,
        models,
        monitors,
        targets,
        trainings,
        vanished,
        waiting,
    )

    states, figures = list(_states(asked, problems)), _kpis(asked, problems)
    harmed = monitors.harmed_metrics(states)
    floors = kpis.floors_told(figures, harmed)
    yield lambda: monitors.items(asked, states, _joined(floors, trainings.under_way(asked)))
    yield lambda: models.items(asked)
    yield lambda: kpis.items(asked, figures, harmed)
    yield lambda: targets.items(asked, problems)
    yield lambda: waiting.items(asked)
    yield lambda: trainings.items(asked)
    yield lambda: mistakes.items(asked)
    yield lambda: vanished.items(asked)
    yield lambda: disks.items(asked)


def _joined(*told: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """What all of these say of a monitor."""
    keys = dict.fromkeys(key for one in told for key in one)
    return {key: ", ".join(one[key] for one in told if key in one) for key in keys}


def _states(asked: Asked, problems: list[str]) -> "Iterator[MonitorState]":
    if not any(wishes.monitors for wishes in asked.wishes.values()):
        return
    from mlops_console.workspace.drifting.states.listing import states

    for project in asked.projects:
        if not asked.wishes[project.key].monitors:
            continue
        try:
            yield from states(asked.workspace, [project], now=asked.now)
        except (ConsoleError, OSError) as error:
            problems.append(f"the monitors of {safe_text(project.name, 80)} could not be looked at: {error}.")


def _kpis(asked: Asked, problems: list[str]) -> "list[KpiState]":
    from mlops_console.workspace.kpis.standing import kpis as standing

    found: list[KpiState] = []
    for project in asked.projects:
        if not any(model.kpis for model in asked.wishes[project.key].models.values()):
            continue
        try:
            found += standing(asked.workspace, [project], now=asked.now)
        except (ConsoleError, OSError) as error:
            problems.append(f"the KPIs of {safe_text(project.name, 80)} could not be looked at: {error}.")
    return found


def _put_off(item: Item, registries: "Mapping[str, Registry]", now: int) -> Item:
    """The same with what people said of it; nothing is older than now, whatever clocks said."""
    if item.since is not None and item.since > now:
        item = replace(item, since=now)
    history = registries[item.project.key].snoozes.get(item.key, ())
    if not history:
        return item
    newest = history[0]
    holds = newest.until is not None and newest.until > now
    return replace(item, history=history, snoozed=newest if holds else None)


def _back(item: Item) -> tuple[int, str, str]:
    until = item.snoozed.until if item.snoozed is not None else None
    return until or 0, item.project.key, item.key
