"""MLflow's databases: what is claimed, and what is said of runs, files and models."""

import math
import sqlite3
from pathlib import Path

import pytest
from tests.conformance.reading import claimed
from tests.readers.mlflow_database import RUN, change, facts, read, steps, store, values

from mlops_console.readers.mlflow import READER
from mlops_console.records import RunKey, Status

INSERT = "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan)"
ANOTHER = (
    "INSERT INTO runs(run_uuid, name, status, start_time, lifecycle_stage, artifact_uri, experiment_id) "
    "VALUES ('{id}', '{id}', 'FINISHED', 1795000000000, 'active', '{uri}', 1)"
)


def _other(path: Path, *tables: str) -> None:
    connection = sqlite3.connect(path)
    for table in tables:
        connection.execute(table)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("name", ["mlflow.db", "Tracking 1.sqlite", "x.sqlite3"])
def test_a_store_is_known_by_its_tables(tmp_path, name):
    store(tmp_path, name=name)
    assert [source.path for source in claimed(READER, tmp_path)] == [name]


@pytest.mark.parametrize("size", [512, 1024, 16384, 65536])
def test_a_store_is_known_whatever_its_pages(tmp_path, size):
    store(tmp_path, f"PRAGMA page_size={size}", "VACUUM", name="tracking.db")
    assert len(claimed(READER, tmp_path)) == 1
    assert len(read(tmp_path).facts) == 9


def test_other_files_are_left_alone(tmp_path):
    _other(tmp_path / "optuna.db", "CREATE TABLE studies(study_id INTEGER)", "CREATE TABLE trials(a)")
    _other(tmp_path / "aim.sqlite", "CREATE TABLE run(id)", "CREATE TABLE experiment(id)")
    _other(tmp_path / "runs.db", "CREATE TABLE runs(id INTEGER, name)", "CREATE TABLE metrics(key, value)")
    (tmp_path / "mlflow.db").write_bytes(b"SQLite format 3")
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("CREATE TABLE runs (\n\trun_uuid VARCHAR(32)")
    store(tmp_path, name="mlflow.db.bak")
    assert claimed(READER, tmp_path) == []


class _Counted:
    """A folder with one file that tells how often it was looked into."""

    path, files, folders, looks = ".", ("mlflow.db",), (), 0

    def __init__(self, data):
        self._data = data

    def head(self, name, limit=65536):
        self.looks += 1
        return self._data[:limit]


def test_a_list_of_tables_that_names_one_page_over_and_over_is_looked_at_once():
    size, page, named = 65536, 3, 30_000
    first = bytearray(size)
    first[:18] = b"SQLite format 3\0" + b"\0\1"
    first[100], first[103:105] = 5, named.to_bytes(2, "big")
    at = size - 4
    first[at:] = page.to_bytes(4, "big")
    first[108:112] = page.to_bytes(4, "big")
    for place in range(112, 112 + 2 * named, 2):
        first[place : place + 2] = at.to_bytes(2, "big")
    folder = _Counted(bytes(first) + bytes(2 * size))
    assert list(READER.claims(folder)) == []
    assert folder.looks < 5


def test_the_files_of_other_trackers_are_left_alone(corpus):
    for case in ("mlflow/filestore-nested-v2", "tensorboard/hparams-torch"):
        assert not [source for source in claimed(READER, corpus(case)) if source.path.endswith("db")]


def test_a_file_that_lost_its_tables_is_told(tmp_path):
    path = store(tmp_path)
    story = read(tmp_path)
    (source,) = claimed(READER, tmp_path)
    path.unlink()
    _other(path, "CREATE TABLE x(y)")
    chunk = READER.read(str(tmp_path), source, story.cursor, _budget())
    assert [problem.what for problem in chunk.problems] == ["holds no tables of MLflow's"]


def _budget():
    from mlops_console.readers.contract import Budget

    return Budget()


def test_values_that_are_no_numbers_and_repeated_steps(tmp_path):
    store(tmp_path)
    story = read(tmp_path)
    found = values(story, RUN, "odd")
    assert found[0] == 1.0
    assert math.isnan(found[1])
    assert found[2:] == [math.inf, -math.inf, 0.5, 0.75]
    assert steps(story, RUN, "odd") == [0, 1, 2, 3, 4, 2]


