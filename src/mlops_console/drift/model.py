"""The values of a drift report. What the figures mean is in docs/drift.md; `reporting` writes JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from mlops_console.records import Json

Kind: TypeAlias = Literal["numeric", "categorical", "boolean", "date", "text", "key", "time", "other"]
"""What a column is judged as. `date`: as seconds; `text`: by its length in characters. Not judged: `key` (an
id), `time` (what orders the rows), `other` (lists, structs, bytes); each says why."""
JUDGED: Final[frozenset[Kind]] = frozenset({"numeric", "categorical", "boolean", "date", "text"})
"""The kinds that are."""
Verdict: TypeAlias = Literal["DRIFT", "WATCH", "NEGLIGIBLE", "STABLE", "TOO FEW ROWS", "NOT JUDGED"]
"""Of a feature, of one check, and of the whole. NOT JUDGED: kinds that are not, with the reason."""
ModelVerdict: TypeAlias = Literal["HARMFUL", "BENIGN", "UNVERIFIED", "STABLE", "UNKNOWN"]
"""Of the model. STABLE: nothing drifted, it performs as before; UNKNOWN: neither labels nor an estimate."""
CheckName: TypeAlias = Literal[
    "distribution", "missing", "new_levels", "gone_levels", "tails", "range", "infinite", "type", "constant"
]

SegmentHow: TypeAlias = Literal["grew", "moved within"]
"""grew: a part of the rows has a larger share of them, and with it its values; moved within: the feature
moved in this part alone, whatever share of the rows that is."""
GROWN: Final = 0.02
"""A part whose share rose by less did not grow."""
SEVERITY: Final[Mapping[Verdict, int]] = {
    "DRIFT": 5, "WATCH": 4, "NEGLIGIBLE": 2, "TOO FEW ROWS": 1, "STABLE": 1, "NOT JUDGED": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds. The defaults are those of docs/drift.md; a monitor may set others."""

    drift: float = 0.10
    """Effect (share of rows that moved) from which on it is DRIFT."""
    watch: float = 0.05
    q: float = 0.05
    """False-discovery rate over all features and checks of a window."""
    power: float = 0.80
    """STABLE is said only where a drift of `drift` would have been seen with this probability."""
    method: Literal["bh", "holm"] = "bh"
    floors: Mapping[str, float] = field(default_factory=dict)
    """Feature -> a higher `drift` for it, from how much the reference moves by itself in time."""
    overrides: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Feature -> its own (watch, drift); goes before `floors`."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One check of one feature as measured, before the family is corrected: thresholds play no part in it."""

    name: CheckName
    effect: float | None
    """0 to 1: the share of rows that moved; None: it is not that kind of check (`type`)."""
    p: float | None
    """None: nothing to test (too few rows on a side, or certain as a changed type is)."""
    visible: float | None = None
    """The smallest effect that these rows could have shown at `Rules.q` over one test; judging scales it."""
    said: str = ""
    """What was seen, a sentence without a verdict: `3.0% of rows have the level "new", which the reference
    has not`."""
    certain: bool = False
    """Needs no test: a column that vanished, a type that changed, a constant that no longer is."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One feature as measured. Enough to be judged again by other rules: what a stored window holds."""

    name: str
    kind: Kind
    n_ref: int
    """Rows with a usable value."""
    n_cur: int
    missing_ref: float
    """Shares of all rows that have no value (null or NaN)."""
    missing_cur: float
    statistics: Mapping[str, Json] = field(default_factory=dict)
    """Every measure that applies, by its JSON name; p-values as `<name>_p`."""
    checks: tuple[Raw, ...] = ()
    dtype_ref: str | None = None
    dtype_cur: str | None = None
    """None: the side has no such column."""
    why_not: str = ""
    """Of a kind that is not judged: why, a sentence."""
    shapes: Mapping[str, Json] = field(default_factory=dict)
    """What a histogram needs: `edges`, `reference`, `current` (counts), or `levels` with both counts."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check, judged."""

    raw: Raw
    q: float | None
    verdict: Verdict
    because: str


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature, judged: its worst check speaks for it."""

    measured: Measured
    verdict: Verdict
    effect: float | None
    q: float | None
    because: str
    """Why the verdict is what it is, in a sentence with the figures."""
    checks: tuple[Check, ...] = ()
    severity: float = 0.0
    """Effect x importance share; effect alone where importance is not known."""
    visible: float | None = None
    """The smallest effect that this window could have shown; None: not computed."""


@dataclass(frozen=True, slots=True)
class Domain:
    """Whether a classifier tells reference rows from current ones, and by which features."""

    auc: float | None
    p: float | None = None
    rows: int = 0
    """A side."""
    drifted: bool = False
    features: tuple[tuple[str, float], ...] = ()
    """(name, share of the importance), the largest first."""
    because: str = ""
    """What it says, or why it was not asked, a sentence."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Performance:
    """One metric of the model: on the reference, realised on the labels that came, and estimated without."""

    metric: str
    goal: Literal["min", "max"]
    reference: Interval | None = None
    realised: Interval | None = None
    estimated: Interval | None = None
    labelled: float | None = None
    """Share of the window's rows that have a label."""
    verdict: Literal["worse", "same", "better", "unknown"] = "unknown"
    because: str = ""


