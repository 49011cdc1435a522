"""A curve made ready once shows the same as its points looked at one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlops_console.charts import ChartOptions, Curve, Prepared, line_chart, plain
from mlops_console.charts.prepared import Form

heights = st.one_of(st.floats(-100, 100), st.sampled_from([np.nan, np.inf, -np.inf, 1e301]))


@st.composite
def series(draw):
    y = draw(hnp.arrays(np.float64, st.integers(1, 300), elements=heights))
    x = np.cumsum(draw(hnp.arrays(np.float64, len(y), elements=st.sampled_from([0.0, 0.5, 1.0, 7.0]))))
    for _ in range(draw(st.integers(0, 3))):
        x = np.roll(x, draw(st.integers(0, len(x))))  # a resumed run steps back
    return x, y


def curve(x, y, letter="A"):
    return Curve(letter, "val", np.asarray(x, float), np.asarray(y, float), "series0")


@settings(deadline=None, max_examples=300)
@given(series(), st.floats(0, 1), st.floats(0.01, 1), st.integers(2, 120))
def test_every_column_holds_its_lowest_and_its_highest(points, begin, width, across):
    x, y = points
    spread = max(1.0, float(np.ptp(x)))
    low = float(x.min()) + begin * spread
    high = low + width * spread
    lane = Prepared(curve(x, y)).lane(Form())
    columns = lane.columns((low, high), across)
    good = np.abs(y) <= 1e300
    exact = (x[good] - low) / (high - low) * (across - 1)
    # Exactly between two columns a point may belong to either.
    clear = np.abs(exact % 1 - 0.5) > 1e-6
    for column in np.unique(np.rint(exact[clear])):
        if not 0 <= column < across:
            continue
        here = y[good][(np.rint(exact) == column) & clear]
        mine = columns.column == column
        assert columns.low[mine].min() <= here.min()
        assert columns.high[mine].max() >= here.max()
    assert np.isin(columns.low, y).all()
    assert np.isin(columns.high, y).all()


@settings(deadline=None)
@given(series(), st.integers(2, 120))
def test_no_line_leads_over_what_is_no_number(points, across):
    x, y = points
    lane = Prepared(curve(x, y)).lane(Form())
    columns = lane.columns((float(x.min()), float(x.max()) + 1), across)
    good = np.abs(y) <= 1e300
    breaks = int((good & ~np.append(False, good[:-1])).sum())
    backs = int((np.diff(x[good]) < 0).sum()) if good.any() else 0
    assert (~columns.joined).sum() >= (breaks > 0)
    assert (~columns.joined).sum() <= breaks + backs


@settings(deadline=None, max_examples=60)
@given(
    series(),
    st.builds(
        ChartOptions,
        smoothing=st.sampled_from([0.0, 0.9]),
        log_y=st.booleans(),
        log_x=st.booleans(),
        x_range=st.sampled_from([None, (1.0, 9.0), (3.0, 3.1)]),
        cursor=st.sampled_from([None, 4.0]),
        letters=st.booleans(),
    ),
)
def test_a_repaint_shows_the_same(points, options):
    fresh = [curve(*points), curve(points[0], points[1] + 1, "B")]
    kept = [Prepared(item) for item in fresh]
    line_chart(kept, 50, 9, ChartOptions(focus="B"))
    line_chart(kept, 70, 12, ChartOptions(x_range=(2, 5)))
    assert repr(line_chart(kept, 60, 10, options)) == repr(line_chart(fresh, 60, 10, options))


def test_a_single_nan_among_ten_thousand_points_is_marked_and_counted():
    y = np.sin(np.arange(10_000) / 500)
    y[4_321] = np.nan
    chart = line_chart([curve(np.arange(10_000), y)], 60, 10)
    assert chart.legend[0].not_numbers == 1
    assert any("✗" in plain(row) for row in chart.rows)


def test_many_small_gaps_are_all_gaps():
    y = np.ones(2_000)
    y[::2] = np.nan
    chart = line_chart([curve(np.arange(2_000), y)], 60, 10)
    assert chart.legend[0].not_numbers == 1_000
    assert not chart.empty


@pytest.mark.parametrize("base", [2**53 + 1, 1_700_000_000_000_000_000, 9.2e18, -(2**60)])
def test_steps_beyond_what_a_float_tells_apart(base):
    x = np.arange(50) * 1_000_000 + int(base)
    chart = line_chart([Curve("A", "val", x, np.linspace(1, 0, 50), "series0")], 60, 10)
    labels = plain(chart.rows[-1]).split()
    assert len(set(labels)) == len(labels)
    lit = [row for row in chart.rows[:-1] if plain(row)[chart.left :].strip("┄ ")]
    assert len(lit) >= 8


def test_x_that_jumps_about_is_drawn_point_by_point():
    rng = np.random.default_rng(1)
    x = rng.permutation(1_000).astype(float)
    chart = line_chart([curve(x, x)], 60, 10)
    assert not chart.empty
    assert chart.x_range == (0.0, 999.0)


def test_the_nearest_point_is_the_one_recorded_last():
    item = Prepared(curve([0, 1, 2, 2, 3], [5, 6, 7, 8, 9]))
    assert item.nearest(2.2) == 3
    assert item.nearest(-7) == 0
    assert item.nearest(99) == 4
    assert Prepared(curve([0, 1, 2, 1, 2], [1, 2, 3, 4, 5])).nearest(2) == 4
    assert Prepared(curve([], [])).nearest(2) is None
    assert Prepared(curve([np.nan, 4.0], [1, 2])).nearest(2) == 1


def test_the_cursor_reads_each_curve_at_its_own_nearest_point():
    often = curve(np.arange(100), np.arange(100), "t")
    seldom = curve(np.arange(0, 100, 25), np.arange(0, 100, 25) * 2, "v")
    entries = line_chart([often, seldom], 60, 10, ChartOptions(cursor=30, focus="t")).legend
    assert [(entry.value, entry.at) for entry in entries] == [(30, 30), (50, 25)]
    late = line_chart([often, seldom], 60, 10, ChartOptions(cursor=98, focus="t")).legend
    assert late[1].value is None  # it has ended by then


def test_letters_stand_where_curves_end():
    x = np.arange(50)
    curves = [curve(x, x, "A"), curve(x, -x, "B"), curve(x[:20], x[:20] * 0 + 40, "C")]
    chart = line_chart(curves, 60, 12, ChartOptions(letters=True))
    rows = [plain(row) for row in chart.rows[:-1]]
    assert [row[-1] for row in rows if row[-1:] in ("A", "B")] == ["A", "B"]
    assert any("C" in row for row in rows)
    assert all(len(row) <= 60 for row in rows)


def test_a_band_lies_behind_its_curve():
    x = np.arange(50.0)
    banded = Curve("A", "mean", x, x, "series0", x - 10, x + 10)
    chart = line_chart([banded], 60, 12)
    inks = {ink for row in chart.rows for _, ink in row}
    assert {"series0", "series0.band"} <= inks
    low, high = chart.y_range
    assert low <= -8
    assert high >= 56
    dim = line_chart([banded, curve(x, x + 3, "B")], 60, 12, ChartOptions(focus="B"))
    assert "series0.band" not in {ink for row in dim.rows for _, ink in row}
    with_gap = banded._replace(low=np.where(x == 20, np.nan, x - 10))
    assert line_chart([with_gap], 60, 12).rows


def test_a_plateau_looks_like_one():
    y = 0.91 - 0.4 * np.exp(-np.arange(400) / 8)
    low, high = line_chart([curve(np.arange(400), y)], 60, 12).y_range
    assert high - low > 0.05
    assert high >= 0.905
