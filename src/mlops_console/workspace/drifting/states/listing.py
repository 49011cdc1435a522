"""How monitors stand, from stored verdicts and what people said: no data is opened.

Fit for a worker of an open console, and for commands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_console.display import day, safe_text
from mlops_console.drift.windows.listing import files_of
from mlops_console.errors import ConsoleError, UsageError
from mlops_console.journal.registry import MonitorSaid, Mute, Registry
from mlops_console.records import Project
from mlops_console.workspace.drifting import monitors
from mlops_console.workspace.drifting.monitors import Watched, watched_in
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.standing import Standing, Told
from mlops_console.workspace.drifting.states.covering import covering
from mlops_console.workspace.drifting.states.due import due
from mlops_console.workspace.drifting.states.health import Known, health_of
from mlops_console.workspace.drifting.states.model import WORST_FIRST, MonitorState
from mlops_console.workspace.drifting.states.summaries import Windows, summaries, whole
from mlops_console.workspace.drifting.states.summing import briefs, drifting, onset_in, onset_words

if TYPE_CHECKING:
    from mlops_console.workspace.drifting.checking import Look
    from mlops_console.workspace.opening import Workspace

SHOWN = 60
"""Windows of a monitor that a state holds, the newest."""
_DAY = 86_400_000_000
_PATIENT = {"file": _DAY, "day": 3 * _DAY, "week": 15 * _DAY, "month": 63 * _DAY}
"""Microseconds after which files that nobody ever judged are told: two windows, and a day."""


def states(
    workspace: "Workspace", projects: Sequence[Project] | None = None, *, now: int | None = None
) -> tuple[MonitorState, ...]:
    """All monitors of these projects, the worst first.

    Args:
        workspace: Where.
        projects: Whose; None: of all that are in scope.
        now: Epoch microseconds; None: by the clock.
    """
    scope = workspace.scope
    asked = (
        projects
        if projects is not None
        else [one for one in workspace.projects if not scope or one.key in scope]
    )
    instant = monitors.now() if now is None else now
    found = []
    for project in asked:
        try:
            watched = watched_in([project])
        except OSError:
            continue
        found += [_state(workspace, one, instant) for one in watched]
    return tuple(sorted(found, key=_place))


def state(workspace: "Workspace", project_key: str, monitor: str, *, now: int | None = None) -> MonitorState:
    """One monitor; UsageError where there is none of that name."""
    project = next((one for one in workspace.projects if one.key == project_key), None)
    if project is None:
        raise UsageError(f"there is no project {safe_text(project_key, 80)!r}")
    watched = watched_in([project], [monitor])[0]
    return _state(workspace, watched, monitors.now() if now is None else now)


def windows(workspace: "Workspace", watched: Watched) -> tuple[Told, ...]:
    """All judged windows of a monitor in their order, also those that were judged anew since."""
    return whole(workspace, watched)


def of_version(workspace: "Workspace", project_key: str, model: str, number: int) -> tuple[MonitorState, ...]:
    """The monitors that watch what this version answers: those whose alias stands on it; the worst first."""
    project = next((one for one in workspace.projects if one.key == project_key), None)
    if project is None:
        return ()
    registry = workspace.decisions.registry(project_key)
    now = monitors.now()
    label = f"{model}@{number}"
    there = [
        one
        for one in watched_in([project])
        if one.monitor.model == model and _version(registry, one) == label
    ]
    return tuple(sorted((_state(workspace, one, now) for one in there), key=_place))


def by_version(workspace: "Workspace", project: Project) -> Mapping[str, tuple[MonitorState, ...]]:
    """`churn@3` -> the monitors of a project whose alias stands on it, the worst first."""
    found: dict[str, list[MonitorState]] = {}
    for one in states(workspace, [project]):
        if one.version:
            found.setdefault(one.version, []).append(one)
    return {label: tuple(those) for label, those in found.items()}


def of_data(workspace: "Workspace", project_key: str, model: str, number: int) -> tuple[MonitorState, ...]:
    """The monitors that held current data against what this version knows, as if nothing were muted.

    Those whose alias stands on it, and those whose newest window was held against one of its baselines.
    """
    project = next((one for one in workspace.projects if one.key == project_key), None)
    if project is None:
        return ()
    registry = workspace.decisions.registry(project_key)
    known = registry.models.get(model)
    version = known.version(number) if known is not None else None
    baselines = {one.sha256 for one in version.baselines} if version is not None else set[str]()
    instant = monitors.now()
    found = []
    for watched in watched_in([project]):
        one = _state(workspace, watched, instant, muting=False)
        newest = one.standing.newest
        against = newest.judged.reference.sha256 if newest is not None else None
        if (watched.monitor.model == model and one.version == f"{model}@{number}") or against in baselines:
            found.append(one)
    return tuple(sorted(found, key=_place))


def _place(one: MonitorState) -> tuple[int, bool, int, str, str]:
    return (
        WORST_FIRST.index(one.health),
        not one.needs,
        -(one.since or 0),
        one.watched.project.name,
        one.watched.name,
    )


def _state(workspace: "Workspace", watched: Watched, now: int, *, muting: bool = True) -> MonitorState:
    registry = workspace.decisions.registry(watched.project.key)
    said = registry.monitors.get(watched.name, MonitorSaid())
    muted = _muted(said, now) if muting else ()
    names = frozenset(one.feature for one in muted)
    found = summaries(workspace, watched)
    look = _look(workspace, watched)
    why_not, nothing = _why_not(workspace, watched, found, look, now)
    lines = briefs(found.counting, watched.monitor.confirm, names)
    begun = onset_in(found.counting, names)
    instant, clocks = due(watched, found.counting, now)
    known = Known(
        watched, found.counting, lines, found.newest, names, begun, why_not, nothing, instant, clocks
    )
    health, because, since = health_of(known, now)
    newest = found.counting[-1] if found.counting else None
    problems = (*(look.problems if look is not None else ()), *found.problems)
    stale = instant if instant is not None and now >= instant else None
    standing = Standing(
        watched,
        None if found.newest is None else replace(found.newest, alarm=lines[-1].alarm, hits=_hits(known)),
        1 if health in ("harmful", "drift") else 2 if health in ("unjudged", "none") else 0,
        because,
        onset_words(found.counting, begun),
        tuple(dict.fromkeys(problems)),
        _awaited(look),
    )
    return MonitorState(
        watched,
        health,
        because,
        since,
        standing,
        lines[-SHOWN:],
        0 if newest is None else len(drifting(newest, names)),
        0 if newest is None else sum(one.verdict != "NOT JUDGED" for one in newest.figures),
        _version(registry, watched),
        stale,
        said.muted(now),
        muted,
        covering(said, found.counting, health, None if begun is None else begun[0], names, stale),
    )


def _muted(said: MonitorSaid, now: int) -> tuple[Mute, ...]:
    features = dict.fromkeys(one.feature for one in said.mutes if one.feature)
    there = (said.muted(now, feature) for feature in features)
    return tuple(one for one in there if one is not None)


def _hits(known: Known) -> int:
    last = known.watched.monitor.confirm[1]
    return sum(one.verdict == "DRIFT" for one in known.briefs[-last:])


def _look(workspace: "Workspace", watched: Watched) -> "Look | None":
    following = workspace.monitors.following
    return None if following is None else following.looks().get((watched.project.key, watched.name))


def _awaited(look: "Look | None") -> tuple[str, str] | None:
    if look is None:
        return None
    return next(((one.name, one.why_not) for one in reversed(look.cut.windows) if not one.complete), None)


def _why_not(
    workspace: "Workspace", watched: Watched, found: Windows, look: "Look | None", now: int
) -> tuple[str, str]:
    """Why nothing can be judged, or the newest window can't be; and where there is none, why."""
    one = watched.monitor
    if one.unusable:
        line = next((each.line for each in watched.mistakes if each.line), None)
        return f"{f'mlops-console.toml:{line}: ' if line else ''}{one.unusable}.", ""
    if look is not None and look.watched.monitor == one:
        return look.why_not or _failed(look) or found.unread or _blind(found, look), _nothing(look)
    try:
        References(lambda: workspace)(watched)
    except (ConsoleError, OSError) as error:
        hint = getattr(error, "hint", "")
        said = f"{str(error).rstrip('.')}."
        return f"{said} {hint[0].upper()}{hint[1:]}." if hint else said, ""
    if found.counting or found.unread:
        return found.unread, ""
    files, problems = files_of(one.current, watched.project.root)
    if not files:
        return problems[0] if problems else f"{one.current} holds no data files.", ""
    return _never(watched, min(each.modified_ns for each in files) // 1_000, now), "no window is judged yet."


def _blind(found: Windows, look: "Look") -> str:
    """Why its files give no window at all, not even one that will be complete; empty: they do, or did."""
    there = found.counting or look.cut.windows or not look.problems
    return "" if there else look.problems[0]


def _never(watched: Watched, first: int, now: int) -> str:
    """That nothing was ever judged though its files are there for long enough; empty: they are not."""
    waited = _PATIENT.get(watched.monitor.window, 0)
    if not waited or now < first + waited:
        return ""
    name = safe_text(watched.name, 80)
    since = f"no window is judged, though {watched.monitor.current} has files since {day(first)}"
    return f"{since}: mlops-console drift check {name} says why."


def _failed(look: "Look") -> str:
    """Why its newest complete window could not be judged; empty: it is, or waits for it."""
    if not look.keys:
        return ""
    name = look.keys[-1][0].name
    return next((one for one in look.problems if one.startswith(f"{name}: ")), "")


def _nothing(look: "Look") -> str:
    awaited = _awaited(look)
    if awaited is not None:
        return f"no window is complete: {awaited[0]}, {awaited[1]}"
    return look.problems[0] if look.problems else ""


def _version(registry: Registry, watched: Watched) -> str:
    model = registry.models.get(watched.monitor.model)
    alias = model.aliases.get(watched.monitor.alias) if model is not None else None
    return alias.version.label if alias is not None and alias.version is not None else ""
