"""What trainings that somebody started ask of people, until a version of one of their runs is registered."""

import os
import platform
from pathlib import Path

from tests.workspace.decisions_making import registered
from tests.workspace.desk_making import names, put, read_of

from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.attention.asked import Asked
from mlops_console.workspace.attention.listing import attention
from mlops_console.workspace.attention.trainings import under_way
from mlops_console.workspace.retraining import folders

DAY = 86_400_000_000
SECOND = 1_000_000


def begun(workspace, **more):
    body = {
        "model": "churn", "version_id": None, "version": None, "monitor": "", "window": "",
        "command": "python train.py", "reason": "harmed",
    }  # fmt: skip
    return workspace.decisions.append(workspace.projects[0].key, "retrain", {**body, **more})


def ended(workspace, event, outcome="done", because="", code=0):
    body = {"retrain": event.id, "outcome": outcome, "because": because, "code": code, "seconds": 2.0}
    return workspace.decisions.append(workspace.projects[0].key, "retrained", body)


def ran(workspace, path, at):
    put(workspace, read_of(workspace.projects[0], path, name=path, started=at))


def items(workspace, now=None):
    return [one for one in attention(workspace, now=now).items if one.kind == "retrain"]


def test_a_training_that_ended_badly_is_told_until_another_is_started(empty, monkeypatch):
    key = empty.projects[0].key
    event = begun(empty)
    folder = Path(empty.projects[0].root, ".mlops-console/trainings/churn", event.id)
    [lost] = items(empty)
    assert (lost.level, lost.subject, lost.since) == ("warn", "churn", event.at)
    assert "was lost" in lost.what
    with monkeypatch.context() as clone:
        clone.setattr(platform, "node", lambda: "another machine")
        assert items(empty) == []  # it may run where it was started
    folder.mkdir(parents=True)
    (folder / "log").write_text("epoch 1\nValueError: no rows\n")
    end = ended(empty, event, "failed", "exit code 1", 1)
    [failed] = items(empty)
    assert (failed.level, failed.what, failed.since, failed.key) == (
        "warn", f"the training that {event.by} started failed: exit code 1", end.at, lost.key,
    )  # fmt: skip
    assert failed.effect == "it printed last: ValueError: no rows"
    assert (failed.place.view, failed.place.command) == ("models", "mlops-console retrain churn --log")
    assert items(empty, now=end.at + 15 * DAY) == []
    assert len(items(empty, now=end.at - DAY)) == 1
    ended(empty, begun(empty), "stopped", "wrong rows", None)
    assert items(empty) == []
    ended(empty, begun(empty), "late", "it was not done within 5 s", None)
    assert "its time was up" in items(empty)[0].what
    assert empty.decisions.registry(key).problems == ()


def test_one_that_is_done_waits_until_a_version_of_its_run_is_registered(empty):
    event = begun(empty)
    ran(empty, "runs/before", event.at - 5 * SECOND)
    end = ended(empty, event)
    [waits] = items(empty)
    assert (waits.level, waits.since, waits.place.view) == ("ask", end.at, "models")
    assert "no run of that time is known" in waits.what

    ran(empty, "runs/new", event.at)
    [waits] = items(empty)
    assert waits.what == f"{event.by} had it trained anew: register its run and promote it"
    assert (waits.effect, waits.place.view) == ("runs/new", "run")
    assert waits.place.command == f"mlops-console register {waits.place.subject} churn"
    ran(empty, "runs/other", end.at)
    [waits] = items(empty)
    assert (waits.effect, waits.place.view) == ("2 runs of that time", "runs")
    assert sorted(names(empty, waits.place.subject)) == ["runs/new", "runs/other"]

    registered(empty, run={"path": "runs/before", "native": ""})
    assert len(items(empty)) == 1
    registered(empty, version=2, run={"path": "runs/other", "native": ""})
    assert items(empty) == []


def test_while_one_runs_its_monitors_say_so(empty):
    project = empty.projects[0]
    Path(project.root, "mlops-console.toml").write_text(
        "[monitors.tower]\nmodel = 'churn'\ncurrent = 'x'\n[monitors.else]\nmodel = 'fraud'\ncurrent = 'x'\n"
    )
    event = begun(empty)
    folder = folders.below(folders.places_of(project, empty.places)[0], "churn", event.id)
    folders.make(folder)
    lock = folders.begun(folder)
    asked = Asked(
        empty, (project,), event.at + 300 * SECOND, {project.key: read_wishes(project.root)},
        {project.key: empty.decisions.registry(project.key)},
    )  # fmt: skip
    assert event.host == platform.node()
    assert under_way(asked) == {(project.key, "tower"): f"{event.by} has trained it anew for 5 m"}
    assert items(empty) == []
    os.close(lock)
    assert (under_way(asked), len(items(empty))) == ({}, 1)