def test_no_step_no_nan_mark_no_index_in_old_versions(tmp_path):
    store(
        tmp_path,
        "CREATE TABLE old AS SELECT key, value, timestamp, run_uuid FROM metrics",
        "DROP TABLE metrics",
        "ALTER TABLE old RENAME TO metrics",
        "DROP INDEX index_params_run_uuid",
        *(f"DROP TABLE {table}" for table in ("inputs", "datasets", "registered_model_aliases")),
        "ALTER TABLE runs DROP COLUMN name",
        "ALTER TABLE runs DROP COLUMN deleted_time",
    )
    story = read(tmp_path)
    assert facts(story)["name"] == "bad numbers"  # kept in a tag as well
    assert facts(story)["params"]["lr"] == "0.01"
    assert len(values(story, RUN, "train/loss")) == 20
    assert story.problems == ()


def test_status_words(tmp_path):
    store(
        tmp_path,
        "PRAGMA ignore_check_constraints=1",
        f"UPDATE runs SET status='SCHEDULED' WHERE run_uuid='{RUN}'",
    )
    found = facts(read(tmp_path))
    assert found["status"] == Status.UNKNOWN
    assert found["status_reason"]
    change(tmp_path / "mlflow.db", "PRAGMA ignore_check_constraints=1", "UPDATE runs SET status='DANCING'")
    assert facts(read(tmp_path)).get("status") is None


def test_odd_types_are_left_out_with_a_word(tmp_path):
    store(
        tmp_path,
        f"{INSERT} VALUES ('odd', 'no number', 1, '{RUN}', 50, 0)",
        f"{INSERT} VALUES ('odd', x'00ff', 1, '{RUN}', 51, 0)",
        f"{INSERT} VALUES ('odd', 7, 'yesterday', '{RUN}', 52, 0)",
        f"{INSERT} VALUES ('odd', 8, 1, '{RUN}', 'later', 0)",
        f"{INSERT} VALUES (x'ff', 9, 1, '{RUN}', 53, 0)",
        "UPDATE runs SET start_time='soon', end_time=x'01', name=12.5, user_id=NULL",
        f"INSERT INTO params VALUES ('number', 12, '{RUN}'), ('blob', x'ff41', '{RUN}')",
        "UPDATE tags SET value=3 WHERE key='mlflow.user'",
    )
    story = read(tmp_path)
    assert steps(story, RUN, "odd")[-1] == 52
    assert values(story, RUN, "\udcff") == [9.0]
    assert [problem.what for problem in story.problems] == [
        "holds metrics that are no numbers or have no name; they are left out"
    ]
    found = facts(story)
    assert (found["name"], found["params"]["number"], found["params"]["blob"]) == ("12.5", "12", "\udcffA")
    assert found["tags"]["mlflow.user"] == "3"


@pytest.mark.parametrize("kind", ["view", "trigger", "virtual", "generated"])
def test_nothing_in_the_file_runs(tmp_path, kind):
    made = {
        "view": ("CREATE VIEW metrics AS SELECT * FROM moved",),
        "trigger": (
            "CREATE TABLE metrics AS SELECT * FROM moved",
            "CREATE TRIGGER t AFTER UPDATE ON runs BEGIN SELECT 1; END",
        ),
        "virtual": (
            "CREATE VIRTUAL TABLE metrics USING fts5(key, value, timestamp, run_uuid, step, is_nan)",
        ),
        "generated": (
            "CREATE TABLE metrics (key, timestamp, run_uuid, step, is_nan, value AS (zeroblob(9e7)))",
            "INSERT INTO metrics SELECT key, timestamp, run_uuid, step, is_nan FROM moved",
        ),
    }[kind]
    store(tmp_path, "ALTER TABLE metrics RENAME TO moved", *made)
    story = read(tmp_path)
    assert len(story.facts) == 9
    assert bool(story.points) == (kind == "trigger")


def test_hostile_names_stay_as_they_are(tmp_path):
    name = "\x1b[31m'; DROP TABLE runs; --[/red]"
    quoted = name.replace("'", "''")
    store(
        tmp_path,
        ANOTHER.format(id=quoted, uri="/etc"),
        f"{INSERT} VALUES ('{quoted}', 1, 1, '{quoted}', 0, 0)",
        f"INSERT INTO params VALUES ('{quoted}', '{quoted}', '{quoted}')",
    )
    story = read(tmp_path)
    assert facts(story, name)["params"] == {name: name}
    assert values(story, name, name) == [1.0]


