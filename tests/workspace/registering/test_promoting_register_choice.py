"""Which of a run's files is the model."""

from pathlib import Path

import pytest
from tests.workspace.desk_making import put, read_of

from mlops_console.errors import UsageError
from mlops_console.records import ModelFile
from mlops_console.workspace.details import detail, resolve
from mlops_console.workspace.registering.choosing_artifact import inside, of_project, of_run, origin_of
from mlops_console.workspace.registering.subject import subject_of


@pytest.fixture
def run_of(empty):
    """run_of("model.joblib", …) -> a run whose folder holds these files, all of them its models."""

    def make(*names, models=None, path="runs/a", **facts):
        root = Path(empty.projects[0].root)
        for name in names:
            (root / path / name).parent.mkdir(parents=True, exist_ok=True)
            (root / path / name).write_bytes(name.encode())
        found = models if models is not None else [ModelFile(f"{path}/{name}", "joblib") for name in names]
        put(empty, read_of(empty.projects[0], path, models=tuple(found), **facts))
        return detail(empty, resolve(empty, path))

    return make


def test_the_only_model_of_a_run_needs_no_name(run_of):
    chosen = of_run(run_of("model.joblib", models=[ModelFile("runs/a/model.joblib", "joblib", "ab" * 32)]))
    assert (chosen.path, chosen.is_folder, chosen.known_sha256) == ("runs/a/model.joblib", False, "ab" * 32)


def test_several_models_are_listed(run_of):
    with pytest.raises(UsageError, match="2 model files: say which with --artifact") as told:
        of_run(run_of("best.joblib", "last.joblib"))
    assert "best.joblib (joblib), last.joblib (joblib)" in told.value.hint


@pytest.mark.parametrize(
    "name",
    [
        "best.joblib",
        "runs/a/out/best.joblib",
        "out/best.joblib",
        "{root}/runs/a/out/best.joblib",
    ],
)
def test_an_artifact_goes_by_its_path_or_the_end_of_it(run_of, name):
    run = run_of("out/best.joblib", "out/last.joblib")
    assert of_run(run, name.format(root=run.root)).path == "runs/a/out/best.joblib"


def test_any_file_or_folder_of_the_run_can_be_the_model(run_of):
    run = run_of("notes.txt", "checkpoint-500/model.safetensors", models=[])
    assert of_run(run, "notes.txt").path == "runs/a/notes.txt"
    chosen = of_run(run, "checkpoint-500")
    assert (chosen.path, chosen.is_folder) == ("runs/a/checkpoint-500", True)
    assert origin_of(chosen, "huggingface", True) == "checkpoint"
    with pytest.raises(UsageError, match="has no model file"):
        of_run(run)


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "..", "runs/../../x", "a\0b", "~root"]
)
def test_nothing_outside_of_the_project_is_a_model(run_of, name):
    with pytest.raises(UsageError):
        of_run(run_of("model.joblib"), name)


def test_links_are_refused_in_a_sentence(run_of, tmp_path):
    run = run_of("model.joblib", models=[])
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/model.bin").write_bytes(b"x")
    place = Path(run.root, run.path)
    (place / "linked").symlink_to(tmp_path / "secret")
    (place / "linked.bin").symlink_to(tmp_path / "secret/model.bin")
    for name in ("linked", "linked.bin", "linked/model.bin"):
        with pytest.raises(UsageError, match="is a link"):
            of_run(run, name)
        with pytest.raises(UsageError, match="is a link"):
            of_project(run.root, f"runs/a/{name}")


def test_weights_in_pieces_are_the_folder_that_they_lie_in(run_of):
    names = ("m/model-00001-of-00002.safetensors", "m/model-00002-of-00002.safetensors")
    index = "m/model.safetensors.index.json"
    models = [ModelFile(f"runs/a/{name}", "safetensors") for name in names]
    models.append(ModelFile(f"runs/a/{index}", "safetensors-sharded"))
    chosen = of_run(run_of(*names, index, models=models))
    assert (chosen.path, chosen.is_folder) == ("runs/a/m", True)


def test_a_model_that_is_not_there_is_told_with_its_place(run_of):
    away = ModelFile("runs/a/model", "mlflow", None, {"missing": True, "location": "s3://bucket/model"})
    with pytest.raises(UsageError, match="not in the project") as told:
        of_run(run_of(models=[away]))
    assert "s3://bucket/model" in told.value.hint


def test_what_a_person_types_is_looked_for_from_where_they_are(tmp_path, monkeypatch):
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (tmp_path / "way").symlink_to(project)
    monkeypatch.chdir(project / "models")
    assert inside(str(project), "a.onnx") == "models/a.onnx"
    assert inside(str(project), "../a.onnx") == "a.onnx"
    assert inside(str(project), f"{tmp_path}/way/models/a.onnx") == "models/a.onnx"
    assert inside(str(project), "../../a.onnx") is None
    assert inside(str(project), "..") is None


@pytest.mark.parametrize(
    ("path", "folder", "word", "origin"),
    [
        ("r/model", True, "mlflow", "mlflow"),
        ("r/epoch=3.ckpt", False, "lightning-ckpt", "checkpoint"),
        ("r/c.pt", False, "torch-checkpoint", "checkpoint"),
        ("r/c.pt", False, "torch-state-dict", "run"),
    ],
)
def test_where_a_version_comes_from(path, folder, word, origin):
    from mlops_console.workspace.registering.choosing_artifact import Chosen

    assert origin_of(Chosen(path, folder), word, True) == origin
    assert origin_of(Chosen("m.onnx", False), "onnx", False) == "path"


def test_a_model_that_another_run_wrote_is_not_this_ones(run_of, empty):
    run_of("model.joblib", path="runs/b", name="bee")
    run = run_of("model.joblib", path="runs/a")

    def chosen(artifact):
        return subject_of(empty, "m", run.id, artifact, None, None, None).chosen.path

    assert chosen(None) == "runs/a/model.joblib"
    with pytest.raises(UsageError, match="was written by another run, bee") as told:
        chosen("runs/b/model.joblib")
    assert "does not hold for it" in told.value.hint
    # What a run itself names is its own, wherever tools keep it.
    shared = run_of(models=[ModelFile("runs/b/model.joblib", "joblib")], path="runs/c")
    assert subject_of(empty, "m", shared.id, None, None, None, None).chosen.path == "runs/b/model.joblib"
