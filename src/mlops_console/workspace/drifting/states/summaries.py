"""The judged windows of monitors, summed up; kept in memory and in the user's cache."""

import json
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from mlops_console.drift.judged_form import plain
from mlops_console.drift.windows.listing import natural
from mlops_console.journal.fold_packing import uncollected
from mlops_console.workspace.diagnosing.weighing import importance_of
from mlops_console.workspace.drifting.judged import (
    JudgedFolder,
    JudgedWindow,
    Key,
    Listed,
    digest,
    with_labels,
)
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.standing import (
    BACK,
    Judging,
    Thresholds,
    Told,
    by_thresholds,
    counting,
    held_to,
)
from mlops_console.workspace.drifting.states.answers import SUMMED, place_of, put, sweep, words_of
from mlops_console.workspace.drifting.states.summed_form import compact, restored
from mlops_console.workspace.drifting.states.summing import Summed, summed
from mlops_console.workspace.drifting.states.telling import Teller

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

_EDITION: Final = 6
_MOST: Final = 64 << 20
_WHOLE: Final = 4
"""Monitors whose windows are kept in memory in full: one is looked at, then another."""


@dataclass(frozen=True, slots=True)
class Windows:
    """What there is of a monitor's windows."""

    counting: tuple[Summed, ...] = ()
    """The newest that count, in their order."""
    newest: Told | None = None
    """The last of them in full."""
    problems: tuple[str, ...] = ()
    damaged: frozenset[str] = frozenset()
    """Files that can't be used, though they could be read."""
    signature: str = ""
    unread: str = ""
    """Why the newest window's verdict can't be read, a sentence; empty: it can."""


@dataclass(slots=True)
class _Memory:
    """Of one workspace."""

    found: dict[tuple[str, str], Windows] = field(default_factory=dict)
    whole: dict[tuple[str, str], tuple[str, tuple[Told, ...]]] = field(default_factory=dict)


_MEMORIES: "WeakKeyDictionary[Workspace, _Memory]" = WeakKeyDictionary()


def summaries(workspace: "Workspace", watched: Watched) -> Windows:
    """The newest windows of a monitor, by the thresholds that hold now."""
    memory = _MEMORIES.setdefault(workspace, _Memory())
    key = (watched.project.key, watched.name)
    folder = JudgedFolder(watched.project, watched.name, workspace.places)
    listed = folder.list()
    by = Thresholds.of(watched, importance_of(workspace, watched))
    signature = _signature(by, listed, held_to(References(lambda: workspace), watched))
    known = memory.found.get(key)
    if known is not None and known.signature == signature:
        return known
    with uncollected():
        found = memory.found[key] = _Reading(workspace, watched, by, folder, listed).windows(signature)
    return found


def whole(workspace: "Workspace", watched: Watched) -> tuple[Told, ...]:
    """All windows of a monitor in full, in their order, also those that were judged anew since."""
    memory = _MEMORIES.setdefault(workspace, _Memory())
    key = (watched.project.key, watched.name)
    folder = JudgedFolder(watched.project, watched.name, workspace.places)
    listed = folder.list()
    by = Thresholds.of(watched, importance_of(workspace, watched))
    signature = _signature(by, listed, held_to(References(lambda: workspace), watched))
    known = memory.whole.pop(key, None)
    if known is None or known[0] != signature:
        reading = _Reading(workspace, watched, by, folder, listed)
        known = signature, tuple(reading.told_all(sorted(listed.keys, key=lambda one: one.file)))
    memory.whole[key] = known
    for old in list(memory.whole)[:-_WHOLE]:
        memory.whole.pop(old, None)
    return known[1]


def _signature(by: Thresholds, listed: Listed, now: str) -> str:
    said = [now, plain(by.rules), by.classifier, by.confirm, dict(by.importance or {}), listed.stamps]
    return digest(said, 24)


