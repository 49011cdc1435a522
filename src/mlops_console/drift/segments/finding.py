"""Which segments explain that a feature moved.

Two ways: the segment's share of the rows changed (current rows are weighted so that it has the share that it
had: what then remains of the move is not its doing), or the feature moved only within it (the segment's
current rows are given the reference's values). That is bookkeeping on the rows, no proof of a cause.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.display import count, safe_text
from mlops_console.drift.model import GROWN, Feature, Segment
from mlops_console.drift.segments.coding import Coded, bins, parts
from mlops_console.records import FloatArray

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind
    from mlops_console.drift.tables.model import Reference

ROWS: Final = 20_000
_FEWEST: Final = 100
"""Rows a side."""
_FEATURES: Final = 5
_CANDIDATES: Final = 20
_READ: Final = 200
"""So many columns are looked at to find the candidates."""
_SEGMENTS: Final = 5
_EACH: Final = 2
"""Segments told of one feature."""
_LEAST: Final = 0.03
"""A move below this, in share of rows, is not taken apart."""
_EXPLAINS: Final = 0.20
_SURE: Final = 4.0
"""Standard errors: what hundreds of levels seldom reach by chance."""
_WITHIN: Final = 0.60
_MORE: Final = 0.30
"""A move within a segment explains so much more than the segment's share of the rows."""
_IN_SEGMENT: Final = 50
_FEW: Final = 1_000
_BY: Final = ("categorical", "boolean", "numeric")
_WEIGHT: Final = {"numeric": 0.8}
"""Levels have names that people know; intervals of another feature often only say that two are related."""


def segments(
    reference: "Reference",
    current: "Reference",
    features: Sequence[Feature],
    by: Sequence[str] = (),
    *,
    leave: Collection[str] = (),
    seed: int = 0,
) -> tuple[Segment, ...]:
    """At most five segments, those that explain most first; of at most 20,000 rows a side.

    Args:
        reference: Rows before.
        current: Rows now.
        features: Judged; those with DRIFT or WATCH are explained, the first five.
        by: Columns that may part the rows; (): categorical, boolean and numeric ones, the twenty whose shares
            moved most.
        leave: Columns that may not: labels, scores.
        seed: Of the rows drawn.
    """
    moved = [one for one in features if one.verdict in ("DRIFT", "WATCH")]
    columns, others = reference.columns(), current.columns()
    moved = [one for one in moved if one.measured.name in columns and one.measured.name in others][:_FEATURES]
    if not moved or min(reference.rows, current.rows) < _FEWEST:
        return ()
    names = [
        name for name in (by or columns)
        if name in columns and name in others and name not in leave and columns[name].kind in _BY
    ]  # fmt: skip
    names.sort(key=lambda name: columns[name].kind == "numeric")
    read = list(dict.fromkeys([*(one.measured.name for one in moved), *names[:_READ]]))
    one, other = (side.some_rows(read, ROWS, seed) for side in (reference, current))
    if min(one.height, other.height) < _FEWEST:
        return ()
    kinds = {name: columns[name].kind for name in read}
    candidates = _candidates(one, other, names[:_READ], kinds)
    found: list[tuple[float, Segment]] = []
    for feature in moved:
        found += _of_feature(feature, one, other, candidates, kinds)
    found.sort(key=lambda each: (-each[0], each[1].feature, each[1].by, each[1].level))
    return tuple(segment for _, segment in found[:_SEGMENTS])


def _tried(
    how: Callable[["pl.Series", "pl.Series", "Kind"], Coded | None],
    one: "pl.DataFrame",
    other: "pl.DataFrame",
    name: str,
    kind: "Kind",
) -> Coded | None:
    """The codes of a column; None where its values can't be coded, whatever they are."""
    import polars as pl

    try:
        return how(one[name], other[name], kind)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, OverflowError):
        return None


def _candidates(
    one: "pl.DataFrame", other: "pl.DataFrame", names: Sequence[str], kinds: "Mapping[str, Kind]"
) -> dict[str, Coded]:
    """The columns whose shares moved most; where none did, the levels are kept for moves within them."""
    found: dict[str, Coded] = {}
    moves: dict[str, float] = {}
    for name in names:
        coded = _tried(parts, one, other, name, kinds[name])
        if coded is not None:
            found[name] = coded
            before, after = _shares(coded)
            moves[name] = float(np.abs(after - before).max()) * _WEIGHT.get(kinds[name], 1.0)
    order = sorted(found, key=lambda name: (-moves[name], name))[:_CANDIDATES]
    return {name: found[name] for name in order}


