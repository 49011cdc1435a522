"""Runs put into a workspace's store as readers would, in short."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mlops_console.records import Changed, Chunk, Points, Project, RunFacts, RunKey, Source, Status
from mlops_console.store import Read
from mlops_console.workspace import Workspace, open_workspace

NOW = time.time_ns() // 1000
HOUR = 3_600_000_000


def workspace_at(folder: Path, **wishes: Any) -> Workspace:
    """An open workspace with a store in `folder` and one project, `folder/demo`."""
    (folder / "demo").mkdir(exist_ok=True)
    return open_workspace([folder / "demo"], str(folder / "kept" / "store.duckdb"), **wishes)


def read_of(
    project: Project,
    path: str,
    metrics: Mapping[str, Sequence[float]] | None = None,
    reader: str = "plain",
    native: str = "",
    **facts: Any,
) -> Read:
    """One chunk that tells of one run."""
    key = RunKey(path, native)
    series = list((metrics or {}).items())
    counts = np.array([len(values) for _, values in series], np.int64)
    value = np.array([v for _, values in series for v in values], np.float64)
    step = np.array([i for _, values in series for i in range(len(values))], np.int64)
    points = Points(tuple((key, name) for name, _ in series), counts, step, NOW + step, value)
    said = RunFacts(key, **{"status": Status.FINISHED, **facts})
    chunk = Chunk((said,), points if series else Points.empty(), (), b"cursor")
    return Read(project.key, Source(reader, path, (f"{path}/log.csv",)), b"mark", chunk)


def put(workspace: Workspace, *reads: Read) -> Changed:
    """Apply chunks and tell the workspace, as the ingest thread does."""
    changed = workspace.store.apply(reads)
    workspace.tell(changed)
    return changed


def three(workspace: Workspace) -> None:
    """Three runs that differ in the ways that matter."""
    project = workspace.projects[0]
    put(
        workspace,
        read_of(
            project, "sweep/run-2", {"val/loss": [0.9, 0.3], "train/loss": [0.9, 0.1], "lr": [0.01, 0.001]},
            name="resnet-2", group="sweep", started=NOW - 3 * HOUR, ended=NOW - 2 * HOUR,
            params={"lr": 0.01, "optimizer": "adam", "depth": 3, "same": 1}, tags={"stage": "baseline"},
        ),
        read_of(
            project, "sweep/run-10", {"val/loss": [0.8, 0.2], "train/loss": [0.7, 0.2]},
            name="resnet-10", group="sweep", started=NOW - 2 * HOUR, ended=NOW - HOUR, status=Status.FAILED,
            params={"lr": 0.1, "optimizer": "sgd", "depth": 5, "same": 1},
        ),
        read_of(
            project, "odd", {"val/loss": [float("nan")]}, name="vit (large)", started=NOW - 60_000_000,
            params={"lr": 1e-4, "optimizer": "Adam", "same": 1, "flag": True}, summary={"acc": 0.91},
        ),
    )  # fmt: skip


def names(workspace: Workspace, where: str = "", **query: Any) -> list[str]:
    """Names of the runs that a filter lets through, newest first."""
    from mlops_console.workspace.columns import FIELDS
    from mlops_console.workspace.runs import RunQuery, load

    frame = load(workspace, RunQuery(where=where, **query), [FIELDS["name"]])
    return list(frame.values["name"])
