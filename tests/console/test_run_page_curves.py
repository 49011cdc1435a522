"""The Curves section, as a person with a keyboard meets it."""

from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from tests.console.standins_run import HOSTILE, RUN, Answers, NoWorkspace, PageApp, drawn, histories, run_view

from mlops_console.console.run.body import RunBody


def answers(points=41, metrics=12, **changes):
    return Answers(run_view(points, metrics, **changes), histories(points, metrics))


async def shown(app, pilot, *keys):
    for key in ("", *keys):
        if key:
            await pilot.press(key)
        for _ in range(2):
            await app.workers.wait_for_complete()
            await pilot.pause()
    return drawn(app)


def text(rows):
    return "\n".join(rows)


async def test_the_machines_charts_stand_last_under_their_heading():
    app = PageApp(answers())
    async with app.run_test(size=(120, 50)) as pilot:
        first = text(await shown(app, pilot))
        assert "auc" in first
        page = await shown(app, pilot, "j", "j")
        last = text(await shown(app, pilot, "G"))
    row = next(row for row in page if row.startswith("  system  8 charts"))
    assert row.rstrip().endswith("──")
    assert "gpu4" in text(page)
    assert "gpu11" in last


async def test_charts_are_found_by_name():
    told = answers()
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, "/", *"gpu1"))
        assert "2 found" in page
        assert "gpu10" in page
        assert "auc" not in text(drawn(app)[5:20])
        page = text(await shown(app, pilot, "x"))
        assert "No chart is called that" in page
        page = text(await shown(app, pilot, "escape"))
        assert "auc" in page
        assert {"system/gpu10", "system/gpu11"} <= set(told.asked)


async def test_moving_down_stays_in_its_column():
    app = PageApp(answers())
    async with app.run_test(size=(120, 50)) as pilot:
        await shown(app, pilot, "l", "j")
        curves = app.screen.query_one(RunBody).curves
        assert curves.focus == 2  # auc | loss, then lr alone in its row
        await shown(app, pilot, "j", "l", "j", "k")
        assert curves.groups[curves.focus].name == "system/gpu5"


async def test_a_zoomed_window_is_moved():
    app = PageApp(answers())
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, "{"))
        assert "+ zooms first" in page
        page = text(await shown(app, pilot, "+", "{"))
        assert app.screen.query_one(RunBody).curves.ruler.window == (15.0, 35.0)
        assert "a part" in page
        await shown(app, pilot, "}", "0")
        assert app.screen.query_one(RunBody).curves.ruler.window is None


async def test_the_cursor_reads_step_time_and_all_curves():
    app = PageApp(answers())
    async with app.run_test(size=(160, 45)) as pilot:
        rows = await shown(app, pilot, "]", "z", "<", "<")
    heading = next(row for row in rows if "loss" in row and "epoch" in row)
    assert "epoch 39" in heading
    assert "3m54s in" in heading
    assert heading.count("2023-11-1") == 1
    assert "t train .2066   v val .2266" in heading


async def test_time_turns_through_three_scales():
    app = PageApp(answers())
    async with app.run_test(size=(120, 36)) as pilot:
        assert "epochs" in text(await shown(app, pilot))
        assert "4m" in text(await shown(app, pilot, "t"))
        assert "Nov" in text(await shown(app, pilot, "t"))
        assert "epochs" in text(await shown(app, pilot, "t"))


class Somewhere(NoWorkspace):
    def __init__(self, folder):
        self.places = SimpleNamespace(store=folder / "store.duckdb")


@pytest.mark.parametrize("theme", ["dark", "light", "contrast", "ansi"])
async def test_a_chart_is_written_and_the_footer_says_where(tmp_path: Path, theme: str):
    app = PageApp(answers(name=HOSTILE))
    app._opening = lambda: Somewhere(tmp_path)
    async with app.run_test(size=(160, 36)) as pilot:
        app.theme = theme
        page = text(await shown(app, pilot, "]", "w"))
        written = list((tmp_path / "charts").iterdir())
        assert [path.name for path in written] == [f"{RUN[:8]}-loss.svg"]
        assert f"Wrote {str(written[0])[:60]}" in page
    root = ET.fromstring(written[0].read_text(encoding="utf-8"))
    assert "loss" in root[0].text
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) >= 2


async def test_a_chart_that_cannot_be_written_says_why(tmp_path: Path):
    (tmp_path / "charts").write_text("in the way")
    app = PageApp(answers())
    app._opening = lambda: Somewhere(tmp_path)
    async with app.run_test(size=(160, 36)) as pilot:
        assert "Could not write the chart" in text(await shown(app, pilot, "w"))


@pytest.mark.parametrize("size", [(80, 24), (100, 18), (120, 36), (200, 50), (40, 10)])
async def test_every_size_shows_the_chart_in_focus(size):
    app = PageApp(answers(metrics=20))
    async with app.run_test(size=size) as pilot:
        for keys in ((), ("G",), ("k",), ("g",), ("z",), ("]", "]"), ("ctrl+d",)):
            rows = await shown(app, pilot, *keys)
            curves = app.screen.query_one(RunBody).curves
            group = curves.groups[curves.focus]
            assert group.title[:4] in text(rows)
            assert all(len(row) == size[0] for row in rows)


async def test_in_ascii_the_section_is_ascii():
    from mlops_console.console.glyphs import choose

    app = PageApp(answers())
    app.glyphs = choose("ascii")
    async with app.run_test(size=(120, 50)) as pilot:
        page = text((await shown(app, pilot, "]", "<"))[5:-2])
    assert page.replace("\N{MINUS SIGN}", "-").isascii()