@pytest.mark.parametrize(
    "location",
    [
        "/etc",
        "/etc/{id}/artifacts",
        "../../{id}/artifacts",
        "mlruns/1/../../../outside/{id}/artifacts",
        "s3://bucket/1/{id}/artifacts",
        "file://deadhost/srv/mlruns/1/{id}/artifacts",
        "file:///srv/%2e%2e/outside/{id}/artifacts",
        "",
        "mlruns/1/linked/{id}/artifacts",
    ],
)
def test_locations_are_never_followed_out(tmp_path, location):
    root, outside = tmp_path / "project", tmp_path / "outside"
    secret = outside / "x/artifacts/secret.txt"
    secret.parent.mkdir(parents=True)
    secret.write_text("secret")
    store(root, ANOTHER.format(id="x", uri=location.format(id="x")))
    (root / "mlruns/1").mkdir(parents=True)
    (root / "mlruns/1/linked").symlink_to(outside)
    found = facts(read(root), "x")
    assert found["artifacts"] == ()
    assert found["environment"].get("artifact_uri") == (
        location.format(id="x") or found["environment"].get("artifact_uri")
    )


@pytest.mark.parametrize(
    "location",
    [
        "/home/ana/code/deep/mlruns/1/x/artifacts",
        "file:///C:/churn/mlruns/1/x/artifacts",
        "C:\\work\\mlruns\\1\\x\\artifacts",
        "mlruns/1/x/artifacts",
        "./mlruns/1/x/artifacts/",
    ],
)
def test_locations_of_other_machines_are_found_inside(tmp_path, location):
    store(tmp_path / "tracking", ANOTHER.format(id="x", uri=location))
    for base in (tmp_path, tmp_path / "tracking"):
        model = base / "mlruns/1/x/artifacts/net/MLmodel"
        model.parent.mkdir(parents=True)
        model.write_text("flavors:\n  onnx: {}\n  python_function: {}\nrun_id: x\nartifact_path: net\n")
    story = read(tmp_path)
    found = story.facts[RunKey("tracking/mlflow.db", "x")]
    assert [file.path.removeprefix("../") for file in found["artifacts"]] == [
        "mlruns/1/x/artifacts/net/MLmodel"
    ]
    (model,) = found["models"]
    assert model.path.endswith("mlruns/1/x/artifacts/net")
    assert (model.format, model.details["flavors"]) == ("mlflow", ["onnx", "python_function"])


def test_registered_versions_with_aliases_and_stages(tmp_path):
    store(
        tmp_path,
        ANOTHER.format(id="x", uri="/srv/mlruns/1/x/artifacts"),
        "INSERT INTO registered_models(name, creation_time) VALUES ('tides', 1)",
        "INSERT INTO model_versions(name, version, current_stage, source, run_id) VALUES "
        "('tides', 1, 'Archived', 'runs:/x/net', 'x'), "
        "('tides', 2, 'Production', '/srv/mlruns/1/x/artifacts/net', 'x'), "
        "('tides', 3, 'None', 'dbfs:/elsewhere', 'x')",
        "INSERT INTO registered_model_aliases(alias, version, name) "
        "VALUES ('champion', 2, 'tides'), ('best', 2, 'tides')",
    )
    (tmp_path / "mlruns/1/x/artifacts/net").mkdir(parents=True)
    (tmp_path / "mlruns/1/x/artifacts/net/MLmodel").write_text("flavors: {sklearn: {}}\n")
    story = read(tmp_path)
    found = facts(story, "x")
    assert sorted(found["models"][0].details["registered"], key=lambda one: one["version"]) == [
        {"model": "tides", "version": 1, "aliases": [], "stage": "Archived"},
        {"model": "tides", "version": 2, "aliases": ["best", "champion"], "stage": "Production"},
    ]
    (unmatched,) = found["environment"]["registered_models"]
    assert (unmatched["version"], unmatched["source"]) == (3, "dbfs:/elsewhere")
    change(tmp_path / "mlflow.db", "UPDATE registered_model_aliases SET version=1 WHERE alias='best'")
    aliases = {
        one["version"]: one["aliases"]
        for one in facts(read(tmp_path, story), "x")["models"][0].details["registered"]
    }
    assert aliases == {1: ["best"], 2: ["champion"]}


def test_a_logged_model_that_is_not_here_is_named_as_missing(corpus):
    root = corpus("mlflow/sqlite-default-v3")
    change(
        root / "mlflow.db",
        "UPDATE logged_models SET artifact_location='s3://far/' || model_id || '/artifacts'",
    )
    models = [model for found in read(root).facts.values() for model in found["models"]]
    assert len(models) == 6
    assert all(
        model.details["missing"] and model.details["location"].startswith("s3://far/m-") for model in models
    )
    assert all(".." not in model.path and not model.path.startswith("/") for model in models)


def test_ten_thousand_metrics_in_one_run(tmp_path):
    store(
        tmp_path,
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
        f"{INSERT} SELECT 'metric_' || i, i, 1795000000000 + i, '{RUN}', 0, 0 FROM n",
    )
    story = read(tmp_path)
    assert values(story, RUN, "metric_9999") == [9999.0]
    assert len(story.points) > 10_000
