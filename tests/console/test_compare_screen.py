"""The Compare screen: who is compared, what keys do, what is said where nothing can be."""

from pathlib import Path

import pytest
from tests.console import snapshots
from tests.console.compare_stage import comparing, judged, named, read_flights, text
from tests.console.runs_stage import console, copied, read_project, settled, until

from mlops_console.console.compare.screen import CompareScreen


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_flights(tmp_path_factory.mktemp("flights"))


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


EVERY = ("logreg", "gbm", "gbm-15-leaves", "gbm-no-weather")


async def press(app, pilot, *keys):
    await pilot.press(*keys)
    await settled(pilot)
    await until(pilot, lambda: judged(app), 40)
    await settled(pilot)


async def test_the_answer_is_a_sentence_and_the_evidence_is_below(store, tmp_path):
    async with comparing(store, tmp_path, named("gbm", "gbm-no-weather"), by="group") as (app, _):
        said = text(app)
        assert "A is worse than gbm on test/auc." in said
        assert "paired t" in said
        assert "5 pairs" in said
        assert "weather" in said
        assert "2 of 7 params" not in said  # seeds are within the groups
        snapshots.check(app, "compare-120x36")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_sizes(store, tmp_path, size):
    async with comparing(store, tmp_path, named(*EVERY), size, by="group") as (app, _):
        snapshots.check(app, f"compare-{size[0]}x{size[1]}")


@pytest.mark.parametrize("theme", ["light", "contrast", "ansi"])
async def test_themes(store, tmp_path, theme):
    names = named("gbm", "gbm-no-weather")
    async with comparing(store, tmp_path, names, (80, 24), by="group", theme=theme) as (app, pilot):
        await press(app, pilot, "tab", "tab")
        snapshots.check(app, f"compare-80x24-{theme}")


async def test_ascii(store, tmp_path):
    names = named("gbm", "logreg")
    async with comparing(store, tmp_path, names, by="group", glyphs="ascii") as (app, _):
        shown = snapshots.picture(app).partition("-" * 20)[0]
        assert shown.replace("\N{MINUS SIGN}", "-").replace("±", "+").isascii()


async def test_of_one_run_each_without_predictions_it_says_plainly_that_nothing_can_be_said(tmp_path):
    async with comparing(read_project(tmp_path, 2), tmp_path, ["sweep-000", "sweep-001"]) as (app, pilot):
        assert "can't be said: one run each" in text(app)
        await pilot.press("tab", "tab", "enter")
        await settled(pilot)
        assert "One run each: nothing can be said about chance" in text(app)


async def test_of_one_run_each_with_predictions_their_rows_are_judged(store, tmp_path):
    async with comparing(store, tmp_path, ["gbm-s1", "logreg-s1"]) as (app, pilot):
        assert "A is not shown to differ from gbm-s1 on test/auc on the same rows." in text(app)
        assert "DeLong" in text(app)
        assert "Where A differs" in text(app)
        await press(app, pilot, "tab", "tab", "z")
        assert "One run each: nothing can be said about chance" in text(app)


async def test_another_metric_and_another_base(store, tmp_path):
    async with comparing(store, tmp_path, named("gbm", "gbm-no-weather"), by="group") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        await press(app, pilot, "l", "b")
        assert "A beats gbm-no-weather on test/auc." in text(app)
        before = screen.body.view.metric.key
        await press(app, pilot, "]")
        assert screen.body.view.metric.key != before
        await press(app, pilot, "[")
        assert screen.body.view.metric.key == before
        await press(app, pilot, *"jjj", "enter")
        assert screen.asked.metrics


async def test_grouping_from_a_list(store, tmp_path):
    async with comparing(store, tmp_path, ["gbm-s1", "gbm-no-weather-s1"]) as (app, pilot):
        assert "8 more runs of other seeds are known:  o config compares them as well" in text(app)
        await pilot.press("o")
        await until(pilot, lambda: "Group by" in text(app))
        said = text(app)
        assert "2 runs, each by itself" in said
        assert "and 8 more runs of other seeds" in said
        assert "2 groups: yes, no" in said
        await pilot.press("j", "enter")
        await press(app, pilot)
        assert "Compare 2 groups by config" in text(app)
        assert "5 pairs" in text(app)
        assert "of other seeds are known" not in text(app)
        await press(app, pilot, "colon", *"by none", "enter")
        assert "Compare 2 runs" in text(app)


