"""A version as a folder that explains itself: card, decisions, evidence and files, each with its hash."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mlops_console import beneath
from mlops_console.display import iso, safe_text, size
from mlops_console.errors import DataError, ReleaseError, UsageError
from mlops_console.journal.event import ALIAS
from mlops_console.ours import OURS
from mlops_console.promotion.copying import Copied, copy_model
from mlops_console.promotion.stream import full_disk
from mlops_console.promotion.unfinished import Unfinished, sweep, unfinished
from mlops_console.replacing import sync_folder
from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes.reading import LIMIT
from mlops_console.workspace.cards import exporting_words
from mlops_console.workspace.cards.exporting_events import concerning, event_file

if TYPE_CHECKING:
    from mlops_console.journal.event import Event
    from mlops_console.journal.registry import Version
    from mlops_console.records import Json
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

Progress = Callable[[str], None]
MODEL: Final = "model"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    folder: Path
    files: int
    size: int
    """Of the model's files, in bytes."""
    events: int
    with_files: bool

    def as_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "folder": str(self.folder),
            "files": self.files,
            "size": self.size,
            "events": self.events,
            "with_files": self.with_files,
        }


def export(
    workspace: "Workspace",
    resolved: "Resolved",
    folder: Path,
    said: "Mapping[str, Json]",
    *,
    files: bool = True,
    progress: Progress = lambda _words: None,
) -> Exported:
    """Write all that is known of a version into a new folder, whole or not at all.

    Args:
        workspace: The workspace.
        resolved: The version.
        folder: Must not be there yet, or be empty.
        said: The version as `models --json` prints it.
        files: Whether the model's files come along.
        progress: Told what is being done; may raise to have it given up.

    Raises:
        UsageError: The folder is none that can be written.
        ReleaseError: The model's files are gone or not what was registered, or there is no room.
        JournalError: An event of it is not in its file as it was read.
    """
    folder = place_for(folder, resolved.project.root)
    sweep(folder.parent)
    try:
        with unfinished(folder.parent) as made:
            written = _Written(made.path)
            done = _fill(workspace, resolved, written, said, files, progress)
            _finish(made, folder, written)
    except OSError as error:
        if full_disk(error):
            raise ReleaseError(
                f"no room left on the disk of {safe_text(str(folder.parent))}",
                "free some room and try again; what was written is removed",
            ) from error
        raise ReleaseError(
            f"{safe_text(str(folder))} can't be written: {(error.strerror or str(error)).lower()}"
        ) from error
    return Exported(folder, len(written.sums) + 1, done.size, done.events, done.with_files)


def place_for(folder: Path, root: str) -> Path:
    """Where it is to be; UsageError where it can't."""
    shown = safe_text(str(folder))
    try:
        place = folder.expanduser().resolve()
        if place.is_dir():
            if any(place.iterdir()):
                raise UsageError(f"{shown} is there already, and not empty", "name a new folder")
        elif place.exists():
            raise UsageError(f"{shown} is a file", "name a new folder")
        if not place.parent.is_dir():
            raise UsageError(f"there is no folder {safe_text(str(place.parent))}", "make it, or name another")
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{shown} can't be written: {safe_text(str(error), 200)}") from error
    if place.is_relative_to(Path(root, OURS)):
        raise UsageError(f"{shown} lies among the project's decisions and copies", "name another folder")
    return place


