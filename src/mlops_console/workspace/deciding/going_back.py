"""Which version a rollback goes to, and whether its files are what they were."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.promotion.evaluating import evaluate
from mlops_console.promotion.model import Evidence, GateResult
from mlops_console.wishes.model import ModelWishes
from mlops_console.workspace.deciding.moving import not_withdrawn
from mlops_console.workspace.deciding.stood import ever_held, way_back
from mlops_console.workspace.judging.evidence_files import files_of
from mlops_console.workspace.models import ResolvedModel, version_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.journal.registry import Version
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace


def where_to(
    workspace: "Workspace", now: ResolvedModel, alias: str, to: int | str | None
) -> "tuple[Version, tuple[GateResult, ...], tuple[str, ...]]":
    """Where a rollback goes, what integrity says of it, and which versions were passed by."""
    if to is not None:
        version = version_of(now.model, str(to))
        _may_go_back(now, alias, version)
        choices: Sequence[Version] = (version,)
    else:
        choices = way_back(now.model, alias)
    notes: list[str] = []
    for version in choices:
        gates = intact(workspace, now.project, alias, version)
        if all(one.verdict == "pass" for one in gates):
            return version, gates, tuple(notes)
        notes.append(f"v{version.number} can't be gone back to. {gates[0].because}")
    if not choices:
        raise UsageError(
            f"{safe_text(alias)} of {safe_text(now.model.name)} stood nowhere before: there is nothing"
            " to go back to",
            "promote another version, or take the alias off: promote MODEL ALIAS --remove",
        )
    raise UsageError("\n".join(safe_text(one, 2_000) for one in notes), "nothing was written")


def _may_go_back(now: ResolvedModel, alias: str, version: "Version") -> None:
    not_withdrawn(version)
    state = now.model.aliases.get(alias)
    if (
        state is not None
        and state.version is not None
        and state.version.id == version.id
        and not state.contested
    ):
        raise UsageError(f"{safe_text(alias)} stands on v{version.number} already")
    if not ever_held(now.model, alias, version):
        held = ", ".join(f"v{one.number}" for one in way_back(now.model, alias)[:8])
        raise UsageError(
            f"v{version.number} never was {safe_text(alias)}: going there is no rollback",
            f"promote it, or go back to {held}" if held else "promote it",
        )


def intact(
    workspace: "Workspace", project: "Project", alias: str, version: "Version"
) -> tuple[GateResult, ...]:
    """What the one gate says that always holds, of the files as they are now."""
    event = version.registered
    external = version.origin == "external"
    evidence = Evidence(
        version.model, alias, version.number, ModelWishes(version.model), event.uid, event.by,
        external=external,
    )  # fmt: skip
    if not external:
        evidence = replace(
            evidence, integrity=files_of(workspace, project, version, describe=False).integrity
        )
    return evaluate({}, evidence)
