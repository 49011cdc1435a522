"""Axes: grid lines stand on rows, labels say what is there, everything asked for is in the picture."""

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.charts.scales import vertical_axis
from mlops_console.charts.ticks import between, log_between, tick_labels, x_label, x_labels

values = st.floats(allow_nan=False, allow_infinity=False)
usual = st.floats(min_value=-1e9, max_value=1e9).filter(lambda v: v == 0 or abs(v) > 1e-9)


def read(label: str) -> float:
    return float(label.replace(",", "").replace("−", "-"))


@given(values, values, st.integers(1, 60), st.booleans())
def test_an_axis_holds_what_it_was_made_for(a, b, rows, log):
    low, high = min(a, b), max(a, b)
    axis = vertical_axis(low, high, rows, log and low > 0)
    assert math.isfinite(axis.bottom)
    assert axis.top > axis.bottom
    assert axis.ticks
    assert all(0 <= row < max(2, rows) for row, _ in axis.ticks)
    if low > -1e300 and high < 1e300 and (low > 1e-280 or not axis.log):
        heights = axis.heights(np.array([low, high]))
        half_row = 0.5 / max(1, rows - 1)
        assert (heights >= -half_row - 1e-6).all()
        assert (heights <= 1 + half_row + 1e-6).all()


@given(usual, usual, st.integers(4, 60))
def test_a_label_is_the_value_in_the_middle_of_its_row(a, b, rows):
    low, high = min(a, b), max(a, b)
    if high - low < 1e-6 * max(abs(low), abs(high), 1e-3):
        return
    axis = vertical_axis(low, high, rows)
    for row, label in axis.ticks:
        stands = 1 - row / (rows - 1)
        assert axis.heights(np.array([read(label)]))[0] == pytest.approx(stands, abs=1e-3)


@given(usual, usual, st.integers(5, 60))
def test_three_or_four_grid_lines_equally_far_apart_and_told_apart(a, b, rows):
    low, high = min(a, b), max(a, b)
    axis = vertical_axis(low, high, rows)
    lines = [row for row, _ in axis.ticks]
    assert len(lines) in (3, 4)
    assert lines[0] == rows - 1
    assert len({x - y for x, y in itertools.pairwise(lines)}) == 1
    if high - low > 1e-6 * max(abs(low), abs(high), 1e-3):
        assert len({label for _, label in axis.ticks}) == len(lines)


@given(st.floats(1e-12, 1e12), st.floats(1e-12, 1e12), st.integers(5, 60))
def test_log_labels_are_within_half_a_row(a, b, rows):
    low, high = min(a, b), max(a, b)
    axis = vertical_axis(low, high, rows, log=True)
    if high / low < 3:
        return
    for row, label in axis.ticks:
        stands = 1 - row / (rows - 1)
        assert axis.heights(np.array([read(label)]))[0] == pytest.approx(stands, abs=0.6 / (rows - 1))


@pytest.mark.parametrize(
    ("low", "high", "rows", "labels"),
    [
        (0.8812, 0.9184, 7, [".88", ".90", ".92"]),
        (0.52, 0.94, 13, [".50", ".75", "1.00"]),
        (0, 1800, 13, ["0", "1,000", "2,000"]),
        (-0.004, 0.0062, 7, ["−.004", "0", ".004", ".008"]),
        (7, 7, 5, ["6.6", "7.0", "7.4"]),
        (2.9, 5.4, 28, ["2.5", "3.5", "4.5", "5.5"]),
        (12, 87, 9, ["10", "30", "50", "70"]),
    ],
)
def test_familiar_axes(low, high, rows, labels):
    assert [label for _, label in vertical_axis(low, high, rows).ticks] == labels


def test_labels_have_no_more_digits_than_they_need():
    assert tick_labels([0.9, 0.92, 0.94], 0.02) == [".90", ".92", ".94"]
    assert tick_labels([1e-5, 1.5e-5, 2e-5], 0.5e-5) == ["1.0e-5", "1.5e-5", "2.0e-5"]
    assert tick_labels([0, 250, 500], 250) == ["0", "250", "500"]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (640, "number", "640"),
        (10_000, "number", "10,000"),
        (2_500_000, "number", "2.5M"),
        (90, "seconds", "1m30s"),
        (7200, "seconds", "2h"),
        (0.5, "seconds", ".5s"),
        (0, "seconds", "0"),
    ],
)
def test_labels_below(value, kind, text):
    assert x_label(value, kind) == text


@given(values, values, st.sampled_from(["number", "seconds"]), st.integers(1, 6))
def test_round_numbers_lie_between_the_ends(a, b, kind, count):
    low, high = min(a, b), max(a, b)
    found = list(between(low, high, kind, count))
    assert all(low <= value < high for value in found)
    assert len(found) <= 50


@given(st.floats(-280, 280), st.floats(0.01, 20), st.integers(1, 6))
def test_round_numbers_on_a_log_axis(low, span, count):
    for value in log_between(low, low + span, count):
        assert low < math.log10(value) < low + span + 1e-9


@pytest.fixture
def utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


NOON = 1_700_049_600.0
"""2023-11-15 12:00:00 UTC."""


@pytest.mark.parametrize(
    ("spread", "labels"),
    [
        ((0, 60, 120), ["15 Nov 12:00", "12:01", "12:02"]),
        ((0, 5, 10), ["15 Nov 12:00:00", "12:00:05", "12:00:10"]),
        ((0, 0.5, 1), ["15 Nov 12:00:00.0", "12:00:00.5", "12:00:01.0"]),
        ((0, 36_000, 72_000), ["15 Nov 12:00", "22:00", "16 Nov 08:00"]),
        ((0, 86_400, 172_800), ["15 Nov", "16 Nov", "17 Nov"]),
        ((0, 4e7, 8e7), ["15 Nov 2023", "20 Feb 2025", "29 May 2026"]),
    ],
)
def test_times_of_day_say_the_date_once(utc, spread, labels):
    assert x_labels([NOON + seconds for seconds in spread], "time") == labels


def test_round_times_are_round_where_people_are(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        found = list(between(NOON, NOON + 6 * 3600, "time", 3))
        assert found
        assert all((value + 5.5 * 3600) % 3600 == 0 for value in found)
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.floats(-1e18, 1e18), st.floats(0, 1e12), st.sampled_from(["number", "seconds", "time"]))
def test_any_place_has_a_label(low, span, kind):
    assert all(x_labels([low, low + span / 2, low + span], kind))


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([1_234_500, 1_234_700, 1_234_900], ["1.2345M", "1.2347M", "1.2349M"]),
        ([0, 1e6, 2e6], ["0", "1M", "2M"]),
        ([0, 1_250_000, 2_500_000], ["0", "1.25M", "2.5M"]),
        ([-2.6293, 0, 3.6571], ["−2.63", "0", "3.66"]),
        ([3600, 3605, 3610], None),
    ],
)
def test_labels_below_tell_their_places_apart(values, labels):
    shown = x_labels([float(value) for value in values], "number")
    assert shown == (labels or shown)
    assert len(set(shown)) == len(values)
    assert len(set(x_labels([3600.0, 3605.0, 3610.0], "seconds"))) == 3
