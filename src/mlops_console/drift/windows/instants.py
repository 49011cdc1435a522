"""A column of times as epoch microseconds, whatever type it came in."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

_LARGEST: Final = ((10**11, 1_000_000), (10**14, 1_000), (10**17, 1))
"""Whole numbers below this are seconds, milliseconds, microseconds; above it nanoseconds. Until the year 5138
and from 1973 on they can't be taken for each other."""


def instants(column: "pl.Series", zone: str) -> "pl.Series":
    """Epoch microseconds (int64), null where there is no time.

    Times that name no zone are of `zone`. One that the clocks showed twice is the first of the two, one that
    they leapt over counts as an hour later.
    """
    import polars as pl

    if column.dtype == pl.String or isinstance(column.dtype, pl.Categorical | pl.Enum):
        column = _parsed(column.cast(pl.String), zone)
    dtype = column.dtype
    if dtype == pl.Date:
        column, dtype = column.cast(pl.Datetime("us")), pl.Datetime("us")
    if isinstance(dtype, pl.Datetime):
        column = column.cast(pl.Datetime("us", dtype.time_zone))
        aware = column if dtype.time_zone is not None else _in_zone(column, zone)
        return aware.dt.epoch("us")
    if dtype.is_integer():
        return _numbers(column.cast(pl.Int64, strict=False))
    if dtype.is_numeric():
        kept = column.cast(pl.Float64, strict=False)
        kept = kept.set(~kept.is_finite().fill_null(value=False), None)
        return _numbers((kept * 1e3).round(0).cast(pl.Int64, strict=False), parts=1_000)
    return pl.Series(column.name, [None] * len(column), pl.Int64)


def _numbers(column: "pl.Series", parts: int = 1) -> "pl.Series":
    """Of numbers by their size; each is `parts` parts of what was written."""
    most = column.abs().max()
    size = abs(int(str(most))) // parts if most is not None else 0
    for limit, scale in _LARGEST:
        if size < limit:
            return column * scale // parts if scale >= parts else column // (parts // scale)
    return column // (1_000 * parts)


def _in_zone(column: "pl.Series", zone: str) -> "pl.Series":
    import polars as pl

    found = column.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    if found.null_count() == column.null_count():
        return found
    later = column.dt.offset_by("1h").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    frame = pl.DataFrame({"found": found, "later": later})
    return frame.select(pl.coalesce("found", "later")).to_series()


def _parsed(column: "pl.Series", zone: str) -> "pl.Series":
    """ISO 8601 with or without an offset, dates, and what databases print; else null."""
    import polars as pl

    text = column.str.strip_chars()
    offset = text.str.contains(r"[ T]\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$").fill_null(value=False)
    aware = (
        text.set(~offset, None).str.to_datetime(time_unit="us", time_zone="UTC", strict=False, format=None)
        if bool(offset.any())
        else None
    )
    plain = text.set(offset, None)
    naive = plain.str.replace("T", " ", literal=True).str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False
    )
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d"):
        if naive.null_count() == plain.null_count():
            break
        other = plain.str.replace("T", " ", literal=True)
        read = (
            other.str.to_date(form, strict=False).cast(pl.Datetime("us"))
            if "%H" not in form
            else other.str.to_datetime(form, time_unit="us", strict=False)
        )
        naive = pl.DataFrame({"a": naive, "b": read}).select(pl.coalesce("a", "b")).to_series()
    local = _in_zone(naive, zone).dt.convert_time_zone("UTC")
    if aware is None:
        return local
    return pl.DataFrame({"a": local, "b": aware}).select(pl.coalesce("a", "b")).to_series()
