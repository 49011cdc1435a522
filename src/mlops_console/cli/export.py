"""`mlops-console export MODEL@VERSION FOLDER`: a version with all that explains it, in a folder."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console.cli.printing import Progress, out, out_json, plain, tell_notices
from mlops_console.display import count, counted, safe_text, size

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.models import Resolved

EPILOG = """\
FOLDER must not be there yet, or be empty. It holds card.md, card.html and card.json, version.json (as
`models --json` prints it), journal/ (the decisions that concern the version, byte for byte), evidence/ (what
the gates saw, and what was recorded of its run), mlops-console.toml, model/ (its files, each verified by its
hash), and SHA256SUMS: `sha256sum -c SHA256SUMS` checks all of it, without this program. It is there whole or
not at all.
--json prints {"model", "version", "sha256", "folder", "files", "size", "events", "with_files"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@VERSION", help="churn@3, or churn@champion")
    parser.add_argument("folder", metavar="FOLDER", help="a new folder")
    parser.add_argument("--no-files", action="store_true", help="leave the model's files out")
    parser.add_argument("--project", metavar="P", help="the project's name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from pathlib import Path

    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.cards.exporting import export
    from mlops_console.workspace.models import resolve

    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        resolved = resolve(workspace, asked.version, asked.project)
        progress = Progress()
        try:
            done = export(
                workspace,
                resolved,
                Path(asked.folder),
                _said(workspace, resolved),
                files=not asked.no_files,
                progress=progress,
            )
        finally:
            progress.done()
    version = resolved.version
    if asked.json:
        about = {"model": version.model, "version": version.number, "sha256": version.sha256 or None}
        out_json({**about, **done.as_json()})
    else:
        model = (
            f", the model's {size(done.size)} verified" if done.with_files else ", without the model's files"
        )
        files, events = (
            f"{count(done.files)} files",
            counted(done.events, "event"),
        )
        out(safe_text(f"{version.label}  {done.folder}  {files}, {events}{model}", 4096))
    return 0


def _said(workspace: "Workspace", resolved: "Resolved") -> dict[str, Any]:
    from mlops_console.cli.models import version_object
    from mlops_console.workspace.model_rows import model_rows

    row = model_rows(workspace, [resolved.project], [resolved.model.name])[0]
    shown = next(one for one in row.versions if one.version.id == resolved.version.id)
    said: dict[str, Any] = plain(version_object(row, shown))
    return said
