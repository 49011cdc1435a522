"""The values of columns as the store has them, for all runs or for a few."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.records import IntArray, Status
from mlops_console.store import columns as questions
from mlops_console.store.database import Connection
from mlops_console.workspace.columns import column_of
from mlops_console.workspace.roster import Roster

Array = npt.NDArray[Any]
Name = tuple[str, str]
"""(column key, kind)."""

_VALUES: Final = ("param", "tag", "summary")
_STATUS: Final = np.array(["", *map(str, Status)], object)


def fetched(
    connection: Connection, names: Sequence[Name], roster: Roster
) -> dict[Name, tuple[IntArray, Array]]:
    """Run numbers and values of some columns, for all runs that have one."""
    found: dict[Name, tuple[IntArray, Array]] = {}
    kinds = _kinds(names)
    fields = [name for name in names if name not in kinds]
    if fields:
        answer = questions.field_columns(connection, [key for key, _ in fields])
        found = {name: (answer["run_id"], _worded(name[0], answer[name[0]], roster)) for name in fields}
    ids = questions.key_numbers(connection, list(kinds.values())) if kinds else {}
    for name, kind in kinds.items():
        number = ids.get(kind, -1)
        if kind[0] == "metric":
            figure = _figure(name[0].partition(":")[0], name[0])
            found[name] = questions.series_column(connection, figure, number)
        else:
            at, values = questions.value_column(connection, number, name[1] != "text")
            found[name] = at, _shared(values) if name[1] == "text" else values
    return found


def fetched_for(
    connection: Connection, names: Sequence[Name], roster: Roster, numbers: IntArray
) -> dict[Name, tuple[IntArray, Array]]:
    """The same for several columns and a few runs, in a handful of questions."""
    wanted = numbers.tolist()
    found: dict[Name, tuple[IntArray, Array]] = {}
    kinds = _kinds(names)
    fields = [name for name in names if name not in kinds]
    if fields:
        answer = questions.field_columns(connection, [key for key, _ in fields], wanted)
        found = {name: (answer["run_id"], _worded(name[0], answer[name[0]], roster)) for name in fields}
    ids = questions.key_numbers(connection, list(kinds.values())) if kinds else {}
    values = (
        questions.values_of_runs(connection, wanted) if any(k != "metric" for k, _ in kinds.values()) else {}
    )
    series = (
        questions.series_of_runs(connection, wanted) if any(k == "metric" for k, _ in kinds.values()) else {}
    )
    for name, kind in kinds.items():
        rows = series if kind[0] == "metric" else values
        here = rows["key_id"] == ids.get(kind, -1)
        column = "text" if name[1] == "text" else "number"
        if kind[0] == "metric":
            column = _figure(name[0].partition(":")[0], name[0])
        found[name] = rows["run_id"][here], rows[column][here]
    return found


def _kinds(names: Sequence[Name]) -> dict[Name, tuple[str, str]]:
    """Of the columns that are no fields, the (kind, key) that they are kept under."""
    found = {}
    for name in names:
        family, colon, key = name[0].partition(":")
        if colon:
            found[name] = (family if family in _VALUES else "metric", key)
    return found


def _figure(family: str, key: str) -> str:
    """Which figure of a metric a column shows; the best one is told by the metric's name."""
    if family != "best":
        return family
    return {"min": "min", "max": "max", None: "metric"}[column_of(key).goal]


def _worded(field: str, values: Array, roster: Roster) -> Array:
    if field == "project":
        size = max(roster.project_names, default=0) + 1
        return np.array([roster.project_names.get(number, "") for number in range(size)], object)[values]
    if field == "status":
        return _STATUS[np.maximum(values, 0)]
    return _shared(values) if field in ("group", "source", "parent") else values


def _shared(values: Array) -> Array:
    """The same texts, equal ones kept once."""
    texts = values.tolist()
    once: dict[str | None, str | None] = {}
    out = np.empty(len(texts), object)
    out[:] = list(map(once.setdefault, texts, texts))
    return out
