"""The charts of a run: which there are, in what order, what the keys do to them."""

from dataclasses import replace

import numpy as np
import pytest
from tests.console.standins_run import NOW, histories, run_view

from mlops_console.charts import Curve, Prepared
from mlops_console.console.run.curves import KEPT, Curves
from mlops_console.console.run.facts import History, Metric
from mlops_console.console.run.gallery import GAP, grid
from mlops_console.console.run.metrics import Group, groups, split_of
from mlops_console.console.run.remarks import remark
from mlops_console.console.run.ruler import Ruler
from mlops_console.console.run.saving import write_chart
from mlops_console.records import NO_TIME


def metric(key, count=3):
    return Metric(key, count, 0, 2, 0.1, 0.1, 2, 0.3, 0)


def charts(*keys):
    return [(group.shelf, group.name, len(group.members)) for group in groups([metric(key) for key in keys])]


def test_what_decides_comes_first_and_the_machine_last():
    made = charts(
        "system/gpu.0.temp", "train/loss", "val/loss", "val/auc", "optim/lr", "lr", "train/grad_norm"
    )
    assert made == [
        ("", "auc", 1),
        ("", "loss", 2),
        ("", "lr", 1),
        ("optim", "optim/lr", 1),
        ("train", "grad_norm", 1),
        ("system", "system/gpu.0.temp", 1),
    ]


def test_numbers_in_names_are_counted_with():
    names = [name for _, name, _ in charts("w/layer10", "w/layer2", "w/layer1")]
    assert names == ["w/layer1", "w/layer2", "w/layer10"]


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("train/loss", ("train", "loss")),
        ("val_loss", ("val", "loss")),
        ("train/grad_norm.layer-1", ("train", "grad_norm.layer-1")),
        ("loss/validation", ("val", "loss")),
        ("eval.qa.f1", ("eval", "qa.f1")),
        ("train", ("", "train")),
        ("/val", ("", "/val")),
        ("", ("", "")),
    ],
)
def test_splits_are_told_from_names(key, found):
    assert split_of(key) == found


def shelf(name, count):
    return [Group(f"{name}{index}", "", (("", "", "k", "series0"),), name) for index in range(count)]


def test_each_shelf_begins_a_row_of_its_own():
    laid = grid([*shelf("", 3), *shelf("system", 2)], 120, 60, zoomed=False)
    assert [(tier.heading, list(tier.charts)) for tier in laid.tiers] == [
        ("", [0, 1]),
        ("", [2]),
        ("system", [3, 4]),
    ]


