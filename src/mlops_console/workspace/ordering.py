"""The order of runs in a view."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.records import NO_TIME, IntArray, Status

NATURAL: Final = 20_000
"""Up to so many different texts, numbers in them are compared as numbers (`run-9` before `run-10`)."""

_DIGITS: Final = re.compile(r"(\d+)")
_STATUS: Final = {str(status): place for place, status in enumerate(Status)}


def ordered(
    rows: IntArray, columns: Mapping[str, npt.NDArray[Any]], sort: Sequence[tuple[str, bool]]
) -> IntArray:
    """Rows by these columns (arrays by run number); ties stand newest first, rows without a value last."""
    rows = rows[::-1]
    keys = [*sort, ("age", False)] if sort and sort[0][0] != "age" and "age" in columns else list(sort)
    for key, ascending in reversed(keys):
        ranks = _ranks(key, columns[key][rows])
        missing = np.isnan(ranks) if ranks.dtype.kind == "f" else ranks == NO_TIME
        if not ascending:
            ranks = -ranks if ranks.dtype.kind == "f" else ~ranks
        order = np.argsort(ranks, kind="stable")
        if missing.any():
            gaps = missing[order]
            order = np.concatenate([order[~gaps], order[gaps]])
        rows = rows[order]
    return rows


def _ranks(key: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Numbers that sort as the values do; `NO_TIME` or NaN for no value."""
    if values.dtype.kind == "b":
        return values.astype(np.int64)
    if values.dtype.kind != "O":
        return values
    texts = values.tolist()
    different = set(texts)
    if key == "status":
        places = {text: _STATUS.get(text, len(_STATUS)) for text in different}
    else:
        different.discard("")
        by = _natural if len(different) <= NATURAL else str.lower
        places = {text: place for place, text in enumerate(sorted(sorted(different), key=by))}
        places[""] = NO_TIME
    return np.fromiter(map(places.__getitem__, texts), np.int64, len(texts))


def _natural(text: str) -> list[Any]:
    """Pieces in turn text and number, so that two of them can always be compared."""
    pieces: list[Any] = _DIGITS.split(text.lower())
    pieces[1::2] = [int(digits[:300]) for digits in pieces[1::2]]
    return pieces
