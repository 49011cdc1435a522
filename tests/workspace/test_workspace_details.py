"""Everything about a run, and the names it goes by."""

from pathlib import Path

import numpy as np
import pytest
from tests.workspace.desk_making import NOW, put, read_of

from mlops_console.errors import UsageError
from mlops_console.records import Artifact, ModelFile, RunKey, Status
from mlops_console.workspace import open_workspace
from mlops_console.workspace.details import detail, details, resolve
from mlops_console.workspace.metrics import histories, history, metric_keys
from mlops_console.workspace.problems import problems


def test_a_run_is_told_from_all_its_sources(empty):
    project = empty.projects[0]
    put(
        empty,
        read_of(
            project, "r", {"loss": [3.0, 1.0]}, "tensorboard", name="from tb", params={"lr": 1, "b": 2},
            environment={"python": "3.11"}, artifacts=(Artifact("a.pt", 3, NOW),), started=NOW - 9,
        ),
        read_of(
            project, "r", {"loss": [3.0, 2.0], "acc": [0.5]}, "recorded", name="mine", params={"lr": 2},
            artifacts=(Artifact("a.pt", 5, NOW), Artifact("b.txt", 1, NOW)),
            models=(ModelFile("r/a.pt", "torch"),), datasets=({"path": "d.csv"},),
            native_id="n-1", status=Status.FAILED, parent=RunKey("p"),
        ),
    )  # fmt: skip
    run = detail(empty, resolve(empty, "r"))
    assert (run.name, run.status, run.native_id, run.readers) == (
        "mine",
        "failed",
        "n-1",
        ("recorded", "tensorboard"),
    )
    assert run.params == {"lr": 2, "b": 2}
    assert run.environment == {"python": "3.11"}
    assert {a.path: a.size for a in run.artifacts} == {"a.pt": 5, "b.txt": 1}
    assert run.models == (ModelFile("r/a.pt", "torch"),)
    assert run.datasets == ({"path": "d.csv"},)
    assert {m.key: (m.count, m.last_value) for m in run.metrics} == {"loss": (2, 2.0), "acc": (1, 0.5)}
    assert [source.reader for source in run.sources] == ["recorded", "tensorboard"]
    assert run.parent is not None


def test_histories_in_the_order_asked(desk):
    two, ten = resolve(desk, "sweep/run-2"), resolve(desk, "sweep/run-10")
    series = history(desk, [ten, two], "val/loss")
    assert [one.run_id for one in series] == [ten, two]
    np.testing.assert_array_equal(series[1].value, [0.9, 0.3])
    both = histories(desk, [two], ["lr", "val/loss"])
    assert [one.key for one in both] == ["lr", "val/loss"]
    assert history(desk, [two], "nothing") == []
    assert metric_keys(desk, [two]) == ["val/loss", "train/loss", "lr"]
    first, *_ = detail(desk, two).metrics
    assert (first.key, first.min, first.min_step, first.goal) == ("val/loss", 0.3, 1, "min")


def test_a_metric_of_nothing_but_nan_has_no_extremes(desk):
    (metric,) = detail(desk, resolve(desk, "odd")).metrics
    assert (metric.count, metric.nan_count, metric.min, metric.max) == (1, 1, None, None)


@pytest.mark.parametrize("name", ["sweep/run-2", "sweep/run-2/", "resnet-2"])
def test_a_run_goes_by_path_and_name(desk, name):
    run = detail(desk, resolve(desk, name))
    assert run.name == "resnet-2"
    assert resolve(desk, run.id) == resolve(desk, run.id[:11]) == resolve(desk, run.id[:11].upper()) == run.id


def test_a_folder_is_meant_by_its_whole_name_however_ids_begin(desk):
    begins = resolve(desk, "odd")[:1]
    put(desk, read_of(desk.projects[0], begins))
    assert detail(desk, resolve(desk, begins)).path == begins


