"""Rows of a window that have no label yet, those of the part that moved first: what somebody is to label."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mlops_console.analysis.over_segments import matches
from mlops_console.analysis.over_windows import kinds_in, labels_of, window_of
from mlops_console.comparison.model import Progress
from mlops_console.display import counted, csv_line
from mlops_console.errors import DataError

if TYPE_CHECKING:
    from mlops_console.drift.tables.files import FileTable
    from mlops_console.records import IntArray

MOST: Final = 10_000
"""Rows that are written at most."""
_FORMULA: Final = re.compile(r"[=@\t\r]|[+-](?![\d.])")
_LONGEST: Final = 4_096
"""Characters of a value that are kept; a key that is longer could not be joined by what is kept of it."""


def unlabelled_rows(request: Mapping[str, Any], progress: Progress | None = None) -> bytes:
    """The rows as CSV, and how many there are of each part.

    Raises:
        DataError: The window or its labels can't be read, or the monitor names no label.
    """
    if progress is not None:
        progress(0.0)
    table = window_of(request, kinds_in(request, judged=False))
    there = list(table.types)
    lacking, problems = _lacking(table, request)
    if progress is not None:
        progress(0.5)
    first = _moved(table, request, lacking)
    chosen = np.concatenate([lacking[first], lacking[~first]])[:MOST]
    names = [name for name in dict.fromkeys(request["columns"]) if name in there]
    label = request["outcome"]["label"]
    text, formulas = _written(table, names, chosen, "" if label in names else label)
    if formulas:
        problems.append(
            f"{counted(formulas, 'value')} would be a formula for a spreadsheet: import all columns as text."
        )
    return json.dumps(
        {
            "columns": [*names, *([label] if label and label not in names else [])],
            "rows": len(chosen),
            "moved": int(min(first.sum(), len(chosen))),
            "lacking": len(lacking),
            "lacking_moved": int(first.sum()),
            "window": table.rows,
            "problems": [*table.problems, *problems],
            "csv": text,
        },
        separators=(",", ":"),
    ).encode(errors="replace")


def _lacking(table: "FileTable", request: Mapping[str, Any]) -> "tuple[IntArray, list[str]]":
    """The numbers of the rows that have no label, ascending."""
    from mlops_console.drift.performance.outcomes import truth_of

    said = request["outcome"]
    key, label = said["key"], said["label"]
    if not label:
        raise DataError("the monitor names no label", 'say which column it is: label = "COLUMN"')
    labels = labels_of(request)
    truth, used, _ = truth_of(table, label, key, labels)
    open_ = np.ones(table.rows, bool) if truth is None else truth.is_null().to_numpy()
    if used is not None:
        # A row that stands for no key of its own can't be labelled.
        open_ = open_ & used.to_numpy()
    notes = []
    if key not in table.types:
        notes.append("No column says which row is which: labels of these can't be brought back to them.")
    elif labels is not None and not {key, label} <= set(labels.types):
        notes.append(
            f"The labels that came have no columns {key} and {label}: no row counts as labelled by them."
        )
    return np.flatnonzero(open_), notes


def _moved(
    table: "FileTable", request: Mapping[str, Any], rows: "IntArray"
) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Which of these rows are of the part that moved; none where no part did."""
    part = request["part"]
    if part is None or part["by"] not in table.types or not len(rows):
        return np.zeros(len(rows), bool)
    column = table.frame([part["by"]])[part["by"]]
    return matches(column.gather(rows), part["level"], part["kind"])


def _written(table: "FileTable", names: Sequence[str], rows: "IntArray", label: str) -> tuple[str, int]:
    """As CSV with a header, and how many values a spreadsheet would compute.

    `label` is one more column, to be filled in.
    """
    lines, formulas = [csv_line([*names, *([label] if label else [])])], 0
    if len(rows):
        order = np.argsort(rows, kind="stable")
        frame = table.at(rows[order]).frame(names)
        # Back into the order in which they are wanted.
        for row in frame[np.argsort(order, kind="stable").tolist()].iter_rows():
            formulas += sum(isinstance(one, str) and _FORMULA.match(one) is not None for one in row)
            texts = ["" if one is None else str(one)[:_LONGEST] for one in row]
            lines.append(csv_line([*texts, *([""] if label else [])]))
    return "".join(lines), formulas
