"""What a segment says, how far a histogram reaches, and the gap between estimate and labels."""

import numpy as np
from tests.console.drift_stage import measured, performance

from mlops_console.charts import Bins, histogram
from mlops_console.console.drift.gap import model_curves
from mlops_console.console.drift.reach import reaching
from mlops_console.console.drift.who import cause, explained
from mlops_console.drift.judged_form import made, plain
from mlops_console.drift.model import Segment
from mlops_console.workspace.drifting.pictures import bins_of

GREW = Segment(
    "delay",
    "origin",
    "EWR",
    0.2,
    0.4,
    0.6,
    "origin=EWR 20% -> 40% of rows explains 60% of the move of delay.",
)
WITHIN = Segment(
    "delay", "origin", "EWR", 0.34, 0.35, 0.9,
    "delay moved only in origin=EWR (35% of rows), which explains 90% of it.",
)  # fmt: skip


def test_a_part_that_grew_is_told_by_both_shares():
    assert cause(GREW, ">") == ("", "origin = EWR", "20% > 40% of rows")
    assert "has the share that it had" in explained(GREW)[1][2]


def test_a_part_in_which_something_happened_is_told_by_what_it_is_now():
    assert cause(WITHIN, ">") == ("moved only in ", "origin = EWR", "35% of rows")
    assert "as it was in the reference" in explained(WITHIN)[1][2]


def test_where_nothing_was_kept_of_how_shares_tell():
    assert Segment("delay", "origin", "EWR", 0.4, 0.2, 0.6).how == "moved within"
    assert Segment("delay", "origin", "EWR", 0.2, 0.4, 0.6).how == "grew"
    grew = plain(GREW)
    assert made(Segment, {**grew, "how": "moved within"}).how == "moved within"
    del grew["how"]
    assert made(Segment, grew) == GREW


def axis(maximum, width=60):
    one = measured("amount", 0.3)
    one.statistics["maximum_cur"] = maximum
    bins = bins_of(one)
    chart = reaching(histogram(bins, width, 8), len(bins), one)
    return "".join(text for text, _ in chart.rows[-1])


def test_the_axis_of_a_histogram_reaches_the_largest_value():
    assert axis(812.0).endswith(" to 812")
    assert "to" not in axis(200.0)
    assert "to" not in axis(None)
    for width in range(8, 90):
        assert len(axis(123_456.0, width)) <= width


def test_a_histogram_without_edges_is_left_alone():
    chart = histogram(Bins(np.array([0.5, 0.5]), np.array([0.1, 0.9]), names=["a", "b"]), 40, 6)
    assert reaching(chart, 2, measured("channel", 0.3)) is chart


class Step:
    def __init__(self, day):
        self.model = performance(day) if day is not None else None


def test_the_gap_is_drawn_between_the_estimate_and_what_labels_say():
    estimated, realised = model_curves([Step(day) for day in (0, 1, None, 10)], "auc")
    assert (estimated.letter, realised.letter) == ("e", "r")
    np.testing.assert_allclose(realised.low, 0.967)
    np.testing.assert_allclose(realised.high, 0.968)
    # Where labels have not come, the estimate's own interval is drawn.
    np.testing.assert_allclose(estimated.low[:2], estimated.y[:2])
    assert estimated.low[3] < estimated.y[3] < estimated.high[3]
    assert np.isnan(estimated.y[2])
    assert len(realised.y) == 2


def test_nothing_known_draws_nothing():
    assert [len(one.y) for one in model_curves([Step(None)], "auc")] == [0, 0]