def _shares(coded: Coded) -> tuple[FloatArray, FloatArray]:
    before, after = (np.bincount(side, minlength=coded.size) for side in (coded.reference, coded.current))
    return before / len(coded.reference), after / len(coded.current)


def _of_feature(
    feature: Feature,
    one: "pl.DataFrame",
    other: "pl.DataFrame",
    candidates: Mapping[str, Coded],
    kinds: "Mapping[str, Kind]",
) -> list[tuple[float, Segment]]:
    """The best segments of a feature, each with what it is ranked by."""
    name = feature.measured.name
    values = _tried(bins, one, other, name, kinds[name])
    if values is None:
        return []
    move = _Move(values)
    if move.whole < _LEAST:
        return []
    best = []
    for by, coded in candidates.items():
        if by != name:
            found = [
                segment for level in range(len(coded.names)) for segment in move.by(name, by, coded, level)
            ]
            if found:
                segment = max(found, key=lambda each: (each.explains, each.share_cur - each.share_ref))
                best.append((segment.explains * _WEIGHT.get(kinds[by], 1.0), segment))
    best.sort(key=lambda each: (-each[0], each[1].by, each[1].level))
    size = feature.effect or 0.0
    return [(score * size, segment) for score, segment in best[:_EACH]]


class _Move:
    """How a feature moved, and what is left of it under other weights."""

    def __init__(self, values: Coded) -> None:
        self._values = values
        self._n, self._m = len(values.reference), len(values.current)
        self._before, self._after = _shares(values)
        self.whole = self._distance(self._after)

    def _distance(self, after: FloatArray) -> float:
        """Total variation less what chance alone makes of it."""
        pooled = (self._before * self._n + self._after * self._m) / (self._n + self._m)
        noise = np.sqrt(pooled * (1 - pooled) * (1 / self._n + 1 / self._m)).sum() / math.sqrt(2 * math.pi)
        variation = float(np.abs(after - self._before).sum()) / 2
        return math.sqrt(max(variation**2 - float(noise) ** 2, 0.0))

    def _explained(self, after: FloatArray) -> float:
        return min(1.0, max(0.0, 1.0 - self._distance(after) / self.whole))

    def by(self, feature: str, by: str, coded: Coded, level: int) -> list[Segment]:
        """What this level explains: by its share, or by what happens within it."""
        size = self._values.size
        then, now = coded.reference == level, coded.current == level
        k, j = int(then.sum()), int(now.sum())
        before, after = k / self._n, j / self._m
        out = []
        within = np.bincount(self._values.current[now], minlength=size) / self._m
        if after > before and self._moved(k, j):
            rest = self._after - within
            weighted = within * (before / after) + rest * ((1 - before) / (1 - after) if after < 1 else 0.0)
            explains = self._explained(weighted) if after < 1 or before > 0 else 0.0
            if explains >= _EXPLAINS:
                because = (
                    f"{_named(by, coded, level)} {_percent(before)} -> {_percent(after)} of rows explains "
                    f"{explains:.0%} of the move of {safe_text(feature, 60)}{self._few()}"
                )
                name = coded.names[level]
                out.append(Segment(feature, by, name, before, after, explains, because, "grew"))
        if min(k, j) >= _IN_SEGMENT:
            held = np.bincount(self._values.reference[then], minlength=size) / k
            explains = self._explained(self._after - within + held * after)
            if explains >= max(_WITHIN, after + _MORE):
                because = (
                    f"{safe_text(feature, 60)} moved only in {_named(by, coded, level)} ({_percent(after)} "
                    f"of rows), which explains {explains:.0%} of it{self._few()}"
                )
                name = coded.names[level]
                out.append(Segment(feature, by, name, before, after, explains, because, "moved within"))
        return out

    def _moved(self, k: int, j: int) -> bool:
        """Whether a segment's share grew, beyond chance."""
        before, after = k / self._n, j / self._m
        whole = (k + j) / (self._n + self._m)
        se = math.sqrt(whole * (1 - whole) * (1 / self._n + 1 / self._m))
        return after - before >= GROWN and after - before >= _SURE * se

    def _few(self) -> str:
        rows = min(self._n, self._m)
        return f" (told from {count(rows)} rows a side: an indication)." if rows < _FEW else "."


def _named(by: str, coded: Coded, level: int) -> str:
    return f"{safe_text(by, 60)}={safe_text(coded.names[level], 60)}"


def _percent(share: float) -> str:
    return f"{share:.1%}" if 0 < share < 0.01 else f"{share:.0%}"
