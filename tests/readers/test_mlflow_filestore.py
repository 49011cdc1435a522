"""Runs of MLflow's file store: what is claimed, what it says, how it grows, what hostile files do."""

import math
import os
import shutil
from pathlib import Path

import pytest
from tests.conformance.reading import Story, read_on
from tests.readers.mlflow_runs import (
    KEY,
    PATH,
    RUN,
    WHEN,
    experiment,
    make_run,
    points,
    read,
    source,
    sources,
    state,
    values,
)

from mlops_console.ingest.prune import Pruning
from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow import READER
from mlops_console.readers.mlflow.filestore import registry
from mlops_console.records import NO_TIME, RunKey, Status


def test_a_run_is_known_by_what_its_record_says(tmp_path):
    make_run(tmp_path)
    make_run(tmp_path, path=f"my store/exp one/{'f' * 32}")
    (tmp_path / "mlruns/1/datasets/abc").mkdir(parents=True)
    (tmp_path / "mlruns/1/datasets/abc/meta.yaml").write_text("digest: 1\nname: x\n")
    assert sources(tmp_path) == [PATH, f"my store/exp one/{'f' * 32}"]


def test_a_record_that_is_cut_short_leaves_the_run_a_run(tmp_path):
    folder = make_run(tmp_path, tags={"mlflow.runName": "from tags"})
    (folder / "meta.yaml").write_text("artifact_uri: [")
    story = read(tmp_path)
    assert story.facts[KEY]["name"] == "from tags"
    assert story.problems[0].path == f"{PATH}/meta.yaml"
    state(folder, run_id=RUN, status=3, lifecycle_stage="active", start_time=WHEN)
    read(tmp_path, story)
    assert not story.problems
    assert story.facts[KEY]["status"] is Status.FINISHED


def test_old_lines_and_new_ones(tmp_path):
    lines = f"{WHEN} 1\n{WHEN + 1} 2 7\n{WHEN + 2} 3.5 8 cards 567de52c\n{WHEN + 3} -1e-300 -2\n"
    make_run(tmp_path, metrics={"loss": lines})
    story = read(tmp_path)
    assert values(story, "loss") == [(0, 1.0), (7, 2.0), (8, 3.5), (-2, -1e-300)]
    assert not story.problems


@pytest.mark.parametrize("many", [0, 5_000])
def test_numbers_that_are_not_finite(tmp_path, many):
    words = ("nan", "NaN", "inf", "-inf", "Infinity", "-Infinity", "1e400")
    lines = points(many) + "".join(f"{WHEN} {word} {k}\n" for k, word in enumerate(words))
    make_run(tmp_path, metrics={"odd": lines})
    found = [value for _, value in values(read(tmp_path), "odd")][many:]
    assert [math.isnan(value) for value in found[:2]] == [True, True]
    assert found[2:] == [math.inf, -math.inf, math.inf, -math.inf, math.inf]


def test_times_that_are_none(tmp_path):
    make_run(tmp_path, metrics={"m": "0 1 0\n-5 2 1\n99999999999999999 3 2\n1700000000000 4 3\n"})
    _, wall, _ = read(tmp_path).series()[KEY, "m"]
    assert wall.astype("int64").tolist() == [NO_TIME, NO_TIME, NO_TIME, WHEN * 1000]


@pytest.mark.parametrize("many", [3, 5_000])
def test_one_bad_metric_file_is_one_problem(tmp_path, many):
    good = points(many)
    bad = points(2) + "no point at all\n\n" + points(many, 2) + "1 2 3 4\n"
    make_run(tmp_path, metrics={"good": good, "bad": bad, "train/deep/loss": good})
    story = read(tmp_path)
    assert len(values(story, "good")) == len(values(story, "train/deep/loss")) == many
    assert len(values(story, "bad")) == many + 2
    assert [(problem.path, problem.offset) for problem in story.problems] == [
        (f"{PATH}/metrics/bad", len(points(2)))
    ]


def test_a_torn_tail_waits_for_its_rest(tmp_path):
    folder = make_run(tmp_path, metrics={"loss": points(2) + f"{WHEN} 0.2"}, status=1)
    story = read(tmp_path)
    assert len(values(story, "loss")) == 2
    assert not story.problems
    with (folder / "metrics/loss").open("a") as out:
        out.write("5 2\n")
    read(tmp_path, story)
    assert values(story, "loss")[-1] == (2, 0.25)
    assert story.resets == 0


