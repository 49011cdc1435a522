"""What the version knows still looks like the data that comes: no monitor alarms."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from mlops_console.display import count, duration
from mlops_console.errors import SettingsError
from mlops_console.promotion.gates.words import BuiltIn, keys_wrong, near, shown
from mlops_console.promotion.model import DriftSeen, Evidence, GateResult, QuietLevel
from mlops_console.settings import seconds

_KEYS: Final = ("level", "max_age", "monitors")
_LEVELS: Final[tuple[QuietLevel, ...]] = get_args(QuietLevel)
_FAILS: Final[Mapping[QuietLevel, frozenset[str]]] = {
    "watch": frozenset({"harmful", "drift", "watch"}),
    "drift": frozenset({"harmful", "drift"}),
    "harmful": frozenset({"harmful"}),
}
"""Level -> the healths that fail."""
_KNOWN: Final = frozenset({"harmful", "drift", "watch", "ok"})
"""Healths that say something of the data; the others say that nobody knows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the file wants."""

    level: QuietLevel = "drift"
    max_age: float | None = None
    """Seconds; None: as long as the monitor is not stale."""
    monitors: tuple[str, ...] = ()
    """Empty: all that judged the version's data."""


def wanted(wish: Any) -> Wanted:
    """The wish as values; it must have no mistakes."""
    if not isinstance(wish, Mapping):
        return Wanted()
    named = wish.get("monitors", ())
    age = wish.get("max_age")
    return Wanted(
        wish.get("level", "drift"),
        None if age is None else seconds(age),
        (named,) if isinstance(named, str) else tuple(named),
    )


class DriftQuiet(BuiltIn):
    """No alarm of a monitor on the version's data."""

    name = "drift_quiet"
    needs = frozenset({"drift"})
    example = "drift_quiet = true"
    about = "The monitors that hold current data against what the version knows raise no alarm."
    sees = (
        "judged windows of the project's monitors: of those that were held against this version's baseline,"
        ' and of those whose alias stands on it. `{ level = "watch" }` lets nothing pass that is near a limit'
        ' either, `"harmful"` fails only where labels say that a model does its work worse; `max_age = "7d"`'
        ' wants a newest window that is no older, `monitors = ["tower"]` only these. Mutes and'
        " acknowledgements make nothing quiet here: they say that nobody is asked, not that all is well."
    )
    unknown_when = (
        "no monitor judged the version's data, its newest window could not be judged or is too old, or it is"
        " stale."
    )

    def mistakes(self, wish: Any) -> Sequence[str]:
        """Anything but true and a table of its keys."""
        if wish is True:
            return ()
        if not isinstance(wish, Mapping):
            return (f'must be true, or a table such as {{ level = "watch" }}, not {shown(wish)}.',)
        found = keys_wrong(wish, _KEYS)
        level = wish.get("level", "drift")
        if not isinstance(level, str) or level not in _LEVELS:
            found.append(f"has no level {shown(level)}: write one of {', '.join(_LEVELS)}.")
        if "max_age" in wish and not _is_age(wish["max_age"]):
            found.append(f'has max_age = {shown(wish["max_age"])}: write a length of time such as "7d".')
        named = wish.get("monitors", ())
        listed = [named] if isinstance(named, str) else named
        if not isinstance(listed, list | tuple) or not all(isinstance(one, str) and one for one in listed):
            found.append(f'has monitors = {shown(named)}: write names such as ["tower"].')
        return found

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result for each monitor; one where there is none."""
        asked = wanted(wish)
        required = "no alarm" if asked.level == "drift" else f"no {asked.level}"
        if evidence.drift is None:
            return (self.unknown("Nobody knows what monitors say.", required=required),)
        seen = {one.monitor: one for one in evidence.drift}
        if not seen and not asked.monitors:
            because = (
                f"No monitor judged what version {count(evidence.version)} knows: one does whose alias stands"
                " on it, or whose windows are held against its baseline."
            )
            return (self.unknown(because, required=required),)
        results = []
        for name in dict.fromkeys(asked.monitors or seen):
            one = seen.get(name)
            if one is None:
                because = (
                    f"The monitor `{name}` judged nothing of this version's data{near(name, list(seen))}."
                )
                results.append(self.unknown(because, required=required, about=name))
            else:
                results.append(self._one(one, asked, required))
        return results

    def _one(self, one: DriftSeen, asked: Wanted, required: str) -> GateResult:
        said = one.because.strip().rstrip(".")
        because = f"{said}." if said else "It says no more."
        if one.health not in _KNOWN:
            return self.unknown(because, required=required, evidence=one.window, about=one.monitor)
        age = one.age_seconds
        if asked.max_age is not None and not (age is not None and age <= asked.max_age):
            old = "of an age that nobody knows" if age is None else f"{_told(age)} old"
            because = f"Its newest window, {one.window}, is {old}; {_told(asked.max_age)} is the most."
            return self.unknown(because, required=required, evidence=one.window, about=one.monitor)
        verdict: Any = "fail" if one.health in _FAILS[asked.level] else "pass"
        measured = "quiet" if one.health == "ok" else one.health
        return self.said(
            verdict, measured, required, because, evidence=one.window, value=one.health, about=one.monitor
        )


def _is_age(value: Any) -> bool:
    try:
        length = seconds(value)
    except (SettingsError, OverflowError, TypeError, ValueError):
        return False
    return math.isfinite(length) and length > 0


def _told(length: float) -> str:
    return duration(int(length * 1e6)) if math.isfinite(length) and abs(length) < 1e12 else "longer"


GATE = DriftQuiet()
