"""One family of all tests of a window: p-values adjusted for how many there are."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from mlops_console.drift.model import Kind, Measured

TESTS: Final[Mapping[Kind, int]] = {
    "numeric": 5, "date": 4, "text": 4, "categorical": 4, "boolean": 4,
}  # fmt: skip
"""How many tests a column of this kind may get (numbers: distribution, missing, tails, range, infinite;
levels: distribution, missing, new, gone). They are counted whether or not there was anything to test, so that
a single null, or a column that vanished, moves no limit of another column."""


def size_of(measured: Sequence[Measured]) -> int:
    """How many tests the family of a window has."""
    return sum(
        max(TESTS.get(one.kind, 0), sum(raw.p is not None for raw in one.checks))
        for one in measured
        if one.checks
    )


def adjusted(p: Sequence[float], size: int, method: Literal["bh", "holm"], level: float) -> list[float]:
    """The q of each p, in the same order; `size` counts the tests of the family, also those without a p.

    bh: Benjamini and Hochberg (1995), step up. A p above `level` can't be rejected whatever the others show,
    for q >= p; such ones get p size / (rejectable + 1), not their place among each other. What is rejected is
    the same; but what is no evidence in one column then moves no figure of another.
    holm: Holm (1979), step down.
    """
    order = sorted(range(len(p)), key=p.__getitem__)
    out = [1.0] * len(p)
    if method == "holm":
        running = 0.0
        for rank, at in enumerate(order):
            running = max(running, min(1.0, (size - rank) * p[at]))
            out[at] = running
        return out
    can = [at for at in order if p[at] <= level]
    running = 1.0
    for rank in range(len(can), 0, -1):
        running = min(running, p[can[rank - 1]] * size / rank)
        out[can[rank - 1]] = running
    least = out[can[-1]] if can else 0.0
    for at in order[len(can) :]:
        out[at] = max(least, min(1.0, p[at] * size / (len(can) + 1)))
    return out
