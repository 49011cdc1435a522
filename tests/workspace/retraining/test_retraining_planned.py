"""What would be started and why it can't be; logs that don't grow for ever; what is kept of old trainings."""

import errno
import os
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.errors import UsageError
from mlops_console.journal.places import Folder
from mlops_console.workspace.retraining import folders, planning, printed
from mlops_console.workspace.retraining.following import log_end, seen
from mlops_console.workspace.retraining.knowing import to_know
from mlops_console.workspace.retraining.planning import plan
from mlops_console.workspace.retraining.printed import HEAD, OURS, TAIL, Printed
from mlops_console.workspace.retraining.starting import start

MONITORS = """
[monitors.tower]
model = "churn"
current = "predictions; rm -rf ."
[monitors.schedule]
model = "churn"
current = "predictions"
labels = "labels"
"""


def planned(workspace, text, monitor="", model="churn"):
    project = workspace.projects[0]
    Path(project.root, "mlops-console.toml").write_text(text)
    return plan(workspace, project.key, model, monitor)


@pytest.mark.parametrize(
    ("said", "monitor", "why"),
    [
        ("[models.churn]\nowner = 'ana'", "", "nobody has said how churn is trained anew: [models.ch"),
        ("[models.churn]\n\nretrain = 'make'", "", "mlops-console.toml:3: models.churn.retrain: must"),
        ("= what?", "", "mlops-console.toml:1: "),
        ("[models.churn]\nretrain = ['x', '{window}']", "", "{window}, and no monitor watches churn"),
        ("[models.churn]\nretrain = ['x', '{version}']", "", "{version}, and champion stands on none"),
        ("[models.churn]\nretrain = ['x', '{since}']" + MONITORS, "", "watch churn: name one, tower"),
        ("[models.churn]\nretrain = ['x', '{window}']" + MONITORS, "tower", "no window of tower was judged"),
        ("[models.churn]\nretrain = ['x', '{labels}']" + MONITORS, "tower", "and tower names none"),
        ("[models.churn]\nretrain = ['x', '{current}']" + MONITORS, "tower", "environment alone, as MLOPS_"),
    ],
)  # fmt: skip
def test_why_nothing_can_be_started(empty, said, monitor, why):
    empty.decisions.append(
        empty.projects[0].key, "register", {"model": "churn", "version": 1, "origin": "external"}
    )
    found = planned(empty, said, monitor)
    assert why in found.why_not
    with pytest.raises(UsageError):
        start(empty, found, "now", trusting=True)
    assert empty.decisions.registry(empty.projects[0].key).models["churn"].retrainings == ()


def test_what_is_told_and_that_another_text_is_another_command(empty):
    said = "retrain = ['make', 'train-{model}', '{labels}', '{else}']" + MONITORS
    found = planned(empty, said + "[models.churn]\nowner = 'ana'", "schedule")
    assert found.command.argv == ("make", "train-churn", "labels", "{else}")
    words = dict(found.words)
    assert (words["alias"], words["current"], words["window"], words["project"]) == (
        "champion", "predictions", "", empty.projects[0].root,
    )  # fmt: skip
    assert (found.why_not, found.trusted, found.monitor) == ("", False, "schedule")
    blanks = "retrain = ['sh', '-c', 'cd {project}; make {window}', '{window}', '{labels}']" + MONITORS
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(planning, "_windows", lambda *_: ("rows 0-9 --out=x", "rows 0-9"))
        refused = planned(empty, blanks + "[models.churn]\nowner = 'ana'", "schedule")
        assert "{window}, which is 'rows 0-9 --out=x' here: what a shell" in refused.why_not
        one = blanks.replace("make {window}", "make {else}") + "[models.churn]\nowner = 'ana'"
        assert planned(empty, one, "schedule").command.argv[-2:] == ("rows 0-9 --out=x", "labels")
        shell = "retrain = ['sh', '-c', 'cd {project} && make']\n[models.churn]\nowner = 'ana'"
        assert planned(empty, shell).why_not == ""
    planned(empty, said + "[models.churn]\nowner = 'ana'", "schedule")
    with pytest.raises(UsageError, match="a decision needs a reason"):
        start(empty, found, " ")
    Path(found.project.root, "mlops-console.toml").write_text("retrain = ['rm', '-rf', '.']")
    with pytest.raises(UsageError, match="has changed since this was planned"):
        start(empty, found, "now", trusting=True)
    Path(found.project.root, "mlops-console.toml").write_text(said)
    other = replace(found, command=replace(found.command, argv=("rm", "-rf", ".")))
    with pytest.raises(UsageError, match="not what the file says"):
        start(empty, other, "now", trusting=True)
    for model, monitor in (("chrun", ""), ("churn", "towre")):
        with pytest.raises(UsageError) as refused:
            planned(empty, said + "[models.churn]\nowner = 'ana'", monitor, model)
        assert refused.value.hint in ("did you mean `churn`?", "did you mean `tower`?")


