"""Nothing that was measured is lost on the way to the screen."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlops_console.charts.canvas import PENS, Canvas
from mlops_console.charts.decimation import gather
from mlops_console.charts.smoothing import ema, usual_weight

curves = hnp.arrays(
    np.float64,
    st.integers(1, 300),
    elements=st.one_of(st.floats(-50, 150), st.sampled_from([np.nan, np.inf, -np.inf, 1e300])),
)
glyphs = st.sampled_from(sorted(PENS))


def positions(y, canvas, jumps=False):
    x = np.linspace(0, canvas.across - 1, len(y)) if len(y) > 1 else np.zeros(1)
    if jumps:
        x = np.roll(x, len(x) // 3)
    with np.errstate(invalid="ignore"):
        return x, canvas.down - 1 - y / 100 * (canvas.down - 1)


@settings(deadline=None)
@given(curves, glyphs, st.integers(4, 60), st.integers(1, 20), st.booleans())
def test_every_point_in_the_picture_lights_its_own_dot(y, kind, width, height, jumps):
    canvas = Canvas(width, height, kind)
    column, dot = positions(y, canvas, jumps)
    lit = canvas.dots(gather(column, dot))
    for x, at in zip(column, dot, strict=True):
        if np.isfinite(at) and 0 <= np.rint(at) < canvas.down:
            assert lit[int(np.rint(at)), int(np.rint(x))]


@settings(deadline=None)
@given(curves, glyphs, st.integers(4, 60), st.integers(1, 20))
def test_a_gap_stays_a_gap(y, kind, width, height):
    canvas = Canvas(width, height, kind)
    column, dot = positions(y, canvas)
    lit = canvas.dots(gather(column, dot))
    good = np.isfinite(dot)
    columns = np.rint(column).astype(int)
    for start, end in zip(
        np.flatnonzero(good[:-1] & ~good[1:]), np.flatnonzero(~good[:-1] & good[1:]) + 1, strict=False
    ):
        if end > start:
            inner = [c for c in range(columns[start] + 1, columns[end]) if c not in columns[good]]
            assert not lit[:, inner].any()


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=2, max_size=40), st.integers(4, 60), st.integers(1, 20))
def test_a_line_without_gaps_is_unbroken(values, width, height):
    canvas = Canvas(width, height)
    column, dot = positions(np.array(values), canvas)
    lit = canvas.dots(gather(column, dot))
    assert lit.any(axis=0).all()
    tops, ends = lit.argmax(axis=0), canvas.down - 1 - lit[::-1].argmax(axis=0)
    # Neighbouring columns touch, at most diagonally.
    assert (tops[1:] <= ends[:-1] + 1).all()
    assert (ends[1:] >= tops[:-1] - 1).all()


@given(curves)
def test_what_lies_outside_is_not_moved_to_the_edge(y):
    canvas = Canvas(20, 5)
    column, dot = positions(y, canvas)
    outside = np.isfinite(dot) & (dot < -0.5)
    lit = canvas.dots(gather(column[outside], np.full(outside.sum(), -40.0)))
    assert not lit.any()


def test_zoomed_in_lines_cross_the_picture():
    canvas = Canvas(10, 5)
    lit = canvas.dots(gather(np.array([-1e9, 1e9]), np.array([0.0, canvas.down - 1.0])))
    assert lit.any(axis=0).all()


def test_a_line_does_not_run_back_where_x_steps_back():
    canvas = Canvas(20, 5)
    column = np.array([0.0, 30.0, 10.0, 39.0])
    lit = canvas.dots(gather(column, np.array([0.0, 0.0, 19.0, 19.0])))
    assert not lit[1:19].any()


@given(hnp.arrays(np.float64, st.integers(3, 200), elements=st.floats(-1e6, 1e6)), st.floats(0.05, 0.99))
def test_smoothing_is_the_weighted_mean_of_the_past(y, weight):
    total = mass = 0.0
    expected = []
    for value in y:
        total, mass = total * weight + value, mass * weight + 1
        expected.append(total / mass)
    np.testing.assert_allclose(ema(y, weight), expected, rtol=1e-5, atol=1e-2)


@given(curves, st.floats(0.0, 0.99))
def test_smoothing_keeps_what_is_no_number_where_it_is(y, weight):
    smooth = ema(y, weight)
    assert (np.isfinite(smooth) == np.isfinite(y)).all()
    np.testing.assert_array_equal(smooth[~np.isfinite(y)], y[~np.isfinite(y)])


def test_more_points_are_smoothed_more():
    noise = np.random.default_rng(1).normal(size=100_000)
    weights = [usual_weight(noise[:n]) for n in (10, 100, 1000, 100_000)]
    assert weights == sorted(weights)
    assert weights[0] == 0
    assert weights[-1] > 0.9


def test_what_only_bends_is_not_smoothed():
    assert usual_weight(np.exp(-np.arange(1000) / 300)) == 0
    assert usual_weight(np.ones(1000)) == 0
    assert usual_weight(np.full(1000, np.nan)) == 0
