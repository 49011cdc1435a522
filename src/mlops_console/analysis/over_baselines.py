"""Baselines of data, made in the child: the console itself reads no tables."""

from typing import TYPE_CHECKING

from mlops_console.comparison.model import Progress

if TYPE_CHECKING:
    from mlops_console.drift.baseline.building import Built, Order


def baseline_of(order: "Order", progress: Progress) -> "Built":
    """Read the data and pack what a reference needs of it; DataError where it can't be."""
    from mlops_console.drift.baseline.building import build

    progress(0.0)
    return build(order, lambda _words: progress(0.5))
