"""`mlops-console trust [HASH...]`: let commands of a project's file run under your name."""

import sys
from argparse import ArgumentParser, Namespace
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import out, out_json, say, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.settings import PROJECT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_console.records import Project
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.trust import Pending

LEAST: Final = 12
EPILOG = """\
Gates, smoke tests and health checks in mlops-console.toml are somebody's commands: none runs before you have
trusted its exact text here, and a changed text is asked about again. Trusted is the text: what a script does
that it names may change without a question. Nothing runs from looking.
Without a terminal name the hash: mlops-console trust --list, then mlops-console trust HASH --yes.
--list --json prints a line per command: {"project", "file", "line", "key", "text", "argv", "cwd", "seconds",
"hash", "trusted"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("hashes", metavar="HASH", nargs="*", help="only these commands (12 digits or more)")
    parser.add_argument("--project", metavar="P", help="a project's folder, name or key (default: this one)")
    parser.add_argument("--list", action="store_true", help="list all commands, trust none")
    parser.add_argument("--forget", action="store_true", help="trust them no longer")
    parser.add_argument("--yes", "-y", action="store_true", help="don't ask about the commands named by HASH")
    parser.add_argument("--json", action="store_true", help="with --list: JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    if asked.yes and not asked.hashes and not asked.forget:
        raise UsageError("--yes trusts only what is named", "mlops-console trust --list shows the hashes")
    for short in (one for one in asked.hashes if len(one) < LEAST):
        raise UsageError(f"{safe_text(short)!r} is too short", f"give {LEAST} digits of the hash or more")
    from mlops_console.workspace.trust import commands, distrust

    with _projects(asked) as (workspace, projects):
        if asked.forget:
            gone = [
                text
                for project in projects
                for digest in (asked.hashes or [""])
                for text in distrust(workspace, project, digest)
            ]
            for text in gone:
                out(f"trusted no longer: {_whole(text)}")
            if not gone:
                say("Nothing was trusted.")
            return 0
        found = [one for project in projects for one in commands(workspace, project)]
        if asked.hashes:
            found = _named(found, asked.hashes)
        if asked.list:
            _list(found, asked.json)
            return 0
        return _ask(workspace, [one for one in found if not one.trusted], asked.yes)


def _ask(workspace: "Workspace", found: "Sequence[Pending]", yes: bool) -> int:
    from mlops_console.workspace.trust import trust

    if not found:
        say("No command waits to be trusted.")
        return 0
    terminal = sys.stdin.isatty() and sys.stderr.isatty()
    left = 0
    for one in found:
        for line in _lines(one):
            out(line)
        sys.stdout.flush()
        if yes or (terminal and _agreed()):
            trust(workspace, one.project, one.command)
            out("  trusted")
        else:
            left += 1
    if left < len(found):
        say("Trusted is the text: what a script does that it names may change without a question.")
    if left and not terminal and not yes:
        raise UsageError(
            "nobody can be asked here, so nothing is trusted", "name it: mlops-console trust HASH --yes"
        )
    return 0


def _agreed() -> bool:
    sys.stderr.write("  Let it run under your name? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _list(found: "Sequence[Pending]", as_json: bool) -> None:
    for one in found:
        if as_json:
            command = one.command
            out_json(
                {
                    "project": one.project.name,
                    "file": f"{one.project.root}/{PROJECT_FILE}",
                    "line": one.line,
                    "key": one.key,
                    "text": command.text,
                    "argv": list(command.argv),
                    "cwd": command.cwd,
                    "seconds": command.seconds,
                    "hash": one.digest,
                    "trusted": one.trusted,
                }
            )
        else:
            for line in _lines(one):
                out(line)
            out("  trusted" if one.trusted else "  not trusted")
    if not found and not as_json:
        say("There are no commands.")


def _lines(one: "Pending") -> "Iterator[str]":
    place = f"{one.project.root}/{PROJECT_FILE}" + (f":{one.line}" if one.line else "")
    yield f"{_whole(place)}  {_whole(one.key)}"
    yield f"  {_whole(one.command.text)}"
    yield f"  hash {one.digest}"


def _whole(text: str) -> str:
    """All of it: what is cut off can't be trusted."""
    return safe_text(text, len(text) + 1)


def _named(found: "Sequence[Pending]", hashes: "Sequence[str]") -> "list[Pending]":
    named = []
    for asked in hashes:
        hits = [one for one in found if one.digest.startswith(asked.lower())]
        if not hits:
            raise UsageError(
                f"no command here has the hash {safe_text(asked, 80)}",
                "a changed command has another one: mlops-console trust --list",
            )
        named += hits
    return named


@contextmanager
def _projects(asked: Namespace) -> "Iterator[tuple[Workspace, list[Project]]]":
    """The project named, else the one that holds this folder, else all."""
    from mlops_console.workspace import open_workspace

    folder = _folder(asked)
    with open_workspace((folder,) if folder else (), asked.store) as workspace:
        tell_notices(workspace)
        projects = list(workspace.projects)
        if folder is None and asked.project is not None:
            projects = [one for one in projects if asked.project in (one.key, one.name)]
            if not projects:
                from mlops_console.wishes.known import did_you_mean

                raise UsageError(
                    f"there is no project {safe_text(asked.project, 80)}",
                    did_you_mean(asked.project, [one.name for one in workspace.projects] or ["(none)"]),
                )
        yield workspace, projects


def _folder(asked: Namespace) -> Path | None:
    """The folder of the project that is meant, where a folder tells."""
    from mlops_console.settings import places
    from mlops_console.workspace.projects import watched

    if asked.project is not None:
        folder = Path(asked.project).expanduser()
        return folder if folder.is_dir() else None
    here = Path.cwd()
    above = (here, *here.parents)
    roots = {project.root for project in watched(places(asked.store))}
    named = next((folder for folder in above if str(folder) in roots), None)
    return named or next((folder for folder in above if (folder / PROJECT_FILE).is_file()), None)
