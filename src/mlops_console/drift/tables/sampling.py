"""One column, read whole, as what measures take: sorted numbers, or counts of levels.

What counts as no value: null, NaN, and under a numeric or date kind a text that is none. Infinite values are
counted by themselves. Dates are seconds since 1970 (durations and times of day: seconds), texts their length
in characters.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.records import FloatArray

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind
    from mlops_console.drift.sample import Sample

_LEVEL: Final = 1_000
"""Characters of a level that are kept; levels that differ only after these are one."""
_LEVELLED: Final = frozenset({"categorical", "boolean"})


def sample_of(series: "pl.Series", kind: "Kind") -> "Sample":
    """A column as a sample of its kind, exact.

    Never raises for what the data is: what has no value under the kind counts as missing.
    """
    from mlops_console.drift.sample import level_sample, numeric_sample

    if levelled(series.dtype, kind):
        levels = counted(series, kind)
        return level_sample(levels, levels.values(), len(series), len(series) - sum(levels.values()))
    values = numbers(series, kind)
    return numeric_sample(values)


def levelled(dtype: "pl.DataType", kind: "Kind") -> bool:
    """Whether a column under this kind is a matter of levels."""
    import polars as pl

    if kind in _LEVELLED:
        return True
    # Kinds that are not judged: what they hold decides, so that whoever asks gets an answer.
    return kind == "other" or (kind == "key" and dtype == pl.String)


def numbers(series: "pl.Series", kind: "Kind") -> FloatArray:
    """Its values as float64, NaN where there is none; one for each row."""
    return np.asarray(_as_floats(series, kind).to_numpy(), np.float64)


def _as_floats(series: "pl.Series", kind: "Kind") -> "pl.Series":
    import polars as pl

    dtype = series.dtype
    if kind == "text":
        texts = series if dtype == pl.String else _texts(series)
        return texts.str.len_chars().cast(pl.Float64)
    if dtype.is_numeric() or dtype in (pl.Boolean, pl.Null):
        return series.cast(pl.Float64, strict=False)
    if dtype == pl.Date:
        return series.cast(pl.Int64).cast(pl.Float64) * 86_400.0
    if isinstance(dtype, pl.Datetime | pl.Duration):
        return _seconds(series.to_physical(), {"ms": 1e3, "us": 1e6, "ns": 1e9}[dtype.time_unit])
    if dtype == pl.Time:
        return _seconds(series.to_physical(), 1e9)
    if dtype.is_nested() or dtype == pl.Binary:
        return pl.Series(series.name, [None], pl.Float64).new_from_index(0, len(series))
    return _parsed(_texts(series), kind)


def _seconds(ticks: "pl.Series", per_second: float) -> "pl.Series":
    import polars as pl

    return ticks.cast(pl.Float64) / per_second


def _parsed(texts: "pl.Series", kind: "Kind") -> "pl.Series":
    """Texts as what the other side's kind wants of them."""
    import polars as pl

    from mlops_console.drift.tables import narrowing

    if kind in ("date", "time"):
        moments = narrowing.moments(texts)
        if moments is not None:
            return _as_floats(moments, "date")
    return texts.str.strip_chars().cast(pl.Float64, strict=False)


def counted(series: "pl.Series", kind: "Kind") -> dict[str, int]:
    """How often each level occurs, by its name as text; null and NaN are no level."""
    import polars as pl

    texts = _level_names(series, kind)
    if texts is None:
        return {}
    if texts.dtype != pl.String:
        texts = texts.cast(pl.String)
    found = texts.rename("level").value_counts(name="rows")
    names, counts = found["level"].to_list(), found["rows"].to_list()
    levels: dict[str, int] = {}
    for name, count in zip(names, counts, strict=True):
        if name is None:
            continue
        name = name if len(name) <= _LEVEL else name[:_LEVEL] + "…"
        levels[name] = levels.get(name, 0) + count
    return levels


def _level_names(series: "pl.Series", kind: "Kind") -> "pl.Series | None":
    import polars as pl

    dtype = series.dtype
    if dtype.is_nested() or dtype == pl.Binary or dtype == pl.Null:
        return None
    if kind == "boolean" and dtype.is_numeric():
        whole = series.cast(pl.Float64, strict=False).drop_nans().drop_nulls().unique()
        if whole.is_in([0.0, 1.0]).all():
            return series.cast(pl.Float64, strict=False).fill_nan(None).cast(pl.Boolean)
    return _texts(series)


def _texts(series: "pl.Series") -> "pl.Series":
    """Values as text; a whole number is written the same whether its column is of integers or decimals."""
    import polars as pl

    if series.dtype.is_float():
        texts = series.fill_nan(None).cast(pl.String)
        return texts.str.replace(r"^(-?\d+)\.0$", "$1")
    if series.dtype == pl.String:
        return series
    return series.cast(pl.String, strict=False)
