"""Lines of metric files become columns: `time value step`, of old versions `time value`.

Later versions name a dataset behind the step. Whole blocks go through a CSV parser at once; only those with
another line in them are taken line by line.
"""

from typing import Any

import numpy as np

from mlops_console.records import NO_TIME, FloatArray, IntArray

_FEW = 4_000
"""Bytes that are parsed here before the CSV parser would have started."""
_LATEST_MS = 253_402_300_800_000
_INT64 = 2**63

Columns = tuple[IntArray, IntArray, FloatArray]
"""Step, wall time, value."""


def columns(block: bytes) -> Columns | None:
    """The points of whole lines; None where a line is not plainly `time value step`."""
    # The CSV parser takes a byte-order mark off; blank lines are rows of nothing to it, or none at all.
    if block[:1] == b"\xef":
        return None
    if len(block) <= _FEW:
        found, bad = columns_by_line(block)
        return found if bad is None else None
    import polars as pl

    schema = {"time": pl.Int64, "value": pl.Float64, "step": pl.Int64}
    try:
        frame = pl.read_csv(block, has_header=False, separator=" ", schema=schema, quote_char=None)
    except (pl.exceptions.PolarsError, ValueError):
        return None
    if len(frame) != block.count(b"\n") or any(frame[name].null_count() for name in schema):
        return None
    time, value, step = (frame[name].to_numpy() for name in schema)
    return _as_points(time, value, step)


def columns_by_line(block: bytes) -> tuple[Columns, int | None]:
    """The points of whole lines, one by one, and where the first one that is no point begins."""
    times: list[int] = []
    values: list[float] = []
    steps: list[int] = []
    bad: int | None = None
    offset = 0
    for line in block.split(b"\n")[:-1]:
        point = _point(line)
        if point is not None:
            times.append(point[0])
            values.append(point[1])
            steps.append(point[2])
        elif bad is None:
            bad = offset
        offset += len(line) + 1
    found = np.array(times, np.int64), np.array(values, np.float64), np.array(steps, np.int64)
    return _as_points(*found), bad


def _point(line: bytes) -> tuple[int, float, int] | None:
    """Time, value and step of a line; None for what is none."""
    parts = line.split()
    if len(parts) not in (2, 3) and len(parts) < 5:
        return None
    try:
        time, value = _whole(parts[0]), float(parts[1])
        step = _whole(parts[2]) if len(parts) > 2 else 0
    except ValueError:
        return None
    return None if b"_" in parts[1] else (time, value, step)


def _whole(text: bytes) -> int:
    if len(text) > 40 or b"_" in text:
        raise ValueError
    number = int(text)
    if not -_INT64 <= number < _INT64:
        raise ValueError
    return number


def _as_points(time: IntArray, value: FloatArray, step: IntArray) -> Columns:
    known = (time > 0) & (time < _LATEST_MS)
    wall: Any = time * 1000 if known.all() else np.where(known, np.where(known, time, 0) * 1000, NO_TIME)
    return step, wall, value


def model_points(data: bytes) -> dict[str | None, tuple[int, int, float]]:
    """The last (step, time, value) per dataset in a metric of a logged model.

    Its lines are `time value step run`, with the dataset's name and digest behind where there is one.
    """
    last: dict[str | None, tuple[int, int, float]] = {}
    for line in data.split(b"\n")[:-1]:
        parts = line.split(b" ")
        point = _point(b" ".join(parts[:3])) if len(parts) >= 4 else None
        if point is None:
            continue
        name = b" ".join(parts[4:-1]).decode("utf-8", "replace") if len(parts) >= 6 else None
        found = (point[2], point[0], point[1])
        if name not in last or found[:2] >= last[name][:2]:
            last[name] = found
    return last