def test_a_line_without_end_is_passed_over(tmp_path):
    make_run(tmp_path, metrics={"loss": points(2) + "9" * 300_000 + "\n" + points(2, 2)})
    story = read(tmp_path)
    assert len(values(story, "loss")) == 4
    assert len(story.problems) == 1


def test_a_live_run_grows(tmp_path):
    folder = make_run(tmp_path, metrics={"loss": points(3)}, tags={"stage": "a"}, status=1, end_time=None)
    story = read(tmp_path)
    assert story.facts[KEY]["status"] is Status.RUNNING
    with (folder / "metrics/loss").open("a") as out:
        out.write(points(2, 3))
    (folder / "metrics/new").write_text(points(1))
    (folder / "tags/stage").write_text("b")
    watched = set(source(tmp_path).files)
    assert {f"{PATH}/metrics/loss", f"{PATH}/metrics/new", f"{PATH}/tags/stage", f"{PATH}/metrics"} <= watched
    read(tmp_path, story)
    assert [step for step, _ in values(story, "loss")] == [0, 1, 2, 3, 4]
    assert story.facts[KEY]["tags"] == {"stage": "b"}
    assert story.resets == 0


def test_what_is_taken_back_is_forgotten(tmp_path):
    folder = make_run(tmp_path, metrics={"loss": points(3)}, tags={"keep": "1", "gone": "2"})
    story = read(tmp_path)
    (folder / "tags/gone").unlink()
    read(tmp_path, story)
    assert story.facts[KEY]["tags"] == {"keep": "1"}
    assert len(values(story, "loss")) == 3
    assert story.resets == 1


def test_a_resumed_run_has_not_ended(tmp_path):
    folder = make_run(tmp_path)
    story = read(tmp_path)
    assert "ended" in story.facts[KEY]
    state(
        folder, run_id=RUN, status=1, end_time=None, lifecycle_stage="active", start_time=WHEN, user_id="ana"
    )
    read(tmp_path, story)
    assert "ended" not in story.facts[KEY]
    assert story.facts[KEY]["status"] is Status.RUNNING


@pytest.mark.parametrize("instead", ["", "1700000000000 5 5\n", points(40, 500)])
def test_a_metric_file_that_is_another_one_is_read_anew(tmp_path, instead):
    folder = make_run(tmp_path, metrics={"loss": points(20), "other": points(2)})
    story = read(tmp_path)
    (folder / "metrics/loss").write_text(instead)
    read(tmp_path, story)
    assert story.resets == 1
    assert len(story.series().get((KEY, "loss"), [[]])[0]) == instead.count("\n")
    assert len(values(story, "other")) == 2


def test_the_facts_of_a_large_run_come_before_its_points(tmp_path):
    make_run(tmp_path, metrics={"loss": points(20_000)}, params={"lr": "0.1"})
    chunk = READER.read(str(tmp_path), source(tmp_path), None, Budget())
    assert chunk.more
    assert len(chunk.points) == 0
    assert chunk.facts[0].params == {"lr": "0.1"}
    assert len(values(read(tmp_path), "loss")) == 20_000


def test_a_million_points_beside_a_single_one(tmp_path):
    make_run(tmp_path, metrics={"all": points(200_000), "one": points(1), "z/one": points(1)})
    story = read(tmp_path, budget=Budget(20_000, 60))
    assert story.chunks >= 10
    assert [step for step, _ in values(story, "all")] == list(range(200_000))
    assert len(values(story, "one")) == len(values(story, "z/one")) == 1
    chunk = READER.read(str(tmp_path), source(tmp_path), story.cursor, Budget())
    assert not chunk.facts


def test_ten_thousand_metrics(tmp_path):
    make_run(tmp_path, metrics={f"layer_{k % 50}/m{k}": f"{WHEN} {k} 1\n" for k in range(10_000)})
    story = read(tmp_path)
    assert len(story.points) == 10_000
    assert values(story, "layer_7/m57") == [(1, 57.0)]


