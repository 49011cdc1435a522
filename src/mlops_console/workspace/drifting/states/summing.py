"""A judged window summed up: the words and figures of its features, without histograms and sentences.

What lists of monitors, their alarms and their onset need of a window. Mutes play no part in it; they are
applied when it is read.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, cast

from mlops_console.drift.judging.onset import onset
from mlops_console.drift.model import SEVERITY, Feature, Interval, Measured, Performance, Verdict
from mlops_console.workspace.drifting.standing import Onset, Told
from mlops_console.workspace.drifting.states.model import Brief

BLIND: Final[frozenset[Verdict]] = frozenset({"TOO FEW ROWS", "NOT JUDGED"})
CARRIES: Final = 0.5
"""Share of what a classifier tells rows apart by: where muted features have so much, it is muted too."""


class Figure(NamedTuple):
    """A feature of a window; thousands are made at once."""

    name: str
    verdict: Verdict
    effect: float | None
    severity: float


Row = tuple[Any, ...]
"""A metric without sentences: its name, goal, verdict, the share of rows that have a label; then four figures
(or four None) each of what it is on the reference, by labels, and estimated."""


@dataclass(frozen=True, slots=True)
class Summed:
    """A window."""

    window: str
    file: str
    """Of its verdict."""
    settings: str
    """What it was measured by: the reference, the columns."""
    start: int | None
    end: int | None
    arrived: int
    """When its newest file was written last; 0: not known."""
    at: int
    """When it was judged."""
    rows: int
    verdict: Verdict
    because: str
    figures: tuple[Figure, ...]
    domain: bool = False
    """Whether a classifier says DRIFT."""
    auc: float | None = None
    by: tuple[tuple[str, float], ...] = ()
    """What the classifier tells rows apart by, and its share."""
    model: str = ""
    """The model's verdict; empty: there is none."""
    harmful: bool = False
    """Whether labels say that the model does its work worse."""
    labelled: bool = False
    """Whether labels say anything."""
    held: tuple[Row, ...] = ()
    """The model's metrics: most windows are never asked for theirs, and `performance` makes them."""
    supported: bool | None = None
    """Whether estimates can be believed; None: none was made."""
    labelled_at: int = 0
    """When the performance was judged by labels that came later; 0: it was not."""
    reference: str = ""
    """The SHA-256 of the baseline that it was held against; empty: of data."""

    @property
    def said_at(self) -> int:
        """Since when it says what it says: labels that came later have the last word."""
        return max(self.at, self.labelled_at)

    @property
    def performance(self) -> tuple[Performance, ...]:
        """The model's metrics, without sentences."""
        return tuple(_performance(row) for row in self.held)

    def metric(self, name: str) -> Performance | None:
        """One of them; None: it was not worked out."""
        return next((_performance(row) for row in self.held if row[0] == name), None)


def _performance(row: Row) -> Performance:
    metric, goal, verdict, labelled = row[:4]
    reference, realised, estimated = (
        None if row[at] is None else Interval(*cast("tuple[float, float, float, int]", row[at : at + 4]))
        for at in (4, 8, 12)
    )
    return Performance(metric, goal, reference, realised, estimated, labelled, verdict)


def _row(one: Performance) -> Row:
    figures: list[float | None] = []
    for each in (one.reference, one.realised, one.estimated):
        figures += [None] * 4 if each is None else [each.value, each.low, each.high, each.n]
    return (one.metric, one.goal, one.verdict, one.labelled, *figures)


def summed(told: Told) -> Summed:
    """A window that was told by thresholds."""
    judged, domain, model = told.judged, told.domain, told.model
    labelled = [one for one in model.performance if one.realised is not None] if model else []
    return Summed(
        judged.window,
        judged.key.file,
        judged.key.settings,
        judged.start,
        judged.end,
        judged.arrived,
        judged.at,
        judged.current.rows,
        told.verdict,
        told.because,
        tuple(Figure(one.measured.name, one.verdict, one.effect, one.severity) for one in told.features),
        domain is not None and domain.drifted,
        None if domain is None else domain.auc,
        () if domain is None or not domain.drifted else domain.features,
        "" if model is None else model.verdict,
        told.harmful,
        bool(labelled),
        tuple(_row(one) for one in model.performance) if model else (),
        model.supported if model else None,
        judged.labelled_at,
        judged.reference.sha256 or "",
    )


def drifting(one: Summed, muted: Collection[str]) -> tuple[Figure, ...]:
    """Its features that say DRIFT, muted ones aside, the worst first."""
    return tuple(each for each in one.figures if each.verdict == "DRIFT" and each.name not in muted)


def says_drift(one: Summed, muted: Collection[str]) -> bool:
    """Whether it does, muted features aside, and the classifier where it tells rows apart by those."""
    if one.verdict != "DRIFT":
        return False
    if not muted or drifting(one, muted):
        return True
    return one.domain and sum(share for name, share in one.by if name in muted) < CARRIES


def worst(one: Summed, muted: Collection[str]) -> Figure | None:
    """The feature that moved the most, of those of the worst verdict; None: nothing was measured."""
    there = [each for each in one.figures if each.effect is not None and each.name not in muted]
    drifts = drifting(one, muted)
    if drifts:
        return drifts[0]
    return max(there, key=lambda each: (SEVERITY[each.verdict], each.effect or 0.0), default=None)


def briefs(
    windows: Iterable[Summed], confirm: tuple[int, int], muted: Collection[str] = ()
) -> tuple[Brief, ...]:
    """Windows in their order as lines of figures, with what raises an alarm: k of the last n."""
    least, last = confirm
    drifts: list[bool] = []
    found = []
    for one in windows:
        drifts.append(says_drift(one, muted))
        alarm = one.harmful or (drifts[-1] and sum(drifts[-last:]) >= least)
        moved = worst(one, muted)
        effect, name = (None, "") if moved is None else (moved.effect, moved.name)
        found.append(Brief(one.window, one.start, one.verdict, effect, name, alarm, one.harmful, one.rows))
    return tuple(found)


def onset_in(windows: Sequence[Summed], muted: Collection[str] = ()) -> tuple[int, str] | None:
    """Place of the window since which what drifts now has moved, and what moved first; None: nothing does.

    As `standing.onset_of`; empty where only the classifier says DRIFT.
    """
    if not windows or not says_drift(windows[-1], muted):
        return None
    last: dict[str, Verdict] = {}
    for one in windows:
        last.update((each.name, each.verdict) for each in one.figures if each.verdict not in BLIND)
    names = {name for name, verdict in last.items() if verdict == "DRIFT" and name not in muted}
    light = [[_feature(each) for each in one.figures if each.name in names] for one in windows]
    first = next(iter(onset(light)), None)
    if first is not None:
        return first.since, first.feature
    begun = len(windows) - 1
    while begun and says_drift(windows[begun - 1], muted):
        begun -= 1
    return begun, ""


def onset_words(windows: Sequence[Summed], found: tuple[int, str] | None) -> Onset | None:
    """The same as it is told."""
    return None if found is None else Onset(windows[found[0]].window, len(windows) - found[0], found[1])


def _feature(one: Figure) -> Feature:
    measured = Measured(one.name, "other", 0, 0, 0.0, 0.0)
    return replace(Feature(measured, one.verdict, one.effect, None, ""), severity=one.severity)
