"""Cells -> numbers and times, the way people and programs write them."""

import re
from datetime import datetime

import numpy as np

from mlops_console.records import NO_TIME, FloatArray, IntArray

_BLANK = frozenset({"", "null", "none", "na", "n/a", "-", "--", "nil", "undefined", "<na>", "#n/a", "?"})
_WRAPPED = re.compile(
    r"(?:(?:np|numpy|torch|jnp|tf)\.)?(?:tensor|array|Array|float\d*|int\d*|DeviceArray)"
    r"\(\s*([^,()\s]+)\s*(?:,[^()]*)?\)"
)
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?")
_ISO_LIKE = re.compile(r"\d{4}[-/]\d\d[-/]\d\d")
_SPACED = re.compile(r"(\d{4}-\d\d-\d\d)[ T_](\d\d)[:-](\d\d)[:-](\d\d)(.*)")
LARGEST_STEP = float(2**62)
_SECONDS = 1e8
_MOST = 1e20


def is_blank(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in _BLANK


def number(cell: str) -> float | None:
    """The number in a cell, also `97.5%`, `0,25`, `tensor(0.5)` or a quoted one; None for anything else."""
    try:
        return float(cell)
    except ValueError:
        pass
    text = cell.strip().strip("\"'").strip()
    if len(text) > 64 or not text or (text.isalpha() and len(text) == len(cell)):
        return None
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped:
        text = wrapped[1]
    elif text.endswith("%"):
        text = text[:-1]
    elif _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def wall_of(value: float | str) -> int | None:
    """Epoch microseconds of an epoch time (in seconds or finer) or a date; None for all else."""
    if isinstance(value, str):
        found = number(value)
        if found is None:
            return _date(value.strip().strip("\"'"))
        value = found
    micro = walls(np.array([value], np.float64))[0]
    return None if micro == NO_TIME else int(micro)


def walls(values: FloatArray) -> IntArray:
    """Epoch microseconds for numbers that are epoch times by their size, `NO_TIME` for the others."""
    out = np.full(len(values), NO_TIME, np.int64)
    with np.errstate(invalid="ignore"):
        good = (values >= _SECONDS) & (values < _MOST)
        if good.any():
            # Seconds, milli-, micro- and nanoseconds lie three digits apart: the size tells which.
            power = np.floor((np.log10(values[good]) - 8) / 3)
            whole = np.floor(values[good] / 10 ** (3 * power))
            rest = values[good] / 10 ** (3 * power) - whole
            out[good] = whole.astype(np.int64) * 1_000_000 + np.rint(rest * 1e6).astype(np.int64)
    return out


def _date(text: str) -> int | None:
    if not _ISO_LIKE.match(text) or len(text) > 40:
        return None
    text = text.replace("/", "-")
    parts = _SPACED.fullmatch(text)
    if parts:
        text = f"{parts[1]}T{parts[2]}:{parts[3]}:{parts[4]}{parts[5].replace(',', '.')}"
    text = text.removesuffix(" UTC").replace(" +", "+")
    try:
        when = datetime.fromisoformat(text)
        # A time without an offset is the writer's local time, as Python's loggers and datetime.now() give it.
        return round(when.timestamp() * 1_000_000)
    except (ValueError, OverflowError, OSError):
        return None


def whole_steps(values: FloatArray) -> tuple[IntArray, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Steps as whole numbers (an epoch of 1.5 is step 1), and which of them are numbers a step can be."""
    with np.errstate(invalid="ignore"):
        good = np.abs(values) < LARGEST_STEP
        return np.where(good, np.floor(np.where(good, values, 0)), 0).astype(np.int64), good
