"""Whole rows as JSON that refers to arrays, and back: plain columns of numbers, levels, times, lengths."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.drift.baseline.arrays import Packing, Unpacking
from mlops_console.drift.baseline.checking import Broken, count, listing, mapping, sensible, text, texts

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind

MOST_COLUMNS: Final = 100_000
_MOST_ROWS: Final = 1 << 20
_MOST_LEVELS: Final = 1 << 20
_LONGEST: Final = 10_000
"""Characters of a text; longer ones count as that long."""
_LEVEL: Final = 1_000
_MOST_CHARACTERS: Final = 1 << 26
"""Of all texts of one baseline."""
_ZONE: Final = 64


def plain_rows(frame: "pl.DataFrame", kinds: "dict[str, Kind]") -> "pl.DataFrame":
    """Rows with nothing in them but what can be kept: texts become as long a run of one letter."""
    import polars as pl

    made = []
    for name in frame.columns:
        series = frame[name]
        if kinds.get(name) == "text":
            lengths = series.cast(pl.String).str.len_chars().clip(upper_bound=_LONGEST)
            made.append(_letters(name, lengths))
        elif series.dtype == pl.Boolean or series.dtype == pl.Date:
            made.append(series)
        elif isinstance(series.dtype, pl.Datetime):
            made.append(series.dt.cast_time_unit("us"))
        elif series.dtype.is_integer():
            made.append(series.cast(pl.Int64 if _fits(series) else pl.Float64))
        elif series.dtype.is_numeric():
            made.append(series.cast(pl.Float64))
        elif series.dtype in (pl.String, pl.Categorical, pl.Enum):
            made.append(_cut(series.cast(pl.String)))
    return pl.DataFrame(made)


def rows_json(frame: "pl.DataFrame", kinds: "dict[str, Kind]", arrays: Packing) -> dict[str, Any]:
    """Rows as they are written; they are plain."""
    columns = [_column_json(frame[name], kinds.get(name), arrays) for name in frame.columns]
    return {"rows": frame.height, "columns": columns}


def rows_from_json(value: object, arrays: Unpacking) -> "pl.DataFrame":
    """What was written; Broken where it can't be rows."""
    import polars as pl

    said = mapping(value, "its rows")
    rows = count(said.get("rows"), "the number of whole rows", _MOST_ROWS)
    columns, characters = [], 0
    for one in listing(said.get("columns"), "the columns of its rows", MOST_COLUMNS):
        series, more = _column(mapping(one, "a column of its rows"), rows, arrays)
        characters += more
        sensible(characters <= _MOST_CHARACTERS, "its texts are longer than any are kept")
        columns.append(series)
    sensible(len({one.name for one in columns}) == len(columns), "two columns have one name")
    return pl.DataFrame(columns)


def _cut(series: "pl.Series") -> "pl.Series":
    """Long levels as tables cut them."""
    long = series.str.len_chars() > _LEVEL
    return (
        series.zip_with(~long.fill_null(False), series.str.slice(0, _LEVEL) + "…") if long.any() else series
    )


def _fits(series: "pl.Series") -> bool:
    highest = series.max()
    return not isinstance(highest, int) or highest < 2**63


def _letters(name: str, lengths: "pl.Series") -> "pl.Series":
    import polars as pl

    return pl.Series(name, [None if one is None else "x" * one for one in lengths.to_list()], pl.String)


