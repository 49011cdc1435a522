"""`mlops-console [FOLDER...]`: open the console."""

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.settings import VIEWS


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument(
        "folders",
        metavar="FOLDER",
        nargs="*",
        type=Path,
        help="folders to watch (default: the watched ones, else here)",
    )
    parser.add_argument("--theme", choices=("dark", "light", "contrast", "ansi"), help="colours")
    parser.add_argument(
        "--view",
        choices=VIEWS,
        help="what to begin with (default: one folder's runs, else the overview)",
    )
    parser.add_argument(
        "--stock-driver", action="store_true", help="draw with the toolkit's own terminal driver"
    )


def run(asked: Namespace) -> int:
    """Do it."""
    folders = [_folder(folder) for folder in asked.folders]
    _check_terminal()
    if not folders and not _watching(asked.store):
        folders = [_here()]
    from mlops_console.console.start import start

    return start(folders, asked.store, stock_driver=asked.stock_driver, theme=asked.theme, view=asked.view)


def _check_terminal() -> None:
    twin = "`mlops-console runs` lists the runs in plain text; `mlops-console scan FOLDER` reads a folder"
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise UsageError("the console needs a terminal", twin)
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise UsageError("the console can't draw on this terminal (TERM=dumb)", twin)


def _folder(folder: Path) -> Path:
    """The folder, if it is there: said before the screen is taken over."""
    if not folder.expanduser().is_dir():
        from mlops_console.cli import COMMANDS

        commands = ", ".join(COMMANDS)
        raise UsageError(f"there is no folder {safe_text(str(folder))}", f"commands are {commands}")
    return folder


def _watching(store: str | None) -> bool:
    from mlops_console.settings import places, read_state

    return bool(read_state(places(store), "watched"))


def _here() -> Path:
    here = Path.cwd()
    if here in (Path(os.path.expanduser("~")), Path("/")):  # noqa: PTH111 - there may be no home
        sys.stderr.write(f"Look for runs in all of {safe_text(str(here))}? [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise UsageError("no folder to look at", "name one: mlops-console FOLDER")
    return here
