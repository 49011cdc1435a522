"""Why runs come out as they do: which params a metric hangs on, over as many runs as there are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mlops_console.comparison.model import Progress
from mlops_console.comparison.repeats import is_repeat
from mlops_console.errors import UsageError
from mlops_console.records import FloatArray, IntArray
from mlops_console.store import runs as run_questions
from mlops_console.workspace.columns import Column, column_of
from mlops_console.workspace.comparing.working_out import Wanted, worked_out

if TYPE_CHECKING:
    from mlops_console.analysis.over_params import Params
    from mlops_console.comparison.why.importance import Importance
    from mlops_console.comparison.why.marginal import Marginal
    from mlops_console.comparison.why.trend import Trend
    from mlops_console.store.database import Connection
    from mlops_console.workspace.comparing.model import Outcome
    from mlops_console.workspace.opening import Workspace

MOST_PARAMS: Final = 500
"""Of more params than this, those that most runs have are looked at."""


def importance(
    workspace: "Workspace",
    run_ids: Sequence[str],
    metric: str,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> "Outcome[Importance]":
    """Which params tell a metric (its last value) over these runs; or, in `refusal`, why they can't tell.

    Seeds are left out. UsageError where the runs are unknown.
    """
    params, values = params_and_values(workspace, run_ids, metric)
    aside = tuple(key for key in params.columns if is_repeat(key))
    return worked_out(
        workspace, "importance", {"params": params, "values": values, "aside": aside}, progress, wanted
    )


def marginal(
    workspace: "Workspace",
    run_ids: Sequence[str],
    metric: str,
    param: str,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> "Outcome[Marginal]":
    """How a metric goes with one param, the others as they are."""
    params, values = params_and_values(workspace, run_ids, metric)
    given = {"params": params, "values": values, "name": param}
    return worked_out(workspace, "marginal", given, progress, wanted)


def trend(
    workspace: "Workspace",
    x: FloatArray,
    y: FloatArray,
    *,
    log_x: bool = False,
    wanted: Wanted | None = None,
) -> "Outcome[Trend]":
    """How y moves with x over runs."""
    return worked_out(workspace, "trend", {"x": x, "y": y, "log_x": log_x}, None, wanted)


def params_and_values(
    workspace: "Workspace", run_ids: Sequence[str], metric: str | None = None
) -> "tuple[Params, FloatArray]":
    """The params of runs as columns, and the last (or stated final) value of a metric; NaN for none."""
    from mlops_console.analysis.over_params import Params

    def ask(connection: "Connection") -> tuple[IntArray, dict[str, Any]]:
        rows = numbers_of(connection, run_ids)
        infos = workspace.shelf.census(connection, workspace.scope).infos
        params = [info for info in infos if info.column.family == "param" and info.distinct > 1]
        params.sort(key=lambda info: -info.present)
        wanted: list[Column] = [info.column for info in params[:MOST_PARAMS]]
        if metric is not None:
            wanted += [column_of(f"metric:{metric}"), column_of(f"summary:{metric}")]
        _, loaded = workspace.shelf.columns(connection, wanted)
        return rows, loaded

    rows, loaded = workspace.ask(ask)
    taken = {key: values[rows] for key, values in loaded.items()}
    columns = {
        key.removeprefix("param:"): values for key, values in taken.items() if key.startswith("param:")
    }
    values: FloatArray = np.full(len(rows), np.nan)
    if metric is not None:
        values = value_of(loaded, metric, rows)
    return Params({key: one for key, one in columns.items() if _some(one)}, len(rows)), values


def value_of(loaded: dict[str, Any], metric: str, rows: IntArray) -> FloatArray:
    """The last value of a metric, else the final one that was stated, of runs by their numbers."""
    last, final = (loaded[f"{family}:{metric}"][rows] for family in ("metric", "summary"))
    if final.dtype.kind != "f":
        return np.asarray(last, np.float64)
    values: FloatArray = np.where(np.isnan(last), final, last)
    return values


def _some(values: Any) -> bool:
    return bool((~np.isnan(values)).any()) if values.dtype.kind == "f" else any(values.tolist())


def numbers_of(connection: "Connection", run_ids: Sequence[str]) -> IntArray:
    """The numbers of runs in the store's columns; UsageError where some are no longer there."""
    found = run_questions.roster(connection, run_ids)
    numbers = dict(zip(found["id"].tolist(), found["run_id"].tolist(), strict=True))
    rows = [numbers[run_id] for run_id in run_ids if run_id in numbers]
    if len(rows) < len(run_ids):
        raise UsageError(f"{len(run_ids) - len(rows):,} of these runs are no longer there", "ask again")
    return np.array(rows, np.int64)
