"""Columns of a table as arrays: numbers where they are numbers, else coded text."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import polars as pl

Codes: TypeAlias = npt.NDArray[np.int32]
Values: TypeAlias = npt.NDArray[Any] | tuple[Codes, tuple[str, ...]]
"""Numbers (not-a-number where missing), or text: which of the names each row has (-1: none), the names."""
LEVELS: Final = 100_000
"""A column of text with more different values is left out."""
_NOTHING: Final = ("", "na", "n/a", "nan", "null", "none", "#n/a", "-", "?")
"""What stands for a missing number."""
_MISSING: Final = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "#N/A")
"""What stands for missing text."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column, and what is to be said of it."""

    values: Values | None
    why: str = ""
    """The end of a sentence about it."""


def column(series: "pl.Series", *, lenient: bool = False, flags: bool = True) -> Column:
    """Read one column.

    Args:
        series: as the file has it.
        lenient: numbers even where some values are none; those are missing then.
        flags: `true` and `false` in text are 1 and 0.
    """
    import polars as pl

    kind = series.dtype
    if kind == pl.Boolean or kind.is_numeric() or kind == pl.Null:
        return Column(_numbers(series))
    if kind.is_temporal():
        series = series.cast(pl.Date, strict=False) if kind == pl.Datetime else series
        series = series.cast(pl.String, strict=False)
    elif kind in (pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    elif kind != pl.String:
        return Column(None, f"holds {str(kind).lower()[:40]}, no plain values")
    return _text(series, lenient=lenient, flags=flags)


def _text(series: "pl.Series", *, lenient: bool, flags: bool) -> Column:
    import polars as pl

    trimmed = series.str.strip_chars()
    parsed = trimmed.cast(pl.Float64, strict=False)
    odd = trimmed.filter(parsed.is_null() & trimmed.is_not_null())
    odd = odd.filter(~odd.str.to_lowercase().is_in(_NOTHING))
    if not len(odd):
        return Column(_numbers(parsed))
    if lenient and len(odd) * 2 < parsed.is_not_null().sum():
        first = str(odd[0])[:40]
        return Column(_numbers(parsed), f"holds {len(odd):,} values that are no numbers ({first} …)")
    words = trimmed.set(trimmed.is_in(_MISSING), None)
    if flags and set(words.str.to_lowercase().unique().drop_nulls().to_list()) <= {"true", "false"}:
        return Column(_numbers((words.str.to_lowercase() == "true").cast(pl.Float64)))
    names = words.drop_nulls().unique().sort()
    if len(names) > LEVELS:
        return Column(None, f"has {len(names):,} different values")
    codes = words.rank("dense").cast(pl.Int64) - 1
    return Column((codes.fill_null(-1).to_numpy().astype(np.int32), tuple(names.to_list())))


def _numbers(series: "pl.Series") -> npt.NDArray[np.float64]:
    import polars as pl

    return series.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy().astype(np.float64)


def keys_are_unique(series: "pl.Series") -> bool:
    """Whether most values occur just once; a few that repeat are damage, many say it is no key."""
    import polars as pl

    try:
        distinct = series.n_unique()
    except pl.exceptions.PolarsError:
        # Lists and the like can't be told apart, and are no keys.
        return False
    return distinct * 2 > len(series) or not len(series)


def key_values(series: "pl.Series") -> npt.NDArray[Any]:
    """Keys as whole numbers where all are (not-a-number where missing), else as text, None where missing."""
    import polars as pl

    if series.dtype == pl.String:
        trimmed = series.str.strip_chars()
        trimmed = trimmed.set(trimmed.is_in(_MISSING), None)
        whole = trimmed.cast(pl.Int64, strict=False)
        if whole.null_count() > trimmed.null_count():
            half = trimmed.cast(pl.Float64, strict=False)
            if half.null_count() > trimmed.null_count():
                return np.array(trimmed.to_list(), object)
            return _numbers(half)
        series = whole
    if series.dtype.is_integer():
        top = series.abs().max() if series.dtype != pl.UInt64 else series.max()
        if not series.null_count() and (not isinstance(top, int) or top < 2**63):
            return series.cast(pl.Int64).to_numpy().copy()
        if isinstance(top, int) and top < 2**53:
            return _numbers(series)
        return np.array(series.cast(pl.String).to_list(), object)
    if series.dtype.is_float():
        return _numbers(series)
    return np.array([None if v is None else str(v) for v in series.to_list()], object)