def _column_json(series: "pl.Series", kind: "Kind | None", arrays: Packing) -> dict[str, Any]:
    import polars as pl

    said: dict[str, Any] = {"name": series.name}
    if series.null_count():
        said["null"] = arrays.add(series.is_null().to_numpy().astype(np.uint8))
    if kind == "text":
        lengths = series.str.len_chars().fill_null(0).cast(pl.Int64)
        return {**said, "type": "text", "values": arrays.add(lengths.to_numpy())}
    if series.dtype == pl.String:
        levels = series.drop_nulls().unique().sort()
        codes = series.replace_strict(levels, range(len(levels)), default=0, return_dtype=pl.Int64)
        return {**said, "type": "levels", "levels": levels.to_list(), "values": arrays.add(codes.to_numpy())}
    if series.dtype == pl.Float64:
        values = series.fill_null(0.0).to_numpy()
        odd = ~np.isfinite(values)
        if odd.any():  # arrays hold numbers only: 1 NaN, 2 infinite, 3 minus infinite
            code = np.where(np.isnan(values), 1, np.where(values > 0, 2, 3))
            said["odd"] = arrays.add(np.where(odd, code, 0).astype(np.int64))
        return {**said, "type": "decimal", "values": arrays.add(np.where(odd, 0.0, values))}
    if isinstance(series.dtype, pl.Datetime):
        said["zone"] = series.dtype.time_zone
    words = {pl.Boolean: "boolean", pl.Date: "date", pl.Int64: "integer"}
    name = words.get(series.dtype.base_type(), "time")
    whole = series.cast(pl.Int32) if series.dtype == pl.Date else series
    return {**said, "type": name, "values": arrays.add(whole.cast(pl.Int64).fill_null(0).to_numpy())}


def _column(said: dict[str, Any], rows: int, arrays: Unpacking) -> "tuple[pl.Series, int]":
    """A column, and how many characters of text it has."""
    import polars as pl

    name, kind = text(said.get("name"), "a column's name"), said.get("type")
    if kind == "decimal":
        decimals = arrays.floats(said.get("values"))
        values = np.zeros(len(decimals), np.int64)
    else:
        values = arrays.wholes(said.get("values"))
    null = arrays.wholes(said["null"]).astype(bool) if "null" in said else np.zeros(rows, bool)
    sensible(len(values) == rows and len(null) == rows, "a column has other rows than the rest")
    characters = 0
    if kind == "decimal":
        made = pl.Series(name, _with_odd(decimals, said, arrays))
    elif kind == "levels":
        levels = texts(said.get("levels"), "levels", _MOST_LEVELS)
        sensible(bool(((values >= 0) & (values < max(1, len(levels)))).all()), "a row names no level")
        made = pl.Series(name, [levels[code] if levels else None for code in values], pl.String)
    elif kind == "text":
        sensible(bool(((values >= 0) & (values <= _LONGEST)).all()), "a text is longer than any is kept")
        characters = int(values.sum())
        sensible(characters <= _MOST_CHARACTERS, "its texts are longer than any are kept")
        made = _letters(name, pl.Series(values))
    else:
        made = _whole(name, kind, values, said.get("zone"))
    if null.any():
        made = made.to_frame().select(pl.when(pl.Series(~null)).then(pl.col(name)).alias(name)).to_series()
    return made, characters


def _with_odd(
    values: npt.NDArray[np.float64], said: dict[str, Any], arrays: Unpacking
) -> npt.NDArray[np.float64]:
    if "odd" in said:
        odd = arrays.wholes(said["odd"])
        sensible(len(odd) == len(values), "a column has other rows than the rest")
        for code, meant in ((1, np.nan), (2, np.inf), (3, -np.inf)):
            values[odd == code] = meant
    return values


def _whole(name: str, kind: object, values: npt.NDArray[np.int64], zone: object) -> "pl.Series":
    import polars as pl

    made = pl.Series(name, values)
    if kind == "integer":
        return made
    if kind == "boolean":
        return made.cast(pl.Boolean)
    if kind == "date":
        sensible(bool((np.abs(values) < 2**31).all()), "a date is none")
        return made.cast(pl.Int32).cast(pl.Date)
    if kind == "time":
        made = made.cast(pl.Datetime("us"))
        if zone is None:
            return made
        try:
            return made.dt.replace_time_zone("UTC").dt.convert_time_zone(text(zone, "a zone", _ZONE))
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise Broken("it names a time zone that is none") from error
    raise Broken("it holds a column of a kind that is none")
