"""What is too much to be listed or read is told in every source: what, where and how much of it."""

from pathlib import Path
from time import process_time

import pytest
from tests.conformance.reading import Story, claimed, read_on
from tests.readers import mlflow_database, mlflow_runs
from tests.readers.mlflow_runs import PATH, make_run

from mlops_console.readers import lightning, plain, recorded, tensorboard
from mlops_console.readers.contract import Reader
from mlops_console.readers.mlflow.filestore.models import Home, below_artifacts
from mlops_console.records import Artifact

EXTRA = 10_007
RECORDED = '{"format": "mlops-console-run", "version": 1}'
HISTORY = '[{"artifact_path": "m7", "flavors": {}, "run_id": "x"}]'


def heap(folder: Path) -> None:
    """More files than are listed of a run."""
    folder.mkdir(parents=True)
    for number in range(EXTRA):
        (folder / str(number)).touch()


def only(story: Story, where: str) -> str:
    (found,) = [problem.what for problem in story.problems if problem.path == where]
    return found


@pytest.mark.parametrize(
    ("reader", "run", "files", "others"),
    [
        (
            lightning.READER,
            "lightning_logs/version_0",
            {"metrics.csv": b"epoch,step,loss\n0,0,1\n", "hparams.yaml": b"{}\n"},
            2,
        ),
        (plain.READER, "run", {"metrics.csv": b"step,loss\n0,1.0\n1,0.5\n"}, 1),
        (recorded.READER, "run", {"run.json": RECORDED.encode()}, 0),
        (tensorboard.READER, "run", {"events.out.tfevents.1795402824.a.1.0": b""}, 0),
    ],
)
def test_more_files_than_are_listed(
    reader: Reader, run: str, files: dict[str, bytes], others: int, tmp_path: Path
) -> None:
    heap(tmp_path / run / "heap")
    for name, data in files.items():
        (tmp_path / run / name).write_bytes(data)
    (source,) = claimed(reader, tmp_path)
    story = read_on(reader, tmp_path, source)
    words = only(story, run)
    assert words.startswith(f"holds {EXTRA + others:,} files; the first 10,000 are listed, {7 + others} are")
    assert only(read_on(reader, tmp_path, source, story), run) == words


def test_more_artifacts_of_mlflow_than_are_listed(tmp_path: Path) -> None:
    make_run(tmp_path)
    (tmp_path / PATH / "artifacts").rmdir()
    heap(tmp_path / PATH / "artifacts")
    story = mlflow_runs.read(tmp_path)
    assert "7 are left out" in only(story, f"{PATH}/artifacts")
    assert only(mlflow_runs.read(tmp_path, story), f"{PATH}/artifacts")


def test_more_artifacts_of_a_database_than_are_listed(tmp_path: Path) -> None:
    run = mlflow_database.RUN
    mlflow_database.store(
        tmp_path, "UPDATE runs SET artifact_uri='/srv/mlruns/1/' || run_uuid || '/artifacts'"
    )
    folder = tmp_path / f"mlruns/1/{run}/artifacts"
    heap(folder)
    story = mlflow_database.read(tmp_path)
    where = f"mlruns/1/{run}/artifacts"
    assert "7 are left out" in only(story, where)
    assert "7 are left out" in only(mlflow_database.read(tmp_path, story), where)
    for number in range(20):
        (folder / str(number)).unlink()
    mlflow_database.change(tmp_path / "mlflow.db", f"UPDATE runs SET status='KILLED' WHERE run_uuid='{run}'")
    mlflow_database.change(tmp_path / "mlflow.db", f"INSERT INTO tags VALUES ('new', '1', '{run}')")
    assert not [one for one in mlflow_database.read(tmp_path, story).problems if one.path == where]


def test_more_metrics_than_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlops_console.readers.mlflow.filestore.listing.MOST_FILES", 50)
    monkeypatch.setattr("mlops_console.readers.mlflow.filestore.listing._MOST_NAMES", 20)
    folder = make_run(tmp_path, metrics={"loss": mlflow_runs.points(3)})
    for number in range(53):
        (folder / "metrics" / f"m{number:05}").touch()
        (folder / "params" / f"p{number:05}").touch()
    for number in range(22):
        (folder / "inputs" / f"{number:04}").mkdir(parents=True)
    story = mlflow_runs.read(tmp_path)
    words = "holds 54 files; the first 50 by name are read, 4 are left out"
    assert only(story, f"{PATH}/metrics").startswith(words)
    assert "3 are left out" in only(story, f"{PATH}/params")
    assert only(story, f"{PATH}/inputs") == "names 22; the first 20 are read, 2 are left out"
    assert len(mlflow_runs.values(story, "loss")) == 3


@pytest.mark.usefixtures("calm")
def test_models_among_many_artifacts_take_no_longer_each() -> None:
    """Proven by the ratio: four times the artifacts, all of them models, take about four times as long."""

    def seconds(count: int) -> float:
        artifacts = [Artifact(f"artifacts/m{number}/MLmodel", 1, 0) for number in range(count)]
        artifacts.sort(key=lambda one: one.path)
        began = process_time()
        found = below_artifacts(
            Home("/nowhere", "run", None, None), artifacts, {"mlflow.log-model.history": HISTORY}, ""
        )
        assert len(found) == count
        return process_time() - began

    few, many = (min(seconds(count) for _ in range(5)) for count in (5_000, 20_000))
    assert many < 12 * few


def test_versions_find_their_models_among_many(tmp_path: Path) -> None:
    from mlops_console.readers.mlflow.filestore.models import with_versions
    from mlops_console.readers.mlflow.filestore.registry import Version
    from mlops_console.records import ModelFile

    run = "a" * 32
    models = [ModelFile(f"mlruns/1/{run}/artifacts/m{number}", "mlflow") for number in range(5_000)]
    models.append(ModelFile("mlruns/1/models/m-1/artifacts", "mlflow", None, {"model_id": "m-1"}))
    versions = [
        Version(run, "", f"file:///srv/mlruns/1/{run}/artifacts/m{number}", {"version": number})
        for number in range(5_000)
    ]
    versions += [
        Version(run, "m-1", "models:/m-1", {"version": 7}),
        Version(run, "", f"{run}/m3/", {"version": 8}),
        Version(run, "", "s3://elsewhere/m3", {"version": 9}),
    ]
    began = process_time()
    known, left = with_versions(models, versions)
    assert process_time() - began < 2
    assert known[3].details["registered"] == [{"version": 3}, {"version": 8}]
    assert known[-1].details["registered"] == [{"version": 7}]
    assert left == [{"version": 9, "source": "s3://elsewhere/m3"}]