@dataclass(slots=True)
class _Written:
    """What is in the folder so far."""

    folder: Path
    sums: dict[str, str] = field(default_factory=dict)
    """Path -> SHA-256."""
    folders: set[str] = field(default_factory=set)

    def put(self, path: str, data: bytes) -> None:
        """Write a file, durably."""
        above = path.rpartition("/")[0]
        if above:
            (self.folder / above).mkdir(parents=True, exist_ok=True)
            parts = above.split("/")
            self.folders.update("/".join(parts[: at + 1]) for at in range(len(parts)))
        with open(self.folder / path, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self.sums[path] = sha256(data).hexdigest()

    def put_text(self, path: str, text: str) -> None:
        """Write text; what is no Unicode as it is escaped."""
        self.put(path, text.encode("utf-8", "backslashreplace"))

    def put_json(self, path: str, value: Any) -> None:
        """Write an object for people and programs."""
        self.put_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


@dataclass(frozen=True, slots=True)
class _Done:
    size: int
    events: int
    with_files: bool


def _fill(
    workspace: "Workspace",
    resolved: "Resolved",
    written: _Written,
    said: "Mapping[str, Json]",
    files: bool,
    progress: Progress,
) -> _Done:
    from mlops_console.workspace.cards.cards import as_html, as_markdown, card_facts, document_of

    version = resolved.version
    copied = None
    if files and version.origin != "external":
        copied = _model(resolved, written, progress)
    progress("gathering what was decided")
    events = concerning(workspace, resolved)
    for event in events:
        written.put(*event_file(workspace, resolved.project, event))
    _evidence(workspace, resolved, events, written)
    checked = "" if copied is None else exporting_words.checked(copied.size, len(copied.files))
    facts = card_facts(workspace, resolved, progress, checked=checked)
    document = document_of(facts)
    written.put_text("card.md", as_markdown(document))
    written.put_text("card.html", as_html(document))
    written.put_json("card.json", facts.as_json())
    written.put_json("version.json", said)
    _wishes(resolved, written)
    _baseline(workspace, resolved, written)
    if copied is None and version.files:
        listed = {one.path: one.sha256 for one in version.files}
        written.put("model.SHA256SUMS", exporting_words.sums(listed))
    written.put_text("README.md", exporting_words.readme(facts, copied, len(events), written.sums))
    return _Done(copied.size if copied else 0, len(events), copied is not None)


def _model(resolved: "Resolved", written: _Written, progress: Progress) -> Copied:
    """The model's files, every byte of which is what was registered."""
    from mlops_console.workspace.judging.evidence_files import place_of

    version, root = resolved.version, resolved.project.root
    place = place_of(resolved.project, version)
    if place is None:
        raise _gone(version)

    def told(done: int, total: int) -> None:
        progress(f"copying {size(done)} of {size(total)}")

    try:
        copied = copy_model(root, place, written.folder / MODEL, expected=version.sha256, progress=told)
    except ReleaseError as error:
        hint = error.hint or "`--no-files` exports everything else"
        raise ReleaseError(str(error), hint) from error
    for one in copied.files:
        written.sums[f"{MODEL}/{one.path}"] = one.sha256
    return copied


def _gone(version: "Version") -> ReleaseError:
    what = "the registry's copy" if version.copied else "what was registered"
    return ReleaseError(
        f"{what} of {safe_text(version.label)} is gone: its files can't be exported",
        "`--no-files` exports everything else",
    )


def _evidence(workspace: "Workspace", resolved: "Resolved", events: "list[Event]", written: _Written) -> None:
    """What the gates saw, and what was recorded of the run, so that nobody has to read events for it."""
    key = resolved.project.key
    for event in events:
        if event.kind != ALIAS:
            continue
        whole = workspace.decisions.event(key, event.id) or event
        if whole.evidence or whole.body.get("gates"):
            told = {
                "event": event.id, "alias": event.body.get("alias"), "version": event.body.get("version"),
                "by": event.by, "at": iso(event.at), "reason": event.body.get("reason"),
                "gates": event.body.get("gates"), "overridden": event.body.get("overridden"),
                "evidence": dict(whole.evidence),
            }  # fmt: skip
            written.put_json(f"evidence/{event.id}.json", told)
    written.put_json("evidence/registered.json", dict(resolved.version.registered.body))


def _wishes(resolved: "Resolved", written: _Written) -> None:
    """The project's file as it is today."""
    try:
        data = beneath.read_small(resolved.project.root, PROJECT_FILE, LIMIT)
    except OSError:
        return
    written.put(PROJECT_FILE, data)


def _baseline(workspace: "Workspace", resolved: "Resolved", written: _Written) -> None:
    """What its data is judged against, if it has a baseline that is whole."""
    from mlops_console.workspace.baselines.travelling import EXPORTED, bytes_of

    try:
        data = bytes_of(workspace, resolved)
    except DataError as error:
        written.put_text(f"{EXPORTED}.txt", f"It was not exported: {str(error).rstrip('.')}.\n")
        return
    if data is not None:
        written.put(EXPORTED, data)


def _finish(made: Unfinished, folder: Path, written: _Written) -> None:
    """The sums, then the name."""
    written.put(SUMS, exporting_words.sums(written.sums))
    del written.sums[SUMS]
    # As open to others as this user's new folders are.
    mode = (made.path / "evidence").stat().st_mode & 0o777
    for inner in sorted(written.folders):
        sync_folder(made.path / inner)
    for place in (made.path / MODEL, made.path):
        if place.is_dir():
            place.chmod(mode)
            sync_folder(place)
    try:
        made.path.rename(folder)
    except OSError as error:
        if folder.exists():
            raise UsageError(f"{safe_text(str(folder))} is there by now, and not empty") from error
        raise
    made.name = folder.name
    sync_folder(folder.parent)
