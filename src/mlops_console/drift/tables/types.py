"""Types of columns: how people say them, and what two files' columns have in common."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

EMPTY: Final = "empty"
"""The type of a column without a single value in a file that names no types."""


def said(dtype: "pl.DataType") -> str:
    """A type as people say it; widths and units are left out: they are no change that anybody means."""
    import polars as pl

    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "decimal number"
    words = {
        pl.String: "text", pl.Categorical: "text", pl.Enum: "text", pl.Boolean: "true/false",
        pl.Date: "date", pl.Datetime: "date and time", pl.Time: "time of day", pl.Duration: "duration",
        pl.Null: EMPTY, pl.List: "list", pl.Array: "list", pl.Struct: "record", pl.Binary: "bytes",
    }  # fmt: skip
    return words.get(dtype.base_type(), str(dtype).lower())


def common(one: "pl.DataType", other: "pl.DataType") -> "pl.DataType | None":
    """The type that holds the values of both without loss that anybody would see; None: there is none."""
    import polars as pl

    if one == other or other == pl.Null:
        return one
    if one == pl.Null:
        return other
    if one.is_numeric() and other.is_numeric():
        return _number(one, other)
    named = {pl.String, pl.Categorical, pl.Enum}
    if one.base_type() in named and other.base_type() in named:
        return pl.String()
    dates = {pl.Date, pl.Datetime}
    if one.base_type() in dates and other.base_type() in dates:
        return _date(one, other)
    if one.base_type() == pl.Duration and other.base_type() == pl.Duration:
        return pl.Duration("us")
    return None


def _number(one: "pl.DataType", other: "pl.DataType") -> "pl.DataType":
    import polars as pl

    if not (one.is_integer() and other.is_integer()):
        return pl.Float64()
    if pl.UInt64 in (one, other) and (one.is_signed_integer() or other.is_signed_integer()):
        return pl.Float64()
    if one.is_unsigned_integer() and other.is_unsigned_integer():
        return pl.UInt64()
    large = {pl.Int128} | ({pl.UInt128} if hasattr(pl, "UInt128") else set())
    return pl.Float64() if {one, other} & large else pl.Int64()


def _date(one: "pl.DataType", other: "pl.DataType") -> "pl.DataType | None":
    """A date is midnight of a moment; moments with a zone and those without one have nothing in common."""
    import polars as pl

    zones = {each.time_zone for each in (one, other) if isinstance(each, pl.Datetime)}
    if len(zones) > 1:
        return pl.Datetime("us", "UTC") if None not in zones else None
    return pl.Datetime("us", zones.pop())