def test_nothing_odd_is_opened(tmp_path):
    folder = make_run(tmp_path, metrics={"good": points(2)}, params={"lr": "1"})
    secret = tmp_path / "secret"
    secret.write_text(points(9))
    os.mkfifo(folder / "metrics/fifo")
    (folder / "metrics/link").symlink_to(secret)
    (folder / "params/link").symlink_to(secret)
    (folder / "tags/loop").symlink_to("loop")
    shutil.rmtree(folder / "artifacts")
    (folder / "artifacts").symlink_to("/etc")
    story = read(tmp_path)
    assert list(story.points) == [(KEY, "good")]
    assert story.facts[KEY]["params"] == {"lr": "1"}
    assert story.facts[KEY]["artifacts"] == ()
    places = {problem.path.removeprefix(PATH) for problem in story.problems}
    assert places == {"/metrics/fifo", "/metrics/link", "/params/link", "/tags/loop"}


def test_a_bomb_for_a_record(tmp_path):
    folder = make_run(tmp_path, metrics={"m": points(1)})
    rows = [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]\n" for k in range(1, 9)]
    bomb = f"run_id: {RUN}\nlifecycle_stage: active\na0: &a0 [x]\n" + "".join(rows)
    (folder / "meta.yaml").write_text(bomb)
    story = read(tmp_path)
    assert len(values(story, "m")) == 1
    assert "does not tell of the run" in story.problems[0].what


def test_text_is_kept_raw(tmp_path):
    tags = {"mlflow.note.content": "\x1b[31mred [/red]\r\n", "a b.c-d/é": "\udcff", "url": "https://x/?a=b"}
    make_run(tmp_path, tags=tags, params={"multi": "a\nb", "empty": ""}, run_name="'[red] \x1b]0;x'")
    facts = read(tmp_path).facts[KEY]
    assert facts["tags"] == tags
    assert facts["params"] == {"multi": "a\nb", "empty": ""}


@pytest.mark.parametrize("run_id", ["1" * 32, "12345678901234567890123456789e12", "0" * 32])
def test_an_id_that_looks_like_a_number_is_text(tmp_path, run_id):
    make_run(tmp_path, run_id=run_id, run_uuid=run_id, note="{a: [1, 2]}")
    assert read(tmp_path).facts[KEY]["native_id"] == run_id


def test_nested_runs_of_other_experiments(tmp_path):
    other = "f" * 32
    make_run(tmp_path, path=f"mlruns/2/{other}")
    make_run(tmp_path, tags={"mlflow.parentRunId": other})
    facts = read(tmp_path).facts[KEY]
    assert facts["parent"] == RunKey(f"mlruns/2/{other}")
    assert facts["parent_native_id"] == other


@pytest.mark.parametrize("parent", ["../../etc", "/etc", "..", "e" * 32])
def test_a_parent_that_is_not_there(tmp_path, parent):
    make_run(tmp_path, tags={"mlflow.parentRunId": parent})
    facts = read(tmp_path).facts[KEY]
    assert "parent" not in facts
    assert facts["parent_native_id"] == parent


def test_deleted_runs_and_experiments(tmp_path):
    make_run(tmp_path, lifecycle_stage="deleted")
    trashed = f"mlruns/.trash/2/{RUN}"
    make_run(tmp_path, path=trashed)
    assert read(tmp_path).facts[KEY]["deleted"] is True
    assert read(tmp_path, path=trashed).facts[RunKey(trashed)]["deleted"] is True
    make_run(tmp_path)
    assert read(tmp_path).facts[KEY]["deleted"] is False


def test_a_project_that_begins_inside_a_store(tmp_path):
    make_run(tmp_path, metrics={"m": points(2)})
    for path, name in (("", "."), ("mlruns/1", RUN)):
        root = tmp_path / PATH if name == "." else tmp_path / path
        story = read_on(READER, root, source(root, name), Story())
        assert values(story, "m", RunKey(name))[0] == (0, 1.0)
        assert story.facts[RunKey(name)]["native_id"] == RUN


HISTORY = '[{"run_id": "%s", "artifact_path": "model", "flavors": {"sklearn": {}, "python_function": {}}}]'


