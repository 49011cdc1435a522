"""`mlops-console init [FOLDER]`: begin a project."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from mlops_console.cli.printing import out


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, default=Path())
    parser.add_argument("--shared", metavar="GROUP", help="let everybody in this group of users decide here")
    parser.add_argument("--print", action="store_true", help="print the file instead of writing it")


def run(asked: Namespace) -> int:
    """Do it."""
    out(str(asked.folder))
    return 0
