"""The Runs screen as it looks, in every size and theme."""

import platform
from pathlib import Path

import pytest
from tests.console import snapshots
from tests.console.runs_stage import LONG_AGO, console, copied, read_project, settled

from mlops_console.console.runs import loading
from mlops_console.console.widgets.preview import Preview


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_project(tmp_path_factory.mktemp("runs"), 40)


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "now_us", lambda: (LONG_AGO + 7200) * 1_000_000)
    monkeypatch.setattr(platform, "node", lambda: "lab")
    monkeypatch.setattr(Preview, "show", lambda *_: None)  # it has tests of its own
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_runs(store: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    async with console(copied(store, tmp_path), size) as (app, pilot):
        await pilot.press("space", "space", "j", "space", "k", "s")
        await settled(pilot)
        await pilot.press("g")
        snapshots.check(app, f"runs-{size[0]}x{size[1]}")


@pytest.mark.parametrize("theme", ["light", "contrast", "ansi"])
async def test_themes(store: Path, tmp_path: Path, theme: str) -> None:
    async with console(copied(store, tmp_path), (80, 24), theme=theme) as (app, pilot):
        await pilot.press("space")
        snapshots.check(app, f"runs-80x24-{theme}")


async def test_ascii(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path), (80, 24), glyphs="ascii") as (app, _):
        text = snapshots.picture(app).partition("-" * 20)[0]
        assert text.replace("\N{MINUS SIGN}", "-").isascii()
        snapshots.check(app, "runs-80x24-ascii")


async def test_groups(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path), (120, 36)) as (app, pilot):
        await pilot.press("colon", *"group param:model", "enter")
        await settled(pilot)
        await pilot.press("g", "enter")
        await settled(pilot)
        snapshots.check(app, "runs-grouped-120x36")


async def test_help(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path), (120, 36)) as (app, pilot):
        await pilot.press("question_mark")
        await settled(pilot)
        snapshots.check(app, "help-120x36", cut=r"(?<=^.{4})[0-9a-f]{2}(?= )")


async def test_columns(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path), (80, 24)) as (app, pilot):
        await pilot.press("v")
        await settled(pilot)
        snapshots.check(app, "columns-80x24")
