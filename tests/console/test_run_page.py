"""The page of a run, as a person with a keyboard meets it."""

from dataclasses import replace

import numpy as np
import pytest
from tests.console.standins_run import HOSTILE, RUN, Answers, PageApp, drawn, histories, run_view

from mlops_console.console import keymap
from mlops_console.console.run.body import RunBody
from mlops_console.console.run.facts import History
from mlops_console.console.run.screen import RunPage
from mlops_console.errors import UsageError
from mlops_console.records import NO_TIME, Changed


def answers(points=41, metrics=4, **changes):
    return Answers(run_view(points, metrics, **changes), histories(points, metrics))


async def settled(app, pilot):
    await app.workers.wait_for_complete()
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def shown(app, pilot, *keys):
    await settled(app, pilot)
    for key in keys:
        await pilot.press(key)
        await settled(app, pilot)
    return drawn(app)


def text(rows):
    return "\n".join(rows)


async def test_head_says_how_the_run_stands():
    app = PageApp(answers())
    async with app.run_test(size=(120, 36)) as pilot:
        rows = await shown(app, pilot)
    assert "churn › Runs › 9f8790aa sweep7-042" in rows[0]
    assert "✓ finished in 4m11s" in rows[3]
    assert "! 1 problem" in rows[3]
    assert "val/auc" in rows[3]
    sections = ["Curves", "Metrics", "Params", "Log", "Files", "Environment", "History", "Sources"]
    assert rows[5].split() == sections


async def test_a_running_run_shows_how_far_it_is():
    app = PageApp(answers(status="running", ended=None))
    async with app.run_test(size=(120, 36)) as pilot:
        rows = await shown(app, pilot)
    assert "» running   epoch 41 of 60   ━" in rows[3]
    assert "68%" in rows[3]
    assert "left" in rows[3]
    assert "60 epochs" in text(rows)


async def test_train_and_validation_share_a_chart_and_facts_lie_below():
    app = PageApp(answers())
    async with app.run_test(size=(120, 36)) as pilot:
        rows = await shown(app, pilot)
    page = text(rows)
    assert "t train" in page
    assert "v val" in page
    assert any("auc" in row and "loss" in row for row in rows[6:9])
    assert "1 of 6 vary between runs" in page
    assert "Where it came from" in page
    assert "changed since" in page
    assert any("\u2800" < char < "\u2900" for char in page)


async def test_only_charts_in_view_are_read():
    told = answers(metrics=60)
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await shown(app, pilot)
        assert " 1/" in text(rows[:4])
        first = list(told.asked)
        assert 1 <= len(first) <= 2
        await shown(app, pilot, "]")
        assert len(told.asked) > len(first)
        assert len(told.asked) < 6
        assert " 2/" in text(drawn(app)[:4])


async def test_sections_are_reached_by_tab_and_back():
    app = PageApp(answers())
    async with app.run_test(size=(120, 37)) as pilot:
        assert "at step" in text(await shown(app, pilot, "tab"))
        assert "[64, 64]" in text(await shown(app, pilot, "tab"))
        assert "No log among its files" in text(await shown(app, pilot, "tab"))
        page = text(await shown(app, pilot, "tab"))
        assert "model.pkl" in page
        assert "plots/" in page
        assert "30 kB" in page
        page = text(await shown(app, pilot, "tab"))
        assert "python train.py --lr 3.1e-3" in page
        assert "torch 2.5.0" in page
        assert "No earlier run" in text(await shown(app, pilot, "tab"))
        page = text(await shown(app, pilot, "tab"))
        assert "line 812 has 3 fields" in page
        assert "metrics.csv, byte 40,123" in page
        assert "\u2800" in text(await shown(app, pilot, "tab")) or "auc" in text(drawn(app))
        assert "line 812" in text(await shown(app, pilot, "shift+tab"))


async def test_search_in_a_section():
    app = PageApp(answers())
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, "tab", "tab", "/", "l", "r"))
        assert "1 found" in page
        assert "optim" not in page
        assert ".0031" in page
        page = text(await shown(app, pilot, "escape"))
        assert "optim" in page
        assert isinstance(app.screen, RunPage)
        page = text(await shown(app, pilot, "/", "z", "z", "enter", "j"))
        assert "0 found" in page


async def test_long_sections_scroll():
    params = {f"layer{index}.width": index for index in range(200)}
    app = PageApp(answers(params=params))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "layer0.width" in text(await shown(app, pilot, "tab", "tab"))
        page = text(await shown(app, pilot, "G"))
        assert "owner" in page
        assert "100%" in page
        assert "layer0.width" in text(await shown(app, pilot, "g"))
        assert "layer0.width" not in text(await shown(app, pilot, "j", "j", "ctrl+d"))


