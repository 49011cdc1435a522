"""Columns of any kind as numbers that trees can split."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.records import FloatArray

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind

LEVELS: Final = 100
"""So many levels of a column are told apart; the rarer ones are one."""


def encoded(reference: "pl.Series", current: "pl.Series", kind: "Kind") -> FloatArray | None:
    """Both sides of one column, the reference's rows first; not-a-number where there is no value.

    Numbers (also dates as seconds, texts as lengths) by their rank among the distinct ones: trees see the
    same, and one row of 1e308 or infinity changes nothing for the others. Levels by how frequent they are.
    None: the two can't be put on one scale.
    """
    if kind in ("numeric", "date", "text"):
        one, other = (numbers_of(series, kind) for series in (reference, current))
        return None if one is None or other is None else _ranked(np.concatenate((one, other)))
    one_text, other_text = words_of(reference), words_of(current)
    return _levels(one_text + other_text)


def numbers_of(series: "pl.Series", kind: "Kind") -> FloatArray | None:
    """As numbers; None where the type has none."""
    import polars as pl

    dtype = series.dtype
    if kind == "text":
        if dtype.is_numeric() or dtype.is_nested() or dtype.is_temporal():
            return None
        found = series.cast(pl.String, strict=False).str.len_chars()
    elif kind == "date":
        if not dtype.is_temporal():
            return None
        found = series.to_physical() if dtype in (pl.Time, pl.Duration) else _seconds(series)
    elif dtype == pl.String or dtype in (pl.Categorical, pl.Enum):
        found = series.cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False)
    elif dtype.is_nested() or dtype == pl.Binary or dtype == pl.Object:
        return None
    else:
        found = series.to_physical() if dtype.is_temporal() else series
    return found.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


def _seconds(series: "pl.Series") -> "pl.Series":
    import polars as pl

    return series.cast(pl.Datetime("us"), strict=False).to_physical().cast(pl.Float64) / 1e6


def _ranked(values: FloatArray) -> FloatArray:
    there = ~np.isnan(values)
    out = np.full(len(values), np.nan)
    out[there] = np.unique(values[there], return_inverse=True)[1].reshape(-1)
    return out


def words_of(series: "pl.Series") -> list[str | None]:
    """As text; whole numbers without their decimals, so that 1 and 1.0 are one level."""
    import polars as pl

    dtype = series.dtype
    if dtype.is_nested() or dtype == pl.Object or dtype == pl.Binary:
        return [None] * len(series)
    if dtype.is_float():
        values = series.to_list()
        return [None if v is None or v != v else str(int(v)) if v == v // 1 and abs(v) < 1e15 else repr(v)
                for v in values]  # fmt: skip
    if dtype == pl.Boolean:
        return [None if v is None else "true" if v else "false" for v in series.to_list()]
    return series.cast(pl.String, strict=False).to_list()


def _levels(words: list[str | None]) -> FloatArray:
    counts: dict[str, int] = {}
    for word in words:
        if word is not None:
            counts[word] = counts.get(word, 0) + 1
    order = sorted(counts, key=lambda word: (-counts[word], word))
    place = {word: float(min(at, LEVELS)) for at, word in enumerate(order)}
    return np.array([np.nan if word is None else place[word] for word in words], np.float64)
