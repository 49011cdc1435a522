"""How judged windows read by thresholds: verdicts, alarms, and how a monitor stands by its newest window."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias, TypeVar

from mlops_console.drift.judging.classified import by_classifier
from mlops_console.drift.judging.judge import judge
from mlops_console.drift.judging.onset import onset
from mlops_console.drift.judging.overall import by_drift, overall
from mlops_console.drift.model import Domain, Feature, ModelReport, Rules, Verdict
from mlops_console.drift.windows.listing import natural
from mlops_console.errors import ConsoleError
from mlops_console.workspace.diagnosing.weighing import usable
from mlops_console.workspace.drifting.checking import Look, Refer
from mlops_console.workspace.drifting.judged import (
    JudgedFolder,
    JudgedWindow,
    Key,
    Listed,
    newest,
    with_labels,
)
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.referring import Referent

QUIET: Final = 2
"""So many quiet windows in a row end what moves."""
BACK: Final = 120
"""Windows that are read to tell since when."""


@dataclass(frozen=True, slots=True)
class Told:
    """A judged window by thresholds."""

    judged: JudgedWindow
    verdict: Verdict
    because: str
    features: tuple[Feature, ...]
    domain: Domain | None = None
    """What the classifier says, by the thresholds."""
    model: ModelReport | None = None
    """The model, by the thresholds: whether it holds although something drifted, or because nothing did."""
    alarm: bool = False
    """Whether it raises one: it says DRIFT and enough of the windows before it do, or its model is harmed."""
    hits: int = 0
    """So many of the last ones, itself included, say DRIFT."""
    superseded: bool = False
    """Judged anew since: other rows, another reference, other settings."""
    weighed: bool = False
    """Whether features rank by what the model hangs on as well; else by how far they moved alone."""

    @property
    def moved(self) -> tuple[Feature, ...]:
        """The features that say DRIFT or WATCH, the worst first."""
        return tuple(one for one in self.features if one.verdict in ("DRIFT", "WATCH"))

    @property
    def harmful(self) -> bool:
        """Whether labels say that the model does its work worse: an estimate alone raises no alarm."""
        model = self.model
        if model is None or model.verdict != "HARMFUL":
            return False
        return any(one.realised is not None and one.verdict == "worse" for one in model.performance)

    @property
    def labelled(self) -> bool:
        """Whether labels say anything of it."""
        return self.model is not None and any(one.realised is not None for one in self.model.performance)

    @property
    def settings(self) -> str:
        """What it was measured by: the reference, the columns."""
        return self.judged.key.settings


class Judging(NamedTuple):
    """Of one verdict on a window, what tells whether it counts."""

    window: str
    file: str
    at: int
    reference: str | None
    """The SHA-256 of the baseline that it was held against."""


One = TypeVar("One")
Telling: TypeAlias = Callable[[JudgedWindow], Told]


@dataclass(frozen=True, slots=True)
class Onset:
    """Since when what drifts now has moved."""

    window: str
    windows: int
    """So many until now."""
    feature: str
    """What moved first; empty: only the classifier says DRIFT."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a monitor stands."""

    watched: Watched
    newest: Told | None
    """Its newest complete window that is judged; None: there is none."""
    code: int
    """0: nothing says DRIFT; 1: an alarm; 2: it could not be judged."""
    because: str
    onset: Onset | None = None
    problems: tuple[str, ...] = ()
    awaited: tuple[str, str] | None = None
    """The window that is not complete yet, and why not."""

    @property
    def model(self) -> ModelReport | None:
        """Of the newest window."""
        return self.newest.model if self.newest is not None else None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All that verdicts and alarms depend on beside what was measured."""

    rules: Rules
    classifier: float | None
    """The AUC from which on it is DRIFT that rows can be told apart; None: as when it was measured."""
    confirm: tuple[int, int]
    importance: Mapping[str, float] | None = None
    """Share of each feature in what the model hangs on: features rank by effect times it; None: not known."""

    @classmethod
    def of(cls, watched: Watched, importance: Mapping[str, float] | None = None) -> "Thresholds":
        """Those that a monitor's file names."""
        return cls(watched.rules(), watched.monitor.classifier, watched.monitor.confirm, importance)


