"""What a window of so many rows could have shown: the smallest effect that 80 of 100 such windows reveal.

n and m are rows with a value on either side; what counts is n m / (n + m), the rows of a window against an
endless reference that would know as much.
"""

import math
from bisect import bisect_left
from functools import lru_cache
from typing import Final

POWER: Final = 0.80
LEVEL: Final = 0.05
"""The level at which `Raw.visible` is told, of one test alone, whatever the rules: judging scales it."""
_MOST_DOF: Final = 1_000_000


def effective(n: int, m: int) -> float:
    """Rows that count: n m / (n + m); 0 where a side is empty."""
    return n * m / (n + m) if n > 0 and m > 0 else 0.0


def critical(level: float) -> float:
    """c(level): D above c sqrt((n + m) / (n m)) is significant (Smirnov 1948, two-sided, large samples)."""
    return math.sqrt(math.log(2.0 / level) / 2.0)


def visible_numbers(n: int, m: int, level: float, power: float = POWER) -> float | None:
    """Smallest Kolmogorov-Smirnov distance seen at `level` with so much power; None: none can be.

    c(level) / sqrt(n_eff) is what is significant; half a normal quantile / sqrt(n_eff) more (the largest
    standard error of a difference of distribution functions) is what is seen so often.
    """
    rows = effective(n, m)
    return _share((critical(level) + _normal(power) / 2.0) / math.sqrt(rows)) if rows else None


def visible_levels(n: int, m: int, level: float, dof: float, power: float = POWER) -> float | None:
    """Smallest total variation that a chi-square test surely sees, wherever among the levels the mass moves.

    Its noncentrality is n_eff sum (p - q)^2 / t >= 4 n_eff TV^2 (Cauchy-Schwarz: least where mass moves in
    proportion to t), so that what is told holds for the move that is hardest to see.
    """
    rows = effective(n, m)
    return _share(math.sqrt(noncentrality(level, dof, power) / (4.0 * rows))) if rows and dof > 0 else None


def visible_share(n: int, m: int, share: float, level: float) -> float | None:
    """Smallest difference of two shares seen around a common one of `share`, at `level`, two-sided."""
    rows = effective(n, m)
    if not rows:
        return None
    # Where nothing was counted, one row more could have been.
    near = min(max(share, 1.0 / (n + m)), 0.5)
    return _share((_upper(level / 2.0) + _normal(POWER)) * math.sqrt(near * (1.0 - near) / rows))


def of_levels(visible: float, n: int, m: int, level: float, power: float = POWER) -> float | None:
    """`visible_levels` at another level, from what it was at `LEVEL`; finds the degrees of freedom anew."""
    rows = effective(n, m)
    if not rows:
        return None
    wanted = 4.0 * rows * visible * visible * (1 - 1e-9)
    dof = bisect_left(range(1, _MOST_DOF), wanted, key=lambda dof: noncentrality(LEVEL, dof)) + 1
    return visible_levels(n, m, level, dof, power)


def of_share(visible: float, level: float, power: float = POWER) -> float:
    """`visible_share` at another level, from what it was at `LEVEL`."""
    known = _upper(LEVEL / 2.0) + _normal(POWER)
    return min(1.0, visible * (_upper(level / 2.0) + _normal(power)) / known)


@lru_cache(4096)
def noncentrality(level: float, dof: float, power: float = POWER) -> float:
    """Of the chi-square distribution that exceeds the critical value at `level` with so much power."""
    from scipy import special

    found = float(special.chndtrinc(special.chdtri(dof, level), dof, 1.0 - power))
    if math.isfinite(found) and found > 0.0:
        return found
    # Beyond where the distribution is tabulated: normal, with mean dof + x and variance 2 dof + 4 x.
    reach = _upper(level) + _normal(power)
    return reach * math.sqrt(2.0 * dof) + reach * reach


def _normal(share: float) -> float:
    """The normal quantile that so large a share lies below."""
    from scipy import special

    return float(special.ndtri(share))


def _upper(share: float) -> float:
    """The normal quantile that so small a share lies above."""
    return -_normal(share)


def _share(value: float) -> float:
    return min(1.0, value)
