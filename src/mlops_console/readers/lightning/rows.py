"""Rows of `metrics.csv` -> points: whole pieces through polars, odd ones as the plain reader takes them."""

import numpy as np
import numpy.typing as npt

from mlops_console.readers.plain.file_problems import FileProblems
from mlops_console.readers.plain.files import Growing
from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.header import Plan
from mlops_console.readers.plain.numbers import walls, whole_steps
from mlops_console.readers.plain.state import FileState
from mlops_console.readers.plain.table import Table
from mlops_console.readers.plain.words import normal
from mlops_console.records import FloatArray, IntArray

_STEPS = ("step", "global_step", "trainer/global_step")
_WALLS = frozenset(
    {"created_at", "logged_at", "walltime", "wall_time", "timestamp", "time_stamp", "datetime"}
)
_NEWLINE, _COMMA = b"\n,"
_WORTH_IT = 2048
"""Cells below which Python is quicker than polars; a run that grows by a few rows never loads polars."""

_Mask = npt.NDArray[np.bool_]


def plan_of(names: tuple[str, ...]) -> Plan:
    """What the columns are for: `step` is the step, and all others are metrics, `epoch` like any other.

    Loggers derived from Lightning's add a column with the time of a row.
    """
    step = next((names.index(name) for name in _STEPS if name in names), None)
    wall = next((index for index, name in enumerate(names) if normal(name) in _WALLS), None)
    metrics: dict[str, int] = {}
    repeated: list[str] = []
    for index, name in enumerate(names):
        if index in (step, wall) or not name:
            continue
        if name in metrics:
            repeated.append(name)
        metrics.setdefault(name, index)
    keys = tuple((index, name) for name, index in metrics.items())
    return Plan(names, keys, step, wall, repeated=tuple(repeated))


class MetricsFile(Growing):
    """A `metrics.csv` while it is read."""

    def _parser(self) -> Table:
        return Rows(self._state, self._problems, self._gather)


class Rows(Table):
    """Its rows."""

    def __init__(self, state: FileState, problems: FileProblems, gather: Gather) -> None:
        super().__init__(state, problems, gather, "", plan_of)

    def feed(self, text: str, offset: int) -> int:
        """Take whole lines; how many bytes of them were used."""
        if self._state.names is not None:
            return len(text) if self._plain_rows(text) else super().feed(text, offset)
        end = text.find("\n") + 1 or len(text)
        used = super().feed(text[:end], offset)
        if used < self._bytes([text[: end - 1]]) or end == len(text):
            return used
        rest = text[end:]
        if self._plain_rows(rest):
            return used + len(rest)
        return used + super().feed(rest, offset + used)

    def _plain_rows(self, text: str) -> bool:
        """Take rows of nothing but numbers and blanks, as many as the header; False: nothing was taken."""
        plan = self._plan
        if plan is None or plan.step is None:
            return False
        found = self._numbers(text, plan)
        if found is None:
            return False
        values, present = found
        step, good = whole_steps(values[plan.step])
        if not good.all() or (present is not None and not present[plan.step].all()):
            return False
        wall = None if plan.wall is None else walls(values[plan.wall])
        self._gather.saw(wall)
        if present is None:
            for index, key in plan.metrics:
                self._gather.add(key, step, wall, values[index])
            self._seen_numbers(index for index, _ in plan.metrics)
        else:
            self._sparse(plan, step, wall, values, present)
        self._state.last_step = int(step[-1])
        return True

    def _sparse(
        self, plan: Plan, step: IntArray, wall: IntArray | None, values: FloatArray, present: _Mask
    ) -> None:
        filled = np.count_nonzero(present, axis=1).tolist()
        for index, key in plan.metrics:
            if filled[index] == len(step):
                self._gather.add(key, step, wall, values[index])
            elif filled[index]:
                rows = np.flatnonzero(present[index])
                self._gather.add(key, step[rows], None if wall is None else wall[rows], values[index][rows])
        self._seen_numbers(index for index, _ in plan.metrics if filled[index])

    def _numbers(self, text: str, plan: Plan) -> tuple[FloatArray, _Mask | None] | None:
        """All cells by column, and which are filled (None: all); None for lines with anything odd in them."""
        rows = text.count("\n")
        if rows * plan.width < _WORTH_IT or self._state.delimiter != "," or self._state.encoding != "utf-8":
            return None
        if not text.isascii() or not text.endswith("\n") or '"' in text or "#" in text or "\0" in text:
            return None
        if not _is_regular(text, rows, plan.width):
            return None
        return _columns(text[:-1].replace("\r", "").replace("\n", ","), plan.width)


def _is_regular(text: str, rows: int, width: int) -> bool:
    """Whether every line has so many cells."""
    letters = np.frombuffer(text.encode("ascii"), np.uint8)
    ends = letters == _NEWLINE
    parted = np.flatnonzero(ends | (letters == _COMMA))
    return len(parted) == rows * width and bool(ends[parted[width - 1 :: width]].all())


def _columns(text: str, width: int) -> tuple[FloatArray, _Mask | None] | None:
    import polars as pl

    cells = pl.Series([text]).str.split(",")[0]
    values = cells.cast(pl.Float64, strict=False)
    missing = values.null_count()
    if not missing:
        return np.ascontiguousarray(values.to_numpy().reshape(-1, width).T), None
    blank = cells.eq("")
    if int(blank.sum()) != missing:
        return None
    present = ~blank.to_numpy().reshape(-1, width).T
    return np.ascontiguousarray(values.to_numpy().reshape(-1, width).T), np.ascontiguousarray(present)
