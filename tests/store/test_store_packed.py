"""Blocks that come ready made leave behind what the same points do: history, figures, sparkline, order."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_making import NOW, PROJECT, asked, history, reading

from mlops_console.records import RunFacts, RunKey
from mlops_console.settings import places
from mlops_console.store import Read, open_store
from mlops_console.store.packed import PACK_AT, Packing, Part

LONG = PACK_AT
FIGURES = (
    "SELECT path, key, shown, count, first_step, first_value, last_step, last_value, last_wall, min, max,"
    " min_step, max_step, nan_count, spark FROM series JOIN runs USING (run_id) JOIN keys USING (key_id)"
    " ORDER BY ALL"
)


def packed(reads: list[Read]) -> list[Read]:
    """As the reader child answers them: long pieces in blocks, of all sources together."""
    packing = Packing()
    taken = [packing.take(read.chunk.points) for read in reads]
    whole = packing.packed()
    out, at = [], 0
    for read, (rest, series) in zip(reads, taken, strict=True):
        part = Part(whole, at, at + series) if whole is not None and series else None
        out.append(replace(read, chunk=replace(read.chunk, points=rest), packed=part))
        at += series
    return out


def rows(seed: int, first: int, count: int) -> list[tuple[int, int, float]]:
    rng = np.random.default_rng([seed, first])
    values = rng.normal(size=count)
    values[rng.random(count) < 0.1] = np.nan
    by = int(rng.integers(1, 3))
    return [(first + by * i, NOW + 1_000_000 * i, float(values[i])) for i in range(count)]


PIECES = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", "z"]), st.sampled_from([1, 5, LONG, 150])),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(deadline=None, max_examples=12)
@given(st.lists(PIECES, min_size=1, max_size=4), st.booleans())
def test_they_leave_behind_what_points_do(tmp_path_factory, batches, in_one):
    folder = tmp_path_factory.mktemp("packed")
    reads: list[list[Read]] = []
    at = 0
    for batch in batches:
        by_source: dict[str, dict[str, list]] = {}
        for source, metric, count in batch:
            by_source.setdefault(source, {})[metric] = rows(7, at, count)
            at += 1000
        reads.append([reading(f"runs/{source}", metrics=some) for source, some in by_source.items()])
    found = []
    for name, made in (("points", list), ("blocks", packed)):
        store = open_store(places(str(folder / f"{name}.duckdb")))
        store.put_project(PROJECT)
        given_now = [made(batch) for batch in reads]
        for batch in [[read for some in given_now for read in some]] if in_one else given_now:
            store.apply(batch)
        kept = {
            (path, key): history(store, path, key)
            for path, key in asked(store, "SELECT DISTINCT path, key FROM series JOIN runs USING (run_id)"
                                          " JOIN keys USING (key_id)")
        }  # fmt: skip
        found.append((repr(sorted(kept.items())), repr(asked(store, FIGURES))))
        store.close()
    assert found[0] == found[1]


def test_a_series_that_is_said_twice_keeps_both_pieces_in_order(store):
    # Two names that differ in bytes alone are one in the tables.
    read = reading(series={("runs/a", "m\udcff"): rows(1, 0, LONG), ("runs/a", "m\\xff"): rows(1, 500, LONG)})
    store.apply(packed([read]))
    assert [step for step, _, _ in history(store, "runs/a", "m\\xff")] == [
        step for step, _, _ in rows(1, 0, LONG) + rows(1, 500, LONG)
    ]
    assert asked(store, "SELECT count FROM series") == [(2 * LONG,)]


def test_blocks_of_forgotten_runs_are_left_out(store):
    store.apply([reading("runs/a", RunFacts(RunKey("runs/a")), metrics={"x": rows(1, 0, 3)})])
    ((identity,),) = asked(store, "SELECT id FROM runs")
    store.forget([identity])
    some = [reading(f"runs/{name}", metrics={"x": rows(1, 0, LONG)}, anew=True) for name in "abc"]
    store.apply(packed(some))
    assert asked(store, "SELECT path, count FROM series JOIN runs USING (run_id) ORDER BY 1") == [
        ("runs/b", LONG), ("runs/c", LONG),
    ]  # fmt: skip
    assert repr(history(store, "runs/c", "x")) == repr(rows(1, 0, LONG))


def test_a_source_that_is_read_anew_takes_its_blocks_back(store):
    store.apply(packed([reading(metrics={"x": rows(1, 0, LONG), "y": rows(1, 0, 2)})]))
    store.apply(packed([reading(metrics={"x": rows(2, 0, LONG)}, reset=True)]))
    assert asked(store, "SELECT key, count FROM series JOIN keys USING (key_id)") == [("x", LONG)]
    assert repr(history(store, "runs/a", "x")) == repr(rows(2, 0, LONG))


@pytest.mark.parametrize("counts", [[LONG, 1], [LONG - 1], [LONG + 5, -5], [LONG, 0]])
def test_points_that_do_not_fit_their_counts_are_refused(counts):
    good = reading(metrics={"x": rows(1, 0, LONG)}).chunk.points
    with pytest.raises(ValueError, match="count"):
        Packing().take(replace(good, counts=np.array(counts)))
