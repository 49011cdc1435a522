"""Permutation importance: how much worse a model does when one column's values are mixed up.

L. Breiman, Random Forests, Machine Learning 45 (2001); A. Fisher, C. Rudin & F. Dominici, JMLR 20 (2019). The
same seed mixes rows as scikit-learn's `permutation_importance` does, so that figures agree to the last digit.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from mlops_console.comparison.model import Progress
from mlops_console.records import IntArray

Worse = Callable[[float, float], float]
"""(as it is, mixed up) -> how much worse that is."""


class Rows(Protocol):
    """Rows as a model takes them."""

    height: int

    def permute(self, name: str, order: IntArray) -> None:
        """Bring the values of one column, as they stand, into this order."""
        ...

    def restore(self, name: str) -> None:
        """Bring them back into their first order."""
        ...


def weigh(
    rows: Rows,
    names: Sequence[str],
    score: Callable[[], float],
    worse: Worse,
    *,
    repeats: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[float, Mapping[str, tuple[float, float]]]:
    """The figure as it is; and of each column the mean and deviation of how much worse that gets.

    Args:
        rows: What the model is given.
        names: The columns to mix up, each alone.
        score: The model's figure on the rows as they stand.
        worse: What counts as worse.
        repeats: How often each column is mixed up.
        seed: Of the orders; each column sees the same ones.
        progress: Told how far it is.
    """
    base = score()
    first = np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1)
    found = {}
    for at, name in enumerate(names):
        generator, order = np.random.RandomState(first), np.arange(rows.height)
        lost = np.empty(repeats)
        for turn in range(repeats):
            generator.shuffle(order)
            rows.permute(name, order)
            lost[turn] = worse(base, score())
            if progress is not None:
                progress((at + (turn + 1) / repeats) / len(names))
        rows.restore(name)
        found[name] = float(lost.mean()), float(lost.std())
    return base, found
