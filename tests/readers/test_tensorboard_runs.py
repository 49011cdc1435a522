"""Folders of event files as runs: what they are called, what belongs to them, how they change."""

import os

import pytest
from tests.corpus import restoring
from tests.readers.event_files import (
    alike,
    event,
    points_of,
    random_log,
    read,
    read_all,
    record,
    scalar,
    version,
)

from mlops_console import beneath
from mlops_console.readers.contract import Budget
from mlops_console.readers.tensorboard import READER
from mlops_console.readers.tensorboard.naming import begun, named_as_events, run_name
from mlops_console.records import RunKey

WALL = 1.7e9
FIRST = "events.out.tfevents.1700000000.box.7.0"
SECOND = "events.out.tfevents.1700000900.box.9.0"


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("runs/exp1", "exp1"),
        ("tb_logs/lr0.1/hp", "lr0.1/hp"),
        ("logs/fit/20261120-101008-h8/train", "fit/20261120-101008-h8/train"),
        ("out/lightning_logs/version_0", "version_0"),
        ("My-TensorBoard/a/b", "a/b"),
        ("experiments/a/b", "a/b"),
        ("projects/runs/logs/x", "logs/x"),
        ("catalogs/x/y", "x/y"),
        ("run7", "run7"),
        ("runs", "runs"),
        (".", "churn"),
    ],
)
def test_a_run_is_called_as_tensorboard_calls_it(folder, name):
    assert run_name(folder, "churn") == name


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        (FIRST, True),
        ("events.out.tfevents.1795405469.gpu01.2394.0.v2", True),
        ("events.out.tfevents.1795402446.gpu01", True),
        ("events.out.tfevents.1795402446.gpu01.profile-empty", True),
        ("events.out.tfevents", True),
        ("model.tfevents.1700000000", True),
        ("mytfevents.bin", None),
        ("read_tfevents.py", None),
        (FIRST + ".gz", False),
        ("metrics.csv", False),
    ],
)
def test_event_files_by_name(name, is_one):
    assert named_as_events(name) is is_one


class Listing:
    def __init__(self, path, heads):
        self.path, self.files, self.folders, self._heads = path, list(heads), [], heads

    def head(self, name, limit=65536):
        assert self._heads[name] is not None, "the name tells; nothing may be opened"
        return self._heads[name][:limit]


def test_a_folder_is_one_source_and_only_doubtful_files_are_looked_into():
    heads = {SECOND: None, FIRST: None, "a_tfevents": version(WALL), "b_tfevents.py": b"import tensorboard"}
    (source,) = READER.claims(Listing("runs/a", heads | {"notes.txt": None}))
    assert source.path == "runs/a"
    assert set(source.files) == {f"runs/a/{name}" for name in (FIRST, SECOND, "a_tfevents")}
    assert READER.claims(Listing("src", {"b_tfevents.py": b"import tensorboard"})) == ()
    (source,) = READER.claims(Listing(".", {FIRST: None}))
    assert source.files == (FIRST,)


def test_files_are_read_in_the_order_in_which_they_were_begun(tmp_path):
    names = ["events.out.tfevents.9", "events.out.tfevents.10.h.2.9", "events.out.tfevents.10.h.2.10"]
    for step, name in enumerate(names):
        (tmp_path / name).write_bytes(event(WALL + step, step + 1, scalar(b"a", step)))
    shuffled = [names[1], names[2], names[0]]
    chunk = read(tmp_path, shuffled)
    assert chunk.points.value.tolist() == [0, 1, 2]
    assert (chunk.facts[0].started, chunk.facts[0].ended) == (round(WALL * 1e6), round((WALL + 2) * 1e6))
    assert sorted(shuffled, key=begun) == names


