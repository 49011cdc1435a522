"""One metric of b against a, over runs."""

import math
from dataclasses import dataclass, replace

from mlops_console.comparison.model import ALPHA, Goal, Judgement
from mlops_console.comparison.statistics import method
from mlops_console.comparison.statistics.design import moments, unit_of
from mlops_console.comparison.statistics.estimate import Estimate, scaled
from mlops_console.comparison.statistics.power import (
    more_by_rank,
    more_to_differ,
    more_to_equal,
    power,
    power_by_rank,
)
from mlops_console.comparison.statistics.sample import FEWEST, Sample, Side, matched, usable
from mlops_console.comparison.statistics.words import odds, settled, span
from mlops_console.display import number

_WIDE = 1e6


@dataclass(slots=True)
class _Asked:
    """The question, and what is known of the answer so far."""

    metric: str
    goal: Goal | None
    a: Side
    b: Side
    margin: float | None
    notes: list[str]
    pairs: int | None = None
    mean_a: float | None = None
    mean_b: float | None = None


def judge(metric: str, goal: Goal | None, a: Sample, b: Sample, *, margin: float | None = None) -> Judgement:
    """What the runs of `b` say against those of `a`.

    Paired where enough keys match (`sample.matched`), the test by `method`, power by `power`. `n_a` and `n_b`
    count the runs that have a value; means and difference are over the runs that the test uses.
    `equivalent` means that the 90% interval lies within the margin on both sides (two one-sided tests at 5%,
    Schuirmann 1987), whatever p says: a difference too small to matter is none to choose by. Neither p nor
    verdict is given below three runs on a side: where runs fall into two groups by chance, two against two
    look different in one of eight comparisons, by any t test.
    """
    left, right = usable(a), usable(b)
    asked = _Asked(metric, goal, left, right, margin, left.notes + right.notes)
    if margin is not None and not 0 < margin < math.inf:
        asked.margin = None
        asked.notes.append(f"a margin of {number(margin)} is none")
    if not left.values or not right.values:
        empty = left if not left.values else right
        return _silent(asked, None, f"no run of {empty.name} has a number here")
    pairs = matched(left, right)
    asked.notes += pairs.notes
    if not pairs.a:
        return _of_sides(asked)
    asked.pairs = len(pairs.a)
    return _of_pairs(asked, pairs.a, pairs.b)


def _of_pairs(asked: _Asked, of_a: list[float], of_b: list[float]) -> Judgement:
    asked.mean_a, asked.mean_b = _mean(of_a), _mean(of_b)
    if of_a == of_b:
        same = f"all {len(of_a)} pairs are identical: the difference is exactly 0"
        return _silent(asked, 0.0, same, equivalent=True)
    finite = all(map(math.isfinite, of_a)) and all(map(math.isfinite, of_b))
    unit = unit_of(of_a, of_b)
    of_a, of_b = [value / unit for value in of_a], [value / unit for value in of_b]
    if min(of_a) == max(of_a) and min(of_b) == max(of_b):
        return _constant(asked)
    return _judged(asked, method.of_pairs(of_a, of_b, finite=finite), unit)


def _of_sides(asked: _Asked) -> Judgement:
    of_a, of_b = asked.a.values, asked.b.values
    asked.mean_a, asked.mean_b = _mean(of_a), _mean(of_b)
    if len(of_a) == len(of_b) == 1:
        chance = f"one run each: nothing can be said about chance; {FEWEST} seeds each would be a start"
        return _silent(asked, _less(of_b[0], of_a[0]), chance)
    unit = unit_of(of_a, of_b)
    of_a, of_b = [value / unit for value in of_a], [value / unit for value in of_b]
    if min(of_a) == max(of_a) and min(of_b) == max(of_b):
        return _constant(asked)
    if not (asked.a.all_finite and asked.b.all_finite):
        return _judged(asked, method.of_sides(of_a, of_b, None, None), unit)
    largest = max(map(abs, of_a + of_b))
    known_a, known_b = moments(of_a, largest), moments(of_b, largest)
    if not known_a.variance and not known_b.variance:
        return _constant(asked)
    return _judged(asked, method.of_sides(of_a, of_b, known_a, known_b), unit)


def _judged(asked: _Asked, found: Estimate | None, unit: float) -> Judgement:
    if not found:
        return _silent(asked, None, "too many runs with an infinite value to rank")
    difference = found.difference * unit
    known = not math.isnan(difference)
    # All values are at most 1 in this unit, so a margin beyond that is as good as any.
    margin = None if asked.margin is None else min(asked.margin / unit, _WIDE)
    n_a, n_b = len(asked.a.values), len(asked.b.values)
    if min(n_a, n_b) < FEWEST:
        found.p = None
    chance, more = _power(asked, found, margin)
    if found.superiority is not None:
        asked.notes.append(
            "by ranks: the difference is the typical one (Hodges-Lehmann), not that of the means"
        )
    judgement = Judgement(
        metric=asked.metric,
        a=asked.a.name,
        b=asked.b.name,
        goal=asked.goal,
        difference=difference if known else None,
        ci=scaled(found.ci, unit) if known else None,
        p=found.p,
        effect_size=found.effect_size,
        effect=found.effect,
        n_a=n_a,
        n_b=n_b,
        test=found.test,
        verdict="not shown to differ",
        because="",
        p_holm=found.p,
        pairs=asked.pairs,
        mean_a=asked.mean_a,
        mean_b=asked.mean_b,
        power=chance,
        more=more,
        margin=asked.margin,
        notes=(*asked.notes, *found.notes),
    )
    return _concluded(judgement, found, margin, unit)


