"""How likely a test is to find a difference, and how many more runs it would take."""

import math
from collections.abc import Callable
from functools import cache
from typing import Final

from mlops_console.comparison.model import ALPHA
from mlops_console.comparison.statistics.design import Design, Paired, Unpaired

WANTED: Final = 0.8
LIMIT: Final = 1000
"""More runs than that are not counted."""
_SURE: Final = 38.0
_ONE_TAIL: Final = 5.0


def power(design: Design, difference: float, *, alpha: float = ALPHA, more: int = 0) -> float:
    """The chance that a two-sided t test finds a true difference of this size, by the noncentral t.

    For the *observed* difference this is a function of p and says nothing that p doesn't (Hoenig and Heisey,
    The abuse of power, 2001): about one half where p is just 0.05, whatever is true. Read it as "if the truth
    were what was seen, so often would runs like these show it". For a margin fixed beforehand it is the power
    in the usual sense.
    """
    shift, freedom = _shift(design, difference, more), design.freedom(more)
    if shift > _SURE:
        return 1.0
    bound = _bound(freedom, alpha / 2)
    # Beyond this shift the other tail holds less than 3e-7, and scipy may not know it.
    other = _below(-bound, freedom, shift) if shift < _ONE_TAIL else 0.0
    return _share(1.0 - _below(bound, freedom, shift) + other)


def more_to_differ(design: Design, difference: float, *, alpha: float = ALPHA, least: int = 0) -> int | None:
    """So many more runs on each side have 80% power for this difference; None beyond `LIMIT`."""
    distance = _quantile(1 - alpha / 2) + _quantile(WANTED)

    def reached(more: int) -> float:
        # The other tail holds nothing where this one has 80%.
        return _one_sided(design, difference, more, alpha / 2)

    return _fewest(reached, _guess(design, difference, distance), least)


def more_to_equal(design: Design, difference: float, margin: float, *, least: int = 0) -> int | None:
    """So many more on each side have 80% power to show equivalence, if the truth is `difference`.

    Two one-sided tests at 5% each (Schuirmann 1987); their joint power by its lower bound, the sum of both
    powers less one. None beyond `LIMIT`, or where the difference isn't inside the margin.
    """
    if abs(difference) >= margin:
        return None
    above, below = margin - difference, margin + difference
    distance = _quantile(1 - ALPHA) + _quantile(WANTED if difference else (1 + WANTED) / 2)

    def joint(more: int) -> float:
        return max(0.0, _one_sided(design, above, more, ALPHA) + _one_sided(design, below, more, ALPHA) - 1)

    return _fewest(joint, _guess(design, min(above, below), distance), least)


def more_by_rank(superiority: float, n_a: int, n_b: int, *, paired: bool, alpha: float = ALPHA) -> int | None:
    """So many more for a rank test, by Noether (1987), Sample size determination for some common tests.

    `superiority` is the chance that a value of b exceeds one of a, or that the sum of two differences is
    positive where paired.
    """
    off = abs(superiority - 0.5)
    if not off:
        return None
    distance = (_quantile(1 - alpha / 2) + _quantile(WANTED)) ** 2
    needed = distance / (3 * off * off) if paired else distance / (6 * off * off)
    reached = n_a if paired else 2 / (1 / n_a + 1 / n_b)
    more = max(math.ceil(needed - reached), _able(alpha, paired=paired) - min(n_a, n_b), 1)
    return more if more <= LIMIT else None


def power_by_rank(superiority: float, n_a: int, n_b: int, *, paired: bool) -> float:
    """The chance that a rank test finds a superiority like this one, by Noether's approximation."""
    off = abs(superiority - 0.5)
    scale = math.sqrt(3 * n_a) if paired else math.sqrt(12 * n_a * n_b / (n_a + n_b))
    return _share(0.5 * math.erfc(-(scale * off - _quantile(1 - ALPHA / 2)) / math.sqrt(2)))


def _able(alpha: float, *, paired: bool) -> int:
    """Runs on each side below which an exact rank test can't reach alpha at all."""
    count = 2
    while 2 / (2**count if paired else math.comb(2 * count, count)) >= alpha:
        count += 1
    return count


def _one_sided(design: Design, distance: float, more: int, tail: float) -> float:
    shift, freedom = _shift(design, distance, more), design.freedom(more)
    if shift > _SURE:
        return 1.0
    return _share(1.0 - _below(_bound(freedom, tail), freedom, shift))


def _below(bound: float, freedom: float, shift: float) -> float:
    """The noncentral t's share below; by its normal approximation where scipy has no value.

    M. Abramowitz & I. Stegun, Handbook of Mathematical Functions (1964), 26.7.10. Scipy gives NaN for some
    broken degrees of freedom.
    """
    from scipy.special import nctdtr

    found = float(nctdtr(freedom, shift, bound))
    if not math.isnan(found):
        return found
    z = (bound * (1 - 1 / (4 * freedom)) - shift) / math.sqrt(1 + bound * bound / (2 * freedom))
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _shift(design: Design, difference: float, more: int) -> float:
    error = design.error(more)
    return abs(difference) / error if error else math.inf


def _share(value: float) -> float:
    return min(1.0, max(0.0, float(value)))


def _bound(freedom: float, tail: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - tail))


@cache
def _quantile(share: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(share)


def _guess(design: Design, difference: float, distance: float) -> float:
    """By the normal distribution, with Guenther's (1981) addition for t."""
    if not difference:
        return math.inf
    target = (difference / distance) ** 2
    if not target:
        return math.inf
    if isinstance(design, Paired):
        return design.sd**2 / target + distance**2 / 4 - design.n
    # target (n_a + m)(n_b + m) = var_a (n_b + m) + var_b (n_a + m), solved for m
    half = (target * (design.n_a + design.n_b) - design.variance_a - design.variance_b) / (2 * target)
    rest = (
        design.n_a * design.n_b - (design.variance_a * design.n_b + design.variance_b * design.n_a) / target
    )
    return -half + math.sqrt(max(0.0, half * half - rest)) + distance**2 / 8


def _fewest(reach: Callable[[int], float], guess: float, least: int) -> int | None:
    if not guess <= LIMIT * 1.1:
        return None
    more = max(least, min(LIMIT, math.ceil(guess)))
    if reach(more) >= WANTED:
        while more > least and reach(more - 1) >= WANTED:
            more -= 1
        return more
    while more < LIMIT:
        more += 1
        if reach(more) >= WANTED:
            return more
    return None


def more_by_effect(
    effect: str, size: float, runs: tuple[int, int], pairs: int | None, alpha: float
) -> int | None:
    """As above, from the effect size alone: with equal spreads, which the effect size takes for granted."""
    if effect == "Cohen dz" and pairs:
        return more_to_differ(Paired(1.0, pairs), size, alpha=alpha, least=1)
    if effect == "Hedges g":
        return more_to_differ(Unpaired(1.0, 1.0, *runs), size, alpha=alpha, least=1)
    n_a, n_b = (pairs, pairs) if pairs else runs
    return more_by_rank((size + 1) / 2, n_a, n_b, paired=bool(pairs), alpha=alpha)
