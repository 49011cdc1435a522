"""What each column is judged as.

By its type, and where the type does not tell, by what it holds:

    integer, decimal number     numeric; `key` where whole numbers number the rows: all differ, and they
                                ascend with the rows or leave few gaps (largest - smallest < 2 x rows)
    text, category              categorical; `key` where all differ and hardly one has a space (ids, UUIDs);
                                `text` (judged by its length) where most differ: at least half of the first
                                10,000 and they are long (16 characters on average), or nine in ten
    true/false                  boolean
    date, moment, time of day,
    duration                    date, as seconds; `time` where dates or moments ascend with the rows: what
                                orders the rows always moves
    list, record, bytes         other

Fewer than 20 rows make no key and no text, fewer than 8 no time. `Kinds` overrides all of it.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.drift.tables import types
from mlops_console.drift.tables.model import ColumnAbout, Kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from mlops_console.drift.model import Kind
    from mlops_console.drift.sample import NumericSample

HEAD: Final = 10_000
"""Rows that tell most columns apart; only columns that these leave open are looked at whole."""
_FEW: Final = 2_000
_KEYED: Final = 20
_TIMED: Final = 8
_LONG: Final = 16
_OUTSIDE: Final = 0.99
ORDERS: Final = "orders the rows, so it always moves"


def by_type(dtype: "pl.DataType") -> "Kind":
    """What a column of a type is judged as unless its values say otherwise."""
    import polars as pl

    if dtype.is_numeric():
        return "numeric"
    if dtype == pl.Boolean:
        return "boolean"
    if dtype.is_temporal():
        return "date"
    if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
        return "other"
    return "categorical"


def open_question(dtype: "pl.DataType") -> bool:
    """Whether values have a say in what a column of this type is."""
    import polars as pl

    return bool(dtype.is_integer() or dtype in (pl.String, pl.Date) or isinstance(dtype, pl.Datetime))


def about(
    name: str,
    dtype: "pl.DataType",
    kinds: Kinds,
    head: "pl.Series | None" = None,
    whole: "Callable[[], pl.Series] | None" = None,
) -> ColumnAbout:
    """What a column is.

    Args:
        name: the column's name.
        dtype: its type.
        kinds: what overrides.
        head: its first rows, where its type leaves a question open; without them the type decides.
        whole: reads all of it, asked only when `head` does not decide.
    """
    typed = by_type(dtype)
    words = types.said(dtype)
    if typed == "other":
        return ColumnAbout(name, words, "other", f"a column of type {words} is not judged")
    wished = _wished(name, typed, kinds)
    if wished is not None:
        return ColumnAbout(name, words, *wished)
    kind: Kind = typed
    if head is not None and open_question(dtype):
        kind = _by_values(typed, head, whole)
    return ColumnAbout(name, words, kind, _why_not(name, typed, kind))


def always_moves(reference: "NumericSample", current: "NumericSample") -> bool:
    """Whether dates (nearly) all lie after, or all before, those of the reference: they tell when."""
    if reference.figures is None or current.figures is None:
        return False
    counts = current.counts if current.counts is not None else np.ones(len(current.values))
    later = counts[current.values > reference.figures.maximum].sum()
    earlier = counts[current.values < reference.figures.minimum].sum()
    return bool(max(later, earlier) >= _OUTSIDE * counts.sum())


def _wished(name: str, typed: "Kind", kinds: Kinds) -> "tuple[Kind, str] | None":
    if name in kinds.categorical:
        return "categorical", ""
    if name in kinds.numeric:
        return ("date" if typed == "date" else "numeric"), ""
    if name == kinds.time:
        return "time", f"the time column: it {ORDERS}"
    if name == kinds.key:
        return "key", "the key that joins rows: it is no feature"
    return None


def _why_not(name: str, typed: "Kind", kind: "Kind") -> str:
    shown = display.safe_text(name)
    if kind == "time":
        return f"it {ORDERS}; --numeric {shown} judges it"
    if kind == "key":
        how = "numeric" if typed == "numeric" else "categorical"
        return f"an id: it numbers the rows, no value occurs twice; --{how} {shown} judges it"
    return ""


def _by_values(typed: "Kind", head: "pl.Series", whole: "Callable[[], pl.Series] | None") -> "Kind":
    held = head.drop_nulls() if head.null_count() else head
    if typed == "date":
        sure = len(held) >= _TIMED and held.is_sorted()
        return "time" if sure and _ascends(whole() if whole else head) else "date"
    if len(held) < _KEYED:
        return typed
    share = _distinct(held) / len(held)
    if typed == "numeric":
        is_key = share == 1 and held.len() == head.len() and _numbers_rows(whole() if whole else head)
        return "key" if is_key else "numeric"
    if share < 0.5:
        return "categorical"
    spaced = held.str.contains(r"\s").mean() if share == 1 else None
    if isinstance(spaced, float) and spaced < 0.1:
        everything = (whole() if whole else head).drop_nulls()
        if everything.n_unique() == len(everything):
            return "key"
    length = held.str.len_chars().mean()
    long = isinstance(length, float) and length >= _LONG
    return "text" if share >= 0.9 or long else "categorical"


def _distinct(series: "pl.Series") -> int:
    # Of few values threads only cost: a table of 10,000 columns asks 10,000 times.
    return len(set(series.to_list())) if len(series) < _FEW else series.n_unique()


def _ascends(series: "pl.Series") -> bool:
    held = series.drop_nulls()
    return bool(held.is_sorted() and held[0] != held[-1])


def _numbers_rows(series: "pl.Series") -> bool:
    if series.null_count() or series.n_unique() != len(series):
        return False
    if series.is_sorted():
        return True
    low, high = series.min(), series.max()
    return isinstance(low, int) and isinstance(high, int) and high - low + 1 <= 2 * len(series)
