"""A column that tells when: as microseconds since 1970, whatever it is written as."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.drift.tables import narrowing
from mlops_console.errors import DataError, UsageError
from mlops_console.records import IntArray

if TYPE_CHECKING:
    import polars as pl

MISSING: Final = int(np.iinfo(np.int64).min)
"""A row that does not say when."""
_UNITS: Final = ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0))
"""Numbers up to so much are seconds, milliseconds, microseconds; larger ones nanoseconds."""


def microseconds(series: "pl.Series", zone: str) -> IntArray:
    """One for each row. Times that name no zone are of `zone`: of an hour that occurs twice, the earlier.

    Raises:
        UsageError: there is no such zone.
        DataError: the column tells no times.
    """
    import polars as pl

    dtype = series.dtype
    if dtype.is_numeric():
        return _of_numbers(series)
    if dtype == pl.String:
        found = narrowing.moments(series)
        series = found if found is not None else series.clear(len(series)).cast(pl.Datetime("us"))
    elif dtype.base_type() not in (pl.Date, pl.Datetime):
        raise DataError(f"The column {series.name} tells no times.", "name a column of dates or moments")
    if isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is not None:
        return _ticks(series.dt.cast_time_unit("us"))
    plain = series.cast(pl.Datetime("us"))
    if zone == "UTC":
        return _ticks(plain)
    try:
        return _ticks(plain.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null"))
    except pl.exceptions.PolarsError as error:
        raise UsageError(f"There is no time zone {zone}.", "a name as Europe/Vienna, or UTC") from error


def _ticks(series: "pl.Series") -> IntArray:
    return np.asarray(series.to_physical().fill_null(MISSING).to_numpy(), np.int64)


def _of_numbers(series: "pl.Series") -> IntArray:
    import polars as pl

    values = np.asarray(series.cast(pl.Float64, strict=False).to_numpy(), np.float64)
    finite = np.isfinite(values)
    largest = float(np.abs(values[finite]).max()) if finite.any() else 0.0
    scale = next((scale for limit, scale in _UNITS if largest < limit), 1e-3)
    held = np.where(finite, values, 0.0) * scale
    fits = finite & (np.abs(held) < 2.0**62)
    return np.where(fits, np.round(np.where(fits, held, 0.0)).astype(np.int64), MISSING)
