"""Rows that are drawn of a table, caught while its columns go by."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.records import IntArray

if TYPE_CHECKING:
    import polars as pl

USUAL: Final = 2_000
"""Rows that others ask for; of tables that are read anyway these cost nothing more."""
_SMALL: Final = 10 * USUAL
"""Tables of fewer rows are simply read again."""


class Drawn:
    """The usual rows of one table: the same whatever column is asked first."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._chosen: IntArray | None = None
        self._parts: dict[str, list[pl.Series]] = {}
        self._upto: dict[str, int] = {}

    def see(self, name: str, at: int, series: "pl.Series") -> None:
        """Rows from row `at` on of a column go by; of the first pass over it some are kept."""
        if self._rows <= _SMALL or self._upto.get(name, 0) != at:
            return
        if self._chosen is None:
            self._chosen = draw(self._rows, USUAL, 0)
        first, end = np.searchsorted(self._chosen, (at, at + len(series)))
        self._parts.setdefault(name, []).append(series.gather(self._chosen[first:end] - at))
        self._upto[name] = at + len(series)

    def of(self, name: str, most: int, seed: int) -> "pl.Series | None":
        """A column of the drawn rows, where all of it went by and these rows are asked for."""
        import polars as pl

        if (most, seed) != (USUAL, 0) or self._upto.get(name) != self._rows:
            return None
        return pl.concat(self._parts[name])


def draw(rows: int, most: int, seed: int) -> IntArray:
    """Numbers of rows, ascending, none twice; all where there are no more than asked for."""
    if most >= rows:
        return np.arange(rows, dtype=np.int64)
    chosen = np.random.default_rng(seed).choice(rows, most, replace=False, shuffle=False)
    return np.sort(chosen).astype(np.int64)
