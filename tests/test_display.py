"""How values look: honest digits, aligned columns, text that cannot hurt a terminal."""

import csv
import io
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console import display


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.9171, ".9171"),
        (3.12, "3.12"),
        (18034.0, "18,034"),
        (0.00031, "3.1e-4"),
        (1.5e9, "1.5e9"),
        (-0.0058, "−.0058"),
        (0.5, ".5"),
        (123.456789, "123.5"),
        (1 / 3, ".3333"),
        (0.0, "0"),
        (math.nan, "nan"),
        (-math.inf, "−inf"),
        (None, "-"),
    ],
)
def test_a_number_shows_the_digits_that_were_measured(value, shown):
    assert display.number(value) == shown


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        ([0.9171, 0.5, None, -0.12], [" .9171", " .5   ", "     -", "−.12  "]),
        ([3.12, 0.913, 128.5], ["  3.12 ", "   .913", "128.5  "]),
        ([1, 20, 3000], ["    1", "   20", "3,000"]),
        ([1e-4, 0.1, 3e-5], [" .0001", " .1", "3.0e-5"]),
        ([1.7e-5, 0.1, 3e-5], ["1.7e-5", "1.0e-1", "3.0e-5"]),
        ([100, 1.0, 0.001], ["100", "  1", "   .001"]),
        ([math.nan, 0.5], ["nan  ", "   .5"]),
        ([], []),
    ],
)
def test_a_column_stands_under_its_points(column, shown):
    assert [t.rstrip() for t in display.aligned(column)] == [t.rstrip() for t in shown]


@given(st.lists(st.none() | st.floats(-1e300, 1e300) | st.sampled_from([math.nan, math.inf, -math.inf])))
def test_every_column_has_one_width_and_no_value_is_lost(values):
    texts = display.aligned(values)
    assert len({len(text) for text in texts}) <= 1
    for value, text in zip(values, texts, strict=True):
        if value and math.isfinite(value):
            read = float(text.strip().replace("−", "-").replace(",", ""))
            assert read == pytest.approx(value, rel=0.06, abs=1e-4)


@given(st.text())
def test_safe_text_draws_nothing_that_steers_a_terminal(text):
    drawn = display.safe_text(text)
    assert len(drawn) <= 512 * 8
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in drawn)
    assert not any(
        unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI"} for c in drawn
    )


def test_safe_text_shows_what_it_replaces():
    assert display.safe_text("a\x1b[31m\u202eb\x00é日\udcff") == "a␛[31m<202e>b␀é日\\xff"


@pytest.mark.parametrize(
    ("seconds", "took", "ago"),
    [
        (0.44, "0.4s", "0s"),
        (12, "12s", "12s"),
        (251, "4m11s", "4m"),
        (7500, "2h05m", "2h"),
        (273600, "3d4h", "3d"),
    ],
)
def test_times_are_told_in_one_glance(seconds, took, ago):
    assert display.duration(int(seconds * 1e6)) == took
    assert display.age(int(seconds * 1e6)) == ago
    assert display.span(int(seconds * 1e6)) == f"{ago[:-1]} {ago[-1]}"


def test_sizes_have_two_digits_and_a_unit():
    assert [display.size(n) for n in (0, 512, 2_100_000_000, 18_200_000)] == [
        "0 B",
        "512 B",
        "2.1 GB",
        "18 MB",
    ]


def test_json_keeps_text_and_names_what_json_cannot_hold():
    assert display.json_text("é\x1b\udcff") == "é\x1b\\xff"
    assert [display.json_number(x) for x in (1.5, math.nan, math.inf, -math.inf)] == [
        1.5,
        "NaN",
        "Infinity",
        "-Infinity",
    ]


def test_times_that_no_calendar_holds_are_none():
    assert display.iso(0) == "1970-01-01T00:00:00+00:00"
    assert display.iso(2**62) is None


def test_a_moment_is_as_exact_as_its_place_needs():
    # 2026-11-23 14:05:09 UTC, by `date -u -d @1795442709`.
    moment = 1_795_442_709_884_704
    assert display.day(moment) == "2026-11-23"
    assert display.minute(moment) == "2026-11-23 14:05"
    assert display.second(moment) == "2026-11-23 14:05:09"
    for write in (display.day, display.minute, display.second):
        assert write(None) == write(2**80) == "-"


def test_one_is_not_many():
    said = [display.counted(amount, "row") for amount in (1, 0, 18_034)]
    assert said == ["1 row", "0 rows", "18,034 rows"]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1, max_size=4))
def test_readers_of_csv_find_what_was_written(rows):
    text = "".join(map(display.csv_line, rows))
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == rows
