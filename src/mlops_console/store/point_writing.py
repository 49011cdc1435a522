"""Points on their way into the tables, with the figures kept of each series."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from mlops_console.records import NO_TIME, FloatArray, IntArray, Points, RunKey
from mlops_console.store.arrow import incoming
from mlops_console.store.database import plain
from mlops_console.store.known import Known
from mlops_console.store.packing import pack
from mlops_console.store.series_figures import NO_STEP, Extent, extent, sparks
from mlops_console.store.types import Read

PACK_AT: Final = 64
"""So many new points of a series are worth a block of their own; fewer wait in `tail`."""

_FOLD: Final = 192
_SPREAD: Final = 128

RunId = Callable[[str, RunKey], int | None]


@dataclass(slots=True)
class Segments:
    """Points by series, a series once: series i owns the next counts[i] points."""

    series: IntArray
    own: IntArray
    """The number of each one's run as its source keys it."""
    key: IntArray
    source: IntArray
    fresh: npt.NDArray[np.bool_]
    """Series that were not known before."""
    counts: IntArray
    step: IntArray
    wall: IntArray
    value: FloatArray


def gather(
    known: Known,
    reads: Sequence[Read],
    sources: Sequence[int],
    fresh_sources: set[int],
    run_id: RunId,
    keys: list[tuple[int, str, str]],
) -> Segments | None:
    """All points of a wave, those of forgotten runs left out."""
    with_points = [(r, s) for r, s in zip(reads, sources, strict=True) if len(r.chunk.points)]
    if not with_points:
        return None
    ids = known.series_of(list(dict.fromkeys(s for _, s in with_points)), fresh_sources)
    columns: list[tuple[int, int, int, int, bool]] = []
    runs: dict[tuple[str, RunKey], int | None] = {}
    dropped = False
    for read, source in with_points:
        last: RunKey | None = None
        run: int | None = None
        for (key, metric), count in zip(
            read.chunk.points.series, read.chunk.points.counts.tolist(), strict=True
        ):
            if key is not last:
                place = (read.project_key, key)
                if place not in runs:
                    runs[place] = run_id(*place)
                run, last = runs[place], key
            if run is None or count == 0:
                dropped = dropped or count > 0
                columns.append((0, 0, 0, source, False))
                continue
            metric_id = known.key_id("metric", metric, keys)
            series = ids[source].get((run, metric_id))
            fresh = series is None
            if series is None:
                series = known.next_series
                known.next_series += 1
                ids[source][run, metric_id] = series
            columns.append((series, run, metric_id, source, fresh))
    table = np.array(columns, np.int64).reshape(-1, 5)
    points = _joined([read.chunk.points for read, _ in with_points])
    return _tidy(table, points, dropped)


def _joined(blocks: Sequence[Points]) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    if len(blocks) == 1:
        only = blocks[0]
        return only.counts, only.step, only.wall, only.value
    return (
        np.concatenate([b.counts for b in blocks]),
        np.concatenate([b.step for b in blocks]),
        np.concatenate([b.wall for b in blocks]),
        np.concatenate([b.value for b in blocks]),
    )


def _tidy(
    table: IntArray, points: tuple[IntArray, IntArray, IntArray, FloatArray], dropped: bool
) -> Segments | None:
    """Leave out empty and unwanted segments; bring the segments of one series together, in order."""
    counts, step, wall, value = points
    counts = counts.astype(np.int64, copy=False)
    keep = table[:, 0] > 0
    if dropped:
        wanted = np.repeat(keep, counts)
        step, wall, value = step[wanted], wall[wanted], value[wanted]
    table, counts = table[keep], counts[keep]
    if not len(table):
        return None
    series, first, where = np.unique(table[:, 0], return_index=True, return_inverse=True)
    if len(series) < len(table):
        order = np.argsort(np.repeat(where, counts), kind="stable")
        step, wall, value = step[order], wall[order], value[order]
        counts = np.bincount(where, weights=counts).astype(np.int64)
        table = table[first]
    return Segments(
        table[:, 0], table[:, 1], table[:, 2], table[:, 3], table[:, 4].astype(bool), counts,
        np.ascontiguousarray(step, np.int64), np.ascontiguousarray(wall, np.int64),
        np.ascontiguousarray(value, np.float64),
    )  # fmt: skip