class _Reading:
    """Reads what is not known yet."""

    def __init__(
        self, workspace: "Workspace", watched: Watched, by: Thresholds, folder: JudgedFolder, listed: Listed
    ) -> None:
        self._by = by
        self._now = held_to(References(lambda: workspace), watched)
        self._folder = folder
        self._listed = listed
        self._teller = Teller(workspace, watched, by, folder, listed)
        self._place = place_of(workspace, watched)
        self._words = digest([_EDITION, words_of(by), by.classifier], 12)
        self._read: dict[str, JudgedWindow] = {}

    def windows(self, signature: str) -> Windows:
        """The newest windows."""
        keys = _newest(self._listed, BACK)
        kept = self._kept()
        known = {key.file: kept[key.file] for key in keys if key.file in kept}
        new = [key for key in keys if key.file not in known]
        for one in self._told(new):
            known[one.judged.key.file] = summed(one)
        if new or len(kept) != len(known):
            hurt = self._folder.damaged
            self._keep({name: one for name, one in known.items() if hurt.isdisjoint(self._labels(name))})
        there = _counting(known.values(), self._now)
        newest = self._told([key for key in keys if there and key.file == there[-1].file])
        problems, damaged = tuple(self._folder.problems), frozenset(self._folder.damaged)
        unread = self._unread(keys, known)
        return Windows(there, newest[0] if newest else None, problems, damaged, signature, unread)

    def _unread(self, keys: Sequence[Key], known: Collection[str]) -> str:
        """Why there is nothing of the window that comes last by its name, though somebody judged it."""
        last = [key for key in keys if key.window == keys[-1].window]
        if not last or any(key.file in known for key in last):
            return ""
        return next((one for one in self._folder.problems if last[-1].file in one), "")

    def told_all(self, keys: Sequence[Key]) -> list[Told]:
        """These windows in their order, with what is superseded and what raises an alarm."""
        told = {one.judged.key.file: one for one in self._told(keys)}
        windows = [one.judged for one in told.values()]
        return by_thresholds(windows, self._by, lambda one: told[one.key.file], self._now)

    def _told(self, keys: Iterable[Key]) -> list[Told]:
        windows = []
        for key in keys:
            one = self._read.get(key.file) or self._folder.read(key)
            if one is not None:
                self._read[key.file] = one
                windows.append(with_labels(one, self._folder, self._listed))
            time.sleep(0)  # Others may go on: reading many takes a while.
        return self._teller.told(windows)

    def _kept(self) -> dict[str, Summed]:
        """Windows that were summed up before by the same thresholds and labels, of the same files."""
        file = self._place / SUMMED
        try:
            if file.stat().st_size > _MOST:
                return {}
            form = json.loads(file.read_bytes())
            if form["words"] != self._words:
                return {}
            return {
                name: restored(one)
                for name, (stamp, one) in form["windows"].items()
                if stamp == self._stamp(name)
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return {}

    def _keep(self, known: dict[str, Summed]) -> None:
        windows: dict[str, Any] = {name: [self._stamp(name), compact(one)] for name, one in known.items()}
        put(self._place / SUMMED, {"words": self._words, "windows": windows})
        sweep(self._place, (key.file for key in self._listed.keys))

    def _stamp(self, file: str) -> str:
        """Of a window's file and those of its labels."""
        stamps = self._listed.stamps
        return " ".join(f"{name}={stamps.get(name)}" for name in (file, *self._labels(file)))

    def _labels(self, file: str) -> list[str]:
        return sorted(self._listed.labels.get(file, ()))


def _newest(listed: Listed, most: int) -> list[Key]:
    """As many as tell since when: those that come last by their names, and those that were judged last."""
    by_name = sorted(listed.keys, key=lambda key: (natural(key.window), key.file))
    if len(by_name) <= most:
        return by_name
    by_time = sorted(by_name, key=lambda key: listed.stamps.get(key.file, "").partition(":")[2])
    there = {*by_name[-most:], *by_time[-most:]}
    return [key for key in by_name if key in there]


def _counting(windows: Iterable[Summed], now: str) -> tuple[Summed, ...]:
    """In their order; of those of one name the one that counts."""
    last = counting(windows, lambda one: Judging(one.window, one.file, one.at, one.reference), now)
    return tuple(
        sorted(last.values(), key=lambda one: ((one.start or 0), natural(one.window.replace(",", ""))))
    )
