"""What a baseline is: one profile per column, some whole rows, and how the model did on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlops_console.drift.tables.model import ColumnAbout
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind
    from mlops_console.drift.performance.referring import ReferencePerformance
    from mlops_console.drift.sample import Sample
    from mlops_console.records import Json

MOST_POINTS: Final = 4_096
"""Quantile points, or levels, that are kept of a column."""
MOST_ROWS: Final = 2_000
"""Whole rows that are kept."""


@dataclass(frozen=True, slots=True)
class Source:
    """The data that a baseline was made from."""

    path: str
    """As it was named; relative to the project where it lies in it. Empty: not known."""
    sha256: str
    """Of the file; of several, over their paths and hashes as `digesting.whole`. Empty: not known."""
    files: int = 1


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns mean what to the model; empty: not told."""

    label: str = ""
    score: str = ""
    prediction: str = ""
    time: str = ""
    key: str = ""

    @property
    def said(self) -> dict[str, str]:
        """Those that were told, by what they mean."""
        return {part: name for part in self.__slots__ if (name := getattr(self, part))}


@dataclass(eq=False)
class Baseline:
    """A reference that needs no raw data: it gives what a table gives.

    It holds of the data: of every number column at most `MOST_POINTS` of its values (all, where it has fewer
    different ones) with how many rows each stands for, and exact figures; of every column of levels the
    levels and their counts; of text its lengths; and `held`, at most `MOST_ROWS` whole rows, unless it was
    made without.
    """

    name: str
    """`baseline churn@3`, or the file's path."""
    rows: int
    """Of the data that it was made from."""
    about: tuple[ColumnAbout, ...]
    profiles: Mapping[str, "Sample"]
    """Of every column that is judged."""
    held: "pl.DataFrame"
    """Whole rows, without keys and without the words of texts (only as long as they are)."""
    source: Source
    means: Columns = field(default_factory=Columns)
    performed: Mapping[str, "Json"] | None = None
    """How the model did on this data, as `ReferencePerformance.to_json` gives it."""
    floors: Mapping[str, float] = field(default_factory=dict)
    """Feature -> how much it moves by itself in time."""
    problems: tuple[str, ...] = ()
    sha256: str | None = None
    """Of its file; None: it was not packed yet."""
    exact: bool = field(init=False)
    """Whether nothing was thinned."""

    def __post_init__(self) -> None:
        from mlops_console.drift.sample import NumericSample

        self.exact = all(
            one.exact if isinstance(one, NumericSample) else not one.others for one in self.profiles.values()
        )

    @property
    def performance(self) -> "ReferencePerformance | None":
        """How the model did on this data; where that can't be read, only a problem that says so."""
        if self.performed is None:
            return None
        from mlops_console.drift.performance.referring import ReferencePerformance

        try:
            return ReferencePerformance.from_json(self.performed)
        except DataError as error:
            return ReferencePerformance(None, self.rows, 0, problems=(f"{self.name}: {error}.",))

    def columns(self) -> Mapping[str, ColumnAbout]:
        """By name, in the order of the file."""
        return {one.name: one for one in self.about}

    def sample(self, name: str, kind: "Kind | None" = None) -> "Sample":
        """One column, ready to be measured.

        Raises:
            DataError: It holds no such column, or can't be looked at as that kind.
        """
        from mlops_console.drift.baseline.recasting import recast

        return recast(self, name, kind)

    def some_rows(self, names: Sequence[str], most: int, seed: int = 0) -> "pl.DataFrame":
        """Whole rows: those that the data itself would give for seed 0; fewer where it holds fewer."""
        there = self.held.select([name for name in names if name in self.held.columns])
        if there.height <= most:
            return there
        import numpy as np

        from mlops_console.drift.tables.drawing import draw

        if seed or there.height != min(self.rows, MOST_ROWS):
            return there[np.sort(np.random.default_rng(seed).permutation(there.height)[:most])]
        return there[np.searchsorted(draw(self.rows, MOST_ROWS, 0), draw(self.rows, most, 0))]
