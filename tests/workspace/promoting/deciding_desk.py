"""Versions to decide about, and other people to decide with."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from tests.workspace.promoting.registering_desk import churn, events, scanned

from mlops_console.journal.event import Event
from mlops_console.settings import PROJECT_FILE
from mlops_console.workspace import Workspace
from mlops_console.workspace.models import Resolved, ResolvedModel, resolve, resolve_model
from mlops_console.workspace.promoting.deciding import Outcome, promote
from mlops_console.workspace.promoting.registering import register

ANA, BO, CY = 64_421, 64_422, 64_423
"""Who registers, and two others; none of them has a login here."""
EASY = 'require = "val/auc >= 0.5"'


@contextmanager
def being(uid: int) -> Iterator[None]:
    """What is done here is this user's."""
    with mock.patch.object(os, "getuid", return_value=uid):
        yield


@contextmanager
def registered(folder: Path, versions: int = 3, gates: str = "", more: str = "") -> Iterator[Workspace]:
    """So many versions of churn, each of other bytes, registered by Ana."""
    project = churn(folder)
    wish(project, gates, more)
    with scanned(project) as workspace:
        add(workspace, versions)
        yield workspace


def add(workspace: Workspace, versions: int) -> None:
    """Register more of them."""
    root = Path(workspace.projects[0].root)
    models = sorted(root.glob("runs/*/model.joblib"))
    known = resolve_model(workspace, "churn").model.versions if _has(workspace) else ()
    with being(ANA):
        for at in range(len(known), len(known) + versions):
            if at < len(models):
                register(workspace, "churn", run=models[at].parent.name.rpartition("-logreg")[0])
                continue
            copy = root / f"models/{at}.joblib"
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(models[0], copy)
            with copy.open("ab") as file:
                file.write(b"#" * at)
            register(workspace, "churn", path=str(copy))


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


def _has(workspace: Workspace) -> bool:
    return "churn" in workspace.decisions.registry(workspace.projects[0].key).models
