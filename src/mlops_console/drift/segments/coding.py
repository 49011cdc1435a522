"""Columns as small codes: by level, by the reference's quartiles, by its deciles."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.display import number
from mlops_console.drift.domain.encoding import numbers_of, words_of
from mlops_console.records import FloatArray, IntArray

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind

_LEVELS: Final = 50
"""So many levels of a column can be segments; the others count as the rest."""
_QUARTILES: Final = (0.25, 0.5, 0.75)
_DECILES: Final = tuple(at / 10 for at in range(1, 10))


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """One column of both sides by code."""

    reference: IntArray
    current: IntArray
    names: tuple[str, ...]
    """Of the codes that can be segments; higher codes are the rest."""
    size: int
    """Codes in all."""


def parts(reference: "pl.Series", current: "pl.Series", kind: "Kind") -> Coded | None:
    """By level, or by the reference's quartiles; None: it doesn't part the rows."""
    return _by_value(reference, current, kind, _QUARTILES, _LEVELS)


def bins(reference: "pl.Series", current: "pl.Series", kind: "Kind") -> Coded | None:
    """By level, or by the reference's deciles and beyond its range: how a feature's move is measured."""
    return _by_value(reference, current, kind, _DECILES, 2 * _LEVELS, beyond=True)


def _by_value(
    reference: "pl.Series",
    current: "pl.Series",
    kind: "Kind",
    shares: tuple[float, ...],
    most: int,
    *,
    beyond: bool = False,
) -> Coded | None:
    if kind in ("categorical", "boolean"):
        return _by_level(words_of(reference), words_of(current), most)
    one, other = (numbers_of(series, kind) for series in (reference, current))
    return None if one is None or other is None else _by_quantile(one, other, shares, beyond=beyond)


def _by_level(one: list[str | None], other: list[str | None], most: int) -> Coded | None:
    counts = Counter(one)
    counts.update(other)
    order = sorted(counts, key=lambda word: (-counts[word], word or ""))
    kept = order[:most]
    if len(kept) < 2:
        return None
    place = {word: at for at, word in enumerate(kept)}
    rest = len(kept)
    first, second = (np.array([place.get(word, rest) for word in side], np.int64) for side in (one, other))
    return Coded(first, second, tuple("missing" if word is None else word for word in kept), rest + 1)


def _by_quantile(
    one: FloatArray, other: FloatArray, shares: tuple[float, ...], *, beyond: bool
) -> Coded | None:
    some = np.sort(one[np.isfinite(one)])
    if not len(some):
        return None
    # Values that occur, for the line between two of them may overflow.
    edges = np.unique(some[[min(int(len(some) * share), len(some) - 1) for share in shares]])
    if beyond:
        # Where most values are the same one, what lies beyond it would count as if it were that one.
        edges = np.unique([some[0], *edges, np.nextafter(some[-1], np.inf)])
    missing = len(edges) + 1
    coded = []
    for side in (one, other):
        codes = np.searchsorted(edges, side, side="right").astype(np.int64)
        codes[np.isnan(side)] = missing
        coded.append(codes)
    return Coded(coded[0], coded[1], _intervals(edges.tolist()), missing + 1)


def _intervals(edges: list[float]) -> tuple[str, ...]:
    said = [number(edge) for edge in edges]
    middle = [f"{low} to below {high}" for low, high in pairwise(said)]
    return (f"below {said[0]}", *middle, f"{said[-1]} and more", "missing")
