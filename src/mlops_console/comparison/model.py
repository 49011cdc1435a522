"""What a comparison says."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Goal: TypeAlias = Literal["min", "max"]
Verdict: TypeAlias = Literal["better", "worse", "equivalent", "not shown to differ"]
Progress: TypeAlias = Callable[[float], None]
"""Told how much of the work is done, 0 to 1; may raise to have it given up."""

CONFIDENCE: Final = 0.95
ALPHA: Final = 0.05


@dataclass(frozen=True, slots=True)
class Judgement:
    """What can be said of one metric of `b` against `a`.

    `difference` is b minus a in the metric's own unit, `ci` its 95% interval, `p` two-sided and `p_holm` the
    same after Holm's correction over the family that was judged together. Each is None where it can't be
    computed; `because` then says why.
    """

    metric: str
    a: str
    b: str
    goal: Goal | None
    """None: nobody said which way is better, so nothing can be better or worse."""
    difference: float | None
    ci: tuple[float, float] | None
    p: float | None
    effect_size: float | None
    effect: str
    """What the effect size is: `Hedges g`, `Cohen dz` …; empty without one."""
    n_a: int
    n_b: int
    """Runs (seeds, folds), or rows of predictions."""
    test: str
    """What the interval and p come from; `none` where nothing can be said."""
    verdict: Verdict
    because: str
    """The reason of the verdict, one sentence."""
    p_holm: float | None = None
    unit: Literal["runs", "rows"] = "runs"
    pairs: int | None = None
    """How many pairs, where the test is paired."""
    mean_a: float | None = None
    mean_b: float | None = None
    power: float | None = None
    """The chance that a test like this one finds a difference of the observed size (or of the margin)."""
    more: int | None = None
    """So many more runs in each would settle it (80% power for a difference as large as seen)."""
    margin: float | None = None
    notes: tuple[str, ...] = ()
    """What a careful reader should know: rows left out, ties, a metric that is the same everywhere."""

    def as_json(self) -> dict[str, Any]:
        """The keys of `comparisons` in `compare --json`; what isn't finite is None."""
        return {
            "metric": self.metric,
            "goal": self.goal,
            "a": self.a,
            "b": self.b,
            "difference": _finite(self.difference),
            "ci": None if self.ci is None else [_finite(end) for end in self.ci],
            "p": _finite(self.p),
            "p_holm": _finite(self.p_holm),
            "effect_size": _finite(self.effect_size),
            "effect": self.effect,
            "n_a": self.n_a,
            "n_b": self.n_b,
            "unit": self.unit,
            "pairs": self.pairs,
            "mean_a": _finite(self.mean_a),
            "mean_b": _finite(self.mean_b),
            "test": self.test,
            "verdict": self.verdict,
            "because": self.because,
            "power": _finite(self.power),
            "more": self.more,
            "margin": _finite(self.margin),
            "notes": list(self.notes),
        }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