@pytest.mark.parametrize("limit", ["1.2.3", "2.592e+06", "9e+99", "60"])
def test_what_the_journal_says_of_another_machine_runs_until_its_limit(empty, monkeypatch, limit):
    key = empty.projects[0].key
    body = {"model": "churn", "command": f"x  (in ., at most {limit} s)", "reason": ""}
    with monkeypatch.context() as patched:
        patched.setattr("platform.node", lambda: "elsewhere")
        empty.decisions.append(key, "retrain", body)
    later = time.time() + 100_000
    assert [one.state for one in seen(empty, key)] == ["running"]
    monkeypatch.setattr("time.time", lambda: later)
    assert [one.state for one in seen(empty, key)] == ["running" if limit == "2.592e+06" else "lost"]


@pytest.mark.parametrize("size", [30, 3_000, 100_000])
def test_of_a_log_that_somebody_follows_its_end_alone_is_read(tmp_path, monkeypatch, size):
    log = tmp_path / ".mlops-console/trainings/churn/x/log"
    log.parent.mkdir(parents=True)
    lines = [f"step {at} of {size}" for at in range(size)]
    log.write_text("\n".join(lines))
    read = []
    monkeypatch.setattr(
        folders, "tail", lambda one, most, tail=folders.tail: read.append(most) or tail(one, most)
    )
    one = SimpleNamespace(log=log, project=SimpleNamespace(root=str(tmp_path)))
    assert log_end(one, 400) == "\n".join(lines[-400:])
    assert sum(read) < 100_000
    assert log_end(one, size) == "\n".join(lines)
    assert (log_end(one, 1), log_end(one, 0)) == (lines[-1], "")


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.none() | st.integers(1, 6))
def test_a_new_model_should_know_what_came_since_the_drift_or_the_harm_began(harmful, begun):
    windows = [
        SimpleNamespace(harmful=one, labelled=True, settings="", at=at) for at, one in enumerate(harmful)
    ]
    onset = None if begun is None else SimpleNamespace(windows=min(begun, len(windows)))
    state = SimpleNamespace(standing=SimpleNamespace(onset=onset))
    known = to_know(state, windows)
    assert known == windows[windows.index(known[0]) :]
    assert all(one in known for one in windows[len(windows) - (onset.windows if onset else 1) :])
    harmed = [at for at in range(len(windows)) if all(harmful[at:])]
    assert not harmed or windows[harmed[0]] in known


def test_a_log_keeps_its_beginning_and_its_end(tmp_path):
    folder = os.open(tmp_path, os.O_RDONLY)
    log = Printed(folder)
    line = b"x" * 999 + b"\n"
    for at in range(24):
        log.write(b"".join(b"%08d" % (at * 1_000 + one) + line[8:] for one in range(1_000)))
        assert (tmp_path / "log").stat().st_size < HEAD + 3 * TAIL
    log.close("done after 1 s")
    os.close(folder)
    lines = (tmp_path / "log").read_bytes().split(b"\n")
    mark = next(at for at, one in enumerate(lines) if one.startswith(OURS.encode()))
    assert [int(one[:8]) for one in (lines[0], lines[mark - 1])] == [0, mark - 1]
    assert mark * 1_000 == pytest.approx(HEAD, abs=1_000)
    assert int(lines[-3][:8]) == 23_999
    assert lines[-2:] == [b"[mlops-console: done after 1 s]", b""]
    kept = len(lines) - 3
    assert lines[mark] == f"{OURS}{(24_000 - kept) * 1_000:,} bytes left out here]".encode()
    assert (kept - mark) * 1_000 == pytest.approx(TAIL, abs=1_000)
    assert [one.name for one in tmp_path.iterdir()] == ["log"]


def test_a_full_disk_ends_the_log_and_nothing_else(tmp_path, monkeypatch):
    folder = os.open(tmp_path, os.O_RDONLY)
    log = Printed(folder)
    log.write(b"before\n")

    def full(fd, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(printed.os, "write", full)
        log.write(b"lost\n")
    log.write(b"also lost\n")
    log.close("done")
    os.close(folder)
    assert (tmp_path / "log").read_bytes() == b"before\n"


def test_the_newest_trainings_of_a_model_are_kept_and_none_that_runs(tmp_path):
    names = [f"01M85M{at:020d}" for at in range(13)]
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    place = Folder(str(tmp_path), "trainings/churn", "trainings/churn")
    folders.make(place)
    for name in names:
        one = Folder(place.root, f"{place.below}/{name}", name)
        folders.make(one)
        os.close(folders.begun(one))
        os.utime(tmp_path / one.below / "lock", (0, 0))
    runs = Folder(place.root, f"{place.below}/{names[1]}", names[1])
    os.unlink(tmp_path / runs.below / "lock")
    held = folders.begun(runs)
    (tmp_path / place.below / "01M85M00000000000000000ZZZ").symlink_to(outside)
    (tmp_path / place.below / names[0] / "more").symlink_to(outside)
    folders.prune(place, names[-1])
    left = sorted(one.name for one in (tmp_path / place.below).iterdir() if not one.is_symlink())
    assert left == [names[1], *names[4:]]
    assert folders.runs(runs, here=True)
    os.close(held)
    assert not folders.runs(runs, here=True)
    assert folders.runs(runs, here=False)  # of another machine: touched of late
    assert (outside / "file").exists()


def test_one_at_a_time(tmp_path):
    place = Folder(str(tmp_path), "churn", "churn")
    folders.make(place)
    first = folders.alone(place)
    assert folders.alone(place) is None
    os.close(first)
    second = folders.alone(place)
    assert second is not None
    os.close(second)
