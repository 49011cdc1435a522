"""Versions to decide about, and other people to decide with."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest import mock

from tests.workspace.registering.registering_desk import ONE, TWO, churn, events, scanned

from mlops_console.journal.event import Event
from mlops_console.settings import PROJECT_FILE
from mlops_console.workspace import Workspace, open_workspace
from mlops_console.workspace.deciding.deciding import Outcome, promote
from mlops_console.workspace.models import Resolved, ResolvedModel, resolve, resolve_model
from mlops_console.workspace.registering.registering import register

ANA, BO, CY = os.getuid(), 64_422, 64_423
"""Who registers, and two others, who have no login here."""
VERSIONS = 4
EASY = 'require = "val/auc >= 0.5"'


@contextmanager
def being(uid: int) -> Iterator[None]:
    """What is done here is this user's."""
    with mock.patch.object(os, "getuid", return_value=uid):
        yield


@contextmanager
def registered(folder: Path, gates: str = "", more: str = "") -> Iterator[Workspace]:
    """Four versions of churn, each of other bytes, registered by Ana; the first two have metrics."""
    project = folder / "churn"
    shutil.copytree(_made(folder.parent), project, symlinks=True)
    wish(project, gates, more)
    with opened(project) as workspace:
        yield workspace


@contextmanager
def opened(project: Path, store: str = "store.duckdb") -> Iterator[Workspace]:
    """What is decided there is read; its runs are not."""
    with open_workspace([project], str(project.parent / "kept" / store)) as workspace:
        yield workspace


@cache
def _made(above: Path) -> Path:
    """Made once in a process, and copied for each test."""
    project = churn(above / "deciding")
    with scanned(project) as workspace:
        for run in (ONE, TWO):
            register(workspace, "churn", run=run)
        for at in range(2, VERSIONS):
            model = project / f"models/{at}.joblib"
            model.parent.mkdir(exist_ok=True)
            model.write_bytes(next(project.glob("runs/*/model.joblib")).read_bytes() + b"#" * at)
            register(workspace, "churn", path=str(model))
    return project


def wish(project: Path, gates: str = "", more: str = "") -> None:
    """What the project asks of a champion."""
    head = f'[models.churn]\nmetric = "val/auc"\ngoal = "max"\n{more}\n'
    (project / PROJECT_FILE).write_text(f"{head}[models.churn.gates.champion]\n{gates}\n")


def version(workspace: Workspace, number: int = 1) -> Resolved:
    return resolve(workspace, f"churn@{number}")


def model(workspace: Workspace) -> ResolvedModel:
    return resolve_model(workspace, "churn")


def promoted(workspace: Workspace, *numbers: int, alias: str = "champion") -> Outcome:
    """Put the alias on each in turn."""
    for number in numbers:
        outcome = promote(workspace, version(workspace, number), alias, f"number {number}")
        assert outcome.moved, outcome.because
    return outcome


def stands(workspace: Workspace, alias: str = "champion") -> int | None:
    """The number of the version that the alias stands on."""
    state = model(workspace).model.aliases.get(alias)
    return state.version.number if state is not None and state.version is not None else None


def decided(workspace: Workspace) -> list[Event]:
    """The moves in the journal."""
    return events(workspace, "alias")