@pytest.mark.parametrize("case", restoring.cases("tensorboard"))
def test_a_case_says_nothing_that_is_not_true(case, corpus):
    root = corpus(case)
    for run in restoring.truth(case)["runs"]:
        files = [f"{run['path']}/{name}" for name in run["event_files"]]
        found, last = read_all(root, files)
        assert set(found) == set(run["metrics"])
        assert not last.problems
        facts = read(root, files).facts[0]
        assert facts.native_id == run["native_id"]
        assert dict(facts.params) == run["params"]
        assert [model.path for model in facts.models] == [model["path"] for model in run["models"]]
        assert all(
            model.format.startswith(true["format"])
            for model, true in zip(facts.models, run["models"], strict=True)
        )
        assert {file.path for file in facts.artifacts} == {
            model["path"].rpartition("/")[2] for model in run["models"]
        }


def test_a_run_within_a_run_names_its_parent(corpus):
    root = corpus("tensorboard/tensorboardx")
    path = "logs/vae/beta1/loss/both/kl"
    (name,) = os.listdir(root / path)
    assert read(root, [f"{path}/{name}"]).facts[0].parent == RunKey("logs/vae/beta1")
    (name,) = [name for name in os.listdir(root / "logs/vae/beta1") if "tfevents" in name]
    assert read(root, [f"logs/vae/beta1/{name}"]).facts[0].parent is None


def test_files_beside_the_events_are_the_runs_own(tmp_path):
    run, child = tmp_path / "runs/a", tmp_path / "runs/a/child"
    for folder in (child, run / "checkpoints"):
        folder.mkdir(parents=True)
    (run / FIRST).write_bytes(version(WALL))
    (child / FIRST).write_bytes(version(WALL))
    (child / "theirs.pt").write_bytes(b"x")
    (run / "checkpoints/last.ckpt").write_bytes(b"xy")
    (run / "notes.txt").write_bytes(b"xyz")
    chunk = read(tmp_path, [f"runs/a/{FIRST}"])
    (facts,) = chunk.facts
    assert [(file.path, file.size) for file in facts.artifacts] == [
        ("checkpoints/last.ckpt", 2),
        ("notes.txt", 3),
    ]
    assert [model.path for model in facts.models] == ["runs/a/checkpoints/last.ckpt"]
    assert read(tmp_path, [f"runs/a/{FIRST}"], chunk.cursor).facts == ()
    (run / "best.pt").write_bytes(b"x")
    (facts,) = read(tmp_path, [f"runs/a/{FIRST}"], chunk.cursor).facts
    assert [model.path for model in facts.models] == ["runs/a/best.pt", "runs/a/checkpoints/last.ckpt"]


def test_a_run_that_wrote_nothing_yet_is_a_run(tmp_path):
    (tmp_path / FIRST).write_bytes(b"")
    os.utime(tmp_path / FIRST, (WALL, WALL))
    chunk = read(tmp_path, [FIRST])
    (facts,) = chunk.facts
    assert (facts.name, facts.started, facts.active) == (tmp_path.name, None, round(WALL * 1e6))
    assert not chunk.problems


def test_nothing_is_opened_where_nothing_changed(tmp_path, monkeypatch):

    for name in (FIRST, SECOND):
        (tmp_path / name).write_bytes(event(WALL, 1, scalar(b"a", 1.0)))
    chunk = read(tmp_path, [FIRST, SECOND])
    with open(tmp_path / SECOND, "ab") as file:
        file.write(event(WALL, 2, scalar(b"a", 2.0)))
    before = beneath.opened()
    chunk = read(tmp_path, [FIRST, SECOND], chunk.cursor)
    assert beneath.opened() - before == 1
    assert points_of(chunk)["a"] == [(2, round(WALL * 1e6), 2.0)]


def test_growth_costs_what_it_grew_by(tmp_path, monkeypatch):
    (tmp_path / FIRST).write_bytes(random_log(1, 3000).data)
    chunk = read(tmp_path, [FIRST])
    taken = []
    preadv = os.preadv
    monkeypatch.setattr(os, "preadv", lambda *args: taken.append(preadv(*args)) or taken[-1])
    more = event(WALL, 2, scalar(b"new", 2.0))
    with open(tmp_path / FIRST, "ab") as file:
        file.write(more)
    assert len(read(tmp_path, [FIRST], chunk.cursor).points) == 1
    assert sum(taken) == len(more)


