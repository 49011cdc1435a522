"""Rows of `series` on their way into the tables: which series pieces of points belong to, and its figures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt

from mlops_console.records import NO_TIME, IntArray, RunKey
from mlops_console.store.arrow import incoming
from mlops_console.store.figures import NO_STEP, Extent
from mlops_console.store.known import Known

RunId: TypeAlias = Callable[[str, RunKey], int | None]
Draw: TypeAlias = "Callable[[IntArray, list[bytes]], tuple[list[bytes], npt.NDArray[np.bool_]]]"
"""How many points each series had, and its sparkline -> the sparkline by now, and whether it changed."""
Pieces: TypeAlias = "tuple[str, int, Sequence[tuple[RunKey, str]], Sequence[int]]"
"""Project key, source, the series of each piece, its points."""


@dataclass(slots=True)
class SeriesNamed:
    """Whose the pieces are, a series once."""

    series: IntArray
    own: IntArray
    """The number of each one's run as its source keys it."""
    key: IntArray
    source: IntArray
    fresh: npt.NDArray[np.bool_]
    """Series that were not known before."""


@dataclass(slots=True)
class Naming:
    """Allots numbers to the series of one wave."""

    fresh_sources: set[int]
    run_id: RunId
    keys: list[tuple[int, str, str]]
    """Rows to add to `keys`."""
    _runs: dict[tuple[str, RunKey], int | None] = field(default_factory=dict)

    def table(self, known: Known, some: Iterable[Pieces]) -> IntArray:
        """A row a piece: series, run, key, source, whether it is new; zeros for what is not wanted."""
        pieces = list(some)
        ids = known.series_of(list(dict.fromkeys(source for _, source, _, _ in pieces)), self.fresh_sources)
        rows: list[tuple[int, int, int, int, bool]] = []
        runs = self._runs
        for project_key, source, named, counts in pieces:
            last: RunKey | None = None
            run: int | None = None
            for (key, metric), count in zip(named, counts, strict=True):
                if key is not last:
                    place = (project_key, key)
                    if place not in runs:
                        runs[place] = self.run_id(*place)
                    run, last = runs[place], key
                if run is None or count == 0:
                    rows.append((0, 0, 0, source, False))
                    continue
                metric_id = known.key_id("metric", metric, self.keys)
                series = ids[source].get((run, metric_id))
                fresh = series is None
                if series is None:
                    series = known.next_series
                    known.next_series += 1
                    ids[source][run, metric_id] = series
                rows.append((series, run, metric_id, source, fresh))
        return np.array(rows, np.int64).reshape(-1, 5)


def write_series(
    con: duckdb.DuckDBPyConnection, known: Known, new: SeriesNamed, figures: Extent, draw: Draw
) -> tuple[IntArray, IntArray]:
    """Rows of new series, and the figures of those that grew: where these are in `new`, and their slots."""
    old = np.flatnonzero(~new.fresh)
    slots = known.figures.slots(new.series[old])
    before = np.zeros(len(new.series), np.int64)
    before[old] = known.figures.counts(slots)
    had = [b""] * len(new.series)
    for place, spark in zip(old.tolist(), known.figures.sparks(slots), strict=True):
        had[place] = spark
    drawn, redrawn = draw(before, had)
    if new.fresh.any():
        _insert_series(con, known, new, figures, drawn)
    if len(old):
        some = _of(figures, old)
        columns = known.figures.merged(slots, some, [drawn[i] for i in old.tolist()])
        _update_series(con, new.series[old], columns)
        again = [i for i in old.tolist() if redrawn[i]]
        _update_sparks(con, new.series[again], [drawn[i] for i in again])
    return old, slots


def _of(figures: Extent, some: IntArray) -> Extent:
    return Extent(*(getattr(figures, name)[some] for name in Extent.__slots__))


def _insert_series(
    con: duckdb.DuckDBPyConnection, known: Known, new: SeriesNamed, figures: Extent, drawn: Sequence[bytes]
) -> None:
    fresh = np.flatnonzero(new.fresh)
    own = new.own[fresh]
    shown = known.joins.shown
    columns: dict[str, npt.NDArray[Any]] = {
        "series_id": new.series[fresh],
        "run_id": np.array([shown(run) for run in own.tolist()], np.int64) if known.joins.under else own,
        "own_id": own,
        "key_id": new.key[fresh],
        "source_id": new.source[fresh],
        **{name: getattr(figures, name)[fresh] for name in Extent.__slots__},
    }
    with incoming(con, {**columns, "spark": [drawn[i] for i in fresh.tolist()]}):
        con.execute(
            "INSERT INTO series SELECT series_id, run_id, key_id, source_id, true, count, first_step,"
            " first_value, " + ", ".join(_FIGURES[name] for name in _STORED) + ", spark, own_id"
            " FROM incoming r"
        )


_STORED: Final = (
    "last_step", "last_value", "last_wall", "min", "max", "min_step", "max_step", "nan_count",
)  # fmt: skip
_FIGURES: Final = {
    "count": "r.count",
    "last_step": "r.last_step",
    "last_value": "r.last_value",
    "last_wall": f"nullif(r.last_wall, {NO_TIME})",
    "min": "nullif(r.min, 'nan')",
    "max": "nullif(r.max, 'nan')",
    "min_step": f"nullif(r.min_step, {NO_STEP})",
    "max_step": f"nullif(r.max_step, {NO_STEP})",
    "nan_count": "r.nan_count",
}


def _update_series(
    con: duckdb.DuckDBPyConnection, series: IntArray, columns: dict[str, npt.NDArray[Any]]
) -> None:
    sets = ", ".join(f'"{name}" = {_FIGURES[name]}' for name in columns)
    with incoming(con, {"series_id": series, **columns}):
        con.execute(
            f"UPDATE series SET {sets} FROM incoming r WHERE series.series_id = r.series_id"
            f" AND series.series_id BETWEEN {series.min()} AND {series.max()}"
        )


def _update_sparks(con: duckdb.DuckDBPyConnection, series: IntArray, drawn: list[bytes]) -> None:
    if drawn:
        with incoming(con, {"series_id": series, "spark": drawn}):
            con.execute(
                "UPDATE series SET spark = r.spark FROM incoming r WHERE series.series_id = r.series_id"
                f" AND series.series_id BETWEEN {series.min()} AND {series.max()}"
            )
