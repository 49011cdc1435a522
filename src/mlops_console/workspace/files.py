"""The files of a run, as front ends show them: lists, previews, the end of a log, hashes.

Call these in a worker: a child process opens the files, and how long that takes is up to the files. What is
wrong with a file is said in the answer, never raised.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.readers.previews.kinds import kind_of_name, log_rank
from mlops_console.readers.previews.model import Preview, Tail, nothing
from mlops_console.records import Json
from mlops_console.store import details as questions

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

__all__ = [
    "FileEntry", "Preview", "Tail", "entries", "logs", "model_description", "preview", "sha256", "tail",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that belongs to a run."""

    path: str
    """Relative to the run's folder (or the folder of the file that the run lives in); may begin with `../`."""
    size: int
    modified: int
    """Epoch microseconds."""
    kind: str
    """By its name: "text" "json" "yaml" "table" "image" "model" "log" "archive" "array" "html" "binary"."""


def entries(workspace: "Workspace", run_id: str) -> tuple[FileEntry, ...]:
    """Every file that belongs to the run: artifacts and source files, sorted by path."""
    rows = workspace.ask(lambda connection: questions.run_rows(connection, [run_id]))
    if run_id not in rows:
        raise UsageError(f"there is no run {safe_text(run_id, 80)} any more")
    number = rows[run_id]["run_id"]
    says = workspace.ask(lambda connection: questions.says_of(connection, [number])).get(number, [])
    found: dict[str, FileEntry] = {}
    for source in says:
        for item in source.facts.get("artifacts", []):
            path = posixpath.normpath(item["path"])
            found.setdefault(path, FileEntry(path, item["size"], item["modified"], kind_of_name(path)))
    return tuple(found[path] for path in sorted(found))


def logs(workspace: "Workspace", run_id: str) -> tuple[FileEntry, ...]:
    """The log files of the run, the likeliest first."""
    ranked = [(log_rank(entry.path), entry) for entry in entries(workspace, run_id)]
    return tuple(
        e for _, e in sorted(((r, e) for r, e in ranked if r is not None), key=lambda o: (o[0], o[1].path))
    )


def preview(workspace: "Workspace", run_id: str, path: str, width: int, height: int) -> Preview:
    """A file as it can be looked at in so many cells."""
    return nothing(path, "Previews are not there yet.")


def tail(
    workspace: "Workspace", run_id: str, path: str, offset: int | None = None, limit: int = 65536
) -> Tail:
    """The last lines of a log; with the `offset` of an earlier answer, the lines since."""
    return Tail((), offset or 0, 0, 0, False, "Logs are not there yet.")


def model_description(workspace: "Workspace", run_id: str, path: str) -> Mapping[str, Json]:
    """What a model file's own bytes say of it, without executing anything."""
    return {}


def sha256(workspace: "Workspace", run_id: str, path: str) -> str:
    """A file's SHA-256; remembered until the file changes."""
    return ""
