"""Small curves over windows, and two amounts as one bar."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.charts.course import course
from mlops_console.charts.histogram import Bins, HistogramOptions, histogram
from mlops_console.charts.pairs import pair_bar


def rows_of(picture: object) -> list[str]:
    return ["".join(text for text, _ in row) for row in picture.rows]  # type: ignore[attr-defined]


def test_a_rise_goes_from_the_lower_left_to_the_upper_right() -> None:
    picture = course(np.linspace(0, 1, 12), 12, 3, "bad", glyphs="ascii")
    assert rows_of(picture)[0].rstrip().endswith("*")
    assert rows_of(picture)[2].startswith("*")
    assert picture.columns[0] == 0
    assert picture.columns[-1] == 11


def test_limits_that_share_a_row_are_shown_as_the_higher_one() -> None:
    picture = course(np.array([0.9, 1.0]), 20, 3, "bad", limits=(0.05, 0.10))
    assert [limit for _, limit in picture.limits] == [0.10]
    apart = course(np.array([0.01, 0.02]), 20, 3, "second", limits=(0.05, 0.10))
    assert [limit for _, limit in apart.limits] == [0.10, 0.05]


def test_what_was_not_measured_leaves_a_gap() -> None:
    values = np.array([0.5, 0.5, np.nan, np.nan, 0.5, 0.5])
    (row,) = rows_of(course(values, 12, 1, "ok", glyphs="ascii"))
    assert " " in row.strip()


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=60),
    st.integers(1, 60),
    st.integers(1, 8),
    st.sampled_from(["braille", "ascii"]),
)
def test_any_values_fit_the_room(values: list[float], width: int, height: int, glyphs: str) -> None:
    with np.errstate(all="ignore"):
        picture = course(np.array(values), width, height, "bad", limits=(0.1,), glyphs=glyphs)  # type: ignore[arg-type]
    rows = rows_of(picture)
    assert len(rows) == height
    assert all(len(row) == width for row in rows)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 60), st.booleans())
def test_a_bar_has_as_many_cells_as_its_larger_amount(
    before: float, now: float, width: int, shades: bool
) -> None:
    row = pair_bar(before, now, width, 1.0, shades=shades)
    cells = sum(len(text) for text, _ in row)
    assert abs(cells - max(before, now) * width) <= 1.5
    inks = {ink for _, ink in row}
    assert not ({"series0", "series1"} <= inks)


def test_rare_bins_are_seen_by_the_logarithm() -> None:
    bins = Bins(np.array([0.9, 0.0999, 0.0001]), np.array([0.9, 0.0999, 0.0001]), np.array([0.0, 1, 2, 3]))
    plain = histogram(bins, 40, 12)
    by_log = histogram(bins, 40, 12, HistogramOptions(log=True))
    filled = [sum(text.count("█") for row in one.rows for text, _ in row) for one in (plain, by_log)]
    assert filled[1] > filled[0]
    labels = "".join(text for row in by_log.rows for text, _ in row)
    assert "10%" in labels
    assert ".1%" in labels


def test_round_values_stand_under_the_bars() -> None:
    edges = np.linspace(3.0, 213.0, 22)
    chart = histogram(Bins(np.ones(21), np.ones(21), edges), 60, 8)
    under = "".join(text for text, _ in chart.rows[-1])
    assert "50" in under.split()
    assert "100" in under.split()
