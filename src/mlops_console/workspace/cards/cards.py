"""The card of a version: gathered from what was decided, recorded and written, and given a form."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mlops_console import __version__
from mlops_console.documents.blocks import Document
from mlops_console.documents.markdown import markdown
from mlops_console.documents.page import page
from mlops_console.promotion.card.composing import composed
from mlops_console.promotion.card.missing import missing_parts
from mlops_console.promotion.card.model import Card
from mlops_console.wishes.locating import dotted
from mlops_console.wishes.reading import problem_of, read_wishes
from mlops_console.workspace.cards import measured, told
from mlops_console.workspace.cards.drawn import pictures_of

if TYPE_CHECKING:
    from mlops_console.wishes.model import Wishes
    from mlops_console.workspace.model_rows import ModelRow, VersionRow
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

MAKER: Final = "card"
Progress = Callable[[str], None]
"""Told what is being done; may raise to have it given up."""


def card(workspace: "Workspace", resolved: "Resolved", progress: Progress | None = None) -> Document:
    """A version's card as a document. A worker's work: seconds, where intervals are worked out."""
    return document_of(card_facts(workspace, resolved, progress))


def document_of(card: Card) -> Document:
    """A card as a document, with its pictures."""
    return replace(composed(card), pictures=pictures_of(card))


def as_markdown(document: Document) -> str:
    """A document for a repository, or to be read as it is."""
    return markdown(document.blocks)


def as_html(document: Document) -> str:
    """A document as one page that needs nothing else."""
    return page(document.blocks, document.title, MAKER, lambda one: document.pictures.get(one.name, ""))


def card_facts(
    workspace: "Workspace",
    resolved: "Resolved",
    progress: Progress | None = None,
    *,
    intervals: bool = True,
    checked: str = "",
    wanted: Callable[[], bool] | None = None,
) -> Card:
    """Everything that is known of a version.

    Args:
        workspace: The workspace.
        resolved: The version.
        progress: Told what is being done.
        intervals: Whether to work out how sure its figures are, where its predictions or seeds can tell.
        checked: What is known of its files by having read them now, a sentence.
        wanted: Asked now and then whether anybody still waits; a no leaves intervals out.
    """
    from mlops_console.workspace.kpis.standing import kpis
    from mlops_console.workspace.model_rows import model_rows

    row = model_rows(workspace, [resolved.project], [resolved.model.name])[0]
    shown = next(one for one in row.versions if one.version.id == resolved.version.id)
    figures = measured.figures_of(
        workspace, resolved, row.metric or "", row.wishes, progress or _quiet, intervals, wanted
    )
    gathered = _gathered(workspace, resolved, row, shown)
    states = [one for one in kpis(workspace, [resolved.project]) if one.model == resolved.model.name]
    return replace(
        gathered,
        figures=figures.figures,
        unsure=figures.unsure,
        kpis=measured.kpis_of(row.wishes, figures.figures, states, resolved.version.number),
        checked=checked,
    )


def _gathered(workspace: "Workspace", resolved: "Resolved", row: "ModelRow", shown: "VersionRow") -> Card:
    """All but what it reached."""
    version, project = resolved.version, resolved.project
    body = version.registered.body
    return Card(
        model=version.model,
        version=version.number,
        version_id=version.id,
        project=project.name,
        standing=shown.standing,
        words=shown.words,
        wishes=row.wishes,
        registered_by=version.registered.by,
        registered_at=version.registered.at,
        registered_proven=version.registered.proven,
        reason=told.text(body.get("reason")),
        retracted=version.retracted,
        contested=shown.standing == "contested",
        metric=row.metric or "",
        figures=(),
        unsure=(),
        kpis=(),
        lineage=told.lineage_of(version, run_gone=shown.run_gone),
        contents=told.contents_of(version),
        moves=told.moves_of(workspace, resolved),
        consents=told.consents_of(resolved),
        deployments=told.deployments_of(resolved),
        notes=told.notes_of(version),
        tags=told.tags_of(version),
        missing=missing_parts(row.wishes, body),
        mistakes=_mistakes(read_wishes(project.root), version.model),
        private=workspace.decisions.private(project.key),
        made=time.time_ns() // 1000,
        maker=f"mlops-console {__version__}",
        baseline=told.baseline_of(version),
        monitors=told.monitors_of(workspace, resolved),
    )


def _quiet(_words: str) -> None:
    """Nobody listens."""


def _mistakes(wishes: "Wishes", model: str) -> tuple[str, ...]:
    """Those of the project's file that may be about this model."""
    own = dotted(("models", model))
    told = []
    for one in wishes.mistakes:
        if one.key == own or one.key.startswith(f"{own}.") or not one.key.startswith("models."):
            problem = problem_of(one)
            told.append(f"{problem.path}: {problem.what}")
    return tuple(told)
