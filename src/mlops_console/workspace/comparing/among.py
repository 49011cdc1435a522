"""The runs among which others are compared, as columns to draw: params, metrics, when they were made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mlops_console import display
from mlops_console.comparison.repeats import is_repeat
from mlops_console.comparison.why.table import Column, looks_log, table
from mlops_console.records import NO_TIME, FloatArray
from mlops_console.workspace.columns import FIELDS, column_of
from mlops_console.workspace.comparing.influence import numbers_of, params_and_values, value_of

if TYPE_CHECKING:
    from mlops_console.store.database import Connection
    from mlops_console.workspace.opening import Workspace

MOST_RUNS: Final = 20_000
_CELLS: Final = 1_000_000
"""So many values that aren't numbers are sorted into levels at once, about."""


@dataclass(frozen=True, slots=True, eq=False)
class Among:
    """A set of runs as columns."""

    runs: tuple[str, ...]
    names: tuple[str, ...]
    """The runs' names, or what stands for them."""
    started: FloatArray
    """Epoch seconds; NaN where a run doesn't say."""
    metric: str
    values: FloatArray
    """The metric's last (or stated final) values; NaN for none."""
    params: tuple[Column, ...]
    """Those that vary, seeds last."""
    notes: tuple[str, ...]

    @property
    def known(self) -> int:
        """How many runs have a number for the metric."""
        return int(np.isfinite(self.values).sum())


def among(workspace: "Workspace", run_ids: Sequence[str], metric: str) -> Among:
    """The columns of these runs; a worker's work. UsageError where runs are unknown."""
    found, values = params_and_values(workspace, run_ids, metric)
    numeric = {key: one for key, one in found.columns.items() if one.dtype.kind == "f"}
    texts = {key: one for key, one in found.columns.items() if key not in numeric}
    most = max(20, _CELLS // max(1, len(run_ids)))
    kept = dict(list(texts.items())[:most])
    columns = [Column(key, one, None, looks_log(one)) for key, one in numeric.items() if _varies(one)] + list(
        table(replace(found, columns=kept).by_run()).columns
    )
    order = {key: at for at, key in enumerate(found.columns)}
    columns.sort(key=lambda column: (is_repeat(column.name), order[column.name]))
    notes = []
    if len(texts) > len(kept):
        notes.append(f"{display.count(len(texts) - len(kept))} params that are no numbers were left out")
    names, started = workspace.ask(lambda connection: _who(workspace, connection, run_ids))
    return Among(tuple(run_ids), names, started, metric, values, tuple(columns), tuple(notes))


def metric_values(workspace: "Workspace", run_ids: Sequence[str], metric: str) -> FloatArray:
    """The last (or stated final) values of another metric of the same runs; NaN for none."""

    def ask(connection: "Connection") -> FloatArray:
        rows = numbers_of(connection, run_ids)
        wanted = [column_of(f"metric:{metric}"), column_of(f"summary:{metric}")]
        _, loaded = workspace.shelf.columns(connection, wanted)
        return value_of(loaded, metric, rows)

    return workspace.ask(ask)


def _varies(values: Any) -> bool:
    missing = np.isnan(values)
    return not missing.all() and (bool(missing.any()) or bool((values != values[0]).any()))


def _who(
    workspace: "Workspace", connection: "Connection", run_ids: Sequence[str]
) -> tuple[tuple[str, ...], FloatArray]:
    rows = numbers_of(connection, run_ids)
    _, loaded = workspace.shelf.columns(connection, [FIELDS["name"], FIELDS["started"]])
    names = [
        str(name) if name else run_id[:8]
        for name, run_id in zip(loaded["name"][rows].tolist(), run_ids, strict=True)
    ]
    times = loaded["started"][rows]
    started = np.where(times == NO_TIME, np.nan, times.astype(np.float64) / 1e6)
    return tuple(names), started
