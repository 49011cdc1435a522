"""The page of a run as it looks, section by section, in several sizes and themes."""

import pytest
from tests.console import snapshots
from tests.console.page_stage import stage
from tests.console.standins_run import NOW, RUN, PageApp, sees
from tests.console.test_run_page import settled, shown

from mlops_console.console.run import failure, file_rows, head, listed

SECTIONS = ("curves", "metrics", "params", "log", "files", "environment", "history", "sources")
WAITS = {"curves": "not registered", "files": "checkpoints/", "params": "was 256", "history": "Lineage"}


@pytest.fixture(autouse=True)
def steady(monkeypatch):
    for module in (failure, file_rows, head, listed):
        monkeypatch.setattr(module, "now_us", lambda: NOW + 246_000_000)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


async def taken(name, size, section, keys=(), wanted="", **settings):
    app = PageApp(stage(), ("aaaa", RUN, "bbbb"), **settings)
    async with app.run_test(size=size) as pilot:
        await shown(app, pilot, *["tab"] * SECTIONS.index(section), *keys)
        wanted = wanted or (WAITS.get(section, "") if size[1] >= 36 or section != "curves" else "")
        await sees(app, pilot, wanted)
        await settled(app, pilot)
        snapshots.check(app, name)


@pytest.mark.parametrize("section", SECTIONS[1:])
@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_sections(size, section):
    await taken(f"run-{section}-{size[0]}x{size[1]}", size, section)


async def test_a_preview_has_the_page_on_a_small_terminal():
    await taken("run-preview-80x24", (80, 24), "files", (*"jjjjjjj", "enter"), "adamw")


async def test_the_preview_beside_the_tree():
    await taken("run-preview-120x36", (120, 36), "files", ("j",), "os.system")


@pytest.mark.parametrize("theme", ["light", "contrast", "ansi"])
async def test_themes(theme):
    await taken(f"run-history-80x24-{theme}", (80, 24), "history", theme=theme)


async def test_ascii():
    await taken("run-files-80x24-ascii", (80, 24), "files", glyphs="ascii")
    await taken("run-history-80x24-ascii", (80, 24), "history", glyphs="ascii")


async def test_help():
    await taken("run-help-120x36", (120, 36), "log", ("?",), "follow what is written")
