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


def fetched(connection: Connection, key: str, kind: str, roster: Roster) -> tuple[IntArray, Array]:
    """Run numbers and values of one column, for all runs that have one."""
    family, colon, name = key.partition(":")
    if not colon:
        answer = questions.field_columns(connection, [key])
        return answer["run_id"], _worded(key, answer[key], roster)
    if family in _VALUES:
        numeric = kind != "text"
        at, values = questions.value_column(connection, family, name, numeric)
        return at, values if numeric else _shared(values)
    return questions.series_column(connection, _figure(family, key), name)


def fetched_for(
    connection: Connection, names: Sequence[Name], roster: Roster, numbers: IntArray
) -> dict[Name, tuple[IntArray, Array]]:
    """The same for several columns and a few runs, in a handful of questions."""
    wanted = numbers.tolist()
    split = {name: name[0].partition(":") for name in names}
    fields = [key for key, _ in names if ":" not in key]
    found: dict[Name, tuple[IntArray, Array]] = {}
    if fields:
        answer = questions.field_columns(connection, fields, wanted)
        for name in names:
            if name[0] in answer:
                found[name] = answer["run_id"], _worded(name[0], answer[name[0]], roster)
    of_values = [name for name, (family, _, _) in split.items() if family in _VALUES]
    of_series = [name for name, (family, colon, _) in split.items() if colon and family not in _VALUES]
    kinds = {name: ("metric" if name in of_series else split[name][0], split[name][2]) for name in names}
    ids = questions.key_numbers(connection, [kinds[name] for name in (*of_values, *of_series)])
    if of_values:
        rows = questions.values_of_runs(connection, wanted)
        for name in of_values:
            here = rows["key_id"] == ids.get(kinds[name], -1)
            found[name] = rows["run_id"][here], rows["number" if name[1] != "text" else "text"][here]
    if of_series:
        rows = questions.series_of_runs(connection, wanted)
        for name in of_series:
            here = rows["key_id"] == ids.get(kinds[name], -1)
            found[name] = rows["run_id"][here], rows[_figure(split[name][0], name[0])][here]
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
