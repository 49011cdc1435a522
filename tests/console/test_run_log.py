"""The Log section: followed while it grows, searched by jumping."""

from hypothesis import given
from hypothesis import strategies as st
from tests.console.page_stage import stage
from tests.console.runs_stage import until
from tests.console.standins_run import RUN, PageApp, drawn, sees
from tests.console.test_run_page import settled, shown, text

from mlops_console.console.run.logtext import in_traceback, moment_of, tinted

LOG = ("tab",) * 3


def inks(*lines):
    return [line.ink for line in tinted(lines)]


def test_words_of_warning_and_error_are_tinted():
    assert inks("epoch 1", "WARNING: slow", "UserWarning: x", "12:00:01 ERROR disk", "ValueError: no") == [
        "second",
        "warn",
        "warn",
        "bad",
        "bad",
    ]
    assert inks("no errors so far", "error_rate 0.1", "mean squared error .2") == ["second"] * 3


def test_a_traceback_is_one_thing_even_if_it_comes_in_pieces():
    lines = ["Traceback (most recent call last):", '  File "a.py", line 3', "KeyboardInterrupt", "after"]
    whole = list(tinted(lines))
    assert [line.ink for line in whole] == ["bad", "second", "bad", "second"]
    first = list(tinted(lines[:2]))
    assert [line.ink for line in tinted(lines[2:], in_traceback(first))] == ["bad", "second"]


@given(st.text(max_size=200))
def test_any_line_can_be_looked_at(line):
    (found,) = tinted([line])
    assert 0 <= found.moment == moment_of(line) <= len(line)
    assert found.text == line


async def test_the_end_is_shown_and_what_is_written_follows():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        page = text(await shown(app, pilot, *LOG))
        assert "checkpoint saved, 18.2 MB" in page
        assert "following" in page
        assert "No space left" in page
        told.logs["output.log"].append("2023-11-14 22:17:40 epoch 42")
        await sees(app, pilot, "epoch 42")
        assert all(offset is not None for _, offset in told.tails[1:]), "only what is new is asked for"


async def test_lines_stand_once_even_if_they_are_asked_for_while_an_answer_is_on_its_way():
    told = stage()
    told.logs["output.log"] = ["one", "two"]
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, *LOG)
        feed = app.screen.body.logs.feed
        for number in range(4):
            told.logs["output.log"].append(f"more {number}")
            asked = len(told.tails)
            feed._read()
            feed.show(app.screen.body._view)
            await until(pilot, lambda asked=asked: len(told.tails) > asked + 1)
        await until(pilot, lambda: feed.lines[-1].text == "more 3")
        assert [line.text for line in feed.lines] == [
            "one",
            "two",
            *(f"more {number}" for number in range(4)),
        ]
        assert feed.polling


async def test_moving_up_stops_following_and_the_end_goes_on():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        page = text(await shown(app, pilot, *LOG, "g"))
        assert "20,000 rows" in page
        assert "stopped" in page
        told.logs["output.log"].append("more")
        await until(pilot, lambda: app.screen.body.logs.feed.lines[-1].text == "more")
        assert "20,000 rows" in text(drawn(app))
        page = text(await shown(app, pilot, "G"))
        assert "following" in page
        assert "stopped" in text(await shown(app, pilot, "f"))
        assert "following" in text(await shown(app, pilot, "f"))


async def test_nothing_is_read_when_nobody_looks():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, *LOG)
        assert app.screen.body.logs.feed.polling
        await shown(app, pilot, "tab")
        assert not app.screen.body.logs.feed.polling


async def test_search_jumps_and_n_goes_through_matches_not_runs():
    told = stage()
    app = PageApp(told, ("aaaa", RUN, "bbbb"))
    async with app.run_test(size=(80, 24)) as pilot:
        page = text(await shown(app, pilot, *LOG, "/", *"epoch 1", "enter"))
        assert "10 found" in page
        first = app.screen.body.logs.copied()
        await shown(app, pilot, "N")
        assert app.screen.run_id == RUN
        second = app.screen.body.logs.copied()
        assert first is not None
        assert second is not None
        assert first != second
        await shown(app, pilot, "n", "y")
        assert app.clipboard == first[1]
        await shown(app, pilot, "escape", "n")
        assert app.screen.run_id == "bbbb"


async def test_several_files_and_long_lines():
    told = stage()
    told.logs["worker.log"] = ["start " + "x" * 300 + " the end"]
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        page = text(await shown(app, pilot, *LOG))
        assert "file 1 of 2" in page
        page = text(await shown(app, pilot, "]"))
        assert "worker.log" in page
        assert "the end" not in page
        assert "the end" in text(await shown(app, pilot, *"llllllllllllllllllll"))


async def test_without_a_log_it_says_what_would_be_one():
    told = stage()
    told.logs = {}
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        page = text(await shown(app, pilot, *LOG))
        assert "No log among its files" in page
        page = text(await shown(app, pilot, "f"))
        assert "no log here" in page, "a key says why it does nothing"


async def test_escape_codes_in_a_log_are_shown_not_sent():
    told = stage()
    told.logs = {"output.log": ["plain", "\x1b[2J\x1b]52;c;aGFoYQ==\x07 gotcha \u202e"]}
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        page = text(await shown(app, pilot, *LOG))
        assert "gotcha" in page
        assert "\x1b" not in page
        assert "\x07" not in page


async def test_the_panel_below_the_curves_shows_the_end_of_the_log():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await sees(app, pilot, "22:17:32 checkpoint saved")
        page = await sees(app, pilot, "was .003")
        assert "not registered" in page
        assert "4 of 11 differ" in page


async def test_the_line_that_is_being_written_is_shown_below_the_others():
    told = stage()
    told.partial = "epoch 42:  63%|######3   | 63/100"
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, *LOG)
        rows = drawn(app)
        at = next(index for index, row in enumerate(rows) if "63/100" in row)
        assert "checkpoint saved" in rows[at - 1], "as the last of them"
        told.partial = "epoch 42: 100%|##########| 100/100"
        page = await sees(app, pilot, "100/100")
        assert "63/100" not in page, "a bar drawn over itself is its last state"
        told.partial = ""
        told.logs["output.log"].append("epoch 42 done")
        page = await sees(app, pilot, "epoch 42 done")
        assert "100/100" not in page


async def test_a_log_of_one_unfinished_line_is_a_log():
    told = stage()
    told.logs, told.partial = {"output.log": []}, "loading data"
    app = PageApp(told)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, *LOG)
        page = await sees(app, pilot, "loading data")
        assert "Nothing is written" not in page
