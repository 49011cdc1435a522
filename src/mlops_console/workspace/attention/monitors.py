"""What monitors ask of people: one matter each, the worst that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mlops_console.display import number, safe_text
from mlops_console.drift.model import Performance
from mlops_console.workspace.attention.asked import Asked, key_of
from mlops_console.workspace.attention.model import Item, Kind, Level, Place, Quiet
from mlops_console.workspace.drifting.states.model import Brief, MonitorState

KINDS: Final[dict[str, Kind]] = {
    "harmful": "harmful", "drift": "drift", "unjudged": "unjudged", "stale": "stale",
}  # fmt: skip
_BLIND: Final = ("TOO FEW ROWS", "NOT JUDGED")
_LONGEST: Final = 400


def items(
    asked: Asked, states: Iterable[MonitorState], floors: Mapping[tuple[str, str], str] | None = None
) -> Iterator[Item]:
    """Monitors that somebody should look at; muted and acknowledged ones say who had them ask nobody.

    One that can't judge for a mistake in the project's file is told by that mistake.

    Args:
        asked: One look at everything.
        states: The monitors.
        floors: (project key, monitor) -> what the same labels mean for KPIs, as the end of a sentence.
    """
    for state in states:
        kind = KINDS.get(state.health)
        mistaken = kind == "unjudged" and state.watched.monitor.unusable and state.watched.mistakes
        if kind is not None and not mistaken:
            yield _item(asked, state, kind, (floors or {}).get(state.key, ""))


def _item(asked: Asked, state: MonitorState, kind: Kind, floors: str) -> Item:
    watched = state.watched
    project, name = watched.project, watched.name
    moved = state.windows[-1].feature if kind == "drift" and state.windows else ""
    what = safe_text(state.because, _LONGEST).rstrip(".")
    return Item(
        key=key_of(kind, name, *([begun] if (begun := _begun(state, kind)) else [])),
        kind=kind,
        level=_level(state, kind),
        project=project,
        subject=name,
        what=what,
        effect=", ".join(one for one in (_effect(state, kind), floors) if one),
        since=_since(asked, state),
        owner=watched.monitor.owner.strip() or asked.owner(project.key, watched.monitor.model),
        place=Place("drift", project.key, name, moved, asked.command(project, "drift", "windows", name)),
        quiet=_quiet(state),
    )


def _quiet(state: MonitorState) -> Quiet | None:
    """Who had it ask nobody: a mute before an acknowledgement, for it covers what comes too."""
    if (mute := state.muted) is not None:
        return Quiet("muted", mute.by, mute.at, mute.reason, mute.until)
    if (seen := state.acknowledged) is not None:
        return Quiet("acknowledged", seen.by, seen.at, seen.reason)
    return None


def _level(state: MonitorState, kind: Kind) -> Level:
    """An alarm is bad unless nothing is in production, or labels say that the model holds."""
    if kind == "harmful":
        return "bad"
    if kind != "drift":
        return "warn"
    nowhere = bool(state.watched.monitor.model) and not state.version
    return "warn" if nowhere or _holds(state) else "bad"


def _holds(state: MonitorState) -> bool:
    model = state.standing.model
    realised = [one for one in model.performance if one.realised is not None] if model else []
    return bool(realised) and all(one.verdict in ("same", "better") for one in realised)


def _begun(state: MonitorState, kind: Kind) -> str:
    """The window with which this matter began: another alarm has another. The same for everybody."""
    windows = state.windows
    match kind:
        case "harmful":
            return _first(windows, [one.harmful for one in windows])
        case "drift":
            onset = state.standing.onset
            return onset.window if onset is not None else _first(windows, [one.alarm for one in windows])
        case "unjudged":
            return _first(windows, [one.verdict in _BLIND for one in windows], newest=True)
        case _:
            return windows[-1].window if windows else ""


def _first(windows: tuple[Brief, ...], hit: list[bool], *, newest: bool = False) -> str:
    """The window with which the last row of hits began; with `newest`, where the newest window is one."""
    at = len(hit) - 1
    while at >= 0 and not hit[at] and not newest:
        at -= 1
    if at < 0 or not hit[at]:
        return ""
    while at and hit[at - 1]:
        at -= 1
    return windows[at].window


def _since(asked: Asked, state: MonitorState) -> int | None:
    """Never in the future, whatever the times in the data say."""
    return None if state.since is None else min(state.since, asked.now)


def _effect(state: MonitorState, kind: Kind) -> str:
    """Which version it concerns, and what labels or an estimate say of it."""
    number_ = state.version.rpartition("@")[2]
    said = [f"affects v{number_} of {safe_text(state.watched.monitor.model, 80)}"] if number_ else []
    if kind == "stale":
        if state.windows:
            said.append(f"nobody knows how it does since {safe_text(state.windows[-1].window, 80)}")
        return ", ".join(said)
    model = state.standing.model
    figure = _telling(model.performance) if model is not None else None
    if figure is not None and kind == "drift":
        said.append(_figure(figure))
    return ", ".join(said)


def _telling(performance: tuple[Performance, ...]) -> Performance | None:
    """The figure that says the most: by labels before an estimate, worse ones first."""
    there = [one for one in performance if one.realised is not None or one.estimated is not None]
    return min(there, key=lambda one: (one.realised is None, one.verdict != "worse"), default=None)


def _figure(one: Performance) -> str:
    """`estimated auc .957 [.949, .964], was .968`."""
    found = one.realised or one.estimated
    if found is None:
        return ""
    way = "by labels" if one.realised is not None else "estimated"
    was = f", was {number(one.reference.value, 3)}" if one.reference is not None else ""
    bounds = f"[{number(found.low, 3)}, {number(found.high, 3)}]"
    return f"{way} {safe_text(one.metric, 80)} {number(found.value, 3)} {bounds}{was}"


def harmed_metrics(states: Iterable[MonitorState]) -> dict[tuple[str, str], frozenset[str]]:
    """(project key, monitor) of those that are harmful -> the metrics that labels call worse."""
    found = {}
    for state in states:
        if state.health == "harmful":
            model = state.standing.model
            worse = [one.metric for one in model.performance if one.verdict == "worse"] if model else []
            found[state.key] = frozenset(worse)
    return found
