"""Values of one metric over the runs of one side, and how two sides pair."""

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEWEST: Final = 3
"""Fewer runs on a side carry no verdict, fewer pairs no paired test."""
CORRELATION: Final = 0.5
"""Assumed between partners when it is decided, before any value is seen, whether pairing is worth the runs
that it leaves out."""
_NAMED: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One metric over the runs of one side.

    `values` is one-dimensional, one per run; `keys` names what pairs runs of two sides (seed, fold), "" where
    nothing does; no keys at all is the same as only "". A key that occurs twice on a side never pairs.

    Raises:
        ValueError: there are keys, but not one for each value.
    """

    name: str
    values: NDArray[np.float64]
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.asarray(self.values, dtype=np.float64).ravel())
        if self.keys and len(self.keys) != len(self.values):
            raise ValueError(f"{len(self.keys)} keys for {len(self.values)} values of {self.name}")


@dataclass(slots=True)
class Side:
    """What of a sample can be judged: numbers and infinities, without NaN."""

    name: str
    values: list[float]
    keys: list[str]
    notes: list[str] = field(default_factory=list)
    all_finite: bool = True


@dataclass(slots=True)
class Pairs:
    """Values of `a` and `b` by common key, in the order of the keys; empty where they are judged whole."""

    a: list[float]
    b: list[float]
    notes: list[str]


def usable(sample: Sample) -> Side:
    """The runs that have a value; a run without (NaN) is a failed outcome and is named in the notes."""
    values = sample.values.tolist()
    keys = list(sample.keys) or [""] * len(values)
    side = Side(sample.name, values, keys, all_finite=all(map(math.isfinite, values)))
    if side.all_finite:
        return side
    failed = [key for value, key in zip(values, keys, strict=True) if math.isnan(value)]
    if failed:
        kept = [(value, key) for value, key in zip(values, keys, strict=True) if not math.isnan(value)]
        side.values = [value for value, _ in kept]
        side.keys = [key for _, key in kept]
        side.notes.append(
            f"{len(failed)} of {len(values)} runs of {sample.name} gave no number (NaN){_named(failed)}: "
            "left out of its mean, but a failure is an outcome too"
        )
    infinite = [key for value, key in zip(side.values, side.keys, strict=True) if math.isinf(value)]
    side.all_finite = not infinite
    if infinite:
        side.notes.append(
            f"{len(infinite)} of {len(values)} runs of {sample.name} is infinite{_named(infinite)}"
            if len(infinite) == 1
            else f"{len(infinite)} of {len(values)} runs of {sample.name} are infinite{_named(infinite)}"
        )
    return side


def _named(keys: list[str]) -> str:
    known = sorted(key for key in keys if key)
    if not known:
        return ""
    more = "" if len(known) <= _NAMED else f" and {len(known) - _NAMED} more"
    return f": {', '.join(known[:_NAMED])}{more}"


def matched(a: Side, b: Side) -> Pairs:
    """The pairs to judge by, none where both sides are better judged whole.

    Decided from the counts alone, so that no result can choose its own test. Where every run has its partner,
    three pairs are enough. Where some have none, a paired test leaves those runs out; it is taken where its
    interval is expected to be the shorter one all the same, with equal spreads and partners that correlate by
    one half: half-widths of t(m - 1) sqrt(2 (1 - 1/2) / m) against t(n_a + n_b - 2) sqrt(1/n_a + 1/n_b).
    """
    if not any(a.keys) or not any(b.keys):
        return Pairs([], [], [])
    of_a, of_b = _unique(a), _unique(b)
    common = sorted(of_a.keys() & of_b.keys())
    count, n_a, n_b = len(common), len(a.values), len(b.values)
    if not count == n_a == n_b and not (count >= FEWEST and _worth_pairing(count, n_a, n_b)):
        many = f"{count} {'pair' if count == 1 else 'pairs'} among {n_a} and {n_b} runs"
        whole = f"{many}: too few to leave the others out for, so the runs are judged unpaired"
        return Pairs([], [], [whole] if count else [])
    if count < FEWEST:
        return Pairs([], [], [])
    notes = [
        f"{n - count} of {n} runs of {name} have no partner and are left out"
        for n, name in ((n_a, a.name), (n_b, b.name))
        if n > count
    ]
    return Pairs([of_a[key] for key in common], [of_b[key] for key in common], notes)


def _unique(side: Side) -> dict[str, float]:
    by_key = dict(zip(side.keys, side.values, strict=True))
    if len(by_key) < len(side.keys):
        often = Counter(side.keys)
        by_key = {key: value for key, value in by_key.items() if often[key] == 1}
    by_key.pop("", None)
    return by_key


def _worth_pairing(count: int, n_a: int, n_b: int) -> bool:
    from scipy.special import stdtrit

    paired = stdtrit(count - 1, 0.975) * math.sqrt(2 * (1 - CORRELATION) / count)
    whole = stdtrit(n_a + n_b - 2, 0.975) * math.sqrt(1 / n_a + 1 / n_b)
    return bool(paired <= whole)