def test_a_run_goes_by_its_full_path_as_a_shell_completes_it(desk, monkeypatch):
    root = desk.projects[0].root
    assert detail(desk, resolve(desk, f"{root}/odd")).path == "odd"
    monkeypatch.chdir(root)
    assert detail(desk, resolve(desk, "./sweep/run-10")).path == "sweep/run-10"


def test_a_name_of_several_runs_is_answered_with_candidates(desk):
    put(desk, read_of(desk.projects[0], "again", name="resnet-2"))
    with pytest.raises(UsageError) as caught:
        resolve(desk, "resnet-2")
    assert "again in demo" in caught.value.hint  # the same name in one project: the paths tell them apart
    assert "sweep/run-2 in demo" in caught.value.hint
    with pytest.raises(UsageError):
        resolve(desk, "")


def test_of_several_runs_of_a_name_the_one_at_hand_is_meant(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        (folder / "deep").mkdir(parents=True)
    with open_workspace(folders, str(tmp_path / "kept" / "s.duckdb")) as workspace:
        put(workspace, *(read_of(project, "r", name="small") for project in workspace.projects))
        with pytest.raises(UsageError, match="'small' names several runs") as caught:
            resolve(workspace, "small")
        assert "small in one" in caught.value.hint
        first, second = workspace.projects
        assert detail(workspace, resolve(workspace, "small", second.key)).project == "two"
        monkeypatch.chdir(folders[0] / "deep")
        assert detail(workspace, resolve(workspace, "small")).project == "one"
        assert detail(workspace, resolve(workspace, "small", second.key)).project == "two"
        put(workspace, read_of(first, "s", name="small"))
        with pytest.raises(UsageError, match="'small' names several runs") as caught:
            resolve(workspace, "small")
        assert "in two" not in caught.value.hint


def test_an_unknown_name_is_answered_with_near_ones(desk):
    with pytest.raises(UsageError) as caught:
        resolve(desk, "resnet")
    assert "resnet-10" in caught.value.hint
    with pytest.raises(UsageError):
        detail(desk, "000000000000")
    assert list(details(desk, ["000000000000"])) == []


def test_names_that_are_not_utf8_are_found_as_they_are_printed(desk):
    put(desk, read_of(desk.projects[0], "od\udcffd"))
    run = detail(desk, resolve(desk, "od\udcffd"))
    assert run.path == r"od\xffd"
    assert resolve(desk, r"od\xffd") == run.id


def test_problems_by_project(desk):
    from mlops_console.records import Problem

    desk.store.found_problems(desk.projects[0].key, [Problem("x/y.csv", "is torn", 7)])
    (found,) = problems(desk)
    assert (found.project, found.problem) == ("demo", Problem("x/y.csv", "is torn", 7))
    Path(desk.projects[0].root, "mlops-console.toml").write_text("[watch]\nsilence = true\n")
    assert [one.problem.path for one in problems(desk)] == ["mlops-console.toml:2", "x/y.csv"]


def test_runs_come_in_their_order_however_many_are_fetched_at_once(empty, monkeypatch):
    from mlops_console.workspace import details as module

    project = empty.projects[0]
    wide = {f"p{number}": number for number in range(40)}
    put(empty, *[read_of(project, f"r{number}", {"loss": [1.0]}, params=wide) for number in range(30)])
    ids = [resolve(empty, f"r{number}") for number in (*range(29, 5, -1), 0, 1, 2)]
    whole = list(details(empty, ids))
    asked = []
    monkeypatch.setattr(module, "_FIRST", 2)
    monkeypatch.setattr(module, "_PIECES", 130)
    monkeypatch.setattr(empty, "ask", lambda question: asked.append(1) or type(empty).ask(empty, question))
    assert list(details(empty, ids)) == whole
    assert [run.id for run in whole] == ids
    assert len(asked) >= 9
    empty.lighten()
    assert list(details(empty, ids)) == whole
