"""Models by name over several projects, and how each version stands."""

import pytest
from tests.workspace.decisions_making import moved, noted, registered
from tests.workspace.desk_making import put, read_of, three, workspace_at

from mlops_console.errors import UsageError
from mlops_console.records import RunKey
from mlops_console.store.known import run_identity
from mlops_console.workspace import open_workspace
from mlops_console.workspace.model_rows import metrics_of, model_rows
from mlops_console.workspace.models import project_around, resolve, resolve_model


@pytest.fixture
def several(tmp_path, monkeypatch):
    """Two projects that both have a churn; the working folder is outside."""
    monkeypatch.chdir(tmp_path)
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        (folder / "deep").mkdir(parents=True)
    with open_workspace(folders, str(tmp_path / "kept" / "s.duckdb")) as workspace:
        registered(workspace, project=0)
        registered(workspace, project=1)
        registered(workspace, "fraud", project=1)
        yield workspace


@pytest.mark.parametrize("name", ["churn@1", "churn@v1", "churn@V1", "churn@champion"])
def test_a_version_is_named_by_number_or_alias(empty, name):
    first = registered(empty)
    registered(empty)
    moved(empty, first)
    found = resolve(empty, name)
    assert (found.version.id, found.model.name, found.project) == (first.id, "churn", empty.projects[0])


@pytest.mark.parametrize(
    ("name", "what", "hint"),
    [
        ("churm@1", "there is no model 'churm'", "there is churn"),
        ("churn@9", "churn has no version 9", "the newest is churn@1"),
        ("churn@next", "churn has no alias 'next'", "churn has champion"),
        ("churn@champion", "champion of churn stands nowhere", "took it off"),
        ("churn", "'churn' names no version", "MODEL@VERSION"),
        ("@3", "'@3' names no version", "MODEL@VERSION"),
        ("churn@\x1b", "'\u241b'", "champion"),
    ],
)
def test_what_is_not_there_is_said_with_what_is_near(empty, name, what, hint):
    moved(empty, registered(empty))
    moved(empty, None, way="remove")
    with pytest.raises(UsageError) as raised:
        resolve(empty, name)
    assert what in str(raised.value)
    assert hint in raised.value.hint


def test_several_projects_may_have_the_same_model(several, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="several projects have a churn") as raised:
        resolve_model(several, "churn")
    assert raised.value.hint == "say which: --project one, --project two"
    assert resolve_model(several, "fraud").project.name == "two"
    assert resolve_model(several, "churn", "two").project.name == "two"
    assert resolve_model(several, "churn", str(tmp_path / "one")).project.name == "one"
    with pytest.raises(UsageError, match="one has no model 'fraud'"):
        resolve_model(several, "fraud", "one")
    monkeypatch.chdir(tmp_path / "two" / "deep")
    assert project_around(several).name == "two"
    assert resolve_model(several, "churn").project.name == "two"


def test_rows_say_how_each_version_stands(empty):
    versions = [registered(empty, metrics={"auc": {"last": 0.9 + at / 100}}) for at in range(6)]
    moved(empty, versions[0])
    moved(empty, versions[2])
    moved(empty, versions[3])
    last = moved(empty, versions[2], way="rollback")
    moved(empty, versions[4], "challenger")
    [row] = model_rows(empty)
    assert [(one.version.number, one.standing, one.words) for one in row.versions] == [
        (6, "candidate", "candidate"), (5, "held", "challenger"), (4, "rolled back", "rolled back"),
        (3, "held", "champion"), (2, "not picked", "not picked"), (1, "before", "before"),
    ]  # fmt: skip
    assert (row.metric, row.goal) == ("auc", "max")
    assert [one.value for one in row.versions][:2] == pytest.approx([0.95, 0.94])
    assert (row.champion.version.number, row.champion.since, row.contested) == (3, last.at, ())
    empty.decisions.append(
        empty.projects[0].key, "retract", {"event": versions[1].id, "reason": "leaks the target"}
    )
    [row] = model_rows(empty)
    assert row.versions[4].standing == "withdrawn"


def test_the_wished_metric_is_shown(empty, tmp_path):
    registered(empty, metrics={"auc": {"last": 0.9}, "ece": {"last": 0.02}}, summary={"f1": "NaN"})
    (tmp_path / "demo" / "mlops-console.toml").write_text(
        '[models.churn]\nowner = "ana"\nmetric = "ece"\n', encoding="utf-8"
    )
    [row] = model_rows(empty)
    assert (row.metric, row.goal, row.versions[0].value, row.wishes.owner) == ("ece", "min", 0.02, "ana")
    assert metrics_of(row.versions[0].version) == {"auc": 0.9, "ece": 0.02}


def test_a_version_finds_its_run_and_explains_itself_without(tmp_path):
    with workspace_at(tmp_path) as workspace:
        three(workspace)
        run = {"path": "sweep/run-2", "native": "", "native_id": None, "name": "resnet-2", "id": "elsewhere"}
        registered(workspace, run=run, metrics={"val/loss": {"last": 0.3}})
        lost = {"path": "sweep/run-3", "native": "", "native_id": None, "name": "resnet-3", "id": "ff"}
        registered(workspace, run=lost, metrics={"val/loss": {"last": 0.2}})
        registered(workspace, origin="external", evaluation={"metrics": {"val/loss": 0.4}})
        [row] = model_rows(workspace)
        known = run_identity(workspace.projects[0].key, RunKey("sweep/run-2"))
        assert [(one.run_id, one.run_name, one.run_gone, one.value) for one in row.versions] == [
            (None, "external", False, 0.4), (None, "resnet-3", True, 0.2), (known, "resnet-2", False, 0.3),
        ]  # fmt: skip
        assert row.goal == "min"


def test_a_run_that_is_shown_as_another_one_is_found_there(empty):
    project = empty.projects[0]
    put(empty, read_of(project, "m", reader="mlflow", native_id="f"))
    put(empty, read_of(project, "runs/a", reader="recorded", same_as=(("mlflow", "f"),)))
    shown = {run_identity(project.key, RunKey(path)) for path in ("m", "runs/a")}
    ids = []
    for path in ("m", "runs/a"):
        registered(empty, run={"path": path, "native": "", "name": path, "id": ""})
    [row] = model_rows(empty)
    ids = [one.run_id for one in row.versions]
    assert ids[0] == ids[1]
    assert ids[0] in shown
    assert not any(one.run_gone for one in row.versions)


def test_only_the_models_asked_for(several):
    assert [(row.project.name, row.model.name) for row in model_rows(several)] == [
        ("one", "churn"), ("two", "churn"), ("two", "fraud"),
    ]  # fmt: skip
    assert [row.model.name for row in model_rows(several, several.projects[1:], ["fraud"])] == ["fraud"]
    with pytest.raises(UsageError, match="no model 'x'"):
        model_rows(several, names=["x"])


def test_notes_are_beside_versions(empty):
    version = registered(empty)
    noted(empty, "good", version)
    [row] = model_rows(empty)
    assert [note.text for note in row.versions[0].version.notes] == ["good"]