def append(con: duckdb.DuckDBPyConnection, known: Known, new: Segments) -> None:
    """Write points and figures."""
    figures = extent(new.counts, new.step, new.wall, new.value)
    old = np.flatnonzero(~new.fresh)
    slots = known.figures.slots(new.series[old])
    before = np.zeros(len(new.series), np.int64)
    before[old] = known.figures.counts(slots)
    had = [b""] * len(new.series)
    for place, spark in zip(old.tolist(), known.figures.sparks(slots), strict=True):
        had[place] = spark
    drawn, redrawn = sparks(new.counts, new.value, before, had)
    if new.fresh.any():
        _insert_series(con, known, new, figures, drawn)
    if len(old):
        some = _of(figures, old)
        columns = known.figures.merged(slots, some, [drawn[i] for i in old.tolist()])
        _update_series(con, new.series[old], columns)
        again = [i for i in old.tolist() if redrawn[i]]
        _update_sparks(con, new.series[again], [drawn[i] for i in again])
    _keep(con, known, new, old, slots)


def _of(figures: Extent, some: IntArray) -> Extent:
    return Extent(*(getattr(figures, name)[some] for name in Extent.__slots__))


def _insert_series(
    con: duckdb.DuckDBPyConnection, known: Known, new: Segments, figures: Extent, drawn: Sequence[bytes]
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


def _keep(
    con: duckdb.DuckDBPyConnection, known: Known, new: Segments, old: IntArray, slots: IntArray
) -> None:
    """Points of new series and long pieces go into blocks, dribbles wait in `tail` to make one."""
    waiting = np.zeros(len(new.series), np.int64)
    waiting[old] = known.figures.tails(slots)
    limit = _FOLD + new.series * 37 % _SPREAD  # so that runs started together do not fold together
    packed = new.fresh | (new.counts >= PACK_AT) | (waiting + new.counts >= limit)
    mask = np.repeat(packed, new.counts)
    if packed.any():
        fold(
            con,
            new.series[packed],
            new.counts[packed],
            (new.step, new.wall, new.value)
            if packed.all()
            else (new.step[mask], new.wall[mask], new.value[mask]),
            new.series[packed & (waiting > 0)],
        )
    if not packed.all():
        rest = ~mask
        with incoming(
            con,
            {
                "series_id": np.repeat(new.series[~packed], new.counts[~packed]).astype(np.int32),
                "step": new.step[rest],
                "wall": new.wall[rest],
                "value": new.value[rest],
            },
        ):
            con.execute("INSERT INTO tail SELECT series_id, step, wall, value FROM incoming")
        known.tails = True
    known.figures.put_tails(slots, np.where(packed, 0, waiting + new.counts)[old])


def fold(
    con: duckdb.DuckDBPyConnection,
    series: IntArray,
    counts: IntArray,
    points: tuple[IntArray, IntArray, FloatArray],
    with_tail: IntArray,
) -> None:
    """Write points as blocks, behind what waits in `tail` for these series."""
    step, wall, value = points
    if len(with_tail):
        listed = ", ".join(map(str, with_tail.tolist()))
        rows = con.execute(
            f"SELECT series_id, step, wall, value FROM tail WHERE series_id IN ({listed}) ORDER BY rowid"
        ).fetchnumpy()
        con.execute(f"DELETE FROM tail WHERE series_id IN ({listed})")
        owner = np.concatenate((rows["series_id"].astype(np.int64), np.repeat(series, counts)))
        order = np.argsort(owner, kind="stable")
        series, counts = np.unique(owner, return_counts=True)
        step = np.concatenate((plain(rows["step"]), step))[order]
        wall = np.concatenate((plain(rows["wall"]), wall))[order]
        value = np.concatenate((plain(rows["value"]), value))[order]
    blocks = pack(counts, step, wall, value)
    with incoming(
        con,
        {
            "series_id": series[blocks.segment].astype(np.int32),
            "count": blocks.count.astype(np.int32),
            "step": blocks.step,
            "step_by": blocks.step_by,
            "wall": blocks.wall,
            "wall_by": blocks.wall_by,
            "form": blocks.form,
            "data": blocks.data,
        },
    ):
        con.execute("INSERT INTO packed SELECT * FROM incoming")
