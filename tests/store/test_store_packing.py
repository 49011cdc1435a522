"""Blocks give back every point to the bit; figures and sparklines do not depend on how points were cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.records import NO_TIME
from mlops_console.store.figures import NO_STEP, SPARK, extent, sparks, stride_of
from mlops_console.store.packing import BLOCK, pack, unpack

INT = st.integers(-(2**63), 2**63 - 1)
NUMBER = st.floats(width=32) | st.floats()
STEPS = st.lists(INT, min_size=1, max_size=20) | st.builds(
    lambda first, by, count: [first + i * by for i in range(count)],
    st.integers(-1000, 1000), st.integers(-300, 70_000), st.integers(1, 30),
)  # fmt: skip


@given(st.lists(st.tuples(STEPS, STEPS, st.lists(NUMBER, min_size=30, max_size=30)), min_size=1, max_size=5))
def test_every_point_comes_back_as_it_was(segments):
    cut = [
        (s[: min(len(s), len(w))], w[: min(len(s), len(w))], v[: min(len(s), len(w))]) for s, w, v in segments
    ]
    counts = np.array([len(s) for s, _, _ in cut])
    step, wall, value = (np.concatenate([np.array(part[i], kind) for part in cut]) for i, kind in
                         ((0, np.int64), (1, np.int64), (2, np.float64)))  # fmt: skip
    blocks = pack(counts, step, wall, value)
    got = [
        unpack(row)
        for row in zip(
            blocks.count.tolist(), blocks.step.tolist(), blocks.step_by.tolist(), blocks.wall.tolist(),
            blocks.wall_by.tolist(), blocks.form.tolist(), blocks.data, strict=True,
        )
    ]  # fmt: skip
    assert np.concatenate([g[0] for g in got]).tolist() == step.tolist()
    assert np.concatenate([g[1] for g in got]).tolist() == wall.tolist()
    assert np.concatenate([g[2] for g in got]).tobytes() == value.tobytes()


def test_a_long_series_is_cut_into_blocks():
    count = 2 * BLOCK + 5
    step = np.arange(count)
    blocks = pack(
        np.array([3, count]),
        np.concatenate((step[:3], step)),
        np.full(count + 3, NO_TIME),
        np.zeros(count + 3),
    )
    assert blocks.count.tolist() == [3, BLOCK, BLOCK, 5]
    assert blocks.segment.tolist() == [0, 1, 1, 1]
    assert blocks.step.tolist() == [0, 0, BLOCK, 2 * BLOCK]


def test_regular_float32_points_take_four_bytes_each():
    blocks = pack(
        np.array([1000]),
        np.arange(1000),
        np.arange(1000) * 250_000,
        np.float64(np.float32(np.linspace(0, 1, 1000))),
    )
    assert len(blocks.data[0]) == 4000


@given(st.lists(st.integers(1, 90), min_size=1, max_size=12), st.integers(0, 2**32 - 1))
def test_a_sparkline_does_not_depend_on_the_cuts(cuts, seed):
    values = np.random.default_rng(seed).normal(size=sum(cuts))
    spark, before = b"", 0
    for cut in cuts:
        some = values[before : before + cut]
        [spark], _ = sparks(np.array([cut]), some, np.array([before]), [spark])
        before += cut
    stride = int(stride_of(np.array([len(values)]))[0])
    assert np.frombuffer(spark, "<f4").tolist() == values[::stride].astype("<f4").tolist()
    assert len(spark) <= 4 * SPARK


@pytest.mark.parametrize(
    ("count", "stride"),
    [(1, 1), (64, 1), (65, 2), (128, 2), (129, 4), (64 * 1024, 1024), (64 * 1024 + 1, 2048)],
)
def test_the_stride_doubles_when_a_sparkline_is_full(count, stride):
    assert stride_of(np.array([count])).tolist() == [stride]


def test_figures_ignore_nan_and_take_the_first_extreme():
    value = np.array([np.nan, 3.0, 1.0, 1.0, np.inf, np.nan, np.nan])
    figures = extent(np.array([5, 2]), np.arange(7), np.arange(7), value)
    assert figures.min.tolist()[0] == 1.0
    assert np.isnan(figures.min[1])
    assert figures.min_step.tolist()[0] == 2
    assert figures.max.tolist()[0] == np.inf
    assert figures.nan_count.tolist() == [1, 2]
    assert figures.last_step.tolist() == [4, 6]


def naive(values: list[float]) -> tuple[int, float, int, float, int]:
    """How many are no numbers; the least and the greatest of the others, and where each is first met."""
    numbers = [(i, v) for i, v in enumerate(values) if v == v]
    if not numbers:
        return len(values), np.nan, NO_STEP, np.nan, NO_STEP
    low, high = min(v for _, v in numbers), max(v for _, v in numbers)
    at = [next(i for i, v in numbers if v == best) for best in (low, high)]
    return len(values) - len(numbers), low, at[0], high, at[1]


SOME = st.sampled_from([0.0, -0.0, 1.0, 2.5, -3.0, np.inf, -np.inf, np.nan])


@given(st.lists(st.lists(SOME, min_size=1, max_size=12), min_size=1, max_size=6), st.sampled_from([1, 600]))
def test_extremes_are_where_they_are_first_met_in_short_and_in_long_segments(segments, times):
    segments = [segment * times for segment in segments]
    counts = np.array([len(segment) for segment in segments])
    step = np.concatenate([np.arange(count) for count in counts])
    found = extent(counts, step, step, np.concatenate([np.array(s, np.float64) for s in segments]))
    got = zip(
        *(getattr(found, name).tolist() for name in ("nan_count", "min", "min_step", "max", "max_step")),
        strict=True,
    )
    assert [repr(one) for one in got] == [repr(naive(segment)) for segment in segments]
