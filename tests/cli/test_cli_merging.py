"""Real folders that several tools describe: one run each, nothing doubled, and disagreement is told."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from tests.corpus.restoring import restore, truth
from tests.scenarios.stage import Desk

NESTED = ["mlflow/filestore-nested-v2", "mlflow/sqlite-nested-deleted-v2"]


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path / "kept" / "s.duckdb", capsys)


def record_around(project, native, **more):
    """A run in our own format that says which run of MLflow it is."""
    folder = project / "runs" / f"around-{native[:6]}"
    folder.mkdir(parents=True)
    said = {"format": "mlops-console-run", "version": 1, "id": folder.name, "params": {"ours": 1}, **more}
    (folder / "run.json").write_text(json.dumps(said))
    event = {"event": "same_as", "tool": "mlflow", "id": native}
    (folder / "events.jsonl").write_text(json.dumps(event) + "\n")
    (folder / "metrics.jsonl").write_text('{"_step":0,"ours/loss":1}\n')
    (folder / "end.json").write_text('{"status":"finished"}')
    return folder


def by_native(desk):
    return {run["native_id"]: run for run in desk.objects("runs", "--where", "is:archived or -is:archived")}


@pytest.mark.parametrize("case", NESTED)
@pytest.mark.parametrize("first", ["mlflow", "recorded", "both"])
def test_our_own_format_around_a_script_that_logs_to_mlflow(desk, tmp_path, case, first):
    project = restore(case, tmp_path)
    parents = {run["parent_id"] for run in truth(case)["runs"] if run["parent_id"]}
    native = sorted(parents)[0]
    if first == "mlflow":
        desk.scan(project)
    if first == "recorded":
        away = tmp_path / "away"
        shutil.copytree(project, away, symlinks=True)
        for name in ("mlruns", "mlflow.db"):
            target = project / name
            if target.exists():
                shutil.rmtree(target) if target.is_dir() else target.unlink()
        record_around(project, native)
        desk.scan(project)
        shutil.copytree(away, project, symlinks=True, dirs_exist_ok=True)
    else:
        record_around(project, native)
    desk.scan(project)
    runs = by_native(desk)
    assert len(runs) == len(truth(case)["runs"])
    [one] = [run for run in runs.values() if run["source"] == "recorded,mlflow"]
    told = next(run for run in truth(case)["runs"] if run["native_id"] == native)
    assert native not in runs
    assert one["params"].keys() == {"ours", *told["params"]}
    assert {key: figures["count"] for key, figures in one["metrics"].items()} == {
        "ours/loss": 1, **{key: figures["count"] for key, figures in told["metrics"].items()},
    }  # fmt: skip
    children = [run for run in runs.values() if run["parent_native_id"] == native]
    assert children
    assert {run["parent"] for run in children} == {one["id"]}
    assert desk.objects("show", native)[0]["id"] == one["id"], "its MLflow id still finds it"
    assert desk.scan(project)[0]["files_opened"] == 0
    assert by_native(desk) == runs


def test_what_is_left_of_a_run_stays_one(desk, tmp_path):
    project = restore(NESTED[0], tmp_path)
    native = truth(NESTED[0])["runs"][0]["native_id"]
    ours = record_around(project, native)
    desk.scan(project)
    before = by_native(desk)
    shutil.rmtree(ours)
    desk.scan(project)
    assert by_native(desk).keys() == before.keys()
    assert "gone" not in by_native(desk)[ours.name]
    shutil.rmtree(project / "mlruns")
    desk.scan(project)
    assert by_native(desk)[ours.name]["gone"]


def test_forgetting_and_asking_back(desk, tmp_path):
    project = restore(NESTED[0], tmp_path)
    native = truth(NESTED[0])["runs"][0]["native_id"]
    ours = record_around(project, native)
    desk.scan(project)
    before = by_native(desk)
    desk.ask("forget", native)
    assert before.keys() - by_native(desk).keys() == {ours.name}
    desk.store.unlink()
    desk.scan(project)
    assert before.keys() - by_native(desk).keys() == {ours.name}


def test_where_sources_disagree_is_told(desk, tmp_path):
    project = restore(NESTED[0], tmp_path)
    told = next(run for run in truth(NESTED[0])["runs"] if len(run["params"]) > 2)
    same, other = list(told["params"])[:2]
    params = {same: json.loads(told["params"][same]), other: "something else"}
    ours = record_around(project, told["native_id"], params=params)
    (ours / "end.json").write_text('{"status":"killed"}')
    desk.scan(project)
    [found] = desk.objects("show", told["native_id"])
    assert found["status"] == "killed"
    assert found["status_reason"] == f"mlflow says {told['status'].lower()}"
    assert found["conflicts"] == [
        {"what": "status", "key": "status", "says": {"recorded": "killed", "mlflow": told["status"].lower()}},
        {
            "what": "param",
            "key": other,
            "says": {"recorded": "something else", "mlflow": told["params"][other]},
        },
    ]
    assert f"{other}: recorded says something else" in desk.ask("show", told["native_id"]).out


def test_lightning_beside_tensorboard_is_one_run(desk, tmp_path):
    case = "lightning/tensorboard-and-csv"
    project = restore(case, tmp_path)
    desk.scan(project)
    runs = desk.objects("runs")
    [told] = truth(case)["runs"]
    assert [(run["path"], run["source"]) for run in runs] == [(told["path"], "lightning,tensorboard")]
    assert runs[0]["metrics"].keys() >= told["metrics"].keys()
    (project / told["path"] / "metrics.csv").unlink()
    desk.scan(project)
    [left] = desk.objects("runs")
    assert "gone" not in left


def test_runs_lists_what_a_tool_deleted_and_says_so(desk, tmp_path):
    project = restore("mlflow/sqlite-nested-deleted-v2", tmp_path)
    desk.scan(project)
    gone = {
        one["native_id"]
        for one in truth("mlflow/sqlite-nested-deleted-v2")["runs"]
        if one["lifecycle_stage"] == "deleted"
    }
    assert gone
    assert {run["native_id"] for run in desk.objects("runs") if run.get("deleted") == "mlflow"} == gone
    assert not gone & {run["native_id"] for run in desk.objects("runs", "--where", "-is:deleted")}


def test_a_parameter_that_is_kept_as_text_filters_and_sorts_as_the_number_it_is(desk, tmp_path):
    desk.scan(restore("mlflow/filestore-nested-v2", tmp_path))
    low = desk.objects("runs", "--where", "learning_rate<0.2", "--sort", "learning_rate")
    assert [run["params"]["learning_rate"] for run in low] == ["0.05", "0.1"]
    assert len(desk.objects("runs", "--where", "max_depth:2")) == 2


def test_a_database_that_was_locked_is_read_once_it_is_free_though_nothing_was_written(desk, tmp_path):
    project = restore("mlflow/sqlite-default-v3", tmp_path)
    with closing(sqlite3.connect(project / "mlflow.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(2):
            desk.scan(project)
            assert desk.objects("runs") == []
        other.execute("ROLLBACK")
    desk.scan(project)
    assert len(desk.objects("runs")) == 3
    assert not [problem for run in desk.objects("runs") for problem in run["problems"]]
