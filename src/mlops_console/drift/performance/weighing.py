"""One metric at a time: reference against what was realised, and against what is estimated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from mlops_console.comparison.predictions.naming import METRICS
from mlops_console.comparison.predictions.normal import quantile, two_sided
from mlops_console.display import count, number
from mlops_console.drift.model import Performance
from mlops_console.drift.performance.metrics import Reading, apart, loss, worded

LEVEL: Final = 0.01
"""Two-sided; for worse alone it is half. The chosen metric is tested by itself, the others as a family."""
MARGIN: Final = 0.10
"""Worse by less than this share of what the model got wrong on the reference is not material."""
LEAST: Final = 0.005
"""Neither is a difference below this, of metrics from 0 to 1."""
_LARGE: Final = 0.5
"""Growth of what it gets wrong that labels must be able to show before their silence says that it holds."""
_LARGE_SHARE: Final = 0.05
_LEAST_P: Final = 1e-300
"""Of what is smaller a computer only knows that it is."""
_OPEN: Final = frozenset({"mae", "rmse", "logloss"})
"""Metrics without an upper end."""
Change = Literal["worse", "same", "better", "unknown"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A metric against the reference's."""

    change: Change
    p: float
    sure: bool
    """Whether p holds at the level that it was tested at: of several metrics that is below `LEVEL`."""
    worse: float
    """By how much; negative: better."""
    grown: float | None
    """The same as a share of what the reference gets wrong."""
    visible: float
    """What these rows would have shown with 80% power."""
    telling: bool
    """Whether silence means that nothing large happened."""


def weighed(metric: str, reference: Reading, other: Reading, level: float = LEVEL) -> Weighed:
    """Whether it is worse or better: significantly, and by a margin that matters."""
    z = apart(metric, reference, other)
    worse = loss(metric, other.value) - loss(metric, reference.value)
    wrong = loss(metric, reference.value)
    p = two_sided(z)
    spread = (reference.se**2 + other.se**2) ** 0.5
    visible = (quantile(confidence=1 - LEVEL) + 0.8416) * spread
    large = max(_LARGE * wrong, 0.0 if metric in _OPEN else _LARGE_SHARE)
    change: Change = "same"
    sure = p <= level
    if sure and material(metric, wrong, worse):
        change = "worse" if worse > 0 else "better"
    return Weighed(change, p, sure, worse, worse / wrong if wrong > 0 else None, visible, visible <= large)


def material(metric: str, wrong: float, worse: float) -> bool:
    """Whether a difference matters, of a reference that gets so much wrong."""
    least = 0.0 if metric in _OPEN else LEAST
    return abs(worse) >= max(MARGIN * wrong, least)


def performances(
    reference: Mapping[str, Reading],
    realised: Mapping[str, Reading],
    estimated: Mapping[str, Reading],
    labelled: float | None,
    chosen: str,
) -> tuple[Performance, ...]:
    """Every metric, the chosen one first."""
    names = [name for name in METRICS if name in reference or name in realised or name in estimated]
    names.sort(key=lambda name: name != chosen)
    levels = _levels(names, reference, realised, chosen)
    return tuple(
        _performance(
            name,
            reference.get(name),
            realised.get(name),
            estimated.get(name),
            labelled,
            levels.get(name, 0.0),
        )
        for name in names
    )


def _levels(
    names: Sequence[str], reference: Mapping[str, Reading], realised: Mapping[str, Reading], chosen: str
) -> dict[str, float]:
    """At which level each is tested: the chosen one at `LEVEL`, the others by S. Holm's procedure (1979)."""
    tested = [name for name in names if name in reference and name in realised and name != chosen]
    ps = sorted((two_sided(apart(name, reference[name], realised[name])), name) for name in tested)
    out = {chosen: LEVEL}
    for at, (p, name) in enumerate(ps):
        level = LEVEL / (len(ps) - at)
        if p > level:
            break
        out[name] = level
    return out


def _performance(
    name: str,
    reference: Reading | None,
    realised: Reading | None,
    estimated: Reading | None,
    labelled: float | None,
    level: float,
) -> Performance:
    change: Change = "unknown"
    because = "The reference has no such figure."
    if reference is not None and realised is not None:
        found = weighed(name, reference, realised, level)
        change = found.change
        because = said(name, reference, realised, found, "realised")
    elif reference is not None and estimated is not None:
        before = number(reference.value, 3)
        because = f"No labels: {figure(name, estimated)} is an estimate, {before} on the reference."
    elif reference is not None:
        because = "There are no labels to compute it from."
    if realised is not None and estimated is not None:
        off = number(abs(estimated.value - realised.value), 3)
        because += f" The estimate without labels is {number(estimated.value, 3)}, off by {off}."
    return Performance(
        name,
        METRICS[name].goal,
        None if reference is None else reference.interval,
        None if realised is None else realised.interval,
        None if estimated is None else estimated.interval,
        labelled,
        change,
        because,
    )


def figure(metric: str, reading: Reading) -> str:
    """`AUC .961 (95% .955 to .966)`."""
    value, low, high = (number(at, 3) for at in (reading.value, reading.low, reading.high))
    return f"{worded(metric)} {value} (95% {low} to {high})"


def _chance(p: float) -> str:
    """A p-value; none is nothing."""
    return number(p, 2) if p >= _LEAST_P else "below 1e-300"


def said(metric: str, reference: Reading, other: Reading, found: Weighed, how: str) -> str:
    """What was found of a metric, a sentence with its figures."""
    before = number(reference.value, 3)
    start = f"{how.capitalize()} {figure(metric, other)} on {count(other.n)} rows, {before} on the reference"
    p, visible = _chance(found.p), number(found.visible, 3)
    if found.change != "same":
        grown = ""
        if found.grown is not None:
            grown = f", what it gets wrong {'grew' if found.grown > 0 else 'fell'} by {abs(found.grown):.0%}"
        return f"{start}: {found.change} by {number(abs(found.worse), 3)}{grown} (p {p})."
    if found.sure and found.worse:
        turn = "worse" if found.worse > 0 else "better"
        return f"{start}: {turn}, by less than what matters (a tenth of what it gets wrong)."
    if not found.telling:
        return f"{start}: so few rows could only have shown a difference of {visible}."
    return f"{start}: no difference beyond chance (p {p}; {visible} would have been seen)."
