"""Registered versions to be judged."""

import shutil
from pathlib import Path

from mlops_console.promotion.model import GateResult
from mlops_console.settings import PROJECT_FILE
from mlops_console.workspace import Workspace
from mlops_console.workspace.judging.judging import GateRun, judge
from mlops_console.workspace.models import resolve

FLIGHTS = Path(__file__).parents[3] / "sample_projects/flight-delays"


def flights(folder: Path) -> Path:
    """Two candidates with five seeds each, and the predictions of every run."""
    project = folder / "flights"
    for kind in ("gbm-s?", "gbm-no-weather-s?"):
        for run in (FLIGHTS / "runs").glob(f"*-{kind}"):
            shutil.copytree(run, project / "runs" / run.name)
    return project


def wish(project: Path, gates: str, model: str = "churn", more: str = "") -> None:
    """Write the project's file."""
    head = f'[models.{model}]\nmetric = "test/auc"\ngoal = "max"\n{more}\n'
    text = f"{head}[models.{model}.gates.champion]\n{gates}\n"
    (project / PROJECT_FILE).write_text(text)


def move(workspace: Workspace, name: str, alias: str = "champion") -> None:
    """Put an alias on a version, as `promote` does, without asking gates."""
    found = resolve(workspace, name)
    body = {
        "model": found.model.name, "alias": alias, "version_id": found.version.id,
        "version": found.version.number, "from_version_id": None, "from_version": None, "way": "promote",
        "reason": "test", "overridden": [], "gates": [],
    }  # fmt: skip
    workspace.decisions.append(found.project.key, "alias", body)


def judged(workspace: Workspace, name: str, alias: str = "champion", **options) -> GateRun:
    return judge(workspace, resolve(workspace, name), alias, **options)


def by_gate(found: GateRun) -> dict[str, GateResult]:
    return {one.gate: one for one in found.results}
