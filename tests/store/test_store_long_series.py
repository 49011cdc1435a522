"""Long series that nothing compresses: the store takes any number of them within the memory it may use."""

import numpy as np
from store_making import PROJECT, asked

from mlops_console.records import Chunk, Points, RunFacts, RunKey, Source
from mlops_console.store import Read, Store

SERIES, STEPS, RUNS = 100, 10_000, 24


def test_the_memory_of_the_store_is_enough_for_many_of_them(store: Store) -> None:
    draw = np.random.default_rng(3)
    steps = np.tile(np.arange(STEPS), SERIES)
    for number in range(RUNS):
        key = RunKey(f"run{number:02d}")
        wall = 10**15 + np.cumsum(draw.integers(1, 10**10, len(steps)))
        points = Points(
            tuple((key, f"m{at}") for at in range(SERIES)), np.full(SERIES, STEPS), steps, wall,
            draw.normal(size=len(steps)),
        )  # fmt: skip
        source = Source("plain", key.path, (f"{key.path}/log.csv",))
        store.apply([Read(PROJECT.key, source, b"mark", Chunk((RunFacts(key),), points, (), b"done"))])
    assert asked(store, "SELECT sum(count), count(*) FROM series") == [(RUNS * SERIES * STEPS, RUNS * SERIES)]
