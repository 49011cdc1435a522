"""Registering versions: what they hold, what is refused, and what is left behind when it fails."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.workspace.registering.registering_desk import ONE, TWO, churn, events, kept, scanned

from mlops_console.errors import JournalError, ReleaseError, UsageError
from mlops_console.readers.modelfiles import digest
from mlops_console.workspace.registering.registering import MOST_FILES, register


@pytest.fixture
def project(tmp_path):
    return churn(tmp_path)


@pytest.fixture
def shop(project):
    with scanned(project) as workspace:
        yield workspace


def model_of(project, name=ONE):
    (found,) = (project / "runs").glob(f"*{name}/model.joblib")
    return found


def test_a_version_is_numbered_hashed_copied_and_explained(shop, project):
    version = register(shop, "churn", run=ONE, reason="  first try ")
    file = model_of(project)
    sha256 = subprocess.run(["sha256sum", file], capture_output=True, text=True, check=True).stdout[:64]
    assert (version.label, version.origin, version.format) == ("churn@1", "run", "sklearn-joblib")
    assert (version.sha256, version.size, version.copied) == (sha256, file.stat().st_size, True)
    assert [(one.path, one.sha256) for one in version.files] == [("model.joblib", sha256)]
    assert version.artifact == str(file.relative_to(project))
    assert kept(project) == [f"churn/{sha256}/model.joblib"]
    (event,) = events(shop, "register")
    body = event.body
    told = json.loads((file.parent / "run.json").read_text())
    assert body["run"]["native_id"] == told["id"]
    assert body["params"]["model"] == told["params"]["model"]
    assert body["code"]["commit"] == told["git"]["commit"]
    assert body["code"]["dirty"] == told["git"]["dirty"]
    assert body["environment"]["python"] == told["python"]
    assert body["environment"]["packages"]["scikit-learn"]
    assert body["datasets"][0]["sha256"]
    assert (body["status"], body["reason"], body["files_total"]) == ("finished", "first try", 1)
    assert body["metrics"] or body["summary"]
    assert (event.uid, event.proven) == (os.getuid(), True)


def test_a_version_stays_explainable_when_its_run_is_gone(shop, project):
    before = register(shop, "churn", run=ONE)
    shutil.rmtree(model_of(project).parent)
    with scanned(project, "another.duckdb") as later:
        (after,) = later.decisions.registry(later.projects[0].key).models["churn"].versions
    assert after.registered.body == before.registered.body
    assert kept(project)


def test_numbers_go_on_and_lineage_is_kept(shop):
    first = register(shop, "churn", run=ONE)
    second = register(shop, "churn", run=TWO, parent="churn@1")
    assert (second.number, register(shop, "other", run=ONE).number) == (2, 1)
    assert second.parent == {"model": "churn", "version_id": first.id, "version": 1}
    with pytest.raises(UsageError, match="no version 9"):
        register(shop, "churn", run=TWO, parent="churn@9", again=True)


def test_the_same_bytes_are_one_copy_and_a_new_version_only_when_asked(shop, project):
    register(shop, "churn", run=ONE)
    with pytest.raises(UsageError, match="are churn@1 already") as told:
        register(shop, "churn", run=ONE)
    assert "--again" in told.value.hint
    assert register(shop, "churn", run=ONE, again=True).number == 2
    assert len(kept(project)) == 1
    assert len(events(shop, "register")) == 2


def test_a_project_may_want_no_copies(shop, project):
    (project / "mlops-console.toml").write_text("[models.churn]\ncopy = false\n")
    version = register(shop, "churn", run=ONE)
    assert version.sha256 == digest(str(project), version.artifact)
    assert (version.copied, kept(project) if (project / ".mlops-console/models").exists() else []) == (
        False,
        [],
    )


def test_a_folder_of_thousands_of_files_is_counted_and_hashed_as_a_whole(shop, project):
    folder = project / "big"
    for i in range(MOST_FILES + 1):
        (folder / f"part-{i % 7}").mkdir(parents=True, exist_ok=True)
        (folder / f"part-{i % 7}" / f"{i:05d}.bin").write_bytes(i.to_bytes(4, "big"))
    version = register(shop, "big", path=str(folder))
    command = "find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum"
    told = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=True)
    assert version.sha256 == told.stdout[:64]
    assert (version.files, version.registered.body["files_total"]) == ((), MOST_FILES + 1)
    assert (version.size, version.origin, version.run) == (4 * (MOST_FILES + 1), "path", None)
    (file,) = (project / ".mlops-console/journal").rglob("*.json")
    assert file.stat().st_size < 1 << 20


def test_long_names_keep_the_event_small_as_well(shop, project):
    deep = project / "deep" / "/".join(["x" * 200] * 10)
    deep.mkdir(parents=True)
    for i in range(300):
        (deep / f"{i:03d}.bin").write_bytes(b"%d" % i)
    body = register(shop, "deep", path=str(project / "deep")).registered.body
    assert (body["files"], body["files_total"]) == ([], 300)


@pytest.mark.parametrize(
    "name", ["../up", "a/b", "", ".", "..", ".hidden", "a b", "x" * 200, "\x1b[31m", "-rf"]
)
def test_a_model_needs_a_name_that_can_be_a_file_s(shop, project, name):
    with pytest.raises(UsageError, match="name"):
        register(shop, name, run=ONE)
    assert not (project / ".mlops-console").exists()


def test_links_in_a_model_s_folder_are_refused(shop, project, tmp_path):
    (tmp_path / "secret").write_text("s")
    folder = project / "model"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(b"w")
    (folder / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(ReleaseError, match="link"):
        register(shop, "linked", path=str(folder))
    (project / "way").symlink_to(folder)
    with pytest.raises(UsageError, match="is a link"):
        register(shop, "linked", path=str(project / "way"))
    assert events(shop) == []
    assert kept(project) == []


def test_a_model_that_changes_while_it_is_copied_is_not_registered(shop, project):
    file = project / "growing.bin"
    file.write_bytes(b"0" * (3 << 20))

    def grow(_done, _total):
        with file.open("ab") as more:
            more.write(b"1")

    with pytest.raises(ReleaseError, match="changed"):
        register(shop, "growing", path=str(file), progress=grow)
    assert events(shop) == []
    assert kept(project) == []


def test_a_model_that_was_written_over_since_its_run_is_not_that_run_s(shop, project):
    file = model_of(project)
    file.write_bytes(bytes(file.stat().st_size))
    with pytest.raises(ReleaseError, match="is not what it was") as told:
        register(shop, "churn", run=ONE)
    assert "--path" in told.value.hint
    assert (events(shop), kept(project)) == ([], [])


def test_an_interrupted_registration_leaves_a_copy_that_is_taken_up(shop, project, monkeypatch):
    def stop(*_args, **_kwargs):
        raise JournalError("no room left")

    with monkeypatch.context() as patched:
        patched.setattr(type(shop.decisions), "append", stop)
        with pytest.raises(JournalError):
            register(shop, "churn", run=ONE)
    before = kept(project)
    assert (events(shop), len(before)) == ([], 1)
    assert register(shop, "churn", run=ONE).number == 1
    assert kept(project) == before


def test_an_external_version_has_its_evaluation_and_no_files(shop, project):
    version = register(shop, "churn", external={"provider": "acme", "metrics": {"auc": 0.91}})
    assert (version.origin, version.sha256, version.files, version.copied) == ("external", "", (), False)
    body = version.registered.body
    assert body["evaluation"] == {"provider": "acme", "metrics": {"auc": 0.91}}
    assert body["metrics"]["auc"]["last"] == 0.91
    assert register(shop, "churn", external={"metrics": {"auc": 0.91}}).number == 2
    with pytest.raises(UsageError, match="no metrics"):
        register(shop, "churn", external={})
    assert not (project / ".mlops-console/models").exists()


def test_one_of_run_path_and_evaluation(shop):
    for both in ({}, {"run": ONE, "path": "x"}, {"path": "x", "external": {"metrics": {"a": 1}}}):
        with pytest.raises(UsageError):
            register(shop, "churn", **both)
    with pytest.raises(UsageError, match="no run"):
        register(shop, "churn", run="nobody")
    with pytest.raises(UsageError, match="lies outside"):
        register(shop, "churn", path="/etc/hostname")
    with pytest.raises(UsageError, match="is gone"):
        register(shop, "churn", path="model.onnx", project="churn")
    with pytest.raises(UsageError, match="no project"):
        register(shop, "churn", path="model.onnx", project="nowhere")


def test_a_lightning_checkpoint_is_a_checkpoint(corpus):
    project = corpus("lightning/tensorboard-and-csv")
    with scanned(project) as workspace:
        with pytest.raises(UsageError, match="2 model files"):
            register(workspace, "mlp", run="logs/mlp/version_0")
        version = register(workspace, "mlp", run="logs/mlp/version_0", artifact="last.ckpt")
    assert (version.origin, version.format) == ("checkpoint", "lightning-ckpt")
    assert version.run["path"] == "logs/mlp/version_0"


def test_an_mlflow_model_has_its_signature_and_its_run(corpus):
    project = corpus("mlflow/filestore-nested-v2")
    run = "8ef63beb44e94616bf3ffe0f565e5b55"
    with scanned(project) as workspace:
        version = register(workspace, "churn", run=run)
        body = version.registered.body
        assert (version.origin, version.format) == ("mlflow", "mlflow")
        assert body["signature"]["inputs"]
        assert {entry.path for entry in version.files} >= {"MLmodel", "requirements.txt"}
        # Its MLmodel names the run that made it: by its path alone the version is as explainable.
        folder = Path(project, version.artifact)
        again = register(workspace, "other", path=str(folder))
        assert again.run["native_id"] == run
        assert again.registered.body["params"] == body["params"]
        assert again.sha256 == version.sha256 == digest(str(project), version.artifact)


def test_models_of_mlflow_3_go_by_their_own_ids(corpus):
    project = corpus("mlflow/sqlite-default-v3")
    run = "50a7f7f119684229a726dfa88df2fa6b"
    with scanned(project) as workspace:
        with pytest.raises(UsageError, match="2 model files") as told:
            register(workspace, "house", run=run)
        assert "m-d0cb2772f3c64ed7911e14dcddebb28b" in told.value.hint
        version = register(workspace, "house", run=run, artifact="m-d0cb2772f3c64ed7911e14dcddebb28b")
        assert version.artifact == "mlruns/1/models/m-d0cb2772f3c64ed7911e14dcddebb28b/artifacts"
        assert version.registered.body["metrics"]


def test_where_the_project_can_t_be_written_it_is_registered_privately(shop, project):
    (project / ".mlops-console").write_text("in the way")
    version = register(shop, "churn", run=ONE)
    assert (version.label, version.copied) == ("churn@1", False)
    assert shop.decisions.private(shop.projects[0].key)
    assert version.sha256 == digest(str(project), version.artifact)
