"""`mlops-console note RUN [TEXT]`: write a note beside a run, list or remove its notes."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console.cli.printing import out, out_json, say, tell_notices
from mlops_console.display import iso, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.notes import Note

EPILOG = """\
Without TEXT the run's notes are listed: id, when, who, text. Notes are kept beside the store, not in the
run's files. --json prints a line per note: {"id", "run", "text", "by", "at"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("run", metavar="RUN", help="a run's id, its beginning, path or name")
    parser.add_argument("text", metavar="TEXT", nargs="*", help="what to write")
    parser.add_argument("--remove", metavar="ID", help="take this note away")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.details import resolve
    from mlops_console.workspace.notes import add_note, notes, remove_note

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        run_id = resolve(workspace, asked.run)
        if asked.remove and not remove_note(workspace, run_id, asked.remove):
            raise UsageError(
                f"this run has no note {safe_text(asked.remove, 40)!r}", "list them without TEXT"
            )
        if asked.text:
            add_note(workspace, run_id, " ".join(asked.text))
        found = notes(workspace, run_id)
    _print(found, asked.json)
    return 0


def note_object(note: "Note") -> dict[str, Any]:
    """A note as `--json` prints it."""
    return {"id": note.id, "run": note.run, "text": note.text, "by": note.by, "at": iso(note.at)}


def _print(found: "Sequence[Note]", as_json: bool) -> None:
    for note in found:
        if as_json:
            out_json(note_object(note))
        else:
            when = (iso(note.at) or "")[:16].replace("T", " ")
            first, *more = note.text.splitlines()
            out(f"{note.id}  {when} UTC  {safe_text(note.by)}  {safe_text(first, 4096)}")
            for line in more:
                out(f"{' ' * len(note.id)}  {safe_text(line, 4096)}")
    if not found and not as_json:
        say("This run has no notes.")
