"""Other thresholds tried over the stored windows, and what would make an alarm go quiet. Needs no data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from mlops_console.drift.model import Rules
from mlops_console.errors import UsageError
from mlops_console.workspace.drifting.judged import JudgedFolder, JudgedWindow, newest
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Told, by_rules

STEP: Final = 0.01
"""Thresholds are proposed in such steps: nobody writes drift = 0.18341."""
_QS: Final = (0.05, 0.04, 0.03, 0.02, 0.01, 0.005, 0.001, 1e-4, 1e-5, 1e-6)


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

    keys: tuple[tuple[str, str], ...]
    """What to write into the monitor's table: (key, value as TOML)."""
    change: float
    """How much is changed: by which share of what holds; the smallest is the one to try first."""
    quiet: tuple[str, ...]
    """All windows whose alarm goes quiet with it, this one among them."""
    alarms: int
    """Alarms that stay."""


class Stored:
    """The judged windows of a monitor, read once and told by any thresholds."""

    def __init__(self, watched: Watched, folder: JudgedFolder) -> None:
        self.watched = watched
        listed = folder.list()
        self.windows: Sequence[JudgedWindow] = newest(
            folder, listed, sorted(listed.keys, key=lambda key: key.file)
        )

    def told(self, rules: Rules | None = None, confirm: tuple[int, int] | None = None) -> list[Told]:
        """All windows but superseded ones, in their order."""
        found = by_rules(self.windows, self.watched, rules, confirm)
        return [one for one in found if not one.superseded]

    def replayed(self, rules: Rules, confirm: tuple[int, int] | None = None) -> list[Replayed]:
        """Each window by what holds and by these."""
        return [
            Replayed(before, after)
            for before, after in zip(self.told(), self.told(rules, confirm), strict=True)
        ]

    def proposals(self, window: str) -> list[Proposal]:
        """What would make the alarm of a window go quiet, the smallest change first.

        Empty where thresholds can't: what is certain (a column that vanished, another type) needs none.

        Raises:
            UsageError: There is no such window, or it raises no alarm.
        """
        before = self.told()
        at = next((place for place, one in enumerate(before) if one.judged.window == window), None)
        if at is None:
            raise UsageError(
                f"no judged window of {self.watched.name} is called {window}", "drift windows lists them"
            )
        if not before[at].alarm:
            raise UsageError(f"{window} raises no alarm", "drift windows lists those that do")
        alone = self.windows_of(before[at])
        holds = self.watched.rules()
        found: list[Proposal | None] = [
            self._by_drift(alone, window, holds),
            self._by_features(alone, before[at], holds),
            self._by_q(alone, window, holds),
            self._by_confirm(window, before, at),
        ]
        made = [one for one in found if one is not None]
        return sorted(made, key=lambda one: (one.change, len(one.quiet), one.keys))

    def windows_of(self, told: Told) -> "Callable[[Rules], bool]":
        """Whether one window still says DRIFT by other rules."""
        judged = told.judged

        def says(rules: Rules) -> bool:
            return by_rules([judged], self.watched, rules)[0].verdict == "DRIFT"

        return says

    def _by_drift(self, says: "Callable[[Rules], bool]", window: str, holds: Rules) -> Proposal | None:
        """One higher threshold for all features."""
        limit = _smallest(lambda drift: not says(_with_drift(holds, drift)), holds.drift)
        if limit is None:
            return None
        keys = (("drift", _toml(limit)),)
        return self._proposal(keys, limit / holds.drift - 1, window, _with_drift(holds, limit))

    def _by_features(self, says: "Callable[[Rules], bool]", told: Told, holds: Rules) -> Proposal | None:
        """A higher threshold for each feature that says DRIFT."""
        rules, keys, change = holds, list[tuple[str, str]](), 0.0
        names = [one.measured.name for one in told.features if one.verdict == "DRIFT"]
        for place, name in enumerate(names):
            watch, drift = rules.overrides.get(name, (rules.watch, rules.drift))
            rest = names[place + 1 :]
            limit = _smallest(
                lambda high, name=name, rules=rules, watch=watch, rest=rest: (
                    not says(  # type: ignore[misc]
                        _overriding(rules, {name: (watch, high), **dict.fromkeys(rest, (watch, 1.0))})
                    )
                ),
                drift,
            )
            if limit is None:
                return None
            rules = _overriding(rules, {name: (watch, limit)})
            keys.append((f"thresholds.{_key(name)}", f"{{ watch = {_toml(watch)}, drift = {_toml(limit)} }}"))
            change += limit / drift - 1
        if not keys or says(rules):
            return None
        return self._proposal(tuple(keys), change, told.judged.window, rules)

    def _by_q(self, says: "Callable[[Rules], bool]", window: str, holds: Rules) -> Proposal | None:
        """Fewer false alarms among alarms."""
        for q in _QS:
            if q < holds.q and not says(replace(holds, q=q)):
                return self._proposal((("q", f"{q:g}"),), holds.q / q - 1, window, replace(holds, q=q))
        return None

    def _by_confirm(self, window: str, before: Sequence[Told], at: int) -> Proposal | None:
        """More windows that have to agree."""
        if before[at].harmful:
            return None
        for last in range(2, 8):
            for least in range(2, last + 1):
                confirm = (least, last)
                after = self.told(confirm=confirm)
                if not after[at].alarm:
                    keys = (("confirm", f'"{least} of {last}"'),)
                    return self._proposal(keys, float(least - 1), window, self.watched.rules(), confirm)
        return None

    def _proposal(
        self,
        keys: tuple[tuple[str, str], ...],
        change: float,
        window: str,
        rules: Rules,
        confirm: tuple[int, int] | None = None,
    ) -> Proposal | None:
        replayed = self.replayed(rules, confirm)
        quiet = tuple(one.before.judged.window for one in replayed if one.quiet)
        if window not in quiet:
            return None
        return Proposal(keys, round(change, 4), quiet, sum(one.after.alarm for one in replayed))


def rules_with(
    watched: Watched,
    drift: float | None = None,
    watch: float | None = None,
    q: float | None = None,
    features: "dict[str, float] | None" = None,
) -> Rules:
    """What a monitor judges by, with other thresholds; WATCH begins no later than DRIFT."""
    rules = watched.rules()
    if drift is not None:
        rules = _with_drift(rules, drift)
    if watch is not None:
        rules = replace(rules, watch=watch, drift=max(rules.drift, watch))
    if q is not None:
        rules = replace(rules, q=q)
    made = {
        name: (min(rules.overrides.get(name, (rules.watch, 0.0))[0], high), high)
        for name, high in (features or {}).items()
    }
    return _overriding(rules, made)


def _with_drift(rules: Rules, drift: float) -> Rules:
    return replace(rules, drift=drift, watch=min(rules.watch, drift))


def _overriding(rules: Rules, more: dict[str, tuple[float, float]]) -> Rules:
    return replace(rules, overrides={**rules.overrides, **more})


def _smallest(quiet: Callable[[float], bool], above: float) -> float | None:
    """The smallest threshold in steps above one at which it is quiet; None: at none. Quiet stays quiet."""
    low, high = ceil(above / STEP - 1e-9), round(1 / STEP)
    if not quiet(high * STEP):
        return None
    while low < high:
        middle = (low + high) // 2
        if middle * STEP > above and quiet(round(middle * STEP, 10)):
            high = middle
        else:
            low = middle + 1
    return round(high * STEP, 10)


def _toml(number: float) -> str:
    return f"{number:.10g}"


def _key(name: str) -> str:
    from mlops_console.wishes.locating import dotted

    return dotted((name,))
