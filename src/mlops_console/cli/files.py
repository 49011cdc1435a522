"""`mlops-console files RUN [PATH]`: the files of a run, or a look into one."""

import time
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.cli.printing import (
    Progress,
    colours,
    fitted,
    out,
    out_json,
    say,
    table,
    tell_notices,
    width,
)
from mlops_console.display import safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.readers.previews.model import Preview, Row
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.files import FileEntry

EPILOG = """\
Without PATH, or with that of a folder, a table of the files; with it, what can be seen of one: text, JSON,
tables and pictures by their head, models and archives by what is in them. Nothing in a file is executed.
PATH is as in the table, also where that shows a name escaped (`out\\xff.txt`): relative to the run's folder.
--json prints a line per file: {"path", "size", "modified", "kind", "sha256"}; of one file its facts:
  {"path", "kind", "facts": {...}, "note", "sha256", "model": {...}}
sha256 is null unless it was asked for before; --sha256 works it out, and it is remembered."""
_STYLES: Final = {
    "muted": "2", "warn": "33", "bad": "31", "accent": "36", "key": "36", "number": "33", "string": "32",
}  # fmt: skip
_ROWS: Final = 40


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("run", metavar="RUN", help="a run's id, its beginning, path or name")
    parser.add_argument("path", metavar="PATH", nargs="?", help="a file or folder of the run")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")
    parser.add_argument("--sha256", action="store_true", help="hash the file, or all that are listed")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.details import resolve
    from mlops_console.workspace.files import entries, meant

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        run_id = resolve(workspace, asked.run)
        found = entries(workspace, run_id)
        if asked.path is not None:
            asked.path = meant(found, asked.path)
            below = asked.path.rstrip("/") + "/"
            inner = tuple(entry for entry in found if entry.path.startswith(below))
            if not inner:
                return _one(workspace, run_id, asked)
            found = inner
        hashes = _hashes(workspace, run_id, found, asked.sha256)
    if asked.json:
        for entry in found:
            out_json(
                {
                    "path": entry.path,
                    "size": entry.size,
                    "modified": display.iso(entry.modified),
                    "kind": entry.kind,
                    "sha256": hashes.get(entry.path),
                }
            )
        return 0
    _list(found, hashes, asked.sha256)
    return 0


def _hashes(
    workspace: "Workspace", run_id: str, found: "Sequence[FileEntry]", wanted: bool
) -> dict[str, str]:
    from mlops_console.workspace.files import known_hashes

    if not wanted:
        return known_hashes(workspace, run_id, [entry.path for entry in found])
    hashes = {}
    for entry in found:
        try:
            hashes[entry.path] = _hash(workspace, run_id, entry.path)
        except UsageError as error:
            say(safe_text(str(error)))
    return hashes


def _hash(workspace: "Workspace", run_id: str, path: str) -> str:
    from mlops_console.workspace.files import sha256

    progress = Progress()
    try:
        return sha256(workspace, run_id, path, lambda done: progress(f"{path}: {display.size(done)}"))
    finally:
        progress.done()


def _list(found: "Sequence[FileEntry]", hashes: dict[str, str], wanted: bool) -> None:
    if not found:
        say("No files are known of this run.")
        return
    now = time.time_ns() // 1000
    columns = [
        [display.size(entry.size) for entry in found],
        [entry.kind for entry in found],
        [display.age(now - entry.modified) for entry in found],
        [fitted(entry.path, max(24, (width() or 512) - 28)) for entry in found],
    ]
    head, right = ["size", "kind", "age", "path"], [True, False, True, False]
    if wanted:
        columns.insert(3, [hashes.get(entry.path, display.NONE) for entry in found])
        head.insert(3, "sha256")
        right.insert(3, False)
    for line in table(head, columns, right):
        out(line)


def _one(workspace: "Workspace", run_id: str, asked: Namespace) -> int:
    from mlops_console.workspace.files import known_hashes, model_description, preview

    room = width()
    shown = preview(workspace, run_id, asked.path, room or 120, _ROWS)
    if shown.kind == "none":
        name = safe_text(asked.path, 80)
        raise UsageError(f"{name} can't be shown: {shown.note}", "`mlops-console files RUN` lists the files")
    if asked.sha256:
        digest: str | None = _hash(workspace, run_id, asked.path)
    else:
        digest = known_hashes(workspace, run_id, [asked.path]).get(asked.path)
    if asked.json:
        found: dict[str, Any] = {"path": asked.path, "kind": shown.kind, "facts": dict(shown.facts)}
        found |= {"note": shown.note or None, "sha256": digest}
        if shown.kind == "model":
            found["model"] = model_description(workspace, run_id, asked.path)
        out_json(found)
        return 0
    facts = (*shown.facts, *([("sha256", digest)] if digest else []))
    size = max((len(name) for name, _ in facts), default=0)
    for name, value in facts:
        out(f"{name:<{size}}  {safe_text(value)}")
    if shown.rows:
        out("")
    for row in _rows(shown):
        out(row)
    if shown.note:
        say(safe_text(shown.note))
    return 0


def _rows(shown: "Preview") -> list[str]:
    """Lines as this output can show them; a picture only where there are colours."""
    picture = shown.kind == "image" and any(style.startswith("#") for row in shown.rows for _, style in row)
    return [] if picture and not colours() else [_line(row) for row in shown.rows]


def _line(row: "Row") -> str:
    if not colours():
        return "".join(text for text, _ in row).rstrip()
    return "".join(f"\x1b[{code}m{text}\x1b[0m" if (code := _code(style)) else text for text, style in row)


def _code(style: str) -> str:
    if not style.startswith("#"):
        return _STYLES.get(style, "")
    parts = [tuple(bytes.fromhex(colour.lstrip("#"))) for colour in style.split(" on ")]
    return ";".join(f"{kind};2;{r};{g};{b}" for kind, (r, g, b) in zip((38, 48), parts, strict=False))
