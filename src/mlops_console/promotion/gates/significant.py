"""Better than the present holder of the alias, by more than luck."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mlops_console.display import number
from mlops_console.promotion.gates.words import BuiltIn, exact, finite, holder, keys_wrong, shown, signed
from mlops_console.promotion.model import Evidence, GateResult, Judged, Verdict

ALPHA: Final = 0.05
_LARGEST: Final = 0.2
_KEYS: Final = ("metric", "alpha", "margin", "over")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the file wants to be shown."""

    metric: str = ""
    """Empty: the model's."""
    alpha: float = ALPHA
    margin: float | None = None
    over: str = ""
    """`runs`, `rows`; empty: runs where there are groups of seeds, else rows."""


def wanted(wish: Any) -> Wanted:
    """The wish as values; it must have no mistakes."""
    if not isinstance(wish, Mapping):
        return Wanted()
    margin = finite(wish.get("margin"))
    alpha = finite(wish.get("alpha", ALPHA))
    return Wanted(
        str(wish.get("metric", "")), ALPHA if alpha is None else alpha, margin, str(wish.get("over", ""))
    )


class Significant(BuiltIn):
    """Better, or not worse than a margin, as the comparison judges."""

    name = "significant"
    needs = frozenset({"comparison"})
    example = 'significant = { metric = "auc", over = "runs" }'
    about = "Better than the version that holds the alias, by the statistics of the Compare screen."
    sees = (
        "the version's run with the other seeds of its configuration against the holder's, paired where seeds"
        " are shared; where one of them has no other seeds, the rows of their predictions. `true` asks it of"
        " the model's metric. `metric` names another; `alpha` is how small p must be (0.05); `margin` asks"
        " only that it is not worse by as much as this: the 95% interval must stay above it; `over` is"
        ' `"runs"` or `"rows"`. Passes as *first* where no version held the alias yet.'
    )
    unknown_when = (
        "a run is gone, there are neither seeds nor predictions to judge by, the comparison refuses, or"
        " nobody said which way the metric is better."
    )

    def mistakes(self, wish: Any) -> Sequence[str]:
        """Keys and values that it has not."""
        if wish is True:
            return ()
        if not isinstance(wish, Mapping):
            return (f'must be true, or a table such as {{ metric = "auc" }}, not {shown(wish)}.',)
        found = keys_wrong(wish, _KEYS)
        if "metric" in wish and not (isinstance(wish["metric"], str) and wish["metric"]):
            found.append(f"names no metric: {shown(wish['metric'])}.")
        alpha, margin = finite(wish.get("alpha", ALPHA)), finite(wish.get("margin", 1))
        if alpha is None or not 0 < alpha <= _LARGEST:
            found.append(f"has an alpha of {shown(wish['alpha'])}: write a number above 0, up to {_LARGEST}.")
        if margin is None or margin <= 0:
            found.append(f"has a margin of {shown(wish['margin'])}: write a number above 0.")
        if "margin" in wish and alpha not in (None, ALPHA):
            found.append(
                "has a margin and an alpha: with a margin the 95% interval decides, leave alpha out."
            )
        if wish.get("over", "runs") not in ("runs", "rows"):
            found.append(f'has over = {shown(wish["over"])}: write "runs" or "rows".')
        return found

    def judged(self, wish: Any, evidence: Evidence) -> Sequence[GateResult]:
        """One result."""
        asked = wanted(wish)
        required = f"p < {exact(asked.alpha)}" if asked.margin is None else f"> {exact(-asked.margin)}"
        if evidence.champion is None:
            return (self.first(evidence, required),)
        if evidence.holds:
            return (self.itself(evidence, required),)
        metric = asked.metric or evidence.wishes.metric
        if not metric:
            because = 'Nobody said by which metric: write metric = "auc" for the model, or in this gate.'
            return (self.unknown(because, required=required),)
        found = _answer(metric, asked.over, evidence.judgements or ())
        if found is None:
            why = evidence.comparison_problem or f"Nothing was judged on `{metric}`."
            return (self.unknown(why, required=required),)
        if asked.margin is None:
            return (self._better(found, asked.alpha, required, evidence),)
        return (self._not_worse(found, asked.margin, required, evidence),)

    def _better(self, found: Judged, alpha: float, required: str, evidence: Evidence) -> GateResult:
        gain = _gain(found)
        if gain is None:
            return self.unknown(_why_nothing(found), required=required, evidence=found.n)
        if found.p is None or not math.isfinite(found.p):
            if found.verdict != "equivalent":
                return self.unknown(_why_nothing(found), required=required, evidence=found.n)
            because = f"On `{found.metric}` it is as good as {holder(evidence)}, not better. {found.because}"
            return self.said("fail", "no better", required, because, evidence=found.n, value=found.difference)
        met = gain > 0 and found.p < alpha
        # A tiny p beside a loss would look like a pass.
        measured = _shown_p(found.p) if gain > 0 else signed(found.difference or 0.0)
        if met:
            because = f"Better than {holder(evidence)} on `{found.metric}`: {found.because}"
        elif gain > 0:
            because = f"Not shown to be better than {holder(evidence)} on `{found.metric}`: {found.because}"
        else:
            because = f"No better than {holder(evidence)} on `{found.metric}`: {found.because}"
        verdict: Verdict = "pass" if met else "fail"
        return self.said(verdict, measured, required, because, evidence=found.n, value=found.p)

    def _not_worse(self, found: Judged, margin: float, required: str, evidence: Evidence) -> GateResult:
        gain = _gain(found)
        if gain is None:
            return self.unknown(_why_nothing(found), required=required, evidence=found.n)
        low = gain if found.ci is None and found.verdict == "equivalent" else _low(found)
        if low is None:
            return self.unknown(_why_nothing(found), required=required, evidence=found.n)
        met = low > -margin
        at_worst = f"the 95% interval goes down to {signed(low)} in the direction that is better"
        who = f"{holder(evidence)} on `{found.metric}`"
        if met:
            because = f"Not worse than {who} by {exact(margin)}: {at_worst}."
        else:
            because = (
                f"Not shown to be within {exact(margin)} of {who}: {at_worst}. More seeds or rows narrow it."
            )
        return self.said(
            "pass" if met else "fail", signed(low), required, because, evidence=found.n, value=low
        )


def _answer(metric: str, over: str, judgements: Sequence[Judged]) -> Judged | None:
    """The first on the metric: what answers comes first."""
    fits = (one for one in judgements if one.metric == metric and (not over or one.over == over))
    return next(fits, None)


def _gain(found: Judged) -> float | None:
    """The difference in the direction that is better."""
    value = found.difference
    if value is None or not math.isfinite(value) or found.goal not in ("min", "max"):
        return None
    return value if found.goal == "max" else -value


def _low(found: Judged) -> float | None:
    """The worse end of the interval, in the direction that is better."""
    if found.ci is None or not all(math.isfinite(end) for end in found.ci):
        return None
    return min(found.ci) if found.goal == "max" else -max(found.ci)


def _why_nothing(found: Judged) -> str:
    if found.goal not in ("min", "max"):
        return f'Nobody said whether more or less of `{found.metric}` is better: write goal = "max" or "min".'
    return found.because or f"Nothing can be said of `{found.metric}`."


def _shown_p(p: float) -> str:
    return "< .001" if p < 0.001 else number(p, 3)


GATE = Significant()
