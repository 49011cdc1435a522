"""How likely a largest distance between two empirical distributions is where nothing differs.

The same distributions, and the same choice among them, as `scipy.stats.ks_2samp(method="auto")`, whose import
alone costs more than everything else here: exact up to 10,000 values a side, above that the distribution of
one sample of the harmonic size.
"""

import math
from typing import Final

import numpy as np

from mlops_console.records import FloatArray, IntArray

EXACT_UP_TO: Final = 10_000
_NOTHING: Final = 745.0
"""exp(-745) is the smallest positive float."""
_FEW: Final = 1000
_MANY: Final = 1_000_000
"""Between the two scipy.special sums every term, up to a second long; above it has a limit, in no time."""
_POINTS: Final = 4096
_LIFTED: Final = 2.0**900
"""Chances are taken times this on the way: numbers too small for a normal float are slow."""


def two_sample_p(d: float, n: int, m: int) -> float:
    """P(D >= d) of two samples of n and m values from one continuous distribution, two-sided."""
    if d <= 0 or not n or not m:
        return 1.0
    if max(n, m) > EXACT_UP_TO:
        return one_sample_p(d, round(n * m / (n + m)))
    g = math.gcd(n, m)
    h = round(d * (n // g * m))
    if h == 0:
        return 1.0
    if 2 * d * d * n * m / (n + m) > _NOTHING + 2:
        # The bound of Dvoretzky, Kiefer & Wolfowitz for two samples (Wei & Dudley 2012).
        return 0.0
    found = _equal(n, h) if n == m else _paths(n, m, h * g)
    return min(1.0, max(0.0, found))


def _equal(n: int, h: int) -> float:
    """Two samples of n each, D >= h/n: B. V. Gnedenko & V. S. Korolyuk (1951)."""
    from scipy.special import gammaln

    k = np.arange(1, n // h + 1, dtype=np.float64) * h
    terms = np.exp(2 * gammaln(n + 1) - gammaln(n - k + 1) - gammaln(n + k + 1))
    terms[1::2] *= -1
    return 2 * math.fsum(terms)


def _paths(n: int, m: int, band: int) -> float:
    """The share of lattice paths from (0, 0) to (n, m) that leave the band |i m - j n| < band.

    J. L. Hodges, The significance probability of the Smirnov two-sample test, Arkiv för Matematik 3 (1958)
    469-486. From both ends to the diagonal in the middle, where what left before or after adds up: nothing is
    taken from one, so that small shares keep their digits.
    """
    total = n + m
    half = total // 2
    first = _left(n, m, band, half)
    second = first if 2 * half == total else _left(n, m, band, total - half)
    i = np.arange(max(0, half - m), min(n, half) + 1)
    here, there = _binomial(half, i, n / total), _binomial(total - half, n - i, n / total)
    gone = first[i] * there + (here - first[i]) * second[n - i]
    return float(gone.sum() / _binomial(total, np.array([n]), n / total)[0])


def _left(n: int, m: int, band: int, steps: int) -> FloatArray:
    """For each i: the chance that a walk of so many steps has left the band and stands at (i, steps - i).

    Of a walk that goes along i with probability n / (n + m), which makes a step one weighted sum of
    neighbours; what stands outside of the band has left it.
    """
    total = n + m
    p, q = n / total, m / total
    s = np.arange(steps + 1, dtype=np.int64)
    lows = np.maximum((s * n - band) // total + 1, 0)
    highs = np.minimum(-((-s * n - band) // total) - 1, s)
    under = (_binomial(s, lows - 1, p) * _LIFTED).tolist()
    over = (_binomial(s, highs + 1, p) * _LIFTED).tolist()
    # Shifted by one, so that what is left of 0 is there and 0.
    here = np.zeros(steps + 3)
    here[2] = over[0]
    room = np.empty(steps + 3)
    multiply = np.multiply
    bounds = zip(lows[1:].tolist(), highs[1:].tolist(), under[1:], over[1:], strict=True)
    for low, high, below, above in bounds:
        inside = here[low + 1 : high + 2]
        along = multiply(here[low : high + 1], p, out=room[: high + 1 - low])
        inside *= q
        inside += along
        if low:
            here[low] = below
        here[high + 2] = above
    result = _binomial(steps, np.arange(n + 1), p)
    low, high = int(lows[-1]), min(int(highs[-1]), n)
    result[low : high + 1] = here[low + 1 : high + 2] / _LIFTED
    return result


def _binomial(s: IntArray | int, i: IntArray, p: float) -> FloatArray:
    """The chance of i in s draws; 0 where that can't be."""
    from scipy.special import gammaln

    possible = (i >= 0) & (i <= s)
    i = np.where(possible, i, 0)
    logs = gammaln(np.add(s, 1.0)) - gammaln(i + 1.0) - gammaln(s - i + 1.0)
    return np.where(possible, np.exp(logs + i * math.log(p) + (s - i) * math.log1p(-p)), 0.0)


def one_sample_p(d: float, n: int) -> float:
    """P(D_n >= d) of one sample of n values against its own continuous distribution, two-sided.

    R. Simard & P. L'Ecuyer, Computing the two-sided Kolmogorov-Smirnov distribution, Journal of Statistical
    Software 39 (2011) 11: the method that is exact or best for this n and d.
    """
    from scipy.special import smirnov

    t = n * d
    if d >= 1:
        return 0.0
    if t <= 0.5:
        return 1.0
    if t <= 1:
        log_factorial = math.lgamma(n + 1) - n * math.log(n)
        return 1 - math.exp(log_factorial + n * math.log(2 * t - 1))
    if t >= n - 1:
        return 2 * (1 - d) ** n
    square = t * d
    if n > 140 and square >= 370:
        return 0.0
    if d >= 0.5 or square >= (4.0 if n <= 140 else 2.2):
        return min(1.0, 2 * (_one_sided(n, d) if _FEW < n <= _MANY else float(smirnov(n, d))))
    if n <= 140 or (n <= 100_000 and n * d**1.5 <= 1.4):
        return 1 - _durbin(n, d)
    return min(1.0, max(0.0, 1 - _pelz_good(n, d)))


def _one_sided(n: int, d: float) -> float:
    """P(D_n+ >= d) of many values, where it is not near 1.

    The sum of N. V. Smirnov (1944) and Z. W. Birnbaum & F. H. Tingey (1951): d times the binomial chance of j
    of n at j / n + d, over j / n + d. It is smooth and vanishes with all of its derivatives at both ends, so
    that some thousand of its terms tell it to all digits; the chances are C. Loader's (2000).
    """
    stride = max(1, n // _POINTS)
    j = np.arange(stride, math.ceil(n * (1 - d)) - 1, stride, dtype=np.float64)
    rest = n - j
    logs = j * np.log1p(n * d / j) + rest * np.log1p(-n * d / rest)
    logs += _stirling(n) - _stirling(j) - _stirling(rest) + 0.5 * np.log(n / (2 * math.pi * j * rest))
    return float(d * stride * np.sum(np.exp(logs) / (j / n + d)))


def _stirling(x: "FloatArray | float") -> "FloatArray | float":
    """What Stirling's formula lacks of ln x!."""
    return (1 / 12 - (1 / 360 - 1 / 1260 / x**2) / x**2) / x


def _durbin(n: int, d: float) -> float:
    """P(D_n < d), exact: G. Marsaglia, W. W. Tsang & J. Wang, Journal of Statistical Software 8 (2003) 18."""
    k = math.ceil(n * d)
    h = k - n * d
    size = 2 * k - 1
    matrix = np.tri(size, k=1)
    power = h ** np.arange(1, size + 1)
    matrix[:, 0] -= power
    matrix[-1, :] -= power[::-1]
    if h > 0.5:
        matrix[-1, 0] += (2 * h - 1) ** size
    from scipy.special import gamma

    gap = np.subtract.outer(np.arange(size), np.arange(size)) + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        matrix = np.where(gap > 0, matrix / gamma(np.maximum(gap, 0) + 1), matrix)
    found, exponent = _power(matrix, n)
    value, log = found[k - 1, k - 1], exponent
    # n! / n^n, taken in as a logarithm.
    return float(value * math.exp(math.lgamma(n + 1) - n * math.log(n) + log))


def _power(matrix: FloatArray, n: int) -> tuple[FloatArray, float]:
    """A power of a matrix as (mantissa, logarithm of what it is times)."""
    result, log = np.eye(len(matrix)), 0.0
    base, base_log = matrix, 0.0
    while n:
        if n & 1:
            result = result @ base
            log += base_log
            result, log = _small(result, log)
        base, base_log = _small(base @ base, 2 * base_log)
        n >>= 1
    return result, log


def _small(matrix: FloatArray, log: float) -> tuple[FloatArray, float]:
    largest = float(np.abs(matrix).max())
    return (matrix / largest, log + math.log(largest)) if largest > 1e100 else (matrix, log)


def _pelz_good(n: int, d: float) -> float:
    """P(D_n < d) for large n: W. Pelz & I. J. Good, Journal of the Royal Statistical Society B 38 (1976)."""
    z = math.sqrt(n) * d
    z2, z4, z6, z8 = z**2, z**4, z**6, z**8
    k = np.arange(-40, 41)
    half = np.pi**2 * (k + 0.5) ** 2
    whole = np.pi**2 * k.astype(np.float64) ** 2
    at_half, at_whole = np.exp(-half / (2 * z2)), np.exp(-whole / (2 * z2))
    root = math.sqrt(math.pi / 2)
    k0 = root / z * float(at_half.sum())
    k1 = root / (6 * z4) * float(((half - z2) * at_half).sum())
    k2 = root / (72 * z**7) * float(
        ((6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * half + (1 - 2 * z2) * half**2) * at_half).sum()
    ) - root / (36 * z**3) * float((whole * at_whole).sum())
    k3 = root / (6480 * z**10) * float(
        (
            (
                (5 - 30 * z2) * half**3
                + (212 * z4 - 60 * z2) * half**2
                + (135 * z4 - 96 * z6) * half
                - (30 * z6 + 90 * z8)
            )
            * at_half
        ).sum()
    ) + root / (216 * z6) * float(((3 * whole * z2 - whole**2) * at_whole).sum())
    return float(k0 + k1 / math.sqrt(n) + k2 / n + k3 / n**1.5)


def critical(alpha: float) -> float:
    """c(alpha): sqrt(n m / (n + m)) D of large samples exceeds it with that chance where nothing differs."""
    from scipy.special import kolmogi

    return float(kolmogi(min(1.0, max(alpha, 1e-300))))