async def test_what_makes_no_groups_is_said_and_nothing_else_changes(store, tmp_path):
    async with comparing(store, tmp_path, ["gbm-s1", "gbm-no-weather-s1"]) as (app, pilot):
        await press(app, pilot, "colon", *"by model", "enter")
        assert "all of these runs have the same model" in text(app)
        assert app.screen.asked.by is None
        assert "Compare 2 runs" in text(app)


async def test_what_is_better_can_be_said_and_is_remembered(store, tmp_path):
    names = named("gbm", "gbm-no-weather")
    async with comparing(store, tmp_path, names, by="group") as (app, pilot):
        await press(app, pilot, "colon", *"goal min", "enter")
        await until(pilot, lambda: "A beats gbm on test/auc." in text(app))
    async with comparing(store, tmp_path, names, by="group") as (app, pilot):
        assert "A beats gbm on test/auc." in text(app)
        await press(app, pilot, "colon", *"goal none", "enter")
        await until(pilot, lambda: "nobody said which way is better" in text(app))
        await press(app, pilot, "colon", *"goal max", "enter")
        await until(pilot, lambda: "A is worse than gbm on test/auc." in text(app))


async def test_a_margin_and_which_value_stands_for_a_run(store, tmp_path):
    names = named("gbm", "gbm-no-weather")
    async with comparing(store, tmp_path, names, by="group") as (app, pilot):
        await press(app, pilot, "colon", *"margin .05", "enter")
        assert "A is as good as gbm on test/auc (within .05)." in text(app)
        assert "within .05 counts as equal" in text(app)
        await press(app, pilot, "colon", *"margin off", "enter")
        assert app.screen.asked.margin is None
        await press(app, pilot, "colon", *"margin -1", "enter")
        assert "A margin is a number above 0" in text(app)
        await press(app, pilot, "v")
        assert "best values" in text(app)
        await press(app, pilot, "v")
        assert "mean heights of curves" in text(app)
        await press(app, pilot, "colon", *"at 10", "enter")
        assert "metrics at step 10" in text(app)
        await press(app, pilot, "colon", *"at then", "enter")
        assert "last, best, area or the number of a step" in text(app)
        await press(app, pilot, "v")
        assert app.screen.asked.at == "last"


async def test_all_rows_or_only_what_differs(store, tmp_path):
    async with comparing(store, tmp_path, ["gbm-s1", "gbm-no-weather-s1"]) as (app, pilot):
        assert "trees" not in text(app)
        await press(app, pilot, "d")
        assert "trees" in text(app)


async def test_keys_of_the_curves(store, tmp_path):
    async with comparing(store, tmp_path, ["gbm-s1", "logreg-s1"]) as (app, pilot):
        await press(app, pilot, "L")
        assert "log axis" in text(app)
        await press(app, pilot, "equals_sign")
        assert "minus gbm-s1" in text(app)
        await press(app, pilot, "equals_sign", "t", "less_than_sign")
        assert "minus" not in text(app)
        await press(app, pilot, "f", "0")
        assert "L" not in text(app).splitlines()[0]


async def test_a_pane_alone_and_back(store, tmp_path):
    async with comparing(store, tmp_path, ["gbm-s1", "logreg-s1"]) as (app, pilot):
        assert "Curves   Statistics" not in text(app)
        await press(app, pilot, "z")
        assert "Curves   Statistics" in text(app)
        await press(app, pilot, "escape")
        assert "Curves   Statistics" not in text(app)


async def test_a_key_that_does_nothing_says_why(store, tmp_path):
    async with comparing(store, tmp_path, ["gbm-s1", "logreg-s1"], (80, 24)) as (app, pilot):
        await press(app, pilot, "L")
        assert "only on Curves" in text(app)
        await press(app, pilot, "z")
        assert "alone already" in text(app)


async def test_from_marks_which_keep_their_letters_and_from_groups(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("c")
        assert "Mark two runs or more" in text(app) or "mark two or more" in text(app)
        await pilot.press("space", "space", "space", "g", "space", "c")  # the first mark is taken off again
        await until(pilot, lambda: judged(app), 40)
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        view = screen.body.view
        assert [view.letter(subject) for subject in view.comparison.subjects] == ["", "C"]
        await pilot.press("escape", "-", "colon", *"group param:model", "enter")
        await settled(pilot)
        await pilot.press("c")
        await until(pilot, lambda: judged(app), 40)
        assert "Compare 2 groups by param:model" in text(app)


async def test_runs_named_in_a_command(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("colon", *"compare gbm-s1 logreg-s1", "enter")
        await until(pilot, lambda: judged(app), 40)
        assert "Compare 2 runs" in text(app)