def _concluded(judgement: Judgement, found: Estimate, margin: float | None, unit: float) -> Judgement:
    if found.p is None:
        return replace(judgement, because=_too_few(judgement))
    inner = found.inner
    if margin is None or inner is None or not -margin < inner[0] <= inner[1] < margin:
        return settled(judgement, found.p, 1)
    seen = (inner[0] * unit, inner[1] * unit)
    because = f"the 90% interval, {span(seen)}, lies within {number(judgement.margin)} of no difference"
    if found.p < ALPHA:
        because += f"; a difference is shown (p {odds(found.p)}), but too small to matter"
    return replace(judgement, verdict="equivalent", because=because, more=0)


def _too_few(judgement: Judgement) -> str:
    counts = (judgement.n_a, judgement.a), (judgement.n_b, judgement.b)
    short = [f"{'one run' if n == 1 else f'{n} runs'} of {name}" for n, name in counts if n < FEWEST]
    one = 1 in (judgement.n_a, judgement.n_b) and judgement.ci
    lent = ", whose spread the interval takes from the other side" if one else ""
    return (
        f"only {' and '.join(short)}{lent}: too few for a verdict, for so few can look alike by chance; "
        f"{FEWEST} of each would be a start"
    )


def _power(asked: _Asked, found: Estimate, margin: float | None) -> tuple[float | None, int | None]:
    """Power for the margin where there is one, else for the observed difference; and how many more runs."""
    n_a, n_b = (asked.pairs, asked.pairs) if asked.pairs else (len(asked.a.values), len(asked.b.values))
    least = max(1, FEWEST - min(n_a, n_b))
    if found.design:
        size = abs(found.difference)
        chance = None if found.p is None else power(found.design, margin or size)
        if found.p is not None and found.p < ALPHA and not margin:
            return chance, 0
        ways = [more_to_differ(found.design, size, least=least)]
        if margin:
            ways.append(more_to_equal(found.design, size, margin, least=least))
        return chance, min((way for way in ways if way is not None), default=None)
    if found.superiority is None:
        return None, None
    paired = asked.pairs is not None
    chance = None if found.p is None else power_by_rank(found.superiority, n_a, n_b, paired=paired)
    return chance, more_by_rank(found.superiority, n_a, n_b, paired=paired)


def _constant(asked: _Asked) -> Judgement:
    """Neither side varies: deterministic, or too coarse a metric."""
    mean_a, mean_b = asked.mean_a, asked.mean_b
    of_a, of_b = f"every run of {asked.a.name} gave {number(mean_a)}", f"every run of {asked.b.name}"
    if mean_a == mean_b:
        because = f"every run of both gave {number(mean_a)}: without any variation chance can't be judged"
    else:
        because = (
            f"{of_a}, {of_b} {number(mean_b)}: exact for these runs, but without any variation chance "
            "can't be judged"
        )
    difference = None if mean_a is None or mean_b is None else _less(mean_b, mean_a)
    return _silent(asked, difference, because)


def _silent(asked: _Asked, difference: float | None, because: str, *, equivalent: bool = False) -> Judgement:
    """No test: nothing to be said about chance."""
    return Judgement(
        metric=asked.metric,
        a=asked.a.name,
        b=asked.b.name,
        goal=asked.goal,
        difference=None if difference is None or math.isnan(difference) else difference,
        ci=None,
        p=None,
        effect_size=None,
        effect="",
        n_a=len(asked.a.values),
        n_b=len(asked.b.values),
        test="none",
        verdict="equivalent" if equivalent else "not shown to differ",
        because=because,
        pairs=asked.pairs,
        mean_a=asked.mean_a if asked.mean_a is not None else _mean(asked.a.values),
        mean_b=asked.mean_b if asked.mean_b is not None else _mean(asked.b.values),
        more=0 if equivalent else None,
        margin=asked.margin,
        notes=tuple(asked.notes),
    )


def _mean(values: list[float]) -> float | None:
    """None where there is none: of no values, or of both infinities."""
    if not values:
        return None
    if not all(map(math.isfinite, values)):
        mean = sum(values)
        return None if math.isnan(mean) else mean
    unit = unit_of(values)
    return math.fsum(value / unit for value in values) / len(values) * unit


def _less(y: float, x: float) -> float:
    return 0.0 if y == x else y - x
