"""Mean differences with their spread: moments, standard errors, degrees of freedom.

Moments are taken with `math.fsum`, so that they don't depend on the order of the runs, and faster than numpy
would for a handful of values.
"""

import math
from dataclasses import dataclass
from typing import Final

_ROUNDING: Final = 4 * 2.0**-52


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean, variance (n - 1), third central moment (n) of some values."""

    n: int
    mean: float
    variance: float
    third: float


def moments(values: list[float], largest: float) -> Moments:
    """Moments of finite values; a spread within the rounding of numbers as large as `largest` is none."""
    n = len(values)
    mean = math.fsum(values) / n
    off = [value - mean for value in values]
    squares = [value * value for value in off]
    variance = math.fsum(squares) / (n - 1) if n > 1 else 0.0
    if math.sqrt(variance) <= _ROUNDING * largest:
        return Moments(n, mean, 0.0, 0.0)
    return Moments(n, mean, variance, math.fsum(map(float.__mul__, squares, off)) / n)


@dataclass(frozen=True, slots=True)
class Paired:
    """Differences within pairs."""

    sd: float
    n: int

    def error(self, more: int = 0) -> float:
        """Standard error of the mean difference, with so many more pairs."""
        return self.sd / math.sqrt(self.n + more)

    def freedom(self, more: int = 0) -> float:
        """Degrees of freedom of it."""
        return float(self.n + more - 1)


@dataclass(frozen=True, slots=True)
class Unpaired:
    """Two independent sides: Welch (1947), with Satterthwaite's degrees of freedom."""

    variance_a: float
    variance_b: float
    n_a: int
    n_b: int

    def error(self, more: int = 0) -> float:
        """Standard error of the difference of means, with so many more runs on each side."""
        return math.sqrt(self.variance_a / (self.n_a + more) + self.variance_b / (self.n_b + more))

    def freedom(self, more: int = 0) -> float:
        """Degrees of freedom of it."""
        n_a, n_b = self.n_a + more, self.n_b + more
        # Relative to the larger, for squares of tiny variances would vanish.
        part_a, part_b = self.variance_a / n_a, self.variance_b / n_b
        larger = max(part_a, part_b)
        part_a, part_b = part_a / larger, part_b / larger
        below = (part_a * part_a / (n_a - 1) if n_a > 1 else 0.0) + (
            part_b * part_b / (n_b - 1) if n_b > 1 else 0.0
        )
        return (part_a + part_b) ** 2 / below


Design = Paired | Unpaired


def pooled_variance(design: Unpaired) -> float:
    """Student's common variance of both sides."""
    return (design.variance_a * (design.n_a - 1) + design.variance_b * (design.n_b - 1)) / (
        design.n_a + design.n_b - 2
    )


def unit_of(*groups: list[float]) -> float:
    """A power of two near the largest of finite values: in it nothing overflows, and scaling is exact."""
    largest = max((abs(value) for group in groups for value in group), default=0.0)
    if not largest:
        return 1.0
    return math.ldexp(1.0, max(-1020, min(1022, math.frexp(largest)[1])))
