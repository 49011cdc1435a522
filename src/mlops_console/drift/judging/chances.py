"""How likely counts are where reference and current rows are one heap, parted at random.

All of them are conditional on what both sides have together, and hold for few rows and for rare things: that
something was counted once among 500 rows and never among 5,000 is no evidence of anything.
"""

import math
from typing import Final

import numpy as np

from mlops_console.records import FloatArray, IntArray

_EXACT: Final = 5_000
"""Up to so many rows that have it (or have it not) a share is tested exactly."""
_LARGEST_TILT: Final = 700.0


def at_most(x: int, n: int, m: int, drawn: int) -> float:
    """P(X <= x): of `drawn` rows among n + m, X are among the n (hypergeometric)."""
    from scipy.special import gammaln

    low, high = max(0, drawn - m), min(n, drawn)
    if x >= high:
        return 1.0
    if x < low:
        return 0.0
    i = np.arange(low, x + 1, dtype=np.float64)
    logs = (
        _log_choose(n, i) + _log_choose(m, drawn - i)
        - float(gammaln(n + m + 1) - gammaln(drawn + 1) - gammaln(n + m - drawn + 1))
    )  # fmt: skip
    top = float(logs.max())
    return min(1.0, math.exp(top) * float(np.exp(logs - top).sum())) if top > -745.0 else 0.0


def _log_choose(n: int, k: FloatArray) -> FloatArray:
    from scipy.special import gammaln

    out: FloatArray = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return out


def more_than(reference: int, n: int, current: int, m: int) -> float:
    """P of so many rows of m, or more, where the reference has `reference` of n: Fisher's, one-sided."""
    return _tail(reference, n, current, m)


def shares_differ(reference: int, n: int, current: int, m: int) -> float:
    """Two shares, two-sided: Fisher's exact test (twice the smaller tail), normal for many rows."""
    if not n or not m:
        return 1.0
    if reference * m <= current * n:
        return min(1.0, 2.0 * _tail(reference, n, current, m))
    return min(1.0, 2.0 * _tail(current, m, reference, n))


def _tail(reference: int, n: int, current: int, m: int) -> float:
    """P(at most `reference` of them among the n)."""
    drawn = reference + current
    if min(drawn, n + m - drawn) <= _EXACT or reference <= _EXACT:
        return at_most(reference, n, m, drawn)
    share = drawn / (n + m)
    z = (reference / n - current / m) / math.sqrt(share * (1.0 - share) * (1.0 / n + 1.0 / m))
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def wholly_there(counts: IntArray, n: int, m: int) -> FloatArray:
    """P, for levels of so many rows in all, that none of the rows is among the n."""
    from scipy.special import gammaln

    c = np.minimum(counts, m + 1).astype(np.float64)
    with np.errstate(invalid="ignore"):
        logs = gammaln(m + 1) - gammaln(m - c + 1) - gammaln(n + m + 1) + gammaln(n + m - c + 1)
    out: FloatArray = np.where(c > m, 0.0, np.exp(np.minimum(np.nan_to_num(logs, nan=-np.inf), 0.0)))
    return out


def sum_reaches(seen: float, sizes: FloatArray, chances: FloatArray, times: IntArray) -> float:
    """A bound of P(sum of sizes x their being there >= seen), each there with its chance, `times` of a kind.

    Chernoff's bound. Rows drawn without replacement are negatively associated, and so are levels being wholly
    on one side (Joag-Dev & Proschan 1983), so that it holds although they are not independent; for a single
    level it is Fisher's exact test.
    """
    if seen <= float(np.dot(sizes * chances, times)):
        return 1.0
    can = chances > 0.0
    sizes, chances, times = sizes[can], chances[can], times[can]
    if not len(sizes) or seen > float(np.dot(sizes, times)) * (1 + 1e-12):
        return 0.0
    with np.errstate(divide="ignore"):
        absent, there = np.log1p(-chances), np.log(chances)

    def tilted(tilt: float) -> tuple[float, float]:
        """The bound's logarithm at this tilt, and how far the tilted mean is from what was seen."""
        up = there + tilt * sizes
        whole = np.logaddexp(absent, up)
        return float(np.dot(whole, times)) - tilt * seen, float(
            np.dot(sizes * np.exp(up - whole), times)
        ) - seen

    low, high = 0.0, 1.0 / float(sizes.max())
    while tilted(high)[1] < 0.0 and high < _LARGEST_TILT:
        low, high = high, high * 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if tilted(middle)[1] < 0.0 else (low, middle)
    return math.exp(min(0.0, tilted(high)[0]))
