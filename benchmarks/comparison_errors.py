"""How often a judgement over seeds is wrong: error rates, coverage, power, by simulation.

    python benchmarks/comparison_errors.py [--repeats 4000] [--seed 1]

Prints the Markdown tables of `docs/comparison-errors.md`. Every pair of samples goes through `judge`, by
whatever test its rules choose. Ends with 1 where a rate is beyond what is promised by more than the
simulation's chance.
At 4,000 repeats a rate of 2.5% is known to 0.25 points (one standard error), one of 95% to 0.34. Takes 200
CPU seconds.
"""

import argparse
import contextlib
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from mlops_console.comparison.model import Judgement
from mlops_console.comparison.statistics import Sample, judge, judge_all, method

Quantiles = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Values from a uniform number and an independent normal one."""

WORLDS: dict[str, Quantiles] = {
    "normal": lambda u, _: special.ndtri(u),
    "lognormal": lambda u, _: np.exp(special.ndtri(u)),
    "t, 3 degrees": lambda u, _: special.stdtrit(3, u),
    "accuracy near 1, 3 digits": lambda u, _: np.round(1 - special.betaincinv(2.0, 600.0, 1 - u), 3),
    "two modes": lambda u, e: (u > 0.5) + 0.05 * e,
    "rare second mode": lambda u, e: (u > 0.8) + 0.05 * e,
    "diverges once in 20": lambda u, e: np.where(u > 0.95, 1e4, 1.0) * (1 + 0.01 * e),
}
COUNTS = (2, 3, 5, 10, 30)
UNEQUAL = ((1, 5), (2, 10), (3, 5), (3, 10), (5, 10), (5, 30), (10, 30))
CORRELATION = 0.5
BETTER, FAMILY, COVERED = 0.05, 0.05, (0.93, 0.97)


@dataclass
class Rates:
    """What became of many judgements of one kind."""

    judged: int = 0
    better: int = 0
    worse: int = 0
    intervals: int = 0
    missed: int = 0
    tests: Counter[str] = field(default_factory=Counter)

    def count(self, judgement: Judgement, truth: float = 0.0) -> None:
        """Add one."""
        self.judged += 1
        self.better += judgement.verdict == "better"
        self.worse += judgement.verdict == "worse"
        self.tests[judgement.test] += 1
        if judgement.ci:
            self.intervals += 1
            self.missed += not judgement.ci[0] <= truth <= judgement.ci[1]

    @property
    def coverage(self) -> float:
        """Share of the intervals that hold the truth."""
        return 1 - self.missed / self.intervals if self.intervals else math.nan

    def share(self, count: int) -> float:
        """Of all that were judged."""
        return count / self.judged


def correlated(rng: np.random.Generator, shape: tuple[int, int], correlation: float) -> list[np.ndarray]:
    """Two arrays of uniform numbers whose normal scores correlate."""
    first, second = rng.normal(size=shape), rng.normal(size=shape)
    second = correlation * first + math.sqrt(1 - correlation**2) * second
    return [special.ndtr(first), special.ndtr(second)]


def alike(world: str, n_a: int, n_b: int, repeats: int, seed: int, *, paired: bool) -> Rates:
    """Both sides from one world."""
    rng, make, rates = np.random.default_rng([seed, n_a, n_b, paired]), WORLDS[world], Rates()
    u_a, u_b = correlated(rng, (repeats, max(n_a, n_b)), CORRELATION if paired else 0.0)
    a = make(u_a, rng.normal(size=u_a.shape))[:, :n_a]
    b = make(u_b, rng.normal(size=u_b.shape))[:, :n_b]
    keys = tuple(map(str, range(n_a))) if paired else ()
    for one, other in zip(a, b, strict=True):
        rates.count(judge("m", "max", Sample("a", one, keys), Sample("b", other, keys)))
    return rates


def shifted(size: float, n: int, repeats: int, seed: int, *, paired: bool) -> Rates:
    """The other side is better by so many standard deviations of a run."""
    rng, rates = np.random.default_rng([seed, n, paired]), Rates()
    u_a, u_b = correlated(rng, (repeats, n), CORRELATION if paired else 0.0)
    keys = tuple(map(str, range(n))) if paired else ()
    for one, other in zip(special.ndtri(u_a), special.ndtri(u_b) + size, strict=True):
        rates.count(judge("m", "max", Sample("a", one, keys), Sample("b", other, keys)), size)
    return rates


def diverging(size: float, n: int, repeats: int, seed: int, *, paired: bool) -> Rates:
    """A loss that b lowers by so many of its usual spreads, where one run in 20 of either diverges."""
    rng, make, rates = np.random.default_rng([seed, n]), WORLDS["diverges once in 20"], Rates()
    keys = tuple(map(str, range(n))) if paired else ()
    shape = (repeats, n)
    a, b = (make(rng.uniform(size=shape), rng.normal(size=shape)) for _ in range(2))
    for one, other in zip(a, b - 0.01 * size, strict=True):
        rates.count(judge("m", "min", Sample("a", one, keys), Sample("b", other, keys)))
    return rates


def other_shape(shape: str, n: int, repeats: int, seed: int) -> Rates:
    """Differences within pairs are skewed, with mean zero: nothing differs in the mean, all in the median."""
    rng, rates = np.random.default_rng([seed, n]), Rates()
    a = rng.normal(size=(repeats, n))
    off = rng.exponential(size=a.shape) - 1 if shape == "exponential" else rng.lognormal(size=a.shape)
    off = off if shape == "exponential" else off - math.exp(0.5)
    keys = tuple(map(str, range(n)))
    for one, other in zip(a, a + off, strict=True):
        rates.count(judge("m", "max", Sample("a", one, keys), Sample("b", other, keys)))
    return rates


def families(world: str, n: int, repeats: int, seed: int, candidates: int = 5) -> tuple[float, float]:
    """Shares of families in which anything is called better, and anything better or worse."""
    rng, make, wrong = np.random.default_rng([seed, n]), WORLDS[world], [0, 0]
    keys = tuple(map(str, range(n)))
    for _ in range(repeats):
        shape = (candidates + 1, n)
        values = make(special.ndtr(rng.normal(size=shape)), rng.normal(size=shape))
        base, *others = (Sample(str(at), row, keys) for at, row in enumerate(values))
        verdicts = {one.verdict for one in judge_all("m", "max", base, others)}
        wrong[0] += "better" in verdicts
        wrong[1] += bool(verdicts & {"better", "worse"})
    return wrong[0] / repeats, wrong[1] / repeats


def percentile_coverage(n: int, repeats: int, seed: int) -> float:
    """What a percentile bootstrap of the mean of normal values covers, for the reason not to take it."""
    rng, held = np.random.default_rng([seed, n]), 0
    for _ in range(repeats):
        values = rng.normal(size=n)
        low, high = np.quantile(values[rng.integers(0, n, (999, n))].mean(axis=1), (0.025, 0.975))
        held += low <= 0 <= high
    return held / repeats


@contextlib.contextmanager
def always_t() -> Iterator[None]:
    """The rules that choose ranks or a bootstrap by the look of values, switched off."""
    kept = method.FAR, method.SKEWED, method.ORDINAL
    try:
        method.FAR, method.SKEWED, method.ORDINAL = math.inf, math.inf, 0
        yield
    finally:
        method.FAR, method.SKEWED, method.ORDINAL = kept


class Report:
    """Markdown tables, and whether all that is promised holds."""

    def __init__(self, repeats: int) -> None:
        self.repeats, self.broken = repeats, 0

    def table(self, title: str, *heads: str) -> None:
        """Begin a table."""
        print(f"\n### {title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}", flush=True)

    def row(self, *cells: object) -> None:
        """Add a row to it."""
        print(f"| {' | '.join(map(str, cells))} |", flush=True)

    def at_most(self, share: float, limit: float) -> str:
        """An error rate, promised to be no higher."""
        over = share > limit + 3 * math.sqrt(limit * (1 - limit) / self.repeats)
        self.broken += over
        return f"{share:.1%}{' FAIL' if over else ''}"

    def within(self, share: float, *, low: float = COVERED[0], high: float = COVERED[1]) -> str:
        """A coverage, promised to lie between."""
        slack = 3 * math.sqrt(high * (1 - high) / self.repeats)
        out = not low - slack <= share <= high + slack
        self.broken += out
        return f"{share:.1%}{' FAIL' if out else ''}"


def usual(rates: Rates) -> str:
    return ", ".join(f"{name} {count / rates.judged:.0%}" for name, count in rates.tests.most_common(2))


def errors(report: Report, seed: int) -> None:
    report.table("Nothing differs: both sides from one distribution", "values", "runs each", "pairs",
                 "called better", "called worse", "95% interval covers", "tests taken")  # fmt: skip
    for world in WORLDS:
        for n in COUNTS:
            for paired in (False, True):
                rates = alike(world, n, n, report.repeats, seed, paired=paired)
                promised = world == "normal" and n > 2
                covers = report.within(rates.coverage) if promised else f"{rates.coverage:.1%}"
                report.row(world, n, "yes" if paired else "no",
                           report.at_most(rates.share(rates.better), BETTER),
                           report.at_most(rates.share(rates.worse), BETTER), covers,
                           usual(rates))  # fmt: skip
    report.table("Nothing differs, unequal sizes", "values", "runs", "called better", "called worse",
                 "95% interval covers", "tests taken")  # fmt: skip
    for world in WORLDS:
        for n_a, n_b in UNEQUAL:
            rates = alike(world, n_a, n_b, report.repeats, seed, paired=False)
            report.row(world, f"{n_a} and {n_b}", report.at_most(rates.share(rates.better), BETTER),
                       report.at_most(rates.share(rates.worse), BETTER), f"{rates.coverage:.1%}",
                       usual(rates))  # fmt: skip


def choice(report: Report, seed: int) -> None:
    report.table("What choosing the test by the look of the values does", "values", "runs each", "pairs",
                 "better or worse: by the rules", "always t", "covers: by the rules", "always t")  # fmt: skip
    for world in WORLDS:
        for n, paired in ((5, False), (10, False), (10, True), (30, False), (30, True)):
            ruled = alike(world, n, n, report.repeats, seed, paired=paired)
            with always_t():
                plain = alike(world, n, n, report.repeats, seed, paired=paired)
            report.row(world, n, "yes" if paired else "no", f"{ruled.share(ruled.better + ruled.worse):.1%}",
                       f"{plain.share(plain.better + plain.worse):.1%}", f"{ruled.coverage:.1%}",
                       f"{plain.coverage:.1%}")  # fmt: skip
    report.table("Means alike, but differences within pairs skewed", "differences", "pairs",
                 "covers: by the rules", "always t", "tests taken")  # fmt: skip
    for shape in ("exponential", "lognormal"):
        for n in (5, 10, 20, 30, 50):
            ruled = other_shape(shape, n, report.repeats, seed)
            with always_t():
                plain = other_shape(shape, n, report.repeats, seed)
            report.row(shape, n, f"{ruled.coverage:.1%}", f"{plain.coverage:.1%}", usual(ruled))
    report.table("A loss lower by two spreads, one run in 20 diverges: called better", "runs each", "pairs",
                 "by the rules", "always t")  # fmt: skip
    for n, paired in ((5, False), (10, False), (10, True), (30, False)):
        ruled = diverging(2.0, n, report.repeats // 2, seed, paired=paired)
        with always_t():
            plain = diverging(2.0, n, report.repeats // 2, seed, paired=paired)
        report.row(n, "yes" if paired else "no", *(f"{one.share(one.better):.0%}" for one in (ruled, plain)))
    report.table("Why not a percentile bootstrap", "normal values", "its 95% interval covers")
    for n in (3, 5, 10, 30):
        report.row(n, f"{percentile_coverage(n, min(report.repeats, 2000), seed):.1%}")


def together(report: Report, seed: int) -> None:
    report.table("Five candidates against one base, nothing differs, Holm", "values", "runs each",
                 "anything better", "anything better or worse")  # fmt: skip
    for world in WORLDS:
        for n in (3, 5, 10):
            better, any_of = families(world, n, report.repeats // 2, seed)
            # Three of either mode look like a certain difference, which no correction of p can mend.
            halves = world == "two modes" and n == 3
            report.row(world, n, *(f"{share:.1%}" if halves else report.at_most(share, FAMILY)
                                   for share in (better, any_of)))  # fmt: skip


def powers(report: Report, seed: int) -> None:
    sizes = (0.5, 1.0, 1.5, 2.0, 3.0)
    report.table("Power: b is better, and called so (normal values, pairs correlate by 0.5)", "runs each",
                 "pairs", *(f"by {size:g} sd" for size in sizes))  # fmt: skip
    for n in (3, 5, 10, 30):
        for paired in (False, True):
            found = [shifted(size, n, report.repeats // 2, seed, paired=paired) for size in sizes]
            report.row(n, "yes" if paired else "no", *(f"{one.share(one.better):.0%}" for one in found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    report = Report(asked.repeats)
    for part in (errors, choice, together, powers):
        part(report, asked.seed)
    if report.broken:
        sys.exit(f"{report.broken} rates are beyond what is promised")


if __name__ == "__main__":
    main()