async def test_keys_of_the_charts():
    app = PageApp(answers())
    async with app.run_test(size=(120, 36)) as pilot:
        assert "log axis" in text(await shown(app, pilot, "L"))
        page = text(await shown(app, pilot, "<", "<"))
        assert "epoch 39" in page or "epoch 38" in page
        assert "┊" in page
        assert "smoothed .6" in text(await shown(app, pilot, "0", "e"))
        page = text(await shown(app, pilot, "t"))
        assert "4m" in page
        await shown(app, pilot, "t", "t", "+")
        assert app.screen.query_one(RunBody).curves.ruler.window == (20.0, 40.0)
        await shown(app, pilot, "-")
        assert app.screen.query_one(RunBody).curves.ruler.window is None
        page = text(await shown(app, pilot, "z"))
        assert "Where it came from" not in page


async def test_next_and_previous_run_of_the_list():
    told = answers()
    app = PageApp(told, ("aaaa", RUN, "bbbb"))
    async with app.run_test(size=(120, 36)) as pilot:
        assert "bbbb" in (await shown(app, pilot, "n"))[0]
        assert "No further run" in text(await shown(app, pilot, "n"))
        assert "aaaa" in (await shown(app, pilot, "N", "N"))[0]


async def test_changes_of_this_run_show_and_others_do_not_ask():
    told = answers(status="running", ended=None)
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot)
        asked = len(told.runs)
        app.screen.store_changed(Changed(runs=frozenset({"other"})))
        await settled(app, pilot)
        assert len(told.runs) == asked
        told.view, told.points = run_view(51, status="running", ended=None), histories(51)
        app.screen.store_changed(Changed(runs=frozenset({RUN})))
        rows = await shown(app, pilot)
        assert "epoch 51 of 60" in rows[3]
        assert told.asked.count("val/auc") == 2


async def test_nothing_is_drawn_raw_from_files():
    environment = {"command": HOSTILE * 20, "git.commit": HOSTILE}
    told = answers(name=HOSTILE, reason=HOSTILE, params={HOSTILE: HOSTILE}, environment=environment)
    view = told.view
    told.view = replace(view, metrics=(replace(view.metrics[0], key=HOSTILE), *view.metrics[1:]))
    told.points[HOSTILE] = told.points["val/auc"]
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        for keys in ((), *[("tab",)] * 7):
            page = text(await shown(app, pilot, *keys))
            assert "\x1b" not in page
            assert "\u202e" not in page
            assert "[/red]" in page or "evil" not in page


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50), (60, 18), (30, 8)])
async def test_empty_runs_say_what_would_be_there(size):
    told = Answers(run_view(metrics=0, params={}, environment={}, artifacts=(), models=(), problems=()), {})
    app = PageApp(told)
    async with app.run_test(size=size) as pilot:
        page = text(await shown(app, pilot))
        if size[0] >= 80:
            assert "No metrics" in page
            assert "None found" in text(await shown(app, pilot, "tab", "tab"))
            assert "No log among" in text(await shown(app, pilot, "tab"))
            assert "No files" in text(await shown(app, pilot, "tab"))
            assert "say nothing of code" in text(await shown(app, pilot, "tab"))
            assert "A adds a note" in text(await shown(app, pilot, "tab"))
            assert "all of its files could be read" in text(await shown(app, pilot, "tab"))


async def test_nan_and_infinity_are_counted():
    step = np.arange(41)
    value = np.linspace(1, 0.5, 41)
    value[20:] = np.nan
    told = answers()
    told.points["val/auc"] = History(step, step * 0, value)
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot))
    assert "21 nan" in page
    assert "✗" in page


async def test_a_run_that_cannot_be_found_says_so():
    def missing(*_):
        raise UsageError("no run is called 9f87")

    told = answers()
    questions = told.questions()
    app = PageApp(told)
    app.first_screen = lambda: RunPage(RUN, (), replace(questions, view=missing))
    async with app.run_test(size=(120, 36)) as pilot:
        assert "no run is called 9f87" in text(await shown(app, pilot))


async def test_ten_thousand_metrics_do_not_stall_the_page():
    told = answers(metrics=10_000)
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot))
        assert "chart 1 of 9,999" in page.replace("9999", "9,999")
        assert len(told.asked) < 20
        assert "gpu9999" in text(await shown(app, pilot, "G"))


def test_no_key_of_everywhere_is_bound_again():
    views = keymap.views()
    everywhere = {key for entry in views[keymap.EVERYWHERE].keys for key in entry.on}
    own = [key for entry in views["run"].keys for key in entry.on]
    assert not everywhere & set(own)
    assert len(own) == len(set(own))


async def test_footer_shows_keys_that_do_something():
    app = PageApp(answers())
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await shown(app, pilot)
        assert "Tab section" in rows[-1]
        assert "zoom" in rows[-1]
        rows = await shown(app, pilot, "tab")
        assert "zoom" not in rows[-1]
        assert "/ search" in rows[-1]


async def test_help_lists_the_keys_of_the_page():
    app = PageApp(answers())
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, "?"))
        assert "log axis" in page
        assert "none left" in page
        await shown(app, pilot, "escape")
        assert isinstance(app.screen, RunPage)


async def test_without_times_the_time_axis_says_so():
    told = answers()
    none = np.full(41, NO_TIME)
    told.points = {key: History(h.step, none, h.value) for key, h in told.points.items()}
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        assert "bear no time" in text(await shown(app, pilot, "t"))
