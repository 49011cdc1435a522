"""A table of predictions as columns."""

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console import display
from mlops_console.beneath import read_range, reading, why_not
from mlops_console.readers.predictions.roles import COLUMNS, Choice, Roles, Unclear, roles
from mlops_console.readers.predictions.values import Values, column, key_values, keys_are_unique
from mlops_console.records import Problem

if TYPE_CHECKING:
    import polars as pl

SUFFIXES: Final = (".csv", ".tsv", ".parquet", ".pq")
LARGEST: Final = 512 << 20
"""Bytes of the largest file that is read."""
ROWS: Final = 10_000_000
OTHERS: Final = 64
"""So many columns beside key, label and score are read."""
_HEAD: Final = 1 << 20
_FOOTER: Final = 64 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """The columns of a table of predictions, all of one length."""

    path: str
    roles: Roles
    rows: int
    keys: npt.NDArray[Any] | None
    """Whole numbers, numbers (not-a-number where missing) or text (None where missing)."""
    labels: Values
    scores: Values
    predicted: Values | None
    columns: dict[str, Values] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What was left out, a sentence each."""


def look(root: str, path: str, choice: Choice | None = None) -> Roles | Unclear:
    """Which column is which, from the file's head alone."""
    names = _names(root, path)
    if isinstance(names, Problem):
        return Unclear(f"It {names.what}.", {})
    return roles(names, choice)


def read(
    root: str, path: str, choice: Choice | None = None, *, others: bool = True
) -> Predictions | Unclear | Problem:
    """Read a table.

    Args:
        root: the project's folder.
        path: relative to it.
        choice: columns that somebody chose.
        others: the remaining columns as well, which slices are cut by.

    Returns:
        The columns; or what is unclear about them; or why the file can't be read (`Problem.what` is the end
        of a sentence about it).
    """
    import polars as pl

    names = _names(root, path)
    if isinstance(names, Problem):
        return names
    found = roles(names, choice)
    if isinstance(found, Unclear):
        return found
    wanted = [name for name in (found.key, found.label, found.score, found.predicted) if name is not None]
    beside = list(found.others[:OTHERS]) if others else []
    try:
        frame = _frame(root, path, names, [*wanted, *beside])
    except OSError as error:
        return Problem(path, why_not(error))
    except (pl.exceptions.PanicException, pl.exceptions.PolarsError, ValueError, OverflowError) as error:
        return Problem(path, _no_table(error))
    if frame.height > ROWS:
        return Problem(path, f"holds more than {ROWS:,} rows, the most that are read of such a file")
    made = _taken(
        path, found, frame, beside, others=others, chosen=choice is not None and choice.key is not None
    )
    if others and len(found.others) > OTHERS:
        said = f"Of {len(found.others)} further columns the first {OTHERS} were read."
        made = replace(made, notes=(*made.notes, said))
    return made


def _names(root: str, path: str) -> list[str] | Problem:
    """The names of the columns, from the file's head (CSV) or its list of columns (Parquet)."""
    try:
        with reading(root, path) as fd:
            size = os.fstat(fd).st_size
            if size > LARGEST:
                return Problem(path, f"holds more than {display.size(LARGEST)}, the most that is read")
            head = read_range(fd, 0, _HEAD)
            if head.startswith(b"PAR1"):
                return _parquet_names(path, fd, size)
    except OSError as error:
        return Problem(path, why_not(error))
    if b"\0" in head:
        return Problem(path, "is no table of text")
    csv.field_size_limit(max(csv.field_size_limit(), _HEAD))
    text = head.decode("utf-8-sig", "replace")
    try:
        names = next(csv.reader(io.StringIO(text), delimiter=_delimiter(text)), [])
    except csv.Error as error:
        return Problem(path, f"can't be read as a table ({error})")
    if len(names) > COLUMNS:
        return Problem(path, f"has {len(names):,} columns; at most {COLUMNS:,} are read")
    if not names:
        return Problem(path, "is empty")
    return names


def _parquet_names(path: str, fd: int, size: int) -> list[str] | Problem:
    import polars as pl

    said = int.from_bytes(read_range(fd, max(0, size - 8), 4), "little")
    if said > min(_FOOTER, size):
        return Problem(path, "is cut off: its list of columns is not all there")
    # The schema is at the end; a reader that may jump about needs the whole of a file that is no larger.
    try:
        names = list(pl.read_parquet_schema(io.BytesIO(read_range(fd, 0, size))))
    except (pl.exceptions.PanicException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        return Problem(path, _no_table(error))
    if len(names) > COLUMNS:
        return Problem(path, f"has {len(names):,} columns; at most {COLUMNS:,} are read")
    return names


def _no_table(error: BaseException) -> str:
    """What is wrong with a file, without the library's advice on its own arguments."""
    said = " ".join(str(error).partition("\nThe current offset")[0].partition("\nYou might")[0].split())
    return f"can't be read as a table ({said[:160]})"


def _delimiter(text: str) -> str:
    line = text.partition("\n")[0]
    return max(",\t;|", key=lambda mark: (line.count(mark), -",\t;|".index(mark)))


def _frame(root: str, path: str, names: Sequence[str], wanted: Sequence[str]) -> "pl.DataFrame":
    """The wanted columns under their own names, in that order; of CSV as text."""
    import polars as pl

    with reading(root, path) as fd:
        # Bytes rather than a mapped file: one that is cut short while it is read must not end the process.
        data = read_range(fd, 0, LARGEST)
    if data.startswith(b"PAR1"):
        count = int(pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item())
        if count > ROWS:
            return pl.DataFrame({"rows": pl.Series([], dtype=pl.Null).extend_constant(None, ROWS + 1)})
        return pl.read_parquet(io.BytesIO(data), columns=list(wanted)).select(wanted)
    places = sorted({names.index(name) for name in wanted})
    frame = pl.read_csv(
        data,
        has_header=True,
        columns=places,
        separator=_delimiter(data[:_HEAD].decode("utf-8-sig", "replace")),
        infer_schema=False,
        encoding="utf8-lossy",
        truncate_ragged_lines=True,
        n_rows=ROWS + 1,
    )
    frame.columns = [f"{at}" for at in places]
    return frame.select([pl.col(f"{names.index(name)}").alias(name) for name in wanted])


def _taken(
    path: str, found: Roles, frame: "pl.DataFrame", beside: Sequence[str], *, others: bool, chosen: bool
) -> Predictions:
    notes: list[str] = []
    key, series = found.key, None
    if key is not None:
        series = frame[key]
        if not chosen and not keys_are_unique(series):
            notes.append(f"{key[:80] or 'The column without a name'} is no key: most of its values repeat.")
            beside = [*beside, key] if others else []
            found, series = replace(found, key=None, others=(*found.others, key)), None
    labels = column(frame[found.label])
    scores = column(frame[found.score], lenient=True)
    for role, values in (("label", labels), ("score", scores)):
        if values.why:
            notes.append(f"The {role} column {values.why}.")
    columns = {}
    for name in beside:
        made = column(frame[name], flags=False)
        if made.values is None:
            notes.append(f"Column {name[:80]} {made.why}; left out.")
        else:
            columns[name] = made.values
    nothing = np.full(frame.height, np.nan)
    said = column(frame[found.predicted]).values if found.predicted is not None else None
    return Predictions(
        path,
        found,
        frame.height,
        None if series is None else key_values(series),
        nothing if labels.values is None else labels.values,
        nothing if scores.values is None else scores.values,
        said,
        columns,
        tuple(notes),
    )
