"""Sparklines."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlops_console.charts import plain, sparkline
from mlops_console.charts.spark import ASCII_STEPS, STEPS

series = hnp.arrays(
    np.float32, st.integers(0, 64), elements=st.floats(width=32, allow_nan=True, allow_infinity=True)
)


@given(series, st.integers(0, 20))
def test_fits_and_uses_no_full_cell(values, width):
    text = plain(sparkline(values, width, "accent"))
    assert len(text) <= width
    assert set(text) <= set(STEPS + " x")


def test_falls_and_ends_in_the_colour_of_its_state():
    row = sparkline(np.exp(-np.arange(64) / 20), 10, "accent")
    assert row == (("▆▅▄▃▂▂▁▁▁", "spark"), ("▁", "accent"))


def test_a_spike_is_seen():
    values = np.ones(64)
    values[33] = 9
    assert "▆" in plain(sparkline(values, 8, "second"))


def test_a_series_that_ended_in_nan_says_so():
    assert sparkline(np.array([1.0, 0.5, np.nan]), 3, "accent")[-1] == ("x", "bad")


def test_a_gap_is_blank():
    assert plain(sparkline(np.array([1.0, np.nan, 2.0]), 3, "accent")) == "▁ ▆"


def test_one_scale_for_several_rows():
    assert plain(sparkline(np.array([0.0, 0.5]), 2, "accent", ends=(0, 1))) == "▁▃"
    flat = plain(sparkline(np.array([0.02, 0.03]), 2, "accent", ends=(0, 1)))
    assert flat == "▁▁"


def test_ascii():
    assert plain(sparkline(np.arange(6.0), 6, "accent", steps=ASCII_STEPS)) == ASCII_STEPS


def test_nothing_is_nothing():
    assert sparkline(np.empty(0), 5, "accent") == ()
