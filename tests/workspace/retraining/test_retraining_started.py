"""Trainings that are really started: real processes, killed, stopped, late, two at once."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.workspace.desk_making import workspace_at

from mlops_console.errors import UsageError
from mlops_console.workspace.retraining import folders
from mlops_console.workspace.retraining.following import log_end, seen, stop
from mlops_console.workspace.retraining.planning import plan
from mlops_console.workspace.retraining.starting import start

PATIENCE = 60.0
KEY = "churn"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "no training sees it")
    with workspace_at(tmp_path) as opened:
        yield opened


def wish(workspace, *words, more=""):
    """Say how the model is trained, and plan it."""
    project = workspace.projects[0]
    said = ", ".join(f'"{word}"' for word in words)
    Path(project.root, "mlops-console.toml").write_text(
        f"[models.churn.retrain]\ncommand = [{said}]\n{more}\n"
    )
    return plan(workspace, project.key, KEY)


def newest(workspace):
    return seen(workspace, workspace.projects[0].key, KEY)[0]


def until(workspace, *states):
    """The newest training once it is in one of these states."""
    end = time.monotonic() + PATIENCE
    while newest(workspace).state not in states:
        assert time.monotonic() < end, newest(workspace)
        workspace.decisions.refresh()
        time.sleep(0.02)
    return newest(workspace)


def supervisor_of(one):
    """The number of the process that follows a training."""
    lock = one.log.parent / folders.LOCK
    end = time.monotonic() + PATIENCE
    while not lock.read_text().strip():
        assert time.monotonic() < end
        time.sleep(0.02)
    return int(lock.read_text())


def gone(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_what_a_training_is_told_what_it_says_and_how_it_ends(workspace):
    told = "cat; echo {model}; env; printf 'one\\\\rtwo\\\\n' >&2; exit 3"
    planned = wish(workspace, "sh", "-c", told)
    with pytest.raises(UsageError, match="never trusted by you") as refused:
        start(workspace, planned, "harmed")
    assert "cat; echo {model}; env" in str(refused.value)
    assert seen(workspace, workspace.projects[0].key) == ()

    event = start(workspace, planned, "harmed", trusting=True)
    ended = until(workspace, "failed")
    said = log_end(ended, 1_000).splitlines()
    assert ended.said.event == event
    assert (ended.said.code, ended.said.because, ended.tail) == (3, "exit code 3", "two")
    assert (said[0], said[-2]) == ("churn", "two")
    assert said[-1].startswith("[mlops-console: failed after ")
    assert {"MLOPS_CONSOLE_MODEL=churn", "MLOPS_CONSOLE_ALIAS=champion", "MLOPS_CONSOLE_WINDOW="} <= {*said}
    assert not any("SECRET_TOKEN" in line for line in said)
    assert ended.log.stat().st_mode & 0o222 == 0
    assert event.body["command"] == planned.text
    assert plan(workspace, workspace.projects[0].key, KEY).trusted


def test_of_two_that_start_at_once_one_wins_and_whoever_started_it_stops_it(workspace, monkeypatch):
    planned = wish(workspace, "sh", "-c", "echo begun; setsid sleep 600 & echo $! > left; wait")
    key = workspace.projects[0].key
    both, outcomes = threading.Barrier(2), []

    def begin():
        both.wait()
        try:
            outcomes.append(start(workspace, planned, "now", trusting=True).id)
        except UsageError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    running = newest(workspace)
    assert [len(seen(workspace, key)), running.state] == [1, "running"]
    assert running.said.event.id in outcomes
    assert plan(workspace, key, KEY).running == replace(running, seconds=pytest.approx(0, abs=PATIENCE))
    assert sum("churn anew" in one for one in outcomes) == 1
    with pytest.raises(UsageError, match="trains churn anew since"):
        start(workspace, planned, "and again")

    with monkeypatch.context() as another:
        another.setattr("os.geteuid", lambda: running.said.event.uid + 1)
        with pytest.raises(UsageError, match="nobody else can stop it"):
            stop(workspace, running, "mine")
    supervisor = supervisor_of(running)
    left = Path(planned.project.root, "left")
    end = time.monotonic() + PATIENCE
    while not (left.exists() and left.read_text()):
        assert time.monotonic() < end
        time.sleep(0.02)
    event = stop(workspace, running, "the wrong rows")
    assert (event.body["outcome"], event.body["because"]) == ("stopped", "the wrong rows")
    assert until(workspace, "stopped").said.because == "the wrong rows"
    end = time.monotonic() + PATIENCE
    while not (gone(supervisor) and gone(int(left.read_text()))):
        assert time.monotonic() < end
        time.sleep(0.02)
    with pytest.raises(UsageError, match="does not run any more"):
        stop(workspace, running, "again")


def test_it_outlives_who_started_it_and_is_lost_with_all_of_it(workspace, tmp_path):
    planned = wish(
        workspace, "sh", "-c", "while [ ! -e go ]; do sleep 0.02; done; echo went", more="cwd = '.'"
    )
    root = Path(planned.project.root)
    script = (
        "import os, sys\n"
        "from mlops_console.cli import run_command\n"
        "assert run_command(sys.argv[1:]) == 0\n"
        "os.kill(os.getpid(), 9)\n"
    )
    words = ["retrain", KEY, "--reason", "from a shell", "--trust", "--store", str(workspace.places.store)]
    first = subprocess.run([sys.executable, "-c", script, *words], cwd=root, capture_output=True, check=False)
    assert first.returncode == -signal.SIGKILL, first.stderr
    workspace.decisions.refresh()
    assert newest(workspace).state == "running"
    (root / "go").touch()
    assert log_end(until(workspace, "done"), 2).startswith("went\n")

    (root / "go").unlink()
    start(workspace, planned, "again")
    running = newest(workspace)
    os.kill(supervisor_of(running), signal.SIGKILL)
    lost = until(workspace, "lost")
    assert (lost.said.outcome, lost.said.event.id) == ("open", running.said.event.id)
    # What is lost holds nobody up, nor does who holds its lock: whoever reads it could.
    with (lost.log.parent / folders.LOCK).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert newest(workspace).state == "lost"
    start(workspace, planned, "once more")
    os.kill(supervisor_of(until(workspace, "running")), signal.SIGTERM)
    told = until(workspace, "stopped").said
    assert (told.reason, told.because.partition(":")[0]) == ("once more", "a signal told it to end")


def test_its_time_is_up(workspace, monkeypatch):
    monkeypatch.setattr("mlops_console.workspace.retraining.starting.GRACE", 0.1)
    planned = wish(
        workspace, "sh", "-c", "trap '' TERM; while :; do sleep 0.05; done", more="timeout = '0.3s'"
    )
    start(workspace, planned, "quick", trusting=True)
    late = until(workspace, "late")
    assert (late.said.because, late.said.code) == ("it was not done within 0.3 s", None)


def test_where_the_project_can_not_be_written_it_is_kept_among_ones_own(workspace):
    # A file in its place keeps root out as well.
    Path(workspace.projects[0].root, ".mlops-console").touch()
    planned = wish(workspace, "true")
    event = start(workspace, planned, "elsewhere", trusting=True)
    done = until(workspace, "done")
    own = workspace.places.journals.with_name("trainings")
    assert done.log == own / planned.project.key / KEY / event.id / "log"
    assert "done after" in log_end(done, 1)


def test_a_link_in_the_project_is_not_followed(workspace, tmp_path):
    planned = wish(workspace, "true")
    outside = tmp_path / "outside"
    outside.mkdir()
    ours = Path(planned.project.root, ".mlops-console")
    ours.mkdir()
    (ours / "trainings").symlink_to(outside)
    start(workspace, planned, "beside it", trusting=True)
    assert until(workspace, "done").log.is_relative_to(workspace.places.journals.parent)
    assert list(outside.iterdir()) == []
