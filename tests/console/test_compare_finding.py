"""Finding runs from a run: from Compare, from the list, from a run's page."""

from pathlib import Path

import pytest
from tests.console.among_stage import among, read_runs, said
from tests.console.compare_stage import text
from tests.console.runs_stage import console, copied, settled, until

from mlops_console.console.run.screen import RunPage

RUNS = [
    *(
        (f"base-{seed}", {"lr": 0.1, "depth": 3, "seed": seed}, {"auc": 0.8 + seed / 1000})
        for seed in range(4)
    ),
    ("deep", {"lr": 0.1, "depth": 9, "seed": 0}, {"auc": 0.7}),
    ("slow", {"lr": 0.001, "depth": 3, "seed": 0}, {"auc": 0.6}),
    ("twin", {"lr": 0.1, "depth": 9, "seed": 0}, {"auc": 0.7}),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_runs(tmp_path_factory.mktemp("found"), RUNS)


async def command(app, pilot, words, shown):
    return await said(
        app, pilot, shown, "colon", *[{" ": "space"}.get(sign, sign) for sign in words], "enter"
    )


async def test_from_compare(store, tmp_path):
    async with among(store, tmp_path, ["base-0", "slow"]) as (app, pilot):
        shown = await command(app, pilot, "nearest", "Nearest to base-0")
        rows = [line.replace("▌", " ").split() for line in shown.splitlines() if "same params" in line]
        assert {row[0] for row in rows} == {"base-1", "base-2", "base-3"}
        assert "depth" in shown
        await pilot.press("escape")
        shown = await command(app, pilot, "seeds", "Same params as base-0, by seed")
        rows = [line for line in shown.splitlines() if "other seed" in line]
        assert all(any(f"base-{seed}" in row for row in rows) for seed in (1, 2, 3))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunPage))


async def test_from_the_list(store, tmp_path):
    async with console(copied(store, tmp_path), rows=len(RUNS)) as (app, pilot):
        shown = await command(app, pilot, "duplicates", "Duplicates among 7 runs")
        assert "twin" in shown
        await pilot.press("escape")
        await command(app, pilot, "since", "Say by which metric")
        shown = await command(app, pilot, "since nothing", "none of these runs has a metric")


async def test_from_a_page(store, tmp_path):
    async with console(copied(store, tmp_path), rows=len(RUNS)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunPage))
        await settled(pilot)
        await command(app, pilot, "nearest", "Nearest to")
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert "Nearest to" not in text(app)
