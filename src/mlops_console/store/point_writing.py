"""Points on their way into the tables, with the figures kept of each series."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt

from mlops_console.records import FloatArray, IntArray, Points
from mlops_console.store.arrow import incoming
from mlops_console.store.database import plain
from mlops_console.store.figures import extent, sparks
from mlops_console.store.known import Known
from mlops_console.store.packed import PACK_AT, Blobs
from mlops_console.store.packing import Blocks, pack
from mlops_console.store.series_writing import Naming, SeriesNamed, write_series
from mlops_console.store.types import Read

_FOLD: Final = 192
_SPREAD: Final = 128


@dataclass(slots=True)
class Segments(SeriesNamed):
    """Points by series, a series once: series i owns the next counts[i] points."""

    counts: IntArray
    step: IntArray
    wall: IntArray
    value: FloatArray


def gather(known: Known, reads: Sequence[Read], sources: Sequence[int], naming: Naming) -> Segments | None:
    """All points of a wave, those of forgotten runs left out."""
    with_points = [(r, s) for r, s in zip(reads, sources, strict=True) if len(r.chunk.points)]
    if not with_points:
        return None
    table = naming.table(
        known,
        ((r.project_key, s, r.chunk.points.series, r.chunk.points.counts.tolist()) for r, s in with_points),
    )
    return _tidy(table, _joined([read.chunk.points for read, _ in with_points]))


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


def _tidy(table: IntArray, points: tuple[IntArray, IntArray, IntArray, FloatArray]) -> Segments | None:
    """Leave out empty and unwanted segments; bring the segments of one series together, in order."""
    counts, step, wall, value = points
    counts = counts.astype(np.int64, copy=False)
    keep = table[:, 0] > 0
    if counts[~keep].any():
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

    def draw(before: IntArray, had: list[bytes]) -> tuple[list[bytes], npt.NDArray[np.bool_]]:
        return sparks(new.counts, new.value, before, had)

    old, slots = write_series(con, known, new, extent(new.counts, new.step, new.wall, new.value), draw)
    _keep(con, known, new, old, slots)


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
    put_blocks(con, series, blocks, blocks.data)


def fold_tails(con: duckdb.DuckDBPyConnection, series: IntArray) -> None:
    """Put into blocks what waits in `tail` for these series; something does."""
    none = np.empty(0, np.int64)
    fold(con, none, none, (none, none, np.empty(0, np.float64)), series)


def put_blocks(
    con: duckdb.DuckDBPyConnection, series: IntArray, blocks: Blocks, data: Sequence[bytes] | Blobs
) -> None:
    """Blocks of these series, behind all that there are."""
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
            "data": data,
        },
    ):
        con.execute("INSERT INTO packed SELECT * FROM incoming")
