"""Other thresholds tried over the stored windows, and what would make an alarm go quiet. Needs no data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from mlops_console.display import safe_text
from mlops_console.drift.model import Rules
from mlops_console.errors import UsageError
from mlops_console.workspace.drifting.judged import JudgedFolder, JudgedWindow
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import (
    Thresholds,
    Told,
    by_thresholds,
    stored,
    told,
    with_alarms,
)

STEP: Final = 0.01
"""Thresholds are proposed in such steps: nobody writes drift = 0.18341."""
CLASSIFIER: Final = 0.60
"""From which AUC on the classifier's word is DRIFT, where nothing else is said."""
_QS: Final = (0.05, 0.04, 0.03, 0.02, 0.01, 0.005, 0.001, 1e-4, 1e-5, 1e-6)
_MOST_CONFIRM: Final = 7
Keys = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One window by the thresholds that hold, and by others."""

    before: Told
    after: Told

    @property
    def quiet(self) -> bool:
        """Whether its alarm would go quiet."""
        return self.before.alarm and not self.after.alarm

    @property
    def appears(self) -> bool:
        """Whether it would raise an alarm that it does not."""
        return self.after.alarm and not self.before.alarm


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that makes an alarm go quiet."""

    keys: Keys
    """What to write into the monitor's table: (key, value as TOML)."""
    change: float
    """How much is changed: by which share of what holds; the smallest is the one to try first."""
    quiet: tuple[str, ...]
    """All windows whose alarm goes quiet with it, the one asked for among them."""
    alarms: int
    """Alarms that stay."""


class Stored:
    """The judged windows of a monitor, read once and told by any thresholds."""

    def __init__(self, watched: Watched, folder: JudgedFolder, now: str = "") -> None:
        """Read them; `now` is the baseline that the monitor is held to."""
        self.watched = watched
        self.holds = Thresholds.of(watched)
        self.windows: Sequence[JudgedWindow] = stored(folder)
        self._before = [one for one in by_thresholds(self.windows, self.holds, now=now) if not one.superseded]
        self._counting = [one.judged for one in self._before]

    def told(self, by: Thresholds | None = None) -> list[Told]:
        """All windows but superseded ones, in their order."""
        if by is None or by == self.holds:
            return self._before
        if replace(by, confirm=self.holds.confirm) == self.holds:
            return with_alarms(self._before, by.confirm)
        return [one for one in by_thresholds(self._counting, by) if not one.superseded]

    def replayed(self, by: Thresholds) -> list[Replayed]:
        """Each window by what holds and by these."""
        return [Replayed(*both) for both in zip(self.told(), self.told(by), strict=True)]

    def alarm(self, window: str) -> Told:
        """The window of this name, which raises an alarm.

        Raises:
            UsageError: There is no such window, or it raises none.
        """
        found = next((one for one in self.told() if one.judged.window == window), None)
        if found is None:
            known = f"no judged window of {self.watched.name} is called {safe_text(window, 80)}"
            raise UsageError(known, f"mlops-console drift windows {self.watched.name}")
        if not found.alarm:
            raise UsageError(f"{window} raises no alarm", f"it says {found.verdict}")
        return found

    def proposals(self, window: str) -> list[Proposal]:
        """What would make the alarm of a window go quiet, the smallest change first; empty: nothing does.

        Raises:
            UsageError: There is no such window, or it raises no alarm.
        """
        one = self.alarm(window)
        if one.harmful:
            return []
        found = [make(one) for make in (self._by_drift, self._by_features, self._by_q, self._by_confirm)]
        made = [proposal for proposal in found if proposal is not None]
        return sorted(made, key=lambda each: (each.change, len(each.quiet), each.keys))

    def stubborn(self, window: str) -> tuple[str, ...]:
        """Why no threshold makes the alarm of a window go quiet, sentences."""
        one = self.alarm(window)
        said = []
        if one.harmful:
            said.append("Labels say that its model is HARMFUL, which is an alarm whatever drifts.")
        said += [
            f"{check.because.rstrip('.')}: that is certain, whatever the thresholds."
            for feature in one.features
            for check in feature.checks
            if check.raw.certain and check.verdict == "DRIFT"
        ]
        return tuple(said) or ("Even at the highest thresholds it says DRIFT.",)

    def _by_drift(self, one: Told) -> Proposal | None:
        """A higher threshold for all features; where the classifier says DRIFT, one for it as well."""
        limit = _smallest(lambda drift: not self._says(one, self._with(drift)), self.holds.rules.drift)
        if limit is None:
            return self._with_classifier(one, lambda: self._by_drift_alone(one))
        return self._proposal(one, (("drift", _toml(limit)),), self._change(limit), self._with(limit))

    def _by_drift_alone(self, one: Told) -> tuple[Keys, float, Thresholds] | None:
        quiet = replace(self.holds, classifier=1.0)
        if not self._says(one, quiet):
            return (), 0.0, self.holds
        limit = _smallest(
            lambda drift: not self._says(one, replace(self._with(drift), classifier=1.0)),
            self.holds.rules.drift,
        )
        return None if limit is None else ((("drift", _toml(limit)),), self._change(limit), self._with(limit))

    def _by_features(self, one: Told) -> Proposal | None:
        """A higher threshold for each feature that says DRIFT."""
        if not any(feature.verdict == "DRIFT" for feature in one.features):
            return None
        found = self._features(one, self.holds)
        if found is not None:
            return self._proposal(one, *found)
        return self._with_classifier(one, lambda: self._features(one, replace(self.holds, classifier=1.0)))

    def _features(self, one: Told, by: Thresholds) -> tuple[Keys, float, Thresholds] | None:
        rules, keys, change = by.rules, list[tuple[str, str]](), 0.0
        names = [feature.measured.name for feature in one.features if feature.verdict == "DRIFT"]
        for place, name in enumerate(names):
            watch, drift = _limits(one, name, rules)
            rest: Mapping[str, tuple[float, float]] = dict.fromkeys(names[place + 1 :], (watch, 1.0))

            def quiet(
                high: float,
                rules: Rules = rules,
                name: str = name,
                watch: float = watch,
                rest: Mapping[str, tuple[float, float]] = rest,
            ) -> bool:
                tried = _overriding(rules, {name: (watch, high), **rest})
                return not self._says(one, replace(by, rules=tried))

            limit = _smallest(quiet, drift)
            if limit is None:
                return None
            rules = _overriding(rules, {name: (watch, limit)})
            keys.append((f"thresholds.{_key(name)}", f"{{ watch = {_toml(watch)}, drift = {_toml(limit)} }}"))
            change += limit / drift - 1
        return tuple(keys), change, replace(self.holds, rules=rules)

    def _with_classifier(
        self, one: Told, features: Callable[[], tuple[Keys, float, Thresholds] | None]
    ) -> Proposal | None:
        """Where it is the classifier that still says DRIFT: a higher threshold for that too."""
        found, domain = features(), one.judged.domain
        if found is None or domain is None or domain.auc is None:
            return None
        area = min(1.0, round(ceil((domain.auc + 1e-9) / STEP) * STEP, 10))
        keys, change, by = found
        holds = self.holds.classifier or CLASSIFIER
        more = ("classifier", _toml(area))
        return self._proposal(one, (*keys, more), change + area / holds - 1, replace(by, classifier=area))

    def _by_q(self, one: Told) -> Proposal | None:
        """Fewer false alarms among alarms."""
        holds = self.holds.rules.q
        for q in _QS:
            by = replace(self.holds, rules=replace(self.holds.rules, q=q))
            if q < holds and not self._says(one, by):
                return self._proposal(one, (("q", f"{q:g}"),), holds / q - 1, by)
        return None

    def _by_confirm(self, one: Told) -> Proposal | None:
        """More windows that have to agree."""
        for last in range(2, _MOST_CONFIRM + 1):
            for least in range(2, last + 1):
                by = replace(self.holds, confirm=(least, last))
                found = self._proposal(one, (("confirm", f'"{least} of {last}"'),), float(least - 1), by)
                if found is not None:
                    return found
        return None

    def _proposal(self, one: Told, keys: Keys, change: float, by: Thresholds) -> Proposal | None:
        """With what else it does; None where the alarm stays."""
        replayed = self.replayed(by)
        quiet = tuple(each.before.judged.window for each in replayed if each.quiet)
        if one.judged.window not in quiet:
            return None
        return Proposal(keys, round(change, 4), quiet, sum(each.after.alarm for each in replayed))

    def _says(self, one: Told, by: Thresholds) -> bool:
        return told(one.judged, by).verdict == "DRIFT"

    def _with(self, drift: float) -> Thresholds:
        rules = replace(self.holds.rules, drift=drift, watch=min(self.holds.rules.watch, drift))
        return replace(self.holds, rules=rules)

    def _change(self, drift: float) -> float:
        return drift / self.holds.rules.drift - 1


