"""Params of many runs as columns that statistics can take: numbers, or codes of what isn't one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from mlops_console.comparison.differing.same import meaning
from mlops_console.records import FloatArray, IntArray, Json

Dropped: TypeAlias = Literal["constant", "all different"]
MOST_LEVELS: Final = 32
"""A column with texts in it has at most so many levels; rarer ones are gathered in the last."""
OTHER: Final = "(others)"
_LOG_RATIO: Final = 50.0
_LONGEST_LEVEL: Final = 80
_UNSET: Final = object()
_TRUTHS: Final = {True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class Column:
    """One param over all runs."""

    name: str
    values: FloatArray
    """Numbers, or the index into `levels`; NaN where a run has none."""
    levels: tuple[str, ...] | None = None
    """What isn't a number, in order of appearance; None: the column is numeric."""
    log: bool = False
    """Numbers that are spread over orders of magnitude, as learning rates are."""
    aside: int = 0
    """So many texts among numbers were taken as not set."""

    @property
    def set(self) -> int:
        """How many runs have a value."""
        return int((~np.isnan(self.values)).sum())


@dataclass(frozen=True, slots=True)
class ParamTable:
    """The params of runs that vary, and what was left out."""

    columns: tuple[Column, ...]
    count: int
    """Runs."""
    dropped: Mapping[str, Dropped]
    """Params that tell nothing by themselves, and why."""

    def column(self, name: str) -> Column | None:
        """A column by its name; None if there is none."""
        return next((column for column in self.columns if column.name == name), None)


def table(runs: Sequence[Mapping[str, Json]], aside: Collection[str] = ()) -> ParamTable:
    """Gather the (flat) params of runs into columns.

    A param is numeric where every value is a number however it is written; a few texts among many
    numbers count as not set. Constant params are dropped, as are texts that nearly every run has another of.
    """
    keys = dict.fromkeys(key for run in runs for key in run)
    columns: list[Column] = []
    dropped: dict[str, Dropped] = {}
    for key in keys:
        if key in aside:
            continue
        column = _column(key, [run.get(key, _UNSET) for run in runs])  # type: ignore[arg-type]
        if isinstance(column, Column):
            columns.append(column)
        else:
            dropped[key] = column
    return ParamTable(tuple(columns), len(runs), dropped)


def part_of(params: ParamTable, rows: IntArray) -> ParamTable:
    """The same table for some of the runs; what is constant among them is dropped."""
    kept: list[Column] = []
    dropped = dict(params.dropped)
    for column in params.columns:
        values = column.values[rows]
        if _varies(values):
            kept.append(Column(column.name, values, column.levels, column.log, column.aside))
        else:
            dropped[column.name] = "constant"
    return ParamTable(tuple(kept), len(rows), dropped)


def _varies(values: FloatArray) -> bool:
    missing = np.isnan(values)
    if missing.all():
        return False
    return bool(missing.any()) or bool((values != values[0]).any())


def _column(name: str, raw: Sequence[Json]) -> "Column | Dropped":
    kinds = set(map(type, raw))
    if kinds <= {float, int}:
        return _numeric(name, np.array([_float(value) for value in raw], np.float64), 0)  # type: ignore[arg-type]
    seen: dict[object, object] = {}
    meant: list[object] = []
    for value in raw:
        if type(value) is str:
            if value not in seen:
                seen[value] = meaning(value)
            meant.append(seen[value])
        else:
            meant.append(_UNSET if value is _UNSET else meaning(value))
    meant = [_UNSET if value is None or value == ("nan",) else value for value in meant]
    numbers = [type(value) in (int, float) for value in meant]
    there = sum(value is not _UNSET for value in meant)
    if all(number or value is _UNSET for number, value in zip(numbers, meant, strict=True)):
        return _numeric(name, _floats(meant, numbers), 0)
    if sum(numbers) > there / 2 and len(set(meant)) > MOST_LEVELS:
        return _numeric(name, _floats(meant, numbers), there - sum(numbers))
    return _levelled(name, meant, raw)


def _numeric(name: str, values: FloatArray, aside: int) -> "Column | Dropped":
    if not _varies(values):
        return "constant"
    return Column(name, values, None, looks_log(values), aside)


def _levelled(name: str, meant: Sequence[object], raw: Sequence[Json]) -> "Column | Dropped":
    counts: dict[object, int] = {}
    words: dict[object, str] = {}
    for value, written in zip(meant, raw, strict=True):
        if value is not _UNSET:
            counts[value] = counts.get(value, 0) + 1
            words.setdefault(value, _word(written))
    there = sum(counts.values())
    if len(counts) < 2 and there == len(meant):
        return "constant"
    if len(counts) > max(MOST_LEVELS, 2) / 2 and len(counts) > there / 2:
        return "all different"
    kept = list(counts)
    if len(kept) > MOST_LEVELS:
        # Ties go to what appeared first, so that the answer doesn't hang on chance.
        common = sorted(range(len(kept)), key=lambda at: (-counts[kept[at]], at))[: MOST_LEVELS - 1]
        kept = [kept[at] for at in sorted(common)]
    codes = {value: float(at) for at, value in enumerate(kept)}
    rest = float(len(kept))
    values = np.array([np.nan if value is _UNSET else codes.get(value, rest) for value in meant])
    levels = [words[value] for value in kept] + ([OTHER] if len(kept) < len(counts) else [])
    return Column(name, values, tuple(levels))


def looks_log(values: FloatArray) -> bool:
    """Whether numbers are spread over orders of magnitude: all positive, and even on a log scale."""
    numbers = np.unique(values[np.isfinite(values)])
    if len(numbers) < 3 or numbers[0] <= 0 or numbers[-1] / _LOG_RATIO < numbers[0]:
        return False
    logs = np.log(numbers)
    shares = (logs - logs[0]) / (logs[-1] - logs[0])
    plain = (numbers - numbers[0]) / (numbers[-1] - numbers[0])
    return bool(abs(np.median(shares) - 0.5) <= abs(np.median(plain) - 0.5))


def _floats(meant: Sequence[object], numbers: Sequence[bool]) -> FloatArray:
    pairs = zip(meant, numbers, strict=True)
    return np.array([_float(value) if number else np.nan for value, number in pairs])  # type: ignore[arg-type]


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _word(value: Json) -> str:
    text = value if isinstance(value, str) else _TRUTHS[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= _LONGEST_LEVEL else text[: _LONGEST_LEVEL - 1] + "~"