def test_a_model_that_lies_elsewhere_is_named_as_missing(tmp_path):
    away = f"s3://bucket/1/{RUN}/artifacts"
    make_run(tmp_path, tags={"mlflow.log-model.history": HISTORY % RUN}, artifact_uri=away)
    facts = read(tmp_path).facts[KEY]
    (model,) = facts["models"]
    assert model.details["missing"] is True
    assert model.details["location"] == f"{away}/model"
    assert model.details["flavors"] == ["python_function", "sklearn"]
    assert facts["environment"]["artifact_uri"] == away


def test_registered_versions_belong_to_their_model(tmp_path):
    folder = make_run(tmp_path, tags={"mlflow.log-model.history": HISTORY % RUN})
    (folder / "artifacts/model").mkdir()
    (folder / "artifacts/model/MLmodel").write_text("flavors:\n  sklearn: {}\n")
    for number, source_of in (("1", f"file:///srv/{PATH}/artifacts/model"), ("2", "s3://elsewhere/model")):
        version = tmp_path / f"mlruns/models/churn/version-{number}"
        version.mkdir(parents=True)
        version.joinpath("meta.yaml").write_text(
            f"name: churn\nversion: {number}\nrun_id: {RUN}\ncurrent_stage: Staging\nsource: {source_of}\n"
        )
    (tmp_path / "mlruns/models/churn/aliases").mkdir()
    (tmp_path / "mlruns/models/churn/aliases/champion").write_text("1")
    (tmp_path / "mlruns/models/churn/meta.yaml").write_text("name: churn\n")
    facts = read(tmp_path).facts[KEY]
    (model,) = facts["models"]
    entry = {"model": "churn", "version": 1, "aliases": ["champion"], "stage": "Staging"}
    assert model.details["registered"] == [entry]
    assert [one["version"] for one in facts["environment"]["registered_models"]] == [2]
    assert sources(tmp_path) == [PATH]


@pytest.mark.parametrize(
    ("path", "entered"),
    [
        (f"{PATH}/artifacts", False),
        (f"{PATH}/metrics", False),
        (f"mlruns/1/models/m-{RUN}", False),
        (f"mlruns/1/traces/tr-{RUN}", False),
        (PATH, True),
        ("mlruns/1/models", True),
        ("runs/artifacts", True),
        ("mlruns/.trash", True),
    ],
)
def test_discovery_leaves_alone_what_a_run_owns(tmp_path, path, entered):
    above, _, name = path.rpartition("/")
    assert Pruning(str(tmp_path), ()).by_name(path, name, above.rpartition("/")[2]) is not entered


def test_a_renamed_experiment_is_noticed(tmp_path):
    make_run(tmp_path)
    story = read(tmp_path)
    experiment(tmp_path, "costs")
    read(tmp_path, story)
    assert story.facts[KEY]["group"] == "costs"


def register(root: Path, model: str, versions: range) -> None:
    """Versions of a registered model that came from the run."""
    folder = root / "mlruns/models" / model
    for number in versions:
        (folder / f"version-{number}").mkdir(parents=True)
        (folder / f"version-{number}/meta.yaml").write_text(
            f"name: {model}\nversion: {number}\nrun_id: {RUN}\nsource: s3://elsewhere/model\n"
        )
    (folder / "meta.yaml").write_text(f"name: {model}\n")


def test_more_versions_than_are_read_are_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "_MOST_VERSIONS", 3)
    make_run(tmp_path)
    register(tmp_path, "churn", range(1, 13))
    story = read(tmp_path)
    found = story.facts[KEY]["environment"]["registered_models"]
    assert sorted(one["version"] for one in found) == [10, 11, 12]
    (problem,) = story.problems
    assert problem.path == "mlruns/models"
    assert "churn has 12 versions, of which the newest 3 are read, 9 left out" in problem.what


def test_more_models_than_are_read_are_told_of_once_they_are_there(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "_MOST_MODELS", 2)
    make_run(tmp_path)
    register(tmp_path, "a", range(1, 2))
    register(tmp_path, "b", range(1, 2))
    story = read(tmp_path)
    assert not story.problems
    register(tmp_path, "c", range(1, 2))
    (problem,) = read(tmp_path, story).problems
    assert problem.what.startswith("holds 3 registered models; the first 2 by name are read, 1 left out")
