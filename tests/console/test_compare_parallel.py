"""Parallel coordinates and scatter: which runs are bright, what keys walk over, what is said in words."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.console import snapshots
from tests.console.among_stage import among, read_runs, said, sweep
from tests.console.compare_stage import comparing, named, read_flights, text
from tests.console.runs_stage import settled, until

from mlops_console.console.compare.screen import CompareScreen
from mlops_console.console.run.screen import RunPage

RUNS = sweep()
AUC = np.array([metrics["auc"] for _, _, metrics in RUNS])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_runs(tmp_path_factory.mktemp("sweep"), RUNS)


@pytest.fixture(scope="module")
def flights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_flights(tmp_path_factory.mktemp("flights"))


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


async def test_runs_are_walked_along_an_axis_and_their_values_read(store, tmp_path):
    order = [RUNS[at] for at in np.argsort(-AUC)]
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        shown = await said(app, pilot, "60 runs", "p")
        assert "o s-000  A s-001" in shown
        shown = await said(app, pilot, "1 of 60 by auc", "j")
        assert order[0][0] in shown
        shown = await said(app, pilot, "2 of 60 by auc", "j")
        name, params, _ = order[1]
        assert name in shown
        read = shown.splitlines()[-4].split() + shown.splitlines()[-5].split()
        assert params["opt"] in read
        assert str(params["depth"]) in read
        await said(app, pilot, "by seed", "h")
        await pilot.press("escape")
        await settled(pilot)
        assert "j k walk over runs along seed" in text(app)


async def test_enter_opens_the_run_in_focus(store, tmp_path):
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        await said(app, pilot, "60 runs", "p")
        await said(app, pilot, "60 of 60 by auc", "G")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunPage))
        await until(pilot, lambda: RUNS[int(AUC.argmin())][0] in text(app))


async def test_a_trend_is_said_as_others_work_it_out(store, tmp_path):
    lr = np.log10([params["lr"] for _, params, _ in RUNS])
    depth = [params["depth"] for _, params, _ in RUNS]
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        await said(app, pilot, "60 runs", "S")
        for name, x, per in (("lr", lr, "ten times as much"), ("depth", depth, "1 more")):
            assert isinstance(app.screen, CompareScreen)
            scatter = app.screen.body.scatter
            while scatter.choice.name != name:
                await pilot.press("l")
            shown = " ".join((await said(app, pilot, per)).split())
            rho = stats.spearmanr(x, AUC).statistic
            assert f"rank correlation {'−' if rho < 0 else ''}.{abs(rho):.2f}".replace(".0.", ".") in shown
            slope = stats.theilslopes(AUC, x).slope
            assert (
                f"Theil-Sen {'−' if slope < 0 else '+'}{abs(slope):.4f}"[:14].replace(" 0.", " .")[:11]
                in shown
            )


async def test_levels_have_means_and_no_trend(store, tmp_path):
    means = {
        level: np.mean([metrics["auc"] for _, params, metrics in RUNS if params["opt"] == level])
        for level in ("adam", "sgd")
    }
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        await said(app, pilot, "60 runs", "S")
        scatter = app.screen.body.scatter
        while scatter.choice.name != "opt":
            await pilot.press("l")
        shown = " ".join((await said(app, pilot, "there is no trend")).split())
        for level, mean in means.items():
            assert f"{level} {mean:.4f}".replace(" 0.", " .") in shown


async def test_over_another_metric_the_front_is_named(store, tmp_path):
    latency = np.array([metrics["latency"] for _, _, metrics in RUNS])
    front = [
        name
        for at, (name, _, _) in enumerate(RUNS)
        if not any((AUC[at] <= AUC) & (latency <= latency[at]) & ((AUC[at] < AUC) | (latency < latency[at])))
    ]
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        await said(app, pilot, "60 runs", "S")
        scatter = app.screen.body.scatter
        while scatter.choice.kind != "metric":
            await pilot.press("l")
        shown = await said(app, pilot, "front:")
        assert f"{len(front)} of 60 runs" in shown
        line = next(line for line in shown.splitlines() if "front:" in line)
        assert all(word in front for word in line.split() if word.startswith("s-"))


async def test_points_are_walked_from_the_best_and_open(store, tmp_path):
    async with among(store, tmp_path, ["s-000", "s-001"], (80, 24)) as (app, pilot):
        await said(app, pilot, "Theil-Sen", "S")
        best = RUNS[int(AUC.argmax())][0]
        await said(app, pilot, best, "j")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunPage))
        await pilot.press("escape")
        await settled(pilot)
        kind, table = app.screen.body.scatter.copied()
        assert kind == "points"
        assert len(table.splitlines()) == 61


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_pictures(flights, tmp_path, size):
    names = named("logreg", "gbm")
    async with comparing(flights, tmp_path, names, size, by="group") as (app, pilot):
        await said(app, pilot, "j k walk over runs", "p")
        await said(app, pilot, "1 of 10 by", "j")
        snapshots.check(app, f"compare-parallel-{size[0]}x{size[1]}")
        await said(app, pilot, "there is no trend", "S")
        snapshots.check(app, f"compare-scatter-{size[0]}x{size[1]}")
        await said(app, pilot, "is the best of 10 runs", *"llllllllllll")
        snapshots.check(app, f"compare-best-so-far-{size[0]}x{size[1]}")


async def test_ascii(flights, tmp_path):
    async with comparing(flights, tmp_path, named("logreg", "gbm"), by="group", glyphs="ascii") as (
        app,
        pilot,
    ):
        for key in "pS":
            await said(app, pilot, "runs", key)
            shown = snapshots.picture(app).partition("-" * 20)[0]
            assert shown.replace("\N{MINUS SIGN}", "-").isascii()
