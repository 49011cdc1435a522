"""The Values block: what was measured once stands as label and number, and never as a curve."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.console.standins_run import Answers, PageApp, histories, run_view
from tests.console.test_run_page import shown, text

from mlops_console.console.drawing import Line
from mlops_console.console.run.brief import metric_rows
from mlops_console.console.run.facts import Metric
from mlops_console.console.run.metrics import best, groups
from mlops_console.console.run.values import LABEL_MOST, apart, block, value_lines
from mlops_console.console.theme import PALETTES

DARK = PALETTES["dark"]


def once(key, value=0.79):
    return Metric(key, 1, 0, 0, value, value, 0, value, 0)


def several(key, count=12):
    return Metric(key, count, 0, count - 1, 0.3, 0.3, count - 1, 0.9, 0)


def lines(values, width=80, height=24, *, alone=True):
    laid = block(values, width, height, alone=alone)
    drawn = value_lines(values, laid, width, "-", lambda: Line(DARK))
    return ["".join(part for part, _ in line.runs).rstrip() for line in drawn]


def test_only_what_moved_is_a_chart():
    metrics = [once("test_auc"), several("train/loss"), once("val/loss"), once("epoch_seconds")]
    charts, values = apart(groups(metrics), metrics)
    assert [chart.title for chart in charts] == ["loss"], "a single point beside a curve stays in its chart"
    assert sorted(one.key for one in values) == ["epoch_seconds", "test_auc"]


def test_a_few_stand_below_each_other_with_their_points_aligned():
    drawn = lines([once("test_accuracy", 0.79), once("test_mse", 3.064), once("rows", 300.0)])
    assert drawn[0].startswith("  Values  3 measured once  --")
    assert drawn[1:4] == ["  test_accuracy     .79", "  test_mse         3.064", "  rows           300"]


def test_many_go_down_first_and_then_to_the_right_and_the_rest_is_counted():
    values = [once(f"metric{index:02d}") for index in range(90)]
    laid = block(values, 80, 12, alone=True)
    drawn = lines(values, 80, 12)
    assert len(drawn) == laid.height <= 12
    assert "metric00" in drawn[1]
    assert "metric01" in drawn[2]
    assert f"metric{laid.down:02d}" in drawn[1]
    assert f"{90 - laid.shown} more in Metrics" in drawn[laid.down]


def test_beside_charts_they_have_a_share_and_without_room_none():
    values = [once(f"m{index}") for index in range(30)]
    assert block(values, 120, 30, alone=False).height <= 30 // 5
    assert block(values, 120, 9, alone=False) is None
    assert block([], 120, 30, alone=True) is None


@given(
    st.lists(st.tuples(st.text(max_size=60), st.floats(width=32)), min_size=1, max_size=60),
    st.integers(40, 220),
    st.integers(5, 50),
)
def test_any_names_and_numbers_fit(found, width, height):
    values = [once(key, value) for key, value in found]
    laid = block(values, width, height, alone=True)
    drawn = value_lines(values, laid, width, "-", lambda: Line(DARK))
    assert len(drawn) == laid.height <= height
    assert laid.label <= LABEL_MOST
    # A column that fits is never drawn over by its neighbour.
    assert all(line.at <= max(width, 2 + laid.label + 2 + laid.number) for line in drawn[1:])


def test_a_single_point_has_no_best():
    assert best(once("val/auc")) is None
    assert best(several("val/auc")) is not None
    (row,) = metric_rows(replace(run_view(), metrics=(once("val/auc"),)), 5)
    assert (row.best, row.several) == ("", False)


async def test_the_page_shows_the_value_where_a_dot_would_be():
    app = PageApp(Answers(run_view(1, 1), histories(1, 1)))
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot))
        assert "Values  1 measured once" in page
        assert "best" not in page
        assert not any("\u2800" < char < "\u2900" for char in page)
        page = text(await shown(app, pilot, "tab"))
        assert "value" in page
        assert "best" not in page
        assert "at step" not in page
