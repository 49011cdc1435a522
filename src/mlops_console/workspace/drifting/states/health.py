"""How well a monitor is: its health, the sentence with the figures, and since when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from mlops_console.display import counted, day, figures, limit, number, share
from mlops_console.drift.judging.bounds import bounds_of
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Told
from mlops_console.workspace.drifting.states.model import Brief, Health
from mlops_console.workspace.drifting.states.summing import Summed, drifting, says_drift

_NOT: Final = ("TOO FEW ROWS", "NOT JUDGED")


class Labelled(Protocol):
    """A window, as far as labels say anything of it."""

    @property
    def labelled(self) -> bool:
        """Whether they do."""

    @property
    def harmful(self) -> bool:
        """Whether they say that the model does its work worse."""

    @property
    def settings(self) -> str:
        """What it was measured by."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a monitor when its health is told."""

    watched: Watched
    windows: Sequence[Summed]
    briefs: Sequence[Brief]
    newest: Told | None
    muted: Collection[str]
    onset: tuple[int, str] | None
    why_not: str = ""
    """Why nothing of it can be judged, or its newest window can't be; a sentence."""
    nothing: str = ""
    """Where there is no window: why, a sentence."""
    due: int | None = None
    clocks: str = ""
    """What is wrong with times, a sentence without its end."""


def health_of(known: Known, now: int) -> tuple[Health, str, int | None]:
    """Its health, why, and since when.

    An alarm that stands goes before whatever else is wrong, and labels before what they are not there for.
    """
    harm = harmed(known.windows)
    if harm is not None:
        return "harmful", _harm(known, *harm), known.windows[harm[1]].said_at
    alarm = raised([one.alarm for one in known.briefs])
    if alarm is not None:
        return "drift", _drift(known, alarm), known.windows[alarm].said_at
    if known.why_not:
        return "unjudged", known.why_not, None
    if not known.windows:
        return "none", known.nothing or "there is no window yet.", None
    newest = known.windows[-1]
    if newest.verdict in _NOT:
        return "unjudged", f"{newest.window}: {newest.because}", _since(known.windows, _NOT)
    if known.due is not None and now >= known.due:
        said = f"no window since {newest.window}, the next was due on {day(known.due)}."
        return "stale", said if not known.clocks else f"{said} {_sentence(known.clocks)}", known.due
    return _quiet(known, newest)


def harmed(windows: Sequence[Labelled]) -> tuple[int, int] | None:
    """Places of the newest window of which labels say anything, and of the first that was harmed until it.

    None where they say that the model holds, or nothing about what it is held against now: labels come late,
    and windows that came since don't take back what they say.
    """
    if not windows:
        return None
    judged = [
        place for place, one in enumerate(windows) if one.labelled and one.settings == windows[-1].settings
    ]
    if not judged or not windows[judged[-1]].harmful:
        return None
    begun = judged[-1]
    for place in reversed(judged):
        if not windows[place].harmful:
            break
        begun = place
    return judged[-1], begun


def raised(alarms: Sequence[bool]) -> int | None:
    """Place of the first window of the alarm that the last one raises; None: it raises none."""
    begun = len(alarms)
    while begun and alarms[begun - 1]:
        begun -= 1
    return begun if begun < len(alarms) else None


def since_words(alarm: str, moving: str) -> str:
    """`since 2013-08`; `alarm since 2013-10, moving since 2013-08` where it moved for long unheard.

    Args:
        alarm: The window with which the alarm began; empty: there is none.
        moving: The window since which what drifts has moved.
    """
    if not alarm or alarm == moving:
        return f"since {moving}"
    return f"alarm since {alarm}, moving since {moving}"


def _quiet(known: Known, newest: Summed) -> tuple[Health, str, int | None]:
    said = newest.because
    if newest.verdict == "DRIFT" and not says_drift(newest, known.muted):
        names = [each.name for each in newest.figures if each.verdict == "DRIFT"]
        said = f"{newest.window}: only what is muted drifted ({', '.join(sorted(names)[:3]) or 'together'})."
        watched = [one for one in newest.figures if one.verdict == "WATCH" and one.name not in known.muted]
        return ("watch" if watched else "ok"), said, newest.said_at
    if newest.verdict in ("DRIFT", "WATCH"):
        health: Health = "watch"
        if newest.verdict == "DRIFT":
            least, last = known.watched.monitor.confirm
            said = f"{_drift(known).rstrip('.')}; an alarm is {least} of {last} windows."
        else:
            said = f"{newest.window}: {said}"
        return health, _with_clocks(said, known), _since(known.windows, (newest.verdict,))
    return (
        "ok",
        _with_clocks(f"{newest.window}: {said}", known),
        _since(known.windows, ("STABLE", "NEGLIGIBLE")),
    )


def _drift(known: Known, alarm: int | None = None) -> str:
    """`amount has moved: effect .41, limit .10, since 2013-03 (3 windows); 2 more features.`."""
    newest = known.windows[-1]
    found = drifting(newest, known.muted)
    begun = known.onset[0] if known.onset is not None else len(known.windows) - 1
    count = len(known.windows) - begun
    if count == 1 and alarm in (None, begun):
        since = f"in {newest.window}"
    else:
        since = since_words("" if alarm is None else known.windows[alarm].window, known.windows[begun].window)
        since += f" ({counted(count, 'window')})"
    if not found:
        auc = "" if newest.auc is None else f": AUC {number(newest.auc, 2)}"
        return f"a classifier tells its rows from the reference's{auc}, {since}."
    first = found[0]
    more = "" if len(found) == 1 else f"; {counted(len(found) - 1, 'more feature')}"
    if first.effect is None:
        return f"{first.name}: {_because(known, first.name).rstrip('.')}, {since}{more}."
    moved = share(first.effect) if first.effect >= 0.01 else number(first.effect, 2)
    held = limit(_limit(known, first.name))
    return f"{first.name} has moved: effect {moved}, limit {held}, {since}{more}."


def _harm(known: Known, newest: int, begun: int) -> str:
    """`auc .678 [.661, .695] by labels of 2013-09, .723 on the reference.`."""
    one = known.windows[newest]
    since = "" if newest == begun else f", since {known.windows[begun].window}"
    worse = next((each for each in one.performance if each.verdict == "worse" and each.realised), None)
    if worse is None or worse.realised is None:
        return f"labels of {one.window} say that the model does its work worse{since}."
    value, *ends = figures(worse.realised.value, (worse.realised.low, worse.realised.high), most=3)
    said = f"{worse.metric} {value} [{', '.join(ends)}] by labels of {one.window}"
    usual = worse.reference
    if usual is not None:
        said += f", {figures(usual.value, (usual.low, usual.high), most=3)[0]} on the reference"
    return f"{said}{since}."


def _limit(known: Known, feature: str) -> float:
    rules = known.watched.rules()
    if known.newest is not None and known.newest.judged.floors and not rules.floors:
        rules = replace(rules, floors=known.newest.judged.floors)
    return bounds_of(feature, "distribution", rules).drift


def _because(known: Known, feature: str) -> str:
    told = known.newest.features if known.newest is not None else ()
    return next((one.because for one in told if one.measured.name == feature), "it has moved.")


def _since(windows: Sequence[Summed], verdicts: Collection[str]) -> int | None:
    begun = None
    for one in reversed(windows):
        if one.verdict not in verdicts:
            break
        begun = one.said_at
    return begun


def _with_clocks(said: str, known: Known) -> str:
    return f"{said} {_sentence(known.clocks)}" if known.clocks else said


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""
