"""`mlops-console init [FOLDER]`: begin a project."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_console.cli.printing import out, say
from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.settings import PROJECT_FILE

if TYPE_CHECKING:
    from mlops_console.records import Project

EPILOG = """\
Reads the folder as `scan` does, and writes a commented mlops-console.toml from what it sees: names of
models, the metric that runs are most likely judged by, columns of predictions, every gate with an example. A
file that is there is never written over. .mlops-console/ will hold the journal of decisions (commit it) and
copies of registered models (don't); a README in it says so.
--shared GROUP makes .mlops-console/ writable for a group of users of this machine: they decide together, and
nobody can remove what another one wrote. Everybody who wrote there before gives it once."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("folder", metavar="FOLDER", nargs="?", help="the project (default: this folder)")
    parser.add_argument("--shared", metavar="GROUP", help="let everybody in this group of users decide here")
    parser.add_argument("--print", action="store_true", help="print the file, write nothing in the project")


def run(asked: Namespace) -> int:
    """Do it."""
    if asked.print and asked.shared:
        raise UsageError("--print writes nothing, --shared does", "say one of them")
    folder = _folder(asked.folder)
    from mlops_console.cli.scan import scanned
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.beginning import text_for

    with open_workspace((folder,), asked.store) as workspace:
        project = workspace.projects[0]
        there = (Path(project.root) / PROJECT_FILE).is_symlink() or (
            Path(project.root) / PROJECT_FILE
        ).exists()
        text = ""
        if asked.print or not there:
            scanned(workspace)
            text = text_for(workspace, project)
    if asked.print:
        sys.stdout.write(text)
        return 0
    if asked.shared:
        from mlops_console.journal.sharing import share

        share(project.root, asked.shared)  # before anything else: there may be no such group
    _begin(project, text)
    if asked.shared:
        _share(project, asked.shared, begun=bool(text))
    return 0


def _folder(named: str | None) -> Path:
    folder = Path(named) if named is not None else Path.cwd()
    if named is None and folder in (Path("/"), _home()):
        raise UsageError(f"{folder} is no project", "name the folder: mlops-console init FOLDER")
    return folder


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except RuntimeError:  # nobody's
        return None


def _begin(project: "Project", text: str) -> None:
    from mlops_console.workspace.beginning import make_folder, write_wishes

    shown = safe_text(f"{project.root}/{PROJECT_FILE}", 4096)
    if text:
        try:
            write_wishes(project.root, text)
            out(f"wrote {shown}: read it, and change what is not so")
        except FileExistsError:
            out(f"{shown} was written by somebody else meanwhile, and is left as it is")
    else:
        out(f"{shown} is there, and is left as it is: {_what_it_says(project.root)}")
        say("  --print shows what would be written now")
    for made in make_folder(project.root):
        out(f"made {safe_text(f'{project.root}/{made}', 4096)}")
    if text:
        say("Next: `mlops-console register RUN MODEL` makes a first version.")


def _what_it_says(root: str) -> str:
    from mlops_console.wishes.reading import read_wishes

    wishes = read_wishes(root)
    models = ", ".join(safe_text(name) for name in list(wishes.models)[:8]) or "no model"
    mistakes = len(wishes.mistakes)
    wrong = "no mistake" if not mistakes else f"{mistakes} mistake{'s' if mistakes > 1 else ''}, see doctor"
    return f"{models}; {wrong}"


def _share(project: "Project", group: str, *, begun: bool) -> None:
    from mlops_console.journal.sharing import share
    from mlops_console.workspace.beginning import let_read

    if begun:
        let_read(project.root, PROJECT_FILE, group)
    done = share(project.root, group)
    for folder in done.folders:
        out(f"{safe_text(done.group)} may write in {safe_text(f'{project.root}/{folder}', 4096)}")
    if done.files:
        out(f"{safe_text(done.group)} may read {done.files:,} of your files there now")
    for problem in done.problems:
        say(f"  ! {safe_text(problem, 4096)}")
