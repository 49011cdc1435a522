"""What the overview asks, over real files: figures, runs on their way, best runs, production, activity."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.console.models_stage import Book, moved, registered

from mlops_console.cli import run_command
from mlops_console.workspace import open_workspace
from mlops_console.workspace.opening import Workspace
from mlops_console.workspace.overview.activity import activity
from mlops_console.workspace.overview.figures import figures
from mlops_console.workspace.overview.model import CELLS, DAYS, LiveRun
from mlops_console.workspace.overview.production import production
from mlops_console.workspace.overview.projects import projects
from mlops_console.workspace.overview.running import lively

DAY = 86_400_000_000
NOW = time.time_ns() // 1000


def record(root: Path, name: str, ago: float, status: str = "finished", **more: Any) -> None:
    """A run of our own format that began so many hours ago and took an hour."""
    started = NOW / 1e6 - ago * 3600
    run = root / "runs" / name
    run.mkdir(parents=True)
    said = {
        "format": "mlops-console-run", "version": 1, "id": name, "name": name, "group": more.get("group", ""),
        "started": started, "params": more.get("params", {}),
    }  # fmt: skip
    (run / "run.json").write_text(json.dumps(said))
    last = started + 3600 if status != "running" else NOW / 1e6 - 60
    steps = more.get("steps", 3)
    lines = [
        json.dumps({"_step": at, "_time": last, more.get("metric", "val/auc"): value})
        for at, value in enumerate([0.5] * (steps - 1) + [more.get("value", 0.5)])
    ]
    (run / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    if status != "running":
        end = {"status": status, "ended": datetime.fromtimestamp(last, UTC).isoformat()}
        (run / "end.json").write_text(json.dumps(end))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Path, Path]]:
    where = tmp_path_factory.mktemp("overview")
    churn, ltv, empty = where / "churn", where / "ltv", where / "empty"
    for folder in (churn, ltv, empty):
        folder.mkdir()
    for at, value in enumerate((0.61, 0.72, 0.70, 0.83, 0.81)):
        record(churn, f"day-{at}", 24 * (10 - 2 * at) + 3, value=value, group="sweep")
    record(churn, "today", 5, value=0.79, group="sweep")
    record(churn, "broken", 3, "failed", value=0.2)
    record(churn, "half", 0.5, "running", params={"epochs": 60}, steps=30)
    record(churn, "endless", 0.4, "running", steps=7)
    for at, value in enumerate((4.0, 3.1, 3.5)):
        record(ltv, f"r{at}", 100 - 20 * at, value=value, metric="val/mae")
    book = Book(churn, NOW)
    run = {"path": "runs/day-3", "native": "", "native_id": "", "name": "day-3", "id": ""}
    versions = [registered(book, number, run, 0.8 + number / 100, 3 * DAY, "ana") for number in (1, 2, 3)]
    moved(book, versions[1], None, "bo", DAY)
    (churn / "mlops-console.toml").write_text(
        # Longer than any suite takes: how old this file's runs are depends on when its turn comes.
        '[watch]\nsilence = "24h"\n'
        '[models.churn]\nowner = "ana"\n'
        '[models.churn.kpis.rank]\nmetric = "val/auc"\ngoal = "max"\nfloor = 0.9\n'
    )
    (ltv / "mlops-console.toml").write_text("[models.ltv]\ngoal = 3\n")
    store = where / "s.duckdb"
    with open_workspace([churn, ltv, empty], str(store)) as workspace:
        workspace.scan()
        yield workspace, where, store


def test_days_are_counted_back_from_now(desk):
    found = figures(desk[0], now=NOW)
    assert len(found.runs) == len(found.failed) == DAYS
    assert found.runs[-1] == 4
    assert found.runs[-2] == 0
    assert found.runs[-3] == 2
    assert found.failed[-1] == 1
    assert found.ended == 2
    assert found.running[-1] == 2
    assert (found.projects, found.total) == (3, 12)
    assert found.disk is not None
    assert 0 <= found.disk.used <= 1


def test_runs_on_their_way_say_how_far_they_are(desk):
    found = lively(desk[0], now=NOW)
    by: dict[str, LiveRun] = {one.name: one for one in found.runs}
    assert (found.running, found.silent, found.failed) == (2, 0, 1)
    assert [one.kind for one in found.runs] == ["running", "running", "failed"]
    half = by["half"]
    assert (half.done, half.total, half.unit, half.share) == (30, 60, "epochs", 0.5)
    assert half.left(NOW) == pytest.approx(1_800_000_000, rel=0.01)
    assert (by["endless"].done, by["endless"].total, by["endless"].left(NOW)) == (6, None, None)
    assert by["broken"].kind == "failed"


def test_a_clock_that_jumped_gives_nothing_to_wait_for(desk):
    half = next(one for one in lively(desk[0], now=NOW).runs if one.name == "half")
    assert half.left(0) is None
    earlier = figures(desk[0], now=NOW - 400 * DAY)
    assert sum(earlier.runs) == sum(earlier.failed) == 0
    later = figures(desk[0], now=NOW + 400 * DAY)
    assert sum(later.runs) == 0


def test_the_best_run_of_each_project_and_how_it_came_about(desk):
    found = {one.project.name: one for one in projects(desk[0])}
    churn, ltv, empty = found["churn"], found["ltv"], found["empty"]
    assert (churn.runs, churn.metric, churn.goal, churn.best) == (9, "val/auc", "max", 0.83)
    assert len(churn.past) == CELLS
    assert list(churn.past) == sorted(churn.past)
    assert churn.past[-1] == 0.83
    assert churn.running == 2
    assert churn.models == 1
    assert (ltv.metric, ltv.goal, ltv.best) == ("val/mae", "min", 3.1)
    assert list(ltv.past) == sorted(ltv.past, reverse=True)
    assert ltv.trouble == "a mistake in mlops-console.toml"
    assert (empty.runs, empty.best, empty.past) == (0, None, ())
    name = desk[0].ask(lambda con: con.rows("SELECT name FROM runs WHERE id = ?", [churn.by]))
    assert name == [("day-3",)]


def test_what_is_in_production_with_its_floor(desk):
    (one,) = production(desk[0], now=NOW)
    assert (one.model, one.version.number, one.owner, one.metric) == ("churn", 2, "ana", "val/auc")
    assert one.kpi is not None
    assert (one.kpi.met, one.kpi.kpi.floor) == ("not kept", 0.9)
    assert one.kpi.value == pytest.approx(0.82)
    assert one.monitor is None
    assert one.past == pytest.approx((0.81, 0.82, 0.83))
    assert one.past_is == "versions"


def test_what_was_done_is_told_newest_first(desk):
    found = activity(desk[0], now=NOW)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    said = [(one.by, one.what) for one in found]
    assert any(by == "bo" and "promoted churn v2 to champion" in what for by, what in said)
    assert ("", "a run ended, it failed") in said
    assert any(by == "" and "a run ended, sweep" in what for by, what in said)
    assert len(activity(desk[0], now=NOW, most=3)) == 3
    assert not activity(desk[0], now=NOW - 400 * DAY)


def test_the_command_prints_lines_and_json(desk, capsys):
    _, _, store = desk
    other = store.with_name("copy.duckdb")
    other.write_bytes(b"")
    other.unlink()
    folders = [str(desk[1] / name) for name in ("churn", "ltv", "empty")]
    assert run_command(["--store", str(other), "scan", *folders]) == 0
    capsys.readouterr()
    assert run_command(["--store", str(other), "overview", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    parts = {one["part"] for one in lines}
    assert parts >= {"figures", "attention", "production", "run", "project", "activity"}
    (model,) = [one for one in lines if one["part"] == "production"]
    assert (model["model"], model["version"], model["kpi"]["met"]) == ("churn", 2, "not kept")
    assert run_command(["--store", str(other), "overview"]) == 0
    told = capsys.readouterr().out
    for word in (
        "Needs attention",
        "Production",
        "Running",
        "Projects",
        "Activity",
        "30 of 60 epochs",
        ".83",
    ):
        assert word in told
    assert run_command(["--store", str(other), "overview", "--part", "projects"]) == 0
    assert "Activity" not in capsys.readouterr().out


def test_where_nothing_is_watched_the_command_says_so(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_command(["--store", str(tmp_path / "s.duckdb"), "overview"]) == 0
    assert "Nothing is watched" in capsys.readouterr().err