@dataclass(frozen=True, slots=True)
class ErrorSlice:
    """A part of a window's rows where the model does worse than on the others."""

    by: str
    """The column that parts the rows."""
    level: str
    """Which part, with the column's name: `carrier = EV`, `60 < temp <= 70`."""
    metric: str
    """What it was told by: the model's own metric, or what is like it and is one of rows."""
    goal: Literal["min", "max"]
    figure: Interval
    rest: float
    """The same of all other rows."""
    worse: float
    """By how much it gets more wrong than the others; above 0."""
    share: float
    """Of the rows that have a label."""
    p: float
    q: float
    """Corrected over all parts that were looked at."""
    because: str = ""


@dataclass(frozen=True, slots=True)
class ModelReport:
    """Whether what moved harms the model."""

    verdict: ModelVerdict
    because: str
    performance: tuple[Performance, ...] = ()
    outside: float | None = None
    """Share of current rows outside the reference's ranges or levels."""
    supported: bool | None = None
    """Whether estimates can be believed: domain AUC and `outside` within bounds; None: none was made."""
    problems: tuple[str, ...] = ()
    slices: tuple[ErrorSlice, ...] = ()
    """Where it is wrong most, by the labels that came; the worst first."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the rows, and how much of a feature's move it explains."""

    feature: str
    """What moved."""
    by: str
    """The column that parts the rows."""
    level: str
    """Its level, or an interval as text."""
    share_ref: float
    share_cur: float
    explains: float
    """Share of the feature's effect that is gone when this segment has its reference share (grew), or the
    reference's values (moved within)."""
    because: str = ""
    how: SegmentHow | None = None
    """Of windows that were judged before it was kept: by the shares."""

    def __post_init__(self) -> None:
        """Where nothing says how, shares do."""
        if self.how is None:
            grew = self.share_cur - self.share_ref >= GROWN
            object.__setattr__(self, "how", "grew" if grew else "moved within")


@dataclass(frozen=True, slots=True)
class Side:
    """What one side of a comparison is."""

    rows: int
    columns: int
    name: str
    """A path as given, or `baseline churn@3`."""
    sha256: str | None = None
    """Of a baseline."""
    exact: bool = True
    """False: read in one pass that keeps quantiles."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about one window."""

    verdict: Verdict
    reference: Side
    current: Side
    because: str
    features: tuple[Feature, ...]
    """The worst first: DRIFT, WATCH …, within them by severity."""
    rules: Rules
    domain: Domain | None = None
    model: ModelReport | None = None
    segments: tuple[Segment, ...] = ()
    problems: tuple[str, ...] = ()
    """What was left out and why: columns on one side only, files that could not be read."""
