"""Metrics of runs: figures and histories."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_console.records import NO_TIME, FloatArray, IntArray
from mlops_console.store import metrics as questions
from mlops_console.workspace.goals import Goal, goal_of

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """A metric of a run in short. Extremes leave NaN out; None where all values are NaN."""

    key: str
    count: int
    first_step: int
    first_value: float
    last_step: int
    last_value: float
    last_wall: int | None
    min: float | None
    max: float | None
    min_step: int | None
    max_step: int | None
    nan_count: int
    spark: bytes = b""
    """At most 64 samples (float32) of the history."""

    @property
    def goal(self) -> Goal:
        """Which way is better, where the name tells."""
        return goal_of(self.key)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """All points of a metric of a run, in record order."""

    run_id: str
    key: str
    step: IntArray
    wall: IntArray
    """Epoch microseconds, `NO_TIME` where unknown."""
    value: FloatArray


def history(workspace: "Workspace", run_ids: Sequence[str], key: str) -> list[Series]:
    """One metric of several runs, in the order of the runs; runs without it are left out."""
    return histories(workspace, run_ids, [key])


def histories(
    workspace: "Workspace", run_ids: Sequence[str], keys: Sequence[str] | None = None
) -> list[Series]:
    """Several metrics (None: all) of several runs."""
    rows = workspace.ask(lambda connection: questions.histories(connection, run_ids, keys))
    return [Series(*row) for row in rows]


def metric_keys(workspace: "Workspace", run_ids: Sequence[str]) -> list[str]:
    """The metrics that these runs have."""
    return workspace.ask(lambda connection: questions.metric_keys(connection, run_ids))


def summary_of(figure: Sequence[Any]) -> MetricSummary:
    """A metric's row in the store as values."""
    key, count, first_step, first, last_step, last, wall, low, high, low_step, high_step, nans, *spark = (
        figure
    )
    empty = count == nans
    return MetricSummary(
        key, count, first_step, first, last_step, last, None if wall == NO_TIME else wall,
        None if empty else low, None if empty else high, None if empty else low_step,
        None if empty else high_step, nans, bytes(spark[0] or b"") if spark else b"",
    )  # fmt: skip