def told(judged: JudgedWindow, by: Thresholds, known: tuple[Feature, ...] | None = None) -> Told:
    """A window by these thresholds; its own floors hold where the rules name none.

    Args:
        judged: The window.
        by: The thresholds.
        known: Its features by them, where that is known.
    """
    features = _features(judged, by) if known is None else known
    domain = by_classifier(judged.domain, by.classifier)
    verdict, because = overall(features, domain)
    model = by_drift(judged.model, verdict == "DRIFT") if judged.model is not None else None
    weighed = usable(by.importance, [one.name for one in judged.features]) is not None
    return Told(judged, verdict, because, features, domain, model, weighed=weighed)


def _features(judged: JudgedWindow, by: Thresholds) -> tuple[Feature, ...]:
    rules = by.rules
    if judged.floors and not rules.floors:
        rules = replace(rules, floors=judged.floors)
    return judge(judged.features, rules, usable(by.importance, [one.name for one in judged.features]))


def with_alarms(windows: Iterable[Told], confirm: tuple[int, int]) -> list[Told]:
    """Windows in their order, with what raises an alarm: k of the last n, superseded ones aside."""
    least, last = confirm
    drifts: list[bool] = []
    found = []
    for one in windows:
        if one.superseded:
            found.append(one)
            continue
        drifts.append(one.verdict == "DRIFT")
        hits = sum(drifts[-last:])
        found.append(replace(one, hits=hits, alarm=one.harmful or (drifts[-1] and hits >= least)))
    return found


def held_to(refer: Refer, watched: Watched) -> str:
    """The SHA-256 of the baseline that a monitor is held to now; empty: of data, or of nothing."""
    try:
        return _baseline(refer(watched))
    except (ConsoleError, OSError):
        return ""


def _baseline(referent: Referent) -> str:
    kind, what = referent.identity[:2]
    return str(what) if kind == "baseline" else ""


def judging_of(one: JudgedWindow) -> Judging:
    """What tells whether a verdict counts."""
    return Judging(one.window, one.key.file, one.at, one.reference.sha256)


def history(
    watched: Watched, folder: JudgedFolder, importance: Mapping[str, float] | None = None, now: str = ""
) -> list[Told]:
    """All judged windows of a monitor in their order, by its thresholds; needs no data.

    Args:
        watched: The monitor.
        folder: Its windows.
        importance: Share of each feature in what its model hangs on; None: not known.
        now: The baseline that it is held to now (`held_to`).
    """
    return by_thresholds(stored(folder), Thresholds.of(watched, importance), now=now)


def stored(folder: JudgedFolder) -> list[JudgedWindow]:
    """All judged windows of a monitor, as they were measured."""
    listed = folder.list()
    return newest(folder, listed, sorted(listed.keys, key=lambda key: key.file))


def counting(windows: Iterable[One], of: Callable[[One], Judging], now: str) -> dict[str, One]:
    """Of all verdicts on each window the one that counts.

    That is on the rows that were judged last. Held to the baseline that the monitor is held to now, whenever
    that was: a version that an alias left and came back to is told by its own verdicts. Else the newest.
    """
    by_window: dict[str, list[tuple[Judging, One]]] = {}
    for one in windows:
        judging = of(one)
        by_window.setdefault(judging.window, []).append((judging, one))
    found = {}
    for window, those in by_window.items():
        rows = max(those, key=lambda pair: (pair[0].at, pair[0].file))[0].file.rsplit("-", 1)[0]
        same = (pair for pair in those if pair[0].file.rsplit("-", 1)[0] == rows)
        found[window] = max(
            same, key=lambda pair: (bool(now) and pair[0].reference == now, pair[0].at, pair[0].file)
        )[1]
    return found


def by_thresholds(
    windows: Sequence[JudgedWindow], by: Thresholds, telling: Telling | None = None, now: str = ""
) -> list[Told]:
    """Judged windows in their order; of those of one name one counts, see `counting`.

    Args:
        windows: All of a monitor.
        by: The thresholds.
        telling: Tells a window by them, where that is not `told`.
        now: The baseline that the monitor is held to now; empty: it is held to data.
    """
    last = counting(windows, judging_of, now)
    ordered = sorted(windows, key=lambda one: (*place_of(one), one.at, one.key.file))
    tell = telling or (lambda one: told(one, by))
    found = [replace(tell(one), superseded=last[one.window] is not one) for one in ordered]
    return with_alarms(found, by.confirm)


