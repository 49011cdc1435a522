"""What the page asks of the workspace."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_console.console.run import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlops_console.console.run.facts import History, RunView
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.changes import Changes
    from mlops_console.workspace.files import FileEntry, Preview, Tail
    from mlops_console.workspace.lineage import Lineage
    from mlops_console.workspace.notes import Note


@dataclass(frozen=True, slots=True)
class Questions:
    """What the page asks of the workspace; tests give other answers."""

    view: "Callable[[Workspace, str], RunView]" = reading.run_view
    varying: "Callable[[Workspace, RunView], frozenset[str]]" = reading.varying
    watched: "Callable[[Workspace, RunView], tuple[str, str]]" = reading.watched
    histories: "Callable[[Workspace, str, Sequence[str]], Mapping[str, History]]" = reading.histories
    files: "Callable[[Workspace, str], tuple[FileEntry, ...]]" = reading.files
    preview: "Callable[[Workspace, str, str, int, int, Callable[[], bool]], Preview]" = reading.preview
    logs: "Callable[[Workspace, str], tuple[FileEntry, ...]]" = reading.logs
    tail: "Callable[[Workspace, str, str, int | None, int], Tail]" = reading.tail
    changes: "Callable[[Workspace, str], Changes | None]" = reading.changes
    lineage: "Callable[[Workspace, str], Lineage]" = reading.lineage
    notes: "Callable[[Workspace, str], tuple[Note, ...]]" = reading.notes
    sha256: "Callable[[Workspace, str, str], str]" = reading.sha256
    user_tags: "Callable[[Workspace, str], Mapping[str, str]]" = reading.user_tags
    add_note: "Callable[[Workspace, str, str], Note]" = reading.add_note
    remove_note: "Callable[[Workspace, str, str], bool]" = reading.remove_note
    tag: "Callable[[Workspace, Sequence[str], str, str, bool], None]" = reading.tag
    location: "Callable[[Workspace, str, str], str]" = reading.location
