"""Rows with a label, drawn from a window, and brought into another process."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

import numpy as np

from mlops_console.display import count, safe_text
from mlops_console.drift.diagnosis.model import MOST_COLUMNS
from mlops_console.drift.model import JUDGED
from mlops_console.drift.performance.outcomes import truth_of
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.tables.files import FileTable
    from mlops_console.drift.tables.model import Table

ROWS: Final = 5_000
"""More are not asked of a model, unless somebody says so."""
FEWEST: Final = 50


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Whole rows, each with its label."""

    frame: "pl.DataFrame"
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Their names, the label's among them."""
        return self.frame.columns

    @property
    def height(self) -> int:
        """How many rows."""
        return self.frame.height

    def write(self, file: IO[bytes]) -> None:
        """Into a file, for another process."""
        self.frame.write_ipc(file)


def read(file: IO[bytes]) -> Drawn:
    """What `write` wrote, from where the file stands."""
    import io

    import polars as pl

    return Drawn(pl.read_ipc(io.BytesIO(file.read())))


def draw(
    table: "FileTable",
    label: str,
    *,
    key: str = "",
    labels: "Table | None" = None,
    most: int = ROWS,
    seed: int = 0,
) -> Drawn:
    """Rows whose label is known, without replacement, in their order; the same ones for the same seed.

    Raises:
        DataError: There is no label, or there are too few.
    """
    truth, used, notes = truth_of(table, label, key, labels)
    shown = safe_text(label, 60)
    if truth is None:
        why = notes[0] if notes else f"{table.name} has no column {shown}."
        raise DataError(why.rstrip("."), "importance needs labels: --label COLUMN says which they are")
    known = truth.is_not_null() & (~truth.is_nan() if truth.dtype.is_float() else True)
    places = np.flatnonzero((known if used is None else known & used).to_numpy())
    if len(places) < FEWEST:
        raise DataError(
            f"{count(len(places))} of {count(table.rows)} rows of {table.name} have a label ({shown})",
            f"importance needs {FEWEST}",
        )
    if len(places) > most:
        places = np.sort(np.random.default_rng(seed).choice(places, most, replace=False))
    names = [name for name, dtype in table.types.items() if name != label and not dtype.is_nested()]
    frame = table.at(places).frame(names[:MOST_COLUMNS])
    return Drawn(frame.with_columns(truth.gather(places).alias(label)), tuple(notes))


def usual(table: "Table", apart: Sequence[str]) -> tuple[str, ...]:
    """The columns that a model without names would be given: those that are judged, in the file's order."""
    left = set(apart)
    return tuple(name for name, one in table.columns().items() if one.kind in JUDGED and name not in left)
