"""What runs took: time and resources beside the base's."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of all subjects."""

    key: str
    values: tuple[float | None, ...]
    """By subject; seconds for `duration`."""
    ratios: tuple[float | None, ...]
    """Of each to the base's; None where one is not known or the base took nothing."""
    words: tuple[str, ...]
    """`1.4x as much`, `40% less`, `as much`; empty where there is no ratio."""


def costs(
    spans: Sequence[tuple[int | None, int | None]],
    resources: Sequence[Mapping[str, float]] = (),
    base: int = 0,
) -> tuple[Cost, ...]:
    """Duration and resources of subjects against one of them.

    Args:
        spans: When each began and ended, in epoch microseconds.
        resources: Amounts by name of each subject (its peak memory, say), in the same order.
        base: Which subject the others are held against.
    """
    seconds = [
        (ended - started) / 1e6 if started is not None and ended is not None and ended >= started else None
        for started, ended in spans
    ]
    found = [_cost("duration", seconds, base)] if any(one is not None for one in seconds) else []
    for key in dict.fromkeys(key for one in resources for key in one):
        amounts = [_finite(one.get(key)) for one in resources]
        if any(amount is not None for amount in amounts):
            found.append(_cost(key, amounts, base))
    return tuple(found)


def _cost(key: str, values: Sequence[float | None], base: int) -> Cost:
    against = values[base] if 0 <= base < len(values) else None
    ratios = tuple(None if value is None or not against else value / against for value in values)
    words = tuple("" if number == base else _words(ratio) for number, ratio in enumerate(ratios))
    return Cost(key, tuple(values), ratios, words)


def _words(ratio: float | None) -> str:
    if ratio is None or not math.isfinite(ratio) or ratio < 0:
        return ""
    if abs(ratio - 1) < 0.005:
        return "as much"
    if ratio >= 2:
        return f"{ratio:.2g}x as much" if ratio < 100 else f"{ratio:,.0f}x as much"
    return f"{abs(ratio - 1) * 100:.0f}% {'more' if ratio > 1 else 'less'}"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
