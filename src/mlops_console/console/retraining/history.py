"""Trainings among what was decided about a model: a row each, with what became of it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_console.console.retraining.words import sentence
from mlops_console.journal.event import RETRAINED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.audit.telling import Told
    from mlops_console.journal.registry import Model
    from mlops_console.records import Project
    from mlops_console.workspace import Workspace


def with_trainings(
    workspace: "Workspace", project: "Project", model: "Model", rows: "Sequence[Told]"
) -> "tuple[Told, ...]":
    """A model's decisions; a training is one row that says how it ended, not two. A worker's work."""
    if not model.retrainings:
        return tuple(rows)
    from mlops_console.workspace.retraining.following import seen

    known = {one.said.event.id: sentence(one) for one in seen(workspace, project.key, model.name)}
    return tuple(
        replace(one, sentence=known[one.event.id]) if one.event.id in known else one
        for one in rows
        if one.event.kind != RETRAINED or str(one.event.body.get("retrain")) not in known
    )
