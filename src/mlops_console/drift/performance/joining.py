"""Labels that arrive later than predictions, brought to their rows by key."""

from typing import TYPE_CHECKING, Final

from mlops_console.display import count, counted, safe_text

if TYPE_CHECKING:
    import polars as pl

_KEY: Final = "key"
_LABEL: Final = "label"
_PLACE: Final = "place"


def joined(
    keys: "pl.Series", late: "pl.DataFrame", key: str, label: str
) -> "tuple[pl.Series, pl.Series, list[str]]":
    """The label of each row of the predictions, which rows count, and what was met, as sentences.

    No row is used twice: of a key that several predictions have, only the last one counts; of a key that has
    several labels, the last one in the order of the file.

    Args:
        keys: Of the predictions, in the order of the file.
        late: Two columns at least, `key` and `label`.
        key: Name of the key among them.
        label: Name of the label.

    Returns:
        Labels (null where none has come) and truth values (false: another prediction stands for this key).
    """
    import polars as pl

    mine, theirs = _alike(keys, late[key])
    found = pl.DataFrame({_KEY: theirs, _LABEL: late[label]})
    keyless = int(found[_KEY].null_count())
    pending = int(found[_LABEL].null_count())
    found = found.drop_nulls()
    notes = []
    if keyless:
        notes.append(f"{counted(keyless, 'label')} without a key {_are(keyless)} not used.")
    several = found.group_by(_KEY).agg(pl.len().alias("n"), pl.col(_LABEL).n_unique().alias("kinds"))
    again = int(several["n"].sum() or 0) - several.height
    contradicting = several.filter(pl.col("kinds") > 1).height
    if contradicting:
        notes.append(
            f"{counted(contradicting, 'key')} {_have(contradicting)} labels that contradict "
            "each other: the last in the file holds."
        )
    if again:
        notes.append(f"{counted(again, 'label')} for a key that has one already: each key is used once.")
    found = found.unique(_KEY, keep="last", maintain_order=True)
    rows = pl.DataFrame({_KEY: mine}).with_row_index(_PLACE)
    out = rows.join(found, on=_KEY, how="left", maintain_order="left")
    known = found.join(rows.select(_KEY).drop_nulls().unique(), on=_KEY, how="semi").height
    notes += _about(found.height - known, pending, rows, safe_text(key, 60))
    return out[_LABEL], _used(rows), notes


def _are(amount: int) -> str:
    return "is" if amount == 1 else "are"


def _have(amount: int) -> str:
    return "has" if amount == 1 else "have"


def _about(unknown: int, pending: int, rows: "pl.DataFrame", key: str) -> list[str]:
    notes = []
    if unknown:
        notes.append(f"{counted(unknown, 'label')} {_are(unknown)} of rows that are not in this window.")
    if pending:
        notes.append(f"{counted(pending, 'row')} of the labels {_have(pending)} no value yet.")
    without = int(rows[_KEY].null_count())
    if without:
        notes.append(
            f"{counted(without, 'row')} {_have(without)} no {key}: "
            f"no label can come for {'it' if without == 1 else 'them'}."
        )
    there = rows[_KEY].drop_nulls()
    twice = len(there) - there.n_unique()
    if twice:
        notes.append(
            f"{counted(twice, 'prediction')} of a {key} that is predicted again later in the window "
            f"{_are(twice)} not used."
        )
    return notes


def _used(rows: "pl.DataFrame") -> "pl.Series":
    import polars as pl

    return rows.select(pl.col(_KEY).is_null() | pl.col(_KEY).is_last_distinct()).to_series()


def _alike(one: "pl.Series", other: "pl.Series") -> "tuple[pl.Series, pl.Series]":
    """Both columns of keys as one type, equal where the keys are: 7, 7.0, "7" and "7.0" are."""
    if one.dtype == other.dtype and not one.dtype.is_float():
        return _plain(one), _plain(other)
    if one.dtype.is_integer() and other.dtype.is_integer():
        import polars as pl

        return one.cast(pl.Int128), other.cast(pl.Int128)
    return _text(one), _text(other)


def _plain(keys: "pl.Series") -> "pl.Series":
    """What can be joined on."""
    import polars as pl

    dtype = keys.dtype
    if dtype in (pl.Categorical, pl.Enum):
        return keys.cast(pl.String)
    return _text(keys) if dtype.is_nested() or dtype in (pl.Object, pl.Binary) else keys


def _text(keys: "pl.Series") -> "pl.Series":
    import polars as pl

    dtype = keys.dtype
    if dtype.is_float():
        whole = keys.is_finite() & (keys == keys.floor()) & (keys.abs() < 2**63)
        numbers = keys.set(~whole.fill_null(False), None).cast(pl.Int64, strict=False).cast(pl.String)
        written = keys.fill_nan(None).cast(pl.String)
        return numbers.fill_null(written) if numbers.null_count() else numbers
    if dtype.is_nested() or dtype in (pl.Object, pl.Binary):
        return pl.Series(keys.name, [None] * len(keys), pl.String)
    text = keys.cast(pl.String, strict=False).str.strip_chars()
    # Other programs write whole numbers with a decimal point.
    return text.str.replace(r"^([+-]?\d+)\.0*$", "$1").set(text == "", None)


def share(labelled: int, rows: int) -> str:
    """`31% of 4,000 rows have a label`."""
    return f"{labelled / max(rows, 1):.0%} of {count(rows)} rows have a label"
