"""Whether current rows lie where the reference has rows: what an estimate without labels needs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.drift.sample import LevelSample, NumericSample, Sample

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.tables.model import Reference

ROWS: Final = 20_000
_COLUMNS: Final = 1_000


def outside(
    reference: "Reference", current: "Reference", names: Sequence[str], *, seed: int = 0
) -> float | None:
    """Share of current rows with a value beyond the reference's range or a level that it has not.

    Less what chance puts there where nothing drifts: 2 / (n + 1) a number, and a level the share of the
    reference's rows whose level occurs once (I. J. Good, Biometrika 40 (1953) 237-264). Of at most 20,000
    rows. None: there is nothing to look at.
    """
    one, other = reference.columns(), current.columns()
    taken = [
        name for name in names if name in one and name in other and _same(one[name].kind, other[name].kind)
    ]
    taken = taken[:_COLUMNS]
    if not taken or not current.rows or not reference.rows:
        return None
    rows = current.some_rows(taken, ROWS, seed)
    if not rows.height:
        return None
    beyond, expected = np.zeros(rows.height, np.bool_), 0.0
    for name in taken:
        found = _beyond(rows[name], reference.sample(name), one[name].kind)
        if found is not None:
            beyond |= found[0]
            expected += found[1]
    return max(0.0, float(beyond.mean()) - expected)


def _same(one: str, other: str) -> bool:
    return one == other and one in ("numeric", "categorical", "boolean")


def _beyond(
    values: "pl.Series", sample: Sample, kind: str
) -> "tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], float] | None":
    """Which rows lie outside, and the share that chance alone would put there."""
    import polars as pl

    if isinstance(sample, NumericSample):
        if kind != "numeric" or sample.figures is None:
            return None
        numbers = values.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
        figures = sample.figures
        return (numbers < figures.minimum) | (numbers > figures.maximum), 2 / (figures.n + 1)
    if not isinstance(sample, LevelSample) or sample.others or not sample.n:
        return None
    text = values.cast(pl.String, strict=False)
    known = pl.Series("levels", list(sample.levels), pl.String)
    found = ~text.is_in(known.implode()) & text.is_not_null()
    return found.fill_null(value=False).to_numpy(), float((sample.counts == 1).sum()) / sample.n
