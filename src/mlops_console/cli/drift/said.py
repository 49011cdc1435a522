"""What the words that decide on monitors share: which one is meant, what is printed of a decision."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mlops_console.cli.printing import out, out_json, say, tell_notices
from mlops_console.display import iso, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from mlops_console.journal.event import Event
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.monitors import Watched


def reason_arguments(parser: ArgumentParser) -> None:
    """`--reason`, `--project`, `--json`."""
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument("--project", metavar="P", help="the project, by name, key or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


@contextmanager
def deciding(asked: Namespace, name: str) -> "Iterator[tuple[Workspace, Watched]]":
    """The monitor of this name, in a workspace of its project.

    Raises:
        UsageError: There is none, or several projects have one.
    """
    from pathlib import Path

    from mlops_console.settings import places
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.drifting.monitors import projects_of, watched_in

    found = watched_in(projects_of(asked.project, places(asked.store)), [name])
    if len(found) > 1:
        where = ", ".join(safe_text(one.project.name, 60) for one in found[:8])
        raise UsageError(f"several projects have a monitor {safe_text(name, 80)}: {where}", "--project P")
    with open_workspace([Path(found[0].project.root)], asked.store) as workspace:
        tell_notices(workspace)
        key = found[0].project.key
        project = next((one for one in workspace.projects if one.key == key), workspace.projects[0])
        yield workspace, watched_in([project], [name])[0]


def tell(
    workspace: "Workspace",
    watched: "Watched",
    event: "Event",
    as_json: bool,
    more: Mapping[str, Any],
    notes: Sequence[str] = (),
) -> int:
    """Print a decision; its exit code."""
    from mlops_console.workspace.audit_sentences import sentence
    from mlops_console.workspace.deciding.moving import private_note

    notes = (*notes, *private_note(workspace, watched.project))
    if as_json:
        out_json(
            {
                "project": watched.project.name,
                "monitor": watched.name,
                "event": event.id,
                "kind": event.kind,
                "at": iso(event.at),
                "by": event.by,
                **more,
                "reason": event.body.get("reason"),
                "notes": list(notes),
            }
        )
    else:
        out(safe_text(sentence(event), 4_096))
    for note in notes:
        say(safe_text(note, 2_000))
    return 0
