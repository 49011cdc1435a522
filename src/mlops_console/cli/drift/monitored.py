"""What the words about monitors share: which are meant, how they are named, how verdicts are coloured."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import coloured, say
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from mlops_console.settings import Places
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.drifting.referring import References

_COLOURS: Final = {"DRIFT": "failed", "HARMFUL": "failed", "WATCH": "killed", "STABLE": "ok", "BENIGN": "ok"}


def project_argument(parser: ArgumentParser) -> None:
    """`--project`."""
    parser.add_argument(
        "--project", metavar="P", help="a project's folder, name or key (default: this one, else all)"
    )


@dataclass(frozen=True, slots=True)
class Meant:
    """Which monitors a command is about."""

    where: "Places"
    monitors: "list[Watched]"
    lost: tuple[str, ...]
    """What was to be one and can't be read, a sentence each; they were said."""


def meant(asked: Namespace, names: Sequence[str]) -> Meant:
    """The monitors that are meant; says so where there are none."""
    from mlops_console.settings import places
    from mlops_console.workspace.drifting.monitors import lost_in, projects_of, watched_in

    where = places(asked.store)
    projects = projects_of(asked.project, where)
    found, lost = watched_in(projects, names), lost_in(projects)
    for sentence in lost:
        say(safe_text(sentence, 4096))
    if not found and not lost:
        say("No monitor: [monitors.NAME] in mlops-console.toml makes one.")
    return Meant(where, found, lost)


@contextmanager
def references(asked: Namespace, found: "Sequence[Watched]") -> "Iterator[References]":
    """Finds the references of these monitors; opens the store only where one is a baseline."""
    from pathlib import Path

    from mlops_console.settings import places
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.drifting.referring import References

    opened: list[Workspace] = []

    def workspace() -> "Workspace":
        if not opened:
            roots = dict.fromkeys(one.project.root for one in found)
            opened.append(open_workspace([Path(root) for root in roots], asked.store))
        return opened[0]

    try:
        yield References(workspace, places(asked.store))
    finally:
        for one in opened:
            one.close()


def title(watched: "Watched", *, several: bool) -> str:
    """A monitor's name; with its project's, where there are several."""
    name = safe_text(watched.name, 120)
    return f"{safe_text(watched.project.name, 80)}/{name}" if several else name


def verdict(word: str) -> str:
    """A verdict in its colour."""
    return coloured(word, _COLOURS.get(word, ""))
