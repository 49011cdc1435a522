"""A script that uses another tracker as well: the recorder notes which run it is, and imports nothing."""

from pathlib import Path

import pytest
from tests.recording.recorder_scripts import lines, record

MLFLOW = """
import threading
from types import SimpleNamespace as Some

_own = threading.local()

def _stack():
    if not hasattr(_own, "runs"):
        _own.runs = []
    return _own.runs

class Run:
    def __init__(self, name, parent=None):
        self.info = Some(run_id=name)
        self.data = Some(tags={"mlflow.parentRunId": parent} if parent else {})
    def __enter__(self):
        _stack().append(self)
        return self
    def __exit__(self, *_):
        _stack().pop()

def start_run(name, nested=False):
    return Run(name, _stack()[0].info.run_id if nested else None)

def active_run():
    return _stack()[-1] if _stack() else None
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "mlflow.py").write_text(MLFLOW)
    (tmp_path / "wandb.py").write_text("from types import SimpleNamespace\nrun = None\n")
    return tmp_path


def noted(folder: Path) -> list[tuple[str, str]]:
    if not any((folder / "runs").glob("*/events.jsonl")):
        return []
    return [(e["tool"], e["id"]) for e in lines(folder, "events.jsonl") if e["event"] == "same_as"]


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("with mlflow.start_run('f00'), mlops_console.run() as run: run.log(loss=1)", ["f00"]),
        ("with mlops_console.run() as run, mlflow.start_run('f00'): run.log(loss=1)", ["f00"]),
        ("with mlflow.start_run('f00'): mlops_console.run()", ["f00"]),
        ("run = mlops_console.run(); mlflow.start_run('f00').__enter__(); run.finish()", ["f00"]),
        ("with mlops_console.run(): pass", []),
    ],
)
def test_the_run_of_mlflow_that_is_open_is_this_one(desk, script, names):
    record(desk, f"import mlops_console, mlflow\n{script}\n")
    assert noted(desk) == [("mlflow", name) for name in names]


def test_runs_within_it_are_not_it(desk):
    record(desk, """
import sys, mlflow, mlops_console
run = mlops_console.run()
sys.modules["mlops_console.recording.run"].LOOK_EVERY = 0.0
with run:
    with mlflow.start_run("outer"):
        for name in "abc":
            with mlflow.start_run(name, nested=True):
                run.log(loss=1)
        run.log(loss=2)
""")  # fmt: skip
    assert noted(desk) == [("mlflow", "outer")]


def test_a_run_begun_within_a_nested_one_is_that_one(desk):
    record(desk, """
import mlflow, mlops_console
with mlflow.start_run("outer"), mlflow.start_run("inner", nested=True), mlops_console.run() as run:
    run.log(loss=1)
""")  # fmt: skip
    assert noted(desk) == [("mlflow", "inner")]


def test_one_run_around_several_says_so_and_stops_looking(desk):
    record(desk, """
import sys, mlflow, mlops_console
run = mlops_console.run()
sys.modules["mlops_console.recording.run"].LOOK_EVERY = 0.0
with run:
    for name in "abcd":
        with mlflow.start_run(name):
            run.log(loss=1)
""")  # fmt: skip
    assert noted(desk) == [("mlflow", "a"), ("mlflow", "b")]


def test_each_thread_has_its_own(desk):
    record(desk, """
import threading, mlflow, mlops_console
def trial(name):
    with mlflow.start_run(name), mlops_console.run(name=name, folder=f"trials/{name}") as run:
        barrier.wait()
        run.log(loss=1)
barrier = threading.Barrier(2)
threads = [threading.Thread(target=trial, args=(name,)) for name in "ab"]
for thread in threads: thread.start()
for thread in threads: thread.join()
""")  # fmt: skip
    for name in "ab":
        [events] = (desk / "trials" / name).glob("*/events.jsonl")
        assert events.read_text().count("same_as") == 1
        assert f'"id": "{name}"' in events.read_text()


def test_weights_and_biases_likewise(desk):
    record(desk, """
import types, mlops_console, wandb
with mlops_console.run() as run:
    wandb.run = types.SimpleNamespace(id="3k2x")
    run.log(loss=1)
""")  # fmt: skip
    assert noted(desk) == [("wandb", "3k2x")]


@pytest.mark.parametrize("broken", ["raise KeyError('oh')", "return 7", "return Odd()"])
def test_a_tracker_that_breaks_costs_nothing(desk, broken):
    (desk / "mlflow.py").write_text(
        f"class Odd:\n    def __getattr__(self, name): raise OSError(name)\ndef active_run():\n    {broken}\n"
    )
    (desk / "wandb.py").write_text("")
    said = record(desk, "import mlops_console, mlflow, wandb\nwith mlops_console.run() as r: r.log(loss=1)\n")
    assert said == ""
    assert noted(desk) == []
    assert lines(desk)[0]["loss"] == 1


def test_a_script_without_them_loads_none(desk):
    said = record(desk, """
import sys, mlops_console
with mlops_console.run() as run:
    run.log(loss=1)
print(sorted({"mlflow", "wandb"} & sys.modules.keys()), file=sys.stderr)
""")  # fmt: skip
    assert said == "[]\n"


def test_a_forked_child_notes_nothing(desk):
    record(desk, """
import os, mlops_console, mlflow
run = mlops_console.run()
child = os.fork()
if child == 0:
    mlflow.start_run("child").__enter__()
    run.log(loss=1)
    os._exit(0)
os.waitpid(child, 0)
run.finish()
""")  # fmt: skip
    assert noted(desk) == []