@pytest.mark.parametrize("change", ["shrunk", "replaced", "rewritten in place"])
def test_a_file_that_is_another_is_read_anew(tmp_path, change):
    old, new = random_log(1, 500), random_log(2, 800)
    path = tmp_path / FIRST
    path.write_bytes(old.data)
    chunk = read(tmp_path, [FIRST])
    if change == "shrunk":
        new = random_log(3, 5)
        path.write_bytes(new.data)
    elif change == "replaced":
        (tmp_path / "other").write_bytes(new.data)
        os.replace(tmp_path / "other", path)
    else:
        assert len(new.data) > len(old.data)
        path.write_bytes(new.data)
    chunk = read(tmp_path, [FIRST], chunk.cursor)
    assert chunk.reset
    assert alike(points_of(chunk), new.points)
    assert not read(tmp_path, [FIRST], chunk.cursor).reset


def test_a_file_under_a_new_name_is_not_read_twice(tmp_path):
    (tmp_path / FIRST).write_bytes(event(WALL, 1, scalar(b"a", 1.0)))
    chunk = read(tmp_path, [FIRST])
    os.rename(tmp_path / FIRST, tmp_path / f"{FIRST}.old")
    chunk = read(tmp_path, [f"{FIRST}.old"], chunk.cursor)
    assert (len(chunk.points), chunk.reset) == (0, False)


def test_two_writers_in_one_folder_keep_their_series_apart(tmp_path):
    def grow(name, tag, step):
        with open(tmp_path / name, "ab") as file:
            file.write(event(WALL + step, step, scalar(tag, step)))

    grow(FIRST, b"train", 1)
    grow(SECOND, b"val", 1)
    chunk = read(tmp_path, [FIRST, SECOND])
    grow(FIRST, b"train", 2)
    grow(SECOND, b"val", 2)
    chunk = read(tmp_path, [FIRST, SECOND], chunk.cursor)
    assert not chunk.reset
    grow(FIRST, b"val", 3)
    chunk = read(tmp_path, [FIRST, SECOND], chunk.cursor)
    assert chunk.reset
    assert [step for step, _, _ in points_of(chunk)["val"]] == [3, 1, 2]


def test_what_cannot_be_read_is_said(tmp_path):
    (tmp_path / FIRST).symlink_to("elsewhere")
    os.mkfifo(tmp_path / SECOND)
    chunk = read(tmp_path, [FIRST, SECOND])
    assert {problem.path: problem.what for problem in chunk.problems} == {
        FIRST: "is a link",
        SECOND: "is not a regular file",
    }
    (tmp_path / FIRST).unlink()
    (tmp_path / FIRST).write_bytes(event(WALL, 1, scalar(b"a", 1.0)))
    chunk = read(tmp_path, [FIRST, SECOND], chunk.cursor)
    assert [problem.path for problem in chunk.problems] == [SECOND]
    assert len(chunk.points) == 1


def test_a_file_that_holds_no_records_is_said(tmp_path):
    (tmp_path / FIRST).write_bytes(b"step,loss\n1,0.5\n" * 1000)
    chunk = read(tmp_path, [FIRST])
    assert [(problem.offset, problem.what) for problem in chunk.problems] == [
        (0, "is damaged here, and no whole record has followed yet")
    ]


def test_a_strange_record_is_said_and_stepped_over(tmp_path):
    good = event(WALL, 1, scalar(b"a", 1.0))
    (tmp_path / FIRST).write_bytes(good + record(b"no event at all") + good)
    chunk = read(tmp_path, [FIRST], budget=Budget(5, 0))
    assert [problem.offset for problem in chunk.problems] == [len(good)]
    assert len(chunk.points) == 2
