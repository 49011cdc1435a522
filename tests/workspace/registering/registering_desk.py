"""A copy of real runs in a workspace of its own, to register from."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlops_console.journal.event import Event
from mlops_console.workspace import Workspace, open_workspace

CHURN = Path(__file__).parents[3] / "sample_projects/churn"
ONE, TWO = "logreg-s1", "logreg-s2"


def churn(folder: Path) -> Path:
    """Two runs of the sample project that kept their model, in a project of their own."""
    project = folder / "churn"
    for seed in ("20261102-090501-wyx9p-logreg-s1", "20261102-092000-8acek-logreg-s2"):
        shutil.copytree(CHURN / "runs" / seed, project / "runs" / seed)
    return project


@contextmanager
def scanned(project: Path, store: str = "store.duckdb") -> Iterator[Workspace]:
    """Everything in it was read."""
    with open_workspace([project], str(project.parent / "kept" / store)) as workspace:
        workspace.scan()
        yield workspace


def events(workspace: Workspace, *kinds: str) -> list[Event]:
    """What the journal of its project says."""
    return list(workspace.decisions.events(workspace.projects[0].key, kinds=kinds, evidence=True))


def kept(project: Path) -> list[str]:
    """The copies in the registry's own store, relative to it; also what should not be left there."""
    models = project / ".mlops-console/models"
    files = [file.relative_to(models) for file in models.rglob("*") if file.is_file()]
    return sorted(str(file) for file in files if len(file.parts) > 2 and file.parts[1] != "aliases")
