"""Checks of columns of numbers (also dates as seconds, texts as lengths)."""

from typing import Final

from mlops_console.display import number
from mlops_console.drift.judging import power
from mlops_console.drift.judging.chances import at_most, more_than, shares_differ
from mlops_console.drift.judging.homogeneity import moved
from mlops_console.drift.judging.ordered import ordered_p
from mlops_console.drift.judging.words import Value, percent, rows
from mlops_console.drift.model import Raw
from mlops_console.drift.pair import Counted, counts_outside
from mlops_console.drift.sample import Figures, NumericSample

_DECILES: Final = "total variation {} on the reference's deciles"


def number_checks(
    reference: NumericSample, current: NumericSample, binned: Counted, ks: float, ks_p: float, said: Value
) -> list[Raw]:
    """All checks of two sides that have values; `said` writes values of the column."""
    one, other = reference.figures, current.figures
    if one is None or other is None:
        return []
    out = [
        _distribution(one, other, binned, (ks, ks_p), said),
        _tails(current, one, other, said),
        _range(current, one, other, said),
    ]
    constant = _constant(reference, current, one, other, said)
    return [*out, constant] if constant is not None else out


def infinite_check(reference: NumericSample, current: NumericSample) -> Raw | None:
    """Whether another share of the rows is infinite; None: none is."""
    before, now = reference.infinite, current.infinite
    if not before and not now:
        return None
    n, m = reference.rows, current.rows
    share = now / m if m else 0.0
    was = before / n if n else 0.0
    return Raw(
        "infinite", abs(share - was), shares_differ(before, n, now, m) if n and m else None,
        said=f"{rows(now)} ({percent(share)}) {'is' if now == 1 else 'are'} infinite, before {percent(was)}",
    )  # fmt: skip


def _distribution(one: Figures, other: Figures, binned: Counted, ks: tuple[float, float], said: Value) -> Raw:
    """KS sees moves, deciles what happens on both sides at once: the larger effect, twice the smaller p."""
    smooth = ordered_p(binned.reference, binned.current)
    variation, _ = moved(binned.reference, binned.current)
    distance, p = ks
    if smooth is not None:
        p = min(1.0, 2.0 * min(p, smooth))
    effect = min(1.0, max(distance, variation))
    told = f"KS {number(distance, 3)}" if distance >= variation else _DECILES.format(number(variation, 3))
    before, now = said(one.median), said(other.median)
    return Raw(
        "distribution", effect, p, power.visible_numbers(one.n, other.n, power.LEVEL / 2.0),
        f"{percent(effect)} of rows moved: {told}{f', median {before} to {now}' if before != now else ''}",
    )  # fmt: skip


def _tails(current: NumericSample, one: Figures, other: Figures, said: Value) -> Raw:
    """Rows outside the reference's 0.1% and 99.9% quantiles; only more of them than before counts.

    The bounds are order statistics of the reference, so that its own count is given. One row more on its
    side makes Fisher's test exact for that (the rows of the other side between order statistics follow the
    negative hypergeometric distribution).
    """
    low, high = one.tails
    before, now = sum(one.outside), rows_outside(current, low, high)
    n, m = one.n, other.n
    share, was = now / m, before / n
    common = f"outside {said(low)} to {said(high)}, where all but {percent(was)} of the reference's lie"
    times = share * n / max(before, 1)
    much = f"{percent(share)} of values lie {common}" + (
        f": {_times(times)} as many" if before and times >= 1.5 else ""
    )
    return Raw(
        "tails", max(0.0, share - was), more_than(before + 1, n, now, m),
        power.visible_share(n, m, (before + now) / (n + m), power.LEVEL),
        much if now else f"No value lies {common}",
    )  # fmt: skip


def _times(times: float) -> str:
    return f"{times:.1f} times" if times < 9.95 else f"{number(round(times), 3)} times"


def _range(current: NumericSample, one: Figures, other: Figures, said: Value) -> Raw:
    """Rows beyond everything that the reference has."""
    n, m = one.n, other.n
    beyond = rows_outside(current, one.minimum, one.maximum)
    if other.minimum < one.minimum or other.maximum > one.maximum:
        beyond = max(beyond, 1)
    ends = []
    if other.minimum < one.minimum:
        ends.append(f"down to {said(other.minimum)} (before {said(one.minimum)})")
    if other.maximum > one.maximum:
        ends.append(f"up to {said(other.maximum)} (before {said(one.maximum)})")
    verb = "lies" if beyond == 1 else "lie"
    seen = f"{rows(beyond)} ({percent(beyond / m)}) {verb} beyond the reference's range, {' and '.join(ends)}"
    return Raw(
        "range", beyond / m, more_than(1, n, beyond, m),
        said=seen
        if beyond
        else f"All values lie within the reference's range, {said(one.minimum)} to {said(one.maximum)}",
    )  # fmt: skip


def _constant(
    reference: NumericSample, current: NumericSample, one: Figures, other: Figures, said: Value
) -> Raw | None:
    if one.distinct == 1:
        return constant_check(
            one.n, other.n, rows_outside(current, one.minimum, one.minimum), said(one.minimum)
        )
    if other.distinct == 1:
        away = rows_outside(reference, other.minimum, other.minimum)
        return constant_check(one.n, other.n, away, said(other.minimum), became=True)
    return None


def constant_check(n: int, m: int, away: int, value: str, *, became: bool = False) -> Raw | None:
    """A column that had one value and has others now, or `became` one; `away` rows have another value.

    Tested, not certain: a flag that is set once in 10,000 rows looks constant in a small reference.
    One row says which value it is, only the others can bear it out: a side of one row is always constant.
    """
    if became:
        share = away / n
        said = f"Is always {value} now; {percent(share)} of the reference's rows had other values"
        return Raw("constant", share, at_most(0, m - 1, n, away), said=said)
    if not away:
        return None
    said = f"Was always {value}; {percent(away / m)} of rows have other values now"
    return Raw("constant", away / m, at_most(0, n - 1, m, away), said=said)


def rows_outside(sample: NumericSample, low: float, high: float) -> int:
    """Rows with a value below `low` or above `high`."""
    return sum(counts_outside(sample, low, high))
