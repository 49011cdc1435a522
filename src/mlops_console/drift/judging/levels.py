"""Checks of columns of levels."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console.display import counted as several
from mlops_console.drift.judging import power
from mlops_console.drift.judging.chances import at_most, sum_reaches, wholly_there
from mlops_console.drift.judging.homogeneity import homogeneous, moved
from mlops_console.drift.judging.numeric import constant_check
from mlops_console.drift.judging.words import percent, quoted
from mlops_console.drift.model import Raw
from mlops_console.drift.pair import Counted
from mlops_console.drift.sample import LevelSample
from mlops_console.records import FloatArray, IntArray

_LOOKED: Final = 200
"""Of levels that the other side may have among those it does not list, so many are looked at."""


def level_checks(
    reference: LevelSample, current: LevelSample, counted: Counted, levels: tuple[str, ...]
) -> list[Raw]:
    """All checks of two sides that have `levels`; one more of `counted` holds those not listed."""
    out = [_distribution(counted, levels)]
    for new in (True, False):
        here, there = (current, reference) if new else (reference, current)
        found = _only_here(counted if new else Counted(*reversed(counted)), levels, here, there)
        if found is not None:
            out.append(_told(found, here, new))
    constant = _constant(reference, current)
    return [*out, constant] if constant is not None else out


def _distribution(counted: Counted, levels: tuple[str, ...]) -> Raw:
    effect, plain = moved(counted.reference, counted.current)
    tested = homogeneous(counted.reference, counted.current)
    n, m = int(counted.reference.sum()), int(counted.current.sum())
    one, other = counted.reference / n, counted.current / m
    by = np.round(other - one, 9)
    # Of two levels that changed places the one that grew is named.
    most = int(np.lexsort((-by, -np.abs(by)))[0])
    name = quoted(levels[most]) if most < len(levels) else "levels too rare to be listed"
    what = f"most of all {name}, {percent(float(one[most]))} to {percent(float(other[most]))}"
    if tested.p is None and len(counted.reference) < 2:
        # One level on both sides: nothing can have moved, however many rows there are.
        return Raw("distribution", 0.0, 1.0, power.visible_levels(n, m, power.LEVEL, 1.0), f"Always {name}")
    return Raw(
        "distribution", min(1.0, effect), tested.p,
        power.visible_levels(n, m, power.LEVEL, tested.dof) if tested.p is not None else None,
        f"{percent(effect)} of rows moved{f': {what}' if plain > 0.0 else ''}"
        if tested.p is not None
        else "Each level is too rare to be compared",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """Levels that only one side has."""

    names: tuple[str, ...]
    """The commonest first."""
    rows: IntArray
    p: float
    expected: float
    """Rows of such levels that sampling alone makes: rare ones are on one side only by chance."""


def _only_here(
    counted: Counted, levels: tuple[str, ...], here: LevelSample, there: LevelSample
) -> _Found | None:
    """Tested as one: rows in levels that the other side has not, against how many chance makes of them.

    Of a column of rare levels every sample has some of its own: a test that takes the new levels as if
    they had been named beforehand would find them in every window. Of a level with c rows in all, none is on
    the other side with the chance that c draws are all from here, and the rows of all levels are summed.
    """
    mine, theirs = counted.current[: len(levels)], counted.reference[: len(levels)]
    only = np.flatnonzero((mine > 0) & (theirs == 0))
    if not len(only):
        return None
    only = only[np.argsort(-mine[only], kind="stable")]
    n, m = there.n, here.n
    if there.others:
        only = only[:_LOOKED]
        sizes, chances, times = _unlisted(mine[only], there, n, m)
    else:
        totals, times = np.unique((mine + theirs)[(mine + theirs) > 0], return_counts=True)
        sizes, chances = totals.astype(np.float64), wholly_there(totals, n, m)
    p = sum_reaches(float(mine[only].sum()), sizes, chances, times.astype(np.int64))
    expected = float(np.dot(sizes * chances, times))
    return _Found(tuple(levels[at] for at in only), mine[only], p, expected)


def _unlisted(mine: IntArray, there: LevelSample, n: int, m: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """The other side may have these levels, as often as its rarest listed one: how likely so few are."""
    hidden = min(there.others, int(there.counts.min(initial=there.others)))
    chances = np.array([at_most(hidden, n, m, hidden + int(c)) for c in mine])
    return mine.astype(np.float64), chances, np.ones(len(mine), np.int64)


def _told(found: _Found, here: LevelSample, new: bool) -> Raw:
    share = float(found.rows.sum()) / here.n
    excess = max(0.0, share - found.expected / here.n)
    largest = f"{quoted(found.names[0])}"
    if len(found.names) == 1:
        which = f"the level {largest}"
    else:
        first = percent(float(found.rows[0]) / here.n)
        which = f"one of {several(len(found.names), 'level')}, most of all {largest} ({first}),"
    if new:
        said = f"{percent(share)} of rows have {which} which the reference has not"
    else:
        said = f"{percent(share)} of the reference's rows have {which} which no row has now"
    if found.expected >= 0.5 and found.expected / here.n >= 0.0005:
        said += f"; rare levels make {percent(found.expected / here.n)} likely"
    return Raw("new_levels" if new else "gone_levels", excess, found.p, said=said)


def _constant(reference: LevelSample, current: LevelSample) -> Raw | None:
    n, m = reference.n, current.n
    if len(reference.levels) == 1 and not reference.others:
        away = m - _count(current, reference.levels[0])
        return constant_check(n, m, away, quoted(reference.levels[0]))
    if len(current.levels) == 1 and not current.others:
        return constant_check(
            n, m, n - _count(reference, current.levels[0]), quoted(current.levels[0]), became=True
        )
    return None


def _count(sample: LevelSample, level: str) -> int:
    at = np.flatnonzero(np.array([one == level for one in sample.levels], bool))
    return int(sample.counts[at].sum())