def standing(look: Look, importance: Mapping[str, float] | None = None) -> Standing:
    """How a monitor stands now, after what is new was judged.

    Args:
        look: The monitor.
        importance: Share of each feature in what its model hangs on; None: not known.
    """
    watched = look.watched
    awaited = next(((one.name, one.why_not) for one in reversed(look.cut.windows) if not one.complete), None)
    if look.why_not and not look.keys:
        return Standing(watched, None, 2, look.why_not, problems=tuple(look.problems))
    listed = look.folder.list()
    windows, unjudged = _newest_told(look, listed, Thresholds.of(watched, importance))
    problems = tuple(dict.fromkeys((*look.problems, *look.folder.problems)))
    if look.why_not:
        return Standing(watched, None, 2, look.why_not, problems=problems, awaited=awaited)
    if not windows or unjudged:
        because = f"{unjudged} could not be judged." if unjudged else _nothing(look, awaited)
        found = windows[-1] if windows else None
        return Standing(watched, found, 2, because, problems=problems, awaited=awaited)
    last = windows[-1]
    code = 1 if last.alarm else 2 if last.verdict in ("TOO FEW ROWS", "NOT JUDGED") else 0
    because = last.because
    if look.unlabelled and code != 1:
        code, because = 2, f"{look.unlabelled} Without labels it says {last.verdict}: {because}"
    return Standing(watched, last, code, because, onset_of(windows), problems, awaited)


def onset_of(windows: Sequence[Told]) -> Onset | None:
    """Since when; None where the newest window does not say DRIFT."""
    if not windows or windows[-1].verdict != "DRIFT":
        return None
    first = next(iter(onset([one.features for one in windows])), None)
    if first is not None:
        return Onset(windows[first.since].judged.window, len(windows) - first.since, first.feature)
    begun = len(windows) - 1
    while begun and windows[begun - 1].verdict == "DRIFT":
        begun -= 1
    return Onset(windows[begun].judged.window, len(windows) - begun, "")


def _newest_told(look: Look, listed: Listed, by: Thresholds) -> tuple[list[Told], str]:
    """The newest windows, as many as an alarm and its onset need, and the newest where that is not judged."""
    by_rows: dict[tuple[str, str], list[Key]] = {}
    for key in listed.keys:
        by_rows.setdefault((key.window, key.rows), []).append(key)
    found: list[Told] = []
    unjudged = ""
    for place, (window, key) in enumerate(reversed(look.keys[-BACK:])):
        judged = _read(look, listed, key, by_rows.get((key.window, key.rows), []))
        if judged is None:
            unjudged = window.name if place == 0 else unjudged
            continue
        found.append(told(judged, by))
        quiet = all(one.verdict not in ("DRIFT", "WATCH") for one in found[-QUIET:])
        if quiet and len(found) >= max(by.confirm[1], QUIET):
            break
    return with_alarms(reversed(found), by.confirm), unjudged


def _read(look: Look, listed: Listed, key: Key, others: Sequence[Key]) -> JudgedWindow | None:
    """A window's verdict: as it would be measured now, else the one that counts of the others."""
    folder = look.folder
    if key in listed.keys:
        found = folder.read(key)
        return None if found is None else with_labels(found, folder, listed)
    known = newest(folder, listed, sorted(others, key=lambda one: one.file))
    now = "" if look.referent is None else _baseline(look.referent)
    return next(iter(counting(known, judging_of, now).values()), None)


def _nothing(look: Look, awaited: tuple[str, str] | None) -> str:
    if awaited is not None:
        return f"no window is complete: {awaited[0]}, {awaited[1]}"
    return look.problems[0] if look.problems else "there is no window yet."


def place_of(judged: JudgedWindow) -> tuple[int, list[tuple[int, int, str]]]:
    """Where it stands among windows: by time, else by name."""
    return (judged.start or 0, natural(judged.window.replace(",", "")))


def shown_rules(rules: Rules) -> Mapping[str, float]:
    """The thresholds that people set."""
    return {"drift": rules.drift, "watch": rules.watch, "q": rules.q}
