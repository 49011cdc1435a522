"""What params tell of many runs: importance, marginal effects, the nearest, the same, what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.model import Goal, Progress
from mlops_console.comparison.why.finding import Duplicate, Identity, Near, Repetitions
from mlops_console.comparison.why.history import SinceGood
from mlops_console.comparison.why.importance import Importance
from mlops_console.comparison.why.marginal import Marginal
from mlops_console.comparison.why.table import ParamTable, table
from mlops_console.comparison.why.trend import Trend
from mlops_console.records import FloatArray, Json

_SHARE: Final = 0.1
"""Of the work, what gathering the params is taken for."""


@dataclass(frozen=True, slots=True, eq=False)
class Params:
    """The params of runs as columns: numbers with NaN for none, or text with "" for none."""

    columns: Mapping[str, npt.NDArray[Any]]
    count: int

    def by_run(self) -> list[dict[str, Json]]:
        """The same, a mapping for each run."""
        found: list[dict[str, Json]] = [{} for _ in range(self.count)]
        for key, values in self.columns.items():
            for run, value in zip(found, values.tolist(), strict=True):
                if isinstance(value, float):
                    if value == value:
                        run[key] = int(value) if value.is_integer() and abs(value) < 1e15 else value
                elif value not in ("", None):
                    run[key] = value
        return found


def importance_of(
    params: Params, values: FloatArray, aside: Sequence[str] = (), progress: Progress | None = None
) -> Importance:
    """Which params a metric hangs on; see `comparison.why.importance`."""
    from mlops_console.comparison.why.importance import importance

    return importance(_table(params, aside), values, _rest(progress))


def marginal_of(params: Params, values: FloatArray, name: str, progress: Progress | None = None) -> Marginal:
    """How a metric goes with one param; see `comparison.why.marginal`."""
    from mlops_console.comparison.why.marginal import marginal

    return marginal(_table(params, ()), values, name, _rest(progress))


def trend_of(x: FloatArray, y: FloatArray, log_x: bool = False, progress: Progress | None = None) -> Trend:
    """How one thing moves with another over runs; see `comparison.why.trend`."""
    from mlops_console.comparison.why.trend import trend

    return trend(x, y, log_x=log_x)


def repetitions_of(params: Params, this: int, progress: Progress | None = None) -> Repetitions:
    """The runs with the params of one, seeds apart."""
    from mlops_console.comparison.why.finding import repetitions

    return repetitions(params.by_run(), this)


def nearest_to(
    params: Params, this: int, most: int = 10, progress: Progress | None = None
) -> tuple[Near, ...]:
    """The runs nearest to one by their params."""
    from mlops_console.comparison.why.finding import nearest

    by_run = params.by_run()
    return nearest(table(by_run), by_run, this, most)


def same_runs(runs: Sequence[Identity], progress: Progress | None = None) -> tuple[Duplicate, ...]:
    """Runs that were recorded twice, or that the same inputs led to other results."""
    from mlops_console.comparison.why.finding import duplicates

    return duplicates(runs)


def since_good(
    runs: Sequence[Mapping[str, Mapping[str, Any]]],
    values: FloatArray,
    goal: Goal,
    limit: float | None = None,
    progress: Progress | None = None,
) -> SinceGood:
    """What changed since the last good run, of runs in the order in which they were made."""
    from mlops_console.comparison.why.history import since_last_good

    return since_last_good(list(runs), np.asarray(values, np.float64), goal, limit)  # type: ignore[arg-type]


def _table(params: Params, aside: Sequence[str]) -> ParamTable:
    return table(params.by_run(), aside)


def _rest(progress: Progress | None) -> Progress | None:
    return None if progress is None else lambda part: progress(_SHARE + (1 - _SHARE) * part)
