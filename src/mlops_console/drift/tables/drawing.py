"""Rows that are drawn of a table, caught while its columns go by."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.records import IntArray

if TYPE_CHECKING:
    import polars as pl

CAUGHT: Final = 20_000
"""Rows that are caught; who asks for no more of them, by seed 0, has nothing read again."""


class Drawn:
    """Some rows of one table: the same whatever column is asked first."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self.wanted = True
        """False: nobody will ask, so nothing is caught."""
        self._chosen: IntArray | None = None
        self._parts: dict[str, list[pl.Series]] = {}
        self._upto: dict[str, int] = {}

    def see(self, name: str, at: int, series: "pl.Series") -> None:
        """Rows from row `at` on of a column go by; of the first pass over it some are kept."""
        if not self.wanted or self._rows <= CAUGHT or self._upto.get(name, 0) != at:
            return
        if self._chosen is None:
            self._chosen = draw(self._rows, CAUGHT, 0)
        first, end = np.searchsorted(self._chosen, (at, at + len(series)))
        self._parts.setdefault(name, []).append(_alone(series.gather(self._chosen[first:end] - at)))
        self._upto[name] = at + len(series)

    def of(self, name: str, most: int, seed: int) -> "pl.Series | None":
        """A column of the drawn rows, where all of it went by and these rows were caught."""
        import polars as pl

        if seed or most > CAUGHT or self._upto.get(name) != self._rows or self._chosen is None:
            return None
        caught = pl.concat(self._parts[name])
        return caught if most == CAUGHT else caught.gather(self._places(most))

    def _places(self, most: int) -> IntArray:
        assert self._chosen is not None
        return np.searchsorted(self._chosen, draw(self._rows, most, 0)).astype(np.int64)


def draw(rows: int, most: int, seed: int) -> IntArray:
    """Numbers of rows, ascending, none twice; fewer of them are among more of them (up to `CAUGHT`)."""
    if most >= rows:
        return np.arange(rows, dtype=np.int64)
    chosen = np.random.default_rng(seed).choice(rows, min(rows, max(most, CAUGHT)), replace=False)
    return np.sort(chosen[:most]).astype(np.int64)


def _alone(few: "pl.Series") -> "pl.Series":
    """A few texts by themselves: polars would keep the bytes of all that they were taken from."""
    import polars as pl

    return pl.Series(few.name, few.to_list(), pl.String) if few.dtype == pl.String else few