@pytest.mark.parametrize("size", [(80, 24), (100, 18), (120, 27), (200, 45), (400, 100), (30, 3)])
@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_whatever_is_in_focus_is_seen_whole(size, count):
    groups = [*shelf("", count // 2), *shelf("a", count - count // 2)]
    laid = grid(groups, *size, zoomed=False)
    assert laid.columns * laid.width + (laid.columns - 1) * GAP <= size[0]
    room, top = size[1] - laid.panel, 0
    for chart in [*range(count), *range(count - 1, -1, -1), count - 1, 0]:
        top = laid.top_for(chart, top, room)
        seen = laid.seen_from(top, room)
        assert any(chart in tier.charts for tier, _ in seen)
        assert sum(height + bool(tier.heading) for tier, height in seen) <= max(room, 1)


def opened(points=41, metrics=4, **changes):
    curves = Curves()
    curves.show(run_view(points, metrics, **changes))
    curves.take(histories(points, metrics))
    return curves


def test_search_finds_charts_by_every_word_and_keeps_the_focus():
    curves = opened(metrics=12)
    curves.move(1)
    assert curves.groups[curves.focus].name == "loss"
    curves.pattern = "lo"
    assert [group.name for group in curves.groups] == ["loss"]
    curves.pattern = "gpu 5"
    assert [group.name for group in curves.groups] == ["system/gpu5"]
    curves.pattern = "train loss"
    assert [group.name for group in curves.groups] == ["loss"]
    curves.pattern = "nothing"
    assert not curves.groups
    curves.pattern = ""
    assert curves.groups[0].name == "auc"
    assert len(curves.groups) == 11


def test_points_of_charts_long_out_of_view_are_let_go():
    curves = opened()
    step = np.arange(3)
    for index in range(KEPT + 30):
        curves.take({f"m{index}": History(step, step, step.astype(float))})
    assert len(curves.histories) == KEPT
    assert f"m{KEPT + 29}" in curves.histories


def test_a_chart_is_not_drawn_anew_when_another_has_moved():
    curves = opened()
    before = curves.picture(0).chart(60, 10, "braille")
    curves.take({"lr": histories()["lr"]})
    assert curves.picture(0).chart(60, 10, "braille") is before
    curves.take({"val/auc": histories(51)["val/auc"]})
    assert curves.picture(0).chart(60, 10, "braille") is not before


def test_steps_time_since_the_start_time_of_day():
    curves = opened()
    assert curves.picture(0).options.x_kind == "number"
    curves.turn(time=True)
    assert curves.picture(0).options.x_kind == "seconds"
    assert curves.picture(0).chart(60, 10, "braille").x_range == (0.0, 240.0)
    curves.turn(time=True)
    assert curves.picture(0).options.x_kind == "time"
    assert curves.picture(0).chart(60, 10, "braille").x_range == (NOW / 1e6, NOW / 1e6 + 240)
    curves.turn(time=True)
    assert curves.picture(0).options.x_kind == "number"


def test_points_without_a_time_are_counted():
    curves = opened()
    history = histories()["val/auc"]
    wall = history.wall.copy()
    wall[:5] = NO_TIME
    curves.take({"val/auc": History(history.step, wall, history.value)})
    curves.turn(time=True)
    assert "5 points without time" in curves.picture(0).note


def prepared(x):
    x = np.asarray(x, float)
    return Prepared(Curve("", "", x, x, "series0"))


def test_a_window_halves_moves_and_ends():
    item, ruler = prepared(range(101)), Ruler()
    ruler.nearer(item, 1)
    assert ruler.window == (50.0, 100.0)
    ruler.pan(item, -1)
    assert ruler.window == (37.5, 87.5)
    for _ in range(9):
        ruler.pan(item, -1)
    assert ruler.window == (0.0, 50.0)
    ruler.cursor = 20.0
    ruler.nearer(item, 1)
    assert ruler.window == (7.5, 32.5)
    for _ in range(30):
        ruler.nearer(item, 1)
    low, high = ruler.window
    assert low <= 20 <= high
    assert high - low >= 1
    for _ in range(9):
        ruler.nearer(item, -1)
    assert ruler.window is None


def test_the_cursor_stops_at_points_within_the_window():
    item, ruler = prepared([0, 1, 5, 9, 10]), Ruler()
    ruler.step(item, -1, 60)
    assert ruler.cursor == 10
    ruler.step(item, -1, 60)
    assert ruler.cursor == 9
    ruler.window = (0.5, 6.0)
    ruler.step(item, 1, 60)
    assert ruler.cursor == 5
    ruler.step(prepared([]), 1, 60)
    assert ruler.cursor == 5


def test_the_cursor_says_step_and_time():
    history = histories()["val/auc"]
    words = Ruler().words(history, 38.0, NOW, "epochs")
    assert words[:2] == ("epoch 38", "3m48s in")
    assert words[2].startswith("2023-11-1")
    timeless = History(history.step, np.full(41, NO_TIME), history.value)
    assert Ruler().words(timeless, 38.0, NOW, "steps") == ("step 38",)
    assert Ruler("since").words(history, 228.0, NOW, "steps")[:2] == ("3m48s in", "step 38")


STEPS = np.arange(40.0)
FALLING = np.exp(-STEPS / 20)


def pair(train, val):
    return [
        Prepared(Curve("t", "train", STEPS, train, "series0")),
        Prepared(Curve("v", "val", STEPS, val, "series1")),
    ]


def test_where_validation_turns_while_training_goes_on_is_said():
    turned = np.where(STEPS > 20, FALLING[20] + (STEPS - 20) * 0.01, FALLING)
    said = remark(pair(FALLING, turned), "min", "epochs")
    assert said.text == "val lowest at epoch 20 (.3679); train fell since"
    assert said.ink == "warn"
    risen = remark(pair(1 - FALLING, 1 - turned), "max", "steps")
    assert risen.text == "val highest at step 20 (.6321); train rose since"


@pytest.mark.parametrize(
    ("train", "val", "goal"),
    [
        (FALLING, FALLING + 0.1, "min"),  # both still fall
        (np.full(40, 0.5), np.abs(STEPS - 20), "min"),  # training does not go on
        (FALLING, np.where(STEPS > 37, 0.5, FALLING), "min"),  # two points are no trend
        (FALLING, np.where(STEPS > 20, np.nan, FALLING)[:1].repeat(40), "min"),  # flat from the start
        (FALLING, np.abs(STEPS - 20), None),  # nobody knows which way is better
    ],
)
def test_what_does_not_follow_is_not_said(train, val, goal):
    assert remark(pair(train, val), goal, "steps") is None


def test_since_when_it_is_no_number_is_said_first():
    lost = FALLING.copy()
    lost[30:] = np.nan
    said = remark(pair(FALLING, lost), "min", "steps")
    assert (said.ink, said.text) == ("bad", "val is no number since step 30")
    back = FALLING.copy()
    back[30] = np.nan
    assert remark(pair(FALLING, back), "min", "steps") is None


def test_a_written_chart_never_replaces_a_file(tmp_path):
    first = write_chart(tmp_path / "charts", "../../etc/pass wd", "9f8790aa", "<svg/>")
    second = write_chart(tmp_path / "charts", "../../etc/pass wd", "9f8790aa", "<svg>2</svg>")
    assert first.parent == second.parent == tmp_path / "charts"
    assert first != second
    assert first.read_text() == "<svg/>"
    assert write_chart(tmp_path, "\x1b\u202e", "", "x").parent == tmp_path


def test_ten_thousand_metrics_are_grouped_and_found():
    curves = Curves()
    metrics = [metric(f"layer{index // 10}/w{index % 10}") for index in range(10_000)]
    curves.show(replace(run_view(), metrics=tuple(metrics)))
    assert len(curves.groups) == 10_000
    assert len(curves.wanted(120, 30)) <= 8
    curves.move(10_000)
    assert 9_999 in curves.seen(120, 30)


@pytest.mark.parametrize("key", ["²", "w²/x", "٣", "1" * 40, "", "\udcff"])
def test_any_name_has_a_place(key):
    (found,) = charts(key)
    assert found[2] == 1
