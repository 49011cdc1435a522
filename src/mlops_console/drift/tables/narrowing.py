"""What texts of a file without types are: whole numbers, decimals, true/false, dates, or texts indeed.

A column is what *all* its values are, never what the first rows look like; one value that does not fit makes
it text, and nothing else of the file changes. Numbers that begin with a needless zero (`007`, postal codes)
are texts: as numbers they would lose what they say.
"""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

MISSING: Final = ("", "NaN", "nan", "NA", "N/A", "n/a", "NULL", "null", "None", "<NA>", "#N/A")
"""Texts of a CSV file that say that there is no value."""
_ZERO_LED: Final = r"^[-+]?0\d"
_NUMBER: Final = re.compile(r"[-+]?(\d|\.\d|[iI]nf)")
_DAY: Final = r"^\d{4}-\d\d-\d\d$"
_MOMENT: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|UTC|[+-]\d\d:?\d\d))?$"
_ZONED: Final = r"(Z|UTC|[+-]\d\d:?\d\d)$"


def without_missing(texts: "pl.Series") -> "pl.Series":
    """The texts, null where they say that there is no value."""
    import polars as pl

    held = texts.str.strip_chars()
    return pl.select(pl.when(held.is_in(MISSING)).then(None).otherwise(held)).to_series().alias(texts.name)


def narrowed(texts: "pl.Series") -> "pl.Series":
    """A column of texts as what all of them are; the texts themselves where they have nothing in common."""
    import polars as pl

    at = texts.is_not_null().arg_max()
    first = None if at is None else texts[at]
    if first is None:
        return texts.cast(pl.Null)
    found = _narrowed(texts, str(first)[:64])
    if found is not None:
        return found
    cleaned = without_missing(texts)
    held = cleaned.drop_nulls()
    if held.is_empty():
        return cleaned.cast(pl.Null)
    found = _narrowed(cleaned, str(held[0])[:64])
    return cleaned if found is None else found


def _narrowed(texts: "pl.Series", first: str) -> "pl.Series | None":
    """By what the first value is; None: not all are."""
    if first.strip().lower() in ("true", "false"):
        return _booleans(texts)
    if moment_like(first):
        return moments(texts, strict=True)
    return _numbers(texts) if _NUMBER.match(first) else None


def _numbers(texts: "pl.Series") -> "pl.Series | None":
    import polars as pl

    missing = texts.null_count()
    whole = texts.cast(pl.Int64, strict=False)
    if whole.null_count() == missing:
        return None if texts.str.contains(_ZERO_LED).any() else whole
    numbers = texts.cast(pl.Float64, strict=False)
    return numbers if numbers.null_count() == missing else None


def _booleans(texts: "pl.Series") -> "pl.Series | None":
    lower = texts.str.to_lowercase()
    if not lower.drop_nulls().is_in(["true", "false"]).all():
        return None
    return (lower == "true").alias(texts.name)


def moment_like(text: str) -> bool:
    """Whether one text is a date or a moment as ISO 8601 writes them."""
    return re.match(_DAY, text) is not None or re.match(_MOMENT, text) is not None


def moments(texts: "pl.Series", *, strict: bool = False) -> "pl.Series | None":
    """Texts as dates or moments; `strict`: None where one of them is neither, otherwise null there."""
    import polars as pl

    held = texts.drop_nulls()
    if held.str.contains(_DAY).all():
        found = texts.str.to_date("%Y-%m-%d", strict=False)
        return None if strict and found.null_count() > texts.null_count() else found
    plain = texts.str.replace(" ", "T", literal=True).str.replace(r" ?(Z|UTC)$", "+00:00")
    if strict and not held.str.contains(f"{_MOMENT}|{_DAY}").all():
        return None
    zoned = held.str.contains(_MOMENT) & held.str.contains(_ZONED)
    if strict and zoned.any() and not zoned.all():
        return None
    found = _zoned(plain) if zoned.any() else _plain(plain)
    if found.null_count() == len(found) or (strict and found.null_count() > texts.null_count()):
        return None
    return found.cast(pl.Datetime("us", "UTC" if zoned.any() else None))


def _zoned(texts: "pl.Series") -> "pl.Series":
    full = texts.str.replace(r"(T\d\d:\d\d)([+-])", "${1}:00$2")
    return full.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False)


def _plain(texts: "pl.Series") -> "pl.Series":
    full = texts.str.replace(r"^(\d{4}-\d\d-\d\d)$", "${1}T00:00").str.replace(r"(T\d\d:\d\d)$", "${1}:00")
    return full.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
