"""Decisions as commands write them, in short."""

from typing import Any

from mlops_console.journal.event import Event
from mlops_console.workspace import Workspace


def registered(workspace: Workspace, model: str = "churn", project: int = 0, **more: Any) -> Event:
    """The next version of a model."""
    key = workspace.projects[project].key
    known = workspace.decisions.registry(key).models.get(model)
    number = 1 + (known.versions[0].number if known else 0)
    body = {
        "model": model, "version": number, "origin": "path", "sha256": "ab" * 32, "size": 5, "format": "onnx",
        "files": [{"path": "m.onnx", "size": 5, "sha256": "ab" * 32}], "artifact": "m.onnx", "copied": True,
        "run": None, "from": None, "reason": "",
    }  # fmt: skip
    return workspace.decisions.append(key, "register", {**body, **more}, {"saw": number})


def moved(
    workspace: Workspace, version: Event | None, alias: str = "champion", model: str = "churn", **more: Any
) -> Event:
    """The alias from where it stands to this version."""
    key = workspace.projects[0].key
    states = workspace.decisions.registry(key).models[model].aliases
    here = states[alias].version if alias in states else None
    body = {
        "model": model, "alias": alias, "way": "promote", "reason": "better", "gates": [], "overridden": [],
        "version_id": version.id if version else None,
        "version": version.body["version"] if version else None,
        "from_version_id": here.id if here else None, "from_version": here.number if here else None,
    }  # fmt: skip
    return workspace.decisions.append(key, "alias", {**body, **more})


def noted(workspace: Workspace, text: str, version: Event | None = None) -> Event:
    """A note on a version, else on a run."""
    subject: dict[str, Any] = {"run": {"path": "runs/a", "native": "", "name": "a"}}
    if version is not None:
        subject = {"model": version.body["model"], "version_id": version.id, "version": 1}
    return workspace.decisions.append(workspace.projects[0].key, "note", {"subject": subject, "text": text})
