"""Runs of MLflow's file store, written by hand and read through the reader's door."""

import json
from pathlib import Path

from tests.conformance.reading import DiskFolder, Story, claimed, read_on

from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow import READER
from mlops_console.records import RunKey, Source

RUN = "0123456789abcdef0123456789abcdef"
PATH = f"mlruns/1/{RUN}"
KEY = RunKey(PATH)
WHEN = 1_700_000_000_000


def experiment(root: Path, name: str = "prices", path: str = "mlruns/1") -> None:
    (root / path).mkdir(parents=True, exist_ok=True)
    (root / path / "meta.yaml").write_text(
        f"artifact_location: file:///srv/{path}\nexperiment_id: '1'\nlifecycle_stage: active\nname: {name}\n"
    )


def make_run(
    root: Path,
    *,
    path: str = PATH,
    metrics: dict[str, str] | None = None,
    params: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    **stated: object,
) -> Path:
    """A run as MLflow would leave it; `stated` replaces what its meta.yaml says."""
    folder = root / path
    experiment(root, path=path.rpartition("/")[0])
    said = {
        "artifact_uri": f"file:///srv/{path}/artifacts", "end_time": WHEN + 5_000, "entry_point_name": "",
        "experiment_id": "1", "lifecycle_stage": "active", "run_id": RUN, "run_name": "a run",
        "run_uuid": RUN, "source_type": 4, "start_time": WHEN, "status": 3, "tags": [], "user_id": "ana",
    }  # fmt: skip
    parts = {"metrics": metrics or {}, "params": params or {}, "tags": tags or {}}
    for part, files in parts.items():
        (folder / part).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / part / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / part / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    (folder / "artifacts").mkdir(exist_ok=True)
    state(folder, **(said | stated))
    return folder


def state(folder: Path, **stated: object) -> None:
    """Write the meta.yaml of a run."""
    lines = (
        f"{key}: {value if isinstance(value, str) and value else json.dumps(value)}\n"
        for key, value in stated.items()
    )
    (folder / "meta.yaml").write_text("".join(lines))


def points(count: int, first: int = 0) -> str:
    return "".join(f"{WHEN + k} {1 / (k + 1)!r} {k}\n" for k in range(first, first + count))


def source(root: Path, path: str = PATH) -> Source:
    found = READER.claims(DiskFolder(root, path))
    assert len(found) == 1
    return found[0]


def read(root: Path, story: Story | None = None, budget: Budget | None = None, path: str = PATH) -> Story:
    return read_on(READER, root, source(root, path), story, budget)


def sources(root: Path) -> list[str]:
    return [one.path for one in claimed(READER, root)]


def values(story: Story, name: str, key: RunKey = KEY) -> list[tuple[float, float]]:
    """(step, value) of a metric."""
    step, _, value = story.series()[key, name]
    return list(zip(step.tolist(), value.tolist(), strict=True))
