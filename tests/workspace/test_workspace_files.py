"""Files of runs: which there are, where they lie, what they say, what is remembered of them."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.workspace.desk_making import NOW, put, read_of

from mlops_console.errors import UsageError
from mlops_console.records import Artifact, ModelFile
from mlops_console.workspace import Workspace
from mlops_console.workspace.details import detail, resolve
from mlops_console.workspace.files import (
    entries,
    known_hashes,
    logs,
    model_description,
    preview,
    sha256,
    tail,
)
from mlops_console.workspace.hashes import with_hashes


@pytest.fixture
def run(empty: Workspace) -> str:
    """A run in `work/r`, with files."""
    folder = Path(empty.projects[0].root) / "work" / "r"
    (folder / "out").mkdir(parents=True)
    (folder / "log.csv").write_text("step,loss\n0,1\n")
    (folder / "out/a.json").write_text('{"a": 1}')
    (folder / "model.pt").write_bytes(b"PK\x03\x04nothing")
    told = (Artifact("model.pt", 11, NOW), Artifact("out/a.json", 8, NOW), Artifact("out/gone.txt", 3, NOW))
    put(
        empty,
        read_of(
            empty.projects[0], "work/r", artifacts=told, models=(ModelFile("work/r/model.pt", "torch"),),
            environment={"env.SLURM_JOB_ID": "77"},
        ),
    )  # fmt: skip
    return resolve(empty, "work/r")


def folder_of(workspace: Workspace, run: str) -> Path:
    return Path(workspace.projects[0].root) / detail(workspace, run).path


def test_artifacts_and_source_files_are_listed(empty, run):
    assert [(entry.path, entry.kind) for entry in entries(empty, run)] == [
        ("log.csv", "table"), ("model.pt", "model"), ("out/a.json", "json"), ("out/gone.txt", "text"),
    ]  # fmt: skip
    assert {entry.path: entry.size for entry in entries(empty, run)}["log.csv"] == 14
    with pytest.raises(UsageError, match="there is no run"):
        entries(empty, "nothing")


def test_a_preview_of_each_and_of_what_is_none(empty, run):
    assert preview(empty, run, "out/a.json", 80, 20).kind == "json"
    assert preview(empty, run, "log.csv", 80, 20).kind == "table"
    assert preview(empty, run, "out/gone.txt", 80, 20).note == "The file is gone."
    assert "outside" in preview(empty, run, "../../../etc/passwd", 80, 20).note
    assert "outside" in preview(empty, run, "/etc/passwd", 80, 20).note
    assert preview(empty, run, "out/a.json", 80, 20, lambda: False).kind == "skipped"
    assert "problem" in model_description(empty, run, "/etc/passwd")
    assert model_description(empty, run, "model.pt")


def test_logs_are_found_by_their_names_the_likeliest_first(empty, run):
    folder = folder_of(empty, run)
    for name in ("z.log", "train.log", "stderr.txt", "a.out", "output.log", "notes.txt", "../slurm-77.out"):
        (folder / name).write_text("x\n")
    os.mkfifo(folder / "pipe.log")
    (folder.parent / "slurm-78.out").write_text("another's\n")
    found = [entry.path for entry in logs(empty, run)]
    assert found == ["output.log", "train.log", "../slurm-77.out", "z.log", "a.out", "stderr.txt"]
    assert tail(empty, run, "../slurm-77.out").lines == ("x",)
    assert "outside" in tail(empty, run, "../../../x.log").problem


def test_a_log_is_followed(empty, run):
    log = folder_of(empty, run) / "train.log"
    log.write_text("one\n\x1b[31mtwo\x1b[0m\n 5%|\r 9%|")
    first = tail(empty, run, "train.log")
    assert (first.lines, first.partial) == (("one", "two"), " 9%|")
    with log.open("a") as file:
        file.write("\rdone\n")
    assert tail(empty, run, "train.log", first.offset).lines == ("done",)
    log.write_text("new\n")
    assert tail(empty, run, "train.log", first.offset).restarted


def test_files_of_a_run_that_is_a_file_lie_beside_it(empty):
    root = Path(empty.projects[0].root)
    (root / "logs").mkdir()
    for name in ("a.csv", "a.log", "b.log", "a.json"):
        (root / "logs" / name).write_text("1\n")
    project = empty.projects[0]
    read = read_of(project, "logs/a.csv", artifacts=(Artifact("a.json", 2, NOW),))
    put(empty, replace(read, source=replace(read.source, files=("logs/a.csv",))))
    run = resolve(empty, "logs/a.csv")
    assert [entry.path for entry in entries(empty, run)] == ["a.csv", "a.json"]
    assert [entry.path for entry in logs(empty, run)] == ["a.log"]
    assert preview(empty, run, "a.json", 80, 20).kind == "json"


def test_a_hash_is_remembered_until_the_file_changes(empty, run):
    assert known_hashes(empty, run, ["out/a.json"]) == {}
    first = sha256(empty, run, "out/a.json")
    assert first.startswith("f9d86028c6e0d64e2251")
    assert known_hashes(empty, run, ["out/a.json", "log.csv"]) == {"out/a.json": first}
    heard: list[int] = []
    assert sha256(empty, run, "out/a.json", heard.append) == first
    assert heard == []
    (folder_of(empty, run) / "out/a.json").write_text('{"a": 2}')
    assert known_hashes(empty, run, ["out/a.json"]) == {}
    assert sha256(empty, run, "out/a.json") != first
    with pytest.raises(UsageError, match="is gone"):
        sha256(empty, run, "out/gone.txt")


def test_a_run_shows_the_hashes_of_its_models_once_they_are_known(empty, run):
    assert with_hashes(empty, detail(empty, run)).models[0].sha256 is None
    digest = sha256(empty, run, "model.pt")
    assert with_hashes(empty, detail(empty, run)).models[0].sha256 == digest


def test_files_of_a_run_that_was_forgotten(empty, run):
    empty.forget([run])
    with pytest.raises(UsageError, match="there is no run"):
        logs(empty, run)


def test_the_viewer_closes_with_the_workspace(empty, run):
    entries(empty, run)
    viewer = empty.viewer
    assert viewer.pids()
    empty.close()
    assert viewer.pids() == ()
