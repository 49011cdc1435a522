"""What a table is to the rest of drift, wherever its rows come from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind
    from mlops_console.drift.sample import Sample


@dataclass(frozen=True, slots=True)
class Kinds:
    """How columns are judged, where their types do not say it rightly."""

    categorical: frozenset[str] = frozenset()
    numeric: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    """None: all but what is ignored."""
    time: str | None = None
    """What orders the rows; None: found by itself (a date column whose values ascend with the rows)."""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnAbout:
    """What a column is."""

    name: str
    dtype: str
    """As people say it: `integer`, `decimal number`, `text`, `date`, `true/false` …"""
    kind: "Kind"
    why_not: str = ""
    """Of kinds that are not judged: why."""


class Reference(Protocol):
    """What both a table and a baseline give."""

    name: str
    rows: int
    exact: bool
    sha256: str | None
    """Of a baseline; None: of a table."""
    problems: tuple[str, ...]

    def columns(self) -> Mapping[str, ColumnAbout]:
        """By name, in the order of the file."""
        ...

    def sample(self, name: str, kind: "Kind | None" = None) -> "Sample":
        """One column, ready to be measured; `kind` where the other side's differs from its own."""
        ...

    def some_rows(self, names: Sequence[str], most: int, seed: int = 0) -> "pl.DataFrame":
        """Whole rows, drawn without replacement; the same ones for the same seed."""
        ...


class Table(Reference, Protocol):
    """Rows that are here."""

    def frame(self, names: Sequence[str]) -> "pl.DataFrame":
        """These columns whole: labels, scores, keys."""
        ...

    def batches(self, names: Sequence[str], rows: int) -> "Iterator[pl.DataFrame]":
        """These columns piece by piece, in the order of the files."""
        ...
