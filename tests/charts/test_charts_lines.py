"""Line charts as a reader of the screen sees them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlops_console.charts import ChartOptions, Curve, Level, line_chart, plain
from mlops_console.charts.canvas import PENS

STEPS = np.arange(41.0)
FALLING = 0.14 + 0.6 * np.exp(-STEPS / 9)
GOLDEN = [
    "  .26 ┄┄┄┄┄┄┄ ⢧ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄",
    "              ⠈⢧",
    "  .22 ┄┄┄┄┄┄┄┄ ⠈⢧ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄",
    "                ⠈⠳⣄",
    "  .18 ┄┄┄┄┄┄┄┄┄┄┄ ⠈⠳⢤⡀ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄",
    "                     ⠉⠓⠲⢤⣀⣀",
    "  .14 ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ ⠈⠉⠉ ┄┄┄┄┄┄┄┄┄┄",
    "      0         20         40  60 epochs",
]


def curve(y, letter="A", x=None, ink="series0"):
    y = np.asarray(y, float)
    return Curve(letter, "val", np.arange(float(len(y))) if x is None else np.asarray(x, float), y, ink)


def text(chart):
    return [plain(row) for row in chart.rows]


def inks(chart):
    return {ink for row in chart.rows for _, ink in row}


def test_a_small_chart_in_braille():
    chart = line_chart([curve(FALLING)], 40, 8, ChartOptions(x_unit="epochs", x_end=60))
    assert text(chart) == GOLDEN


@pytest.mark.parametrize("glyphs", sorted(PENS))
def test_every_glyph_set_draws_the_same_chart(glyphs):
    chart = line_chart([curve(FALLING)], 40, 8, ChartOptions(glyphs=glyphs))
    rows = text(chart)
    assert len(rows) == 8
    assert max(map(len, rows)) <= 40
    assert rows[-1].split() == ["0", "20", "40"]
    if glyphs == "ascii":
        assert "".join(rows).isascii()
        assert "A" in "".join(rows)


anything = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True), st.floats(0, 1), st.sampled_from([0.0, np.nan])
)


@st.composite
def wild_curves(draw):
    size = draw(st.integers(0, 60))
    x = draw(hnp.arrays(np.float64, size, elements=anything))
    if draw(st.booleans()):
        x = np.arange(float(size))
    return curve(draw(hnp.arrays(np.float64, size, elements=anything)), draw(st.sampled_from("ABC")), x)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(wild_curves(), max_size=4),
    st.integers(1, 90),
    st.integers(1, 30),
    st.builds(
        ChartOptions,
        glyphs=st.sampled_from(sorted(PENS)),
        log_x=st.booleans(),
        log_y=st.booleans(),
        smoothing=st.sampled_from([0.0, 0.6, 0.98]),
        focus=st.sampled_from([None, "A"]),
        x_kind=st.sampled_from(["number", "seconds"]),
        x_end=st.one_of(st.none(), st.floats(0, 100)),
        cursor=st.one_of(st.none(), st.floats(-1e3, 1e3)),
        levels=st.sampled_from([(), (Level("prod", 0.5),), (Level("odd", float("nan")),)]),
    ),
)
def test_no_data_breaks_the_chart(curves, width, height, options):
    chart = line_chart(curves, width, height, options)
    assert len(chart.rows) == chart.height == max(height, len(chart.rows))
    assert all(len(row) <= max(width, 4) for row in text(chart))
    assert len(chart.legend) == len(curves)


def test_not_numbers_are_marked_and_counted():
    y = FALLING.copy()
    y[20:30] = np.nan
    y[5] = np.inf
    y[35] = -np.inf
    chart = line_chart([curve(y)], 50, 10)
    signs = [(row, span[0]) for row, spans in enumerate(chart.rows) for span in spans if span[1] == "bad"]
    assert (0, "▴") in [(row, sign.strip()) for row, sign in signs]
    assert (8, "▾") in [(row, sign.strip()) for row, sign in signs]
    assert sum("✗" in sign for _, sign in signs) == 1
    assert chart.legend[0].not_numbers == 10
    assert chart.legend[0].infinities == 2


def test_a_run_that_only_logged_nan_has_an_empty_chart_that_says_so():
    chart = line_chart([curve([np.nan] * 5)], 40, 8)
    assert chart.empty
    assert chart.legend[0].value is None
    assert chart.legend[0].not_numbers == 5


def test_the_start_runs_out_of_the_picture_when_the_rest_decides():
    y = np.r_[500.0, 80.0, 10.0, np.linspace(1.0, 0.5, 60)]
    chart = line_chart([curve(y)], 60, 12)
    low, high = chart.y_range
    assert low <= 0.5
    assert 0.85 <= high < 3
    first = plain(chart.rows[0])
    assert first[chart.left :].strip("┄ ")


def test_a_spike_late_in_the_run_is_in_the_picture():
    y = np.ones(10_000)
    y[8_765] = 40.0
    chart = line_chart([curve(y)], 60, 12)
    assert chart.y_range[1] >= 40
    assert any(plain(row)[chart.left :].strip("┄ ") for row in chart.rows[:2])


def test_a_raw_spike_stays_behind_the_smoothed_curve():
    y = np.ones(10_000) + np.sin(np.arange(10_000))
    y[8_765] = 40.0
    chart = line_chart([curve(y)], 60, 12, ChartOptions(smoothing=0.98))
    column = chart.left + round(8_765 / 9_999 * (60 - chart.left - 1))
    raw = [(row, span) for row, spans in enumerate(chart.rows) for span in spans if span[1] == "series0.raw"]
    assert raw
    assert any(plain(row)[column - 1 : column + 2].strip("┄ ") for row in chart.rows[:1])


def test_focus_is_bright_and_on_top_and_the_others_are_dim():
    same = [curve(FALLING, "A", ink="series0"), curve(FALLING + 0.1, "B", ink="series1")]
    chart = line_chart(same, 40, 10, ChartOptions(focus="B", smoothing=0.6))
    assert {"series0.dim", "series1", "series1.raw"} <= inks(chart)
    assert "series0" not in inks(chart)
    covered = line_chart([same[0], curve(FALLING, "B", ink="series1")], 40, 10, ChartOptions(focus="A"))
    assert "series1.dim" not in inks(covered)


def test_a_level_is_dashed_and_in_the_picture():
    chart = line_chart([curve(FALLING)], 40, 10, ChartOptions(levels=(Level("prod", 0.9),)))
    assert "base" in inks(chart)
    assert chart.y_range[1] >= 0.85


def test_room_is_kept_for_what_is_to_come():
    chart = line_chart([curve(FALLING)], 66, 10, ChartOptions(x_end=60, x_unit="epochs"))
    assert text(chart)[-1].endswith("60 epochs")
    drawn = [plain(row)[chart.left :] for row in chart.rows[:-1]]
    assert max(len(row.replace("┄", " ").rstrip()) for row in drawn) <= 42


def test_the_cursor_reads_the_nearest_point():
    chart = line_chart([curve(FALLING)], 40, 10, ChartOptions(cursor=12.3))
    assert chart.cursor == 12
    assert chart.legend[0].value == FALLING[12]
    assert any("┊" in row for row in text(chart))


def test_log_axis():
    x = np.arange(1, 1001.0)
    chart = line_chart([curve(1 / x, x=x)], 60, 10, ChartOptions(log_x=True, log_y=True))
    assert text(chart)[-1].split() == ["1", "10", "100", "1,000"]
    assert any(row.strip().startswith("1e-3") or ".0010" in row for row in text(chart))


def test_a_log_axis_without_anything_positive_is_linear():
    chart = line_chart([curve([-3.0, -2.0, -1.0])], 40, 10, ChartOptions(log_y=True))
    assert not chart.empty
    assert chart.y_range[0] <= -3


def test_a_single_point_can_be_seen():
    chart = line_chart([curve([0.7])], 40, 10)
    assert any(ink == "series0" for row in chart.rows for _, ink in row)
    assert (
        sum(bin(ord(c) - 0x2800).count("1") for c in "".join(text(chart)) if "\u2801" <= c <= "\u28ff") == 4
    )


def test_a_resumed_run_is_drawn_over_its_own_tail():
    x = np.r_[np.arange(100.0), np.arange(50.0, 150)]
    chart = line_chart([curve(np.r_[np.ones(100), np.full(100, 2.0)], x=x)], 60, 10)
    middle = text(chart)[4][chart.left :]
    assert not middle.strip("┄ ")


def test_a_window_shows_all_that_is_in_it():
    y = np.r_[500.0, 80.0, 10.0, np.linspace(1.0, 0.5, 60)]
    chart = line_chart([curve(y)], 60, 12, ChartOptions(x_range=(0, 20)))
    assert chart.y_range[1] >= 500
    assert text(chart)[-1].split()[-1] == "20"


def ticks(*x, **options):
    chart = line_chart([curve(np.ones(len(x)), x=x)], 60, 8, ChartOptions(x_unit="steps", **options))
    return text(chart)[-1].split()


def test_whole_steps_have_whole_labels():
    assert ticks(0.0) == ["0", "1", "steps"]
    assert ticks(7.0) == ["6", "7", "8", "steps"]
    assert not [label for label in ticks(*map(float, range(6))) if "." in label]
    assert not [label for label in ticks(*map(float, range(6)), x_range=(0.5, 4.5)) if "." in label]


def test_time_begins_at_the_start_of_the_run():
    assert ticks(40.0, 100.0, x_kind="seconds")[0] == "0"
    assert ticks(40.0, x_kind="seconds")[0] == "0"


def test_an_axis_narrower_than_any_round_number_is_drawn() -> None:
    curve = Curve("A", "val", np.array([5e-324, 0.0]), np.array([0.0, 0.0]), "series0")
    for kind in ("number", "seconds"):
        assert line_chart([curve], 40, 8, ChartOptions(x_kind=kind)).rows


def test_letters_of_ends_in_one_row_stand_as_the_curves_do():
    x = np.arange(30.0)
    ends = [curve(np.linspace(1.0, 0.50, 30), "t", x), curve(np.linspace(1.0, 0.51, 30), "v", x)]
    for order in (ends, ends[::-1]):
        rows = text(
            line_chart([*order, curve(np.linspace(1.0, 0.0, 30), "o", x)], 60, 12, ChartOptions(letters=True))
        )
        row_of = {letter: next(n for n, row in enumerate(rows) if row.endswith(letter)) for letter in "tvo"}
        assert row_of["v"] < row_of["t"] < row_of["o"]