def thresholds_with(
    watched: Watched,
    *,
    drift: float | None = None,
    watch: float | None = None,
    q: float | None = None,
    classifier: float | None = None,
    confirm: tuple[int, int] | None = None,
    features: Mapping[str, float] | None = None,
) -> Thresholds:
    """What a monitor judges by, with these instead; WATCH begins no later than DRIFT."""
    by = Thresholds.of(watched)
    rules = by.rules
    if drift is not None:
        rules = replace(rules, drift=drift, watch=min(rules.watch, drift))
    if watch is not None:
        rules = replace(rules, watch=watch, drift=max(rules.drift, watch))
    if q is not None:
        rules = replace(rules, q=q)
    more = {}
    for name, high in (features or {}).items():
        low = rules.overrides.get(name, (rules.watch, high))[0]
        more[name] = (min(low, high), high)
    return Thresholds(
        _overriding(rules, more),
        by.classifier if classifier is None else classifier,
        confirm or by.confirm,
    )


def _limits(one: Told, name: str, rules: Rules) -> tuple[float, float]:
    """The (watch, drift) of a feature in a window."""
    floor = one.judged.floors.get(name, 0.0)
    return rules.overrides.get(name, (rules.watch, max(rules.drift, floor)))


def _overriding(rules: Rules, more: Mapping[str, tuple[float, float]]) -> Rules:
    return replace(rules, overrides={**rules.overrides, **more})


def _smallest(quiet: Callable[[float], bool], above: float) -> float | None:
    """The smallest threshold, in steps above one, at which it is quiet; None: at none. Quiet stays quiet."""
    low, high = int(above / STEP + 1e-9) + 1, round(1 / STEP)
    if low > high or not quiet(high * STEP):
        return None
    while low < high:
        middle = (low + high) // 2
        if quiet(round(middle * STEP, 10)):
            high = middle
        else:
            low = middle + 1
    return round(high * STEP, 10)


def _toml(number: float) -> str:
    return f"{number:.10g}"


def _key(name: str) -> str:
    from mlops_console.wishes.locating import dotted

    return dotted((name,))
