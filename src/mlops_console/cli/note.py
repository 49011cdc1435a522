"""`mlops-console note RUN [TEXT]`: write a note beside a run or a version, list or remove its notes."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console.cli.printing import out, out_json, say, tell_notices
from mlops_console.display import iso, minute, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.journal.registry import Version
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.notes import Note

EPILOG = """\
Without TEXT the notes are listed: id, when, who, text. RUN may also be a version of a model: churn@3. Notes
are kept in the project's journal, where everybody who works in it sees them; where this user can't write it,
among their own files. --remove takes a note away for everybody; the journal still tells of it.
--json prints a line per note: {"id", "run", "text", "by", "at"}; of a version {"id", "model", "version",
"text", "by", "at"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument(
        "run", metavar="RUN", help="a run's id, its beginning, path or name; or MODEL@VERSION"
    )
    parser.add_argument("text", metavar="TEXT", nargs="*", help="what to write")
    parser.add_argument("--remove", metavar="ID", help="take this note away")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.naming_subjects import run_or_version

    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        subject = run_or_version(workspace, asked.run)
        if isinstance(subject, str):
            found = _of_run(workspace, subject, asked)
            for note in found:
                _print(note, note_object(note) if asked.json else None)
        else:
            found, version = _of_version(workspace, asked), subject.version
            for note in found:
                _print(note, version_note_object(note, version) if asked.json else None)
    if not found and not asked.json:
        say(f"This {'run' if isinstance(subject, str) else 'version'} has no notes.")
    return 0


def note_object(note: "Note") -> dict[str, Any]:
    """A note of a run as `--json` prints it."""
    return {"id": note.id, "run": note.run, "text": note.text, "by": note.by, "at": iso(note.at)}


def version_note_object(note: "Note", version: "Version") -> dict[str, Any]:
    """A note of a version as `--json` prints it."""
    subject = {"model": version.model, "version": version.number}
    return {"id": note.id, **subject, "text": note.text, "by": note.by, "at": iso(note.at)}


def _of_run(workspace: "Workspace", run_id: str, asked: Namespace) -> "Sequence[Note]":
    from mlops_console.workspace.notes import add_note, notes, remove_note

    if asked.remove and not remove_note(workspace, run_id, asked.remove):
        raise _none("run", asked.remove)
    if asked.text:
        add_note(workspace, run_id, " ".join(asked.text))
        _tell_private(workspace, run_id)
    return notes(workspace, run_id)


def _of_version(workspace: "Workspace", asked: Namespace) -> "Sequence[Note]":
    from mlops_console.workspace.models import resolve
    from mlops_console.workspace.notes import note_version, remove_version_note, version_notes

    named = resolve(workspace, asked.run)
    if asked.remove and not remove_version_note(workspace, named, asked.remove):
        raise _none("version", asked.remove)
    if asked.text:
        note_version(workspace, named, " ".join(asked.text))
        tell_private(workspace, named.project.key)
    return version_notes(resolve(workspace, asked.run).version)


def _none(what: str, note_id: str) -> UsageError:
    return UsageError(f"this {what} has no note {safe_text(note_id, 40)!r}", "list them without TEXT")


def _tell_private(workspace: "Workspace", run_id: str) -> None:
    from mlops_console.workspace.details import detail

    tell_private(workspace, detail(workspace, run_id).project_key)


def tell_private(workspace: "Workspace", project_key: str) -> None:
    """Say so where what was said is seen by nobody else."""
    if workspace.decisions.private(project_key):
        say("Private: this project can't be written, so it is kept among your own files.")


def _print(note: "Note", as_json: dict[str, Any] | None) -> None:
    if as_json is not None:
        out_json(as_json)
        return
    first, *more = note.text.splitlines()
    out(f"{note.id}  {minute(note.at)} UTC  {safe_text(note.by)}  {safe_text(first, 4096)}")
    for line in more:
        out(f"{' ' * len(note.id)}  {safe_text(line, 4096)}")
