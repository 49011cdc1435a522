"""The verdict, and the sentence that gives its reason."""

from dataclasses import replace

from mlops_console.comparison.model import ALPHA, Judgement, Verdict
from mlops_console.comparison.statistics.power import LIMIT, more_by_effect
from mlops_console.display import number

BEYOND = f"more than {LIMIT:,} further runs on each side would be needed for a difference as small as this"


def odds(p: float) -> str:
    """P as a sentence has it: `= .028`, `< .0001`."""
    return "< .0001" if p < 1e-4 else f"= {number(p)}"


def _alone(p: float) -> str:
    return odds(p).removeprefix("= ")


def span(interval: tuple[float, float]) -> str:
    """An interval in words."""
    return f"{number(interval[0])} to {number(interval[1])}"


def settled(judgement: Judgement, p_holm: float | None, family: int) -> Judgement:
    """The judgement with the verdict that follows from `p_holm` in a family of so many.

    What doesn't hang on p (equivalence, nothing to compute) stays as it is.
    """
    if judgement.p is None or p_holm is None or judgement.verdict == "equivalent":
        return replace(judgement, p_holm=p_holm)
    verdict, because = _verdict(judgement, p_holm), judgement.because
    if judgement.unit == "runs" or verdict != judgement.verdict or p_holm >= ALPHA > judgement.p:
        because = reason(judgement, verdict, p_holm, family)
    more, notes = judgement.more, judgement.notes
    if judgement.unit == "runs":
        more = _more(judgement, p_holm, family)
        notes = tuple(note for note in notes if note != BEYOND)
        notes = notes if more is not None else (*notes, BEYOND)
    return replace(judgement, p_holm=p_holm, verdict=verdict, because=because, more=more, notes=notes)


def _verdict(judgement: Judgement, p_holm: float) -> Verdict:
    if p_holm >= ALPHA or not judgement.goal or not judgement.difference:
        return "not shown to differ"
    return "better" if (judgement.difference > 0) == (judgement.goal == "max") else "worse"


def reason(judgement: Judgement, verdict: Verdict, p_holm: float, family: int) -> str:
    """Why this verdict."""
    p, ci = judgement.p or 0.0, judgement.ci
    holm = f", {_alone(p_holm)} after Holm's correction for {family} comparisons" if family > 1 else ""
    way = "higher" if (judgement.difference or 0.0) > 0 else "lower"
    if verdict in ("better", "worse"):
        within = f" (95% interval {span(ci)})" if ci else ""
        return (
            f"{way} by {number(abs(judgement.difference or 0.0))}{within}, and {way} is {verdict}: "
            f"p {odds(p)}{holm}"
        )
    if p_holm < ALPHA:
        return f"{way} (p {odds(p)}{holm}), but nobody said whether higher or lower is better"
    if p < ALPHA:
        return (
            f"by itself p {odds(p)}, but {_alone(p_holm)} after Holm's correction for {family} "
            "comparisons; the interval speaks of this one alone" + ("" if _holds(ci) else " and leaves 0 out")
        )
    if ci is None:
        return f"so few runs can't show anything by ranks: p {odds(p)}"
    return unclear(ci, f"p {odds(p)}")


def unclear(ci: tuple[float, float], chance: str) -> str:
    """Why no difference is shown."""
    found = f", {span(ci)}, includes 0" if _holds(ci) else f" is {span(ci)}"
    return f"the 95% interval{found}: {chance}"


def _holds(ci: tuple[float, float] | None) -> bool:
    """Whether the interval can't tell the difference from none."""
    return ci is None or ci[0] <= 0 <= ci[1]


def _more(judgement: Judgement, p_holm: float, family: int) -> int | None:
    """The runs that it would still take, at the strictest step of Holm's procedure."""
    if p_holm < ALPHA:
        return 0
    if family < 2 or judgement.margin is not None or judgement.effect_size is None:
        return judgement.more
    return more_by_effect(
        judgement.effect,
        judgement.effect_size,
        (judgement.n_a, judgement.n_b),
        judgement.pairs,
        ALPHA / family,
    )
