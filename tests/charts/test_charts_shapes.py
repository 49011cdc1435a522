"""Histograms, scatter charts, bars and intervals as a reader of the screen sees them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlops_console.charts import (
    Bins,
    ChartOptions,
    Curve,
    HistogramOptions,
    bar,
    difference,
    histogram,
    interval,
    plain,
    scatter,
)
from mlops_console.charts.histogram import bar_scale

BEFORE = np.array([0.02, 0.10, 0.30, 0.30, 0.18, 0.10])
NOW = np.array([0.02, 0.05, 0.15, 0.30, 0.28, 0.20])
EDGES = np.arange(7) * 10.0
anything = st.floats(allow_nan=True, allow_infinity=True)


def text(chart):
    return [plain(row) for row in chart.rows]


def inks(chart):
    return {ink for row in chart.rows for _, ink in row}


def test_more_and_fewer_stand_on_what_both_have():
    chart = histogram(Bins(BEFORE, NOW, EDGES), 40, 10)
    assert text(chart)[-1].split() == ["0", "10", "20", "30", "40", "50", "60"]
    used = inks(chart)
    assert {"common", "series0", "series1"} <= used
    assert [row.split()[0] for row in text(chart) if "%" in row]
    # The fourth bin did not change: all of its bar is common.
    column = chart.left + 3 * ((40 - chart.left) // 6)
    for row in chart.rows[:-1]:
        at = 0
        for words, ink in row:
            if at <= column < at + len(words) and words.strip(" ┄"):
                assert ink in ("common", "line", "series0", "series1") or "common" in ink
            at += len(words)


def test_one_sample_is_all_common():
    assert inks(histogram(Bins(BEFORE, None, EDGES), 40, 10)) <= {"common", "muted", "line"}


@pytest.mark.parametrize(("options", "glyphs"), [
    (HistogramOptions(shades=True), "█▓░"),
    (HistogramOptions(glyphs="ascii"), "#+-"),
])  # fmt: skip
def test_without_colour_the_parts_differ_by_shade(options, glyphs):
    page = "".join(text(histogram(Bins(BEFORE, NOW, EDGES), 40, 12, options)))
    assert all(glyph in page for glyph in glyphs)
    if glyphs == "#+-":
        assert page.isascii()


def test_names_stand_under_their_bars():
    chart = histogram(
        Bins(np.array([4.0, 1.0]), names=["red", "a name too long"]), 26, 8, HistogramOptions(percent=False)
    )
    under = text(chart)[-1]
    assert "red" in under
    assert "~" in under


@given(st.floats(1e-9, 1e9), st.integers(1, 60))
def test_the_highest_bar_fits_and_labels_are_in_the_middle_of_rows(highest, rows):
    scale = bar_scale(highest, rows, percent=False)
    assert scale.cell * rows >= highest * (1 - 1e-9)
    assert scale.ticks
    for row, label in scale.ticks:
        value = float(label.replace(",", ""))
        assert value == pytest.approx((rows - row - 0.5) * scale.cell, rel=0.02)


@settings(deadline=None)
@given(
    hnp.arrays(np.float64, st.integers(0, 200), elements=anything),
    st.integers(1, 90),
    st.integers(1, 25),
    st.sampled_from(["braille", "ascii"]),
    st.booleans(),
)
def test_no_shares_break_a_histogram(shares, width, height, glyphs, shades):
    other = shares[::-1].copy()
    chart = histogram(Bins(shares, other), width, height, HistogramOptions(glyphs=glyphs, shades=shades))
    assert len(chart.rows) == max(height, len(chart.rows))
    assert all(len(row) <= max(width, 4) for row in text(chart))


def test_too_many_bins_are_added_up():
    shares = np.full(1_000, 0.001)
    chart = histogram(Bins(shares, shares, np.arange(1_001.0)), 60, 8)
    assert text(chart)[-1].split()[0] == "0"
    assert not chart.empty


def test_nothing_in_any_bin_is_empty():
    assert histogram(Bins(np.zeros(4)), 40, 8).empty
    assert histogram(Bins(np.empty(0)), 40, 8).empty


def group(x, y, letter="", ink="muted"):
    return Curve(letter, "", np.asarray(x, float), np.asarray(y, float), ink)


def test_points_and_letters_of_the_marked():
    x = np.arange(50.0)
    chart = scatter([group(x, x * 2), group([10.0], [90.0], "A", "series0")], 60, 14, line=True)
    page = text(chart)
    assert sum(row.count("A") for row in page) == 1
    assert "series0" in inks(chart)
    low, high = chart.y_range
    assert low <= 0
    assert high >= 98


def test_the_trend_goes_through_the_middle():
    x = np.arange(50.0)
    with_line = scatter([group(x, x)], 60, 14, line=True)
    without = scatter([group(x[::49], x[::49])], 60, 14)
    lit = sum(char not in " ┄" for row in text(with_line)[:-1] for char in row[with_line.left :])
    few = sum(char not in " ┄" for row in text(without)[:-1] for char in row[without.left :])
    assert lit > few + 20


@settings(deadline=None)
@given(
    hnp.arrays(np.float64, st.integers(0, 60), elements=anything),
    hnp.arrays(np.float64, 60, elements=anything),
    st.integers(1, 80),
    st.integers(1, 20),
    st.booleans(),
    st.booleans(),
)
def test_no_points_break_a_scatter_chart(x, y, width, height, log_x, log_y):
    options = ChartOptions(log_x=log_x, log_y=log_y)
    chart = scatter([group(x, y[: len(x)])], width, height, options, line=True)
    assert all(len(row) <= max(width, 4) for row in text(chart))
    assert chart.legend[0].not_numbers == int(np.isnan(y[: len(x)]).sum())


@given(st.floats(allow_nan=True), st.integers(0, 40), st.booleans())
def test_a_bar_is_as_wide_as_asked(share, width, ascii_only):
    assert len(plain(bar(share, width, "accent", ascii_only=ascii_only))) == width


def test_a_bar_in_half_steps():
    assert bar(0.25, 10, "accent") == (("━━╸", "accent"), ("━━━━━━━", "line"))
    assert bar(1e-9, 10, "accent")[0] == ("╸", "accent")
    assert bar(0, 10, "accent") == (("━━━━━━━━━━", "line"),)


def test_differences_go_left_and_right():
    assert plain(difference(-0.5, 1, 21, ("bad", "ok"))) == "     ━━━━━│"
    assert plain(difference(0.25, 1, 21, ("bad", "ok"))) == " " * 10 + "│━━╸"
    assert plain(difference(float("nan"), 1, 21, ("bad", "ok"))).strip() == "│"
    assert plain(difference(9, 1, 21, ("bad", "ok"))).count("━") == 10


def test_an_interval_shows_its_estimate_and_zero():
    row = plain(interval((-0.2, 0.3, 0.8), (-1, 1), 21, "series0"))
    assert row[13] == "⣿"
    clear = plain(interval((0.2, 0.3, 0.8), (-1, 1), 21, "series0"))
    assert clear[10] == "┊"
    assert plain(interval((0.2, 0.3, 0.8), (-1, 1), 21, "series0", glyphs="ascii"))[13] == "o"


@given(st.tuples(anything, anything, anything), st.tuples(anything, anything), st.integers(0, 40))
def test_no_interval_breaks(span, ends, width):
    assert len(plain(interval(span, ends, width, "series0"))) <= width
