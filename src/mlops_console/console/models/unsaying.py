"""What a person can take back: what they said of a version, an alias, a version."""

from typing import TYPE_CHECKING, Any

from mlops_console.errors import UsageError
from mlops_console.workspace.models import Resolved, ResolvedModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.models.state import Held
    from mlops_console.journal.registry import Approval, Version
    from mlops_console.workspace import Workspace


def mine(held: "Held", version: "Version", alias: str) -> "list[Approval]":
    """What this user has said of a version taking an alias."""
    from mlops_console.workspace.deciding.consenting import own

    return own(Resolved(held.project, held.model, version), alias)


def remove(workspace: "Workspace", held: "Held", alias: str, reason: str, before: "Version | None") -> Any:
    """Take an alias off, if it stands where it was seen to stand."""
    from mlops_console.workspace.deciding import deciding

    expect = before.id if before is not None else None
    return deciding.remove(workspace, ResolvedModel(held.project, held.model), alias, reason, expect=expect)


def withdraw(
    workspace: "Workspace", held: "Held", version: "Version", alias: str, reason: str, gates: "Sequence[str]"
) -> Any:
    """Take one's own approval back; with gates, one's word that these may fail."""
    from mlops_console.workspace.deciding import consenting

    return consenting.withdraw(
        workspace, Resolved(held.project, held.model, version), alias, reason, gates=gates
    )


def retract(workspace: "Workspace", held: "Held", version: "Version", reason: str) -> Any:
    """Withdraw a version."""
    from mlops_console.workspace.deciding import consenting

    return consenting.retract(workspace, Resolved(held.project, held.model, version), reason)


class Remarks:
    """What is written beside one version, with the way back. Called in workers, one after the other."""

    def __init__(self, workspace: "Workspace", held: "Held", version: "Version") -> None:
        self._workspace, self._held, self._version = workspace, held, version
        self._note = ""

    @property
    def _now(self) -> Resolved:
        model = self._workspace.decisions.registry(self._held.project.key).models.get(self._held.model.name)
        version = next((one for one in model.versions if one.id == self._version.id), None) if model else None
        if model is None or version is None:
            raise UsageError(f"{self._version.label} is not in the journal any more")
        return Resolved(self._held.project, model, version)

    def add_note(self, text: str) -> None:
        """Write a note."""
        from mlops_console.workspace.notes import note_version

        self._note = note_version(self._workspace, self._now, text).id

    def take_note_away(self) -> None:
        """The one that was written."""
        from mlops_console.workspace.notes import remove_version_note

        remove_version_note(self._workspace, self._now, self._note)

    def value(self, name: str) -> str | None:
        """What a tag says now; None: it was not given."""
        return next((one.value for one in self._now.version.tags if one.name == name), None)

    def put_tag(self, name: str, value: str | None) -> None:
        """Let a tag say this; None: take it away."""
        from mlops_console.workspace.notes import tag_version

        tag_version(self._workspace, self._now, name, value or "", value is not None)
