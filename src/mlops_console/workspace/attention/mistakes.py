"""What mlops-console.toml asks of people: its mistakes as one matter, the gravest with its line."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mlops_console.display import count, safe_text
from mlops_console.records import Project
from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes.model import Mistake
from mlops_console.wishes.reading import problem_of
from mlops_console.workspace.attention.asked import Asked, key_of
from mlops_console.workspace.attention.model import Item, Place
from mlops_console.workspace.drifting.monitors import lost_in

_LONGEST: Final = 300
_NAMED: Final = 3


def items(asked: Asked) -> Iterator[Item]:
    """One for a file: it is opened once, and all of it is mended."""
    for project in asked.projects:
        mistakes = asked.wishes[project.key].mistakes
        if mistakes:
            yield _item(asked, project, mistakes)


def _item(asked: Asked, project: Project, mistakes: Sequence[Mistake]) -> Item:
    first = min(mistakes, key=_weight)
    line = f"line {count(first.line)}: " if first.line is not None else ""
    more = len(mistakes) - 1
    what = f"{line}{safe_text(problem_of(first).what, _LONGEST)}".rstrip(".")
    if more:
        what += f" (and {count(more)} more mistake{'s' if more > 1 else ''})"
    # Without lines: text that was written above a mistake makes no other one of it.
    said = "\n".join(sorted(f"{one.key}\0{one.what}" for one in mistakes))
    effects = _effects(asked, project, mistakes)
    return Item(
        key=key_of("wishes", said),
        kind="wishes",
        level="warn" if effects else "ask",
        project=project,
        subject=PROJECT_FILE,
        what=what,
        effect=effects,
        place=Place(
            "file",
            project.key,
            str(Path(project.root) / PROJECT_FILE),
            "" if first.line is None else str(first.line),
            f"$EDITOR {_quoted(str(Path(project.root) / PROJECT_FILE))}",
        ),
    )


def _weight(one: Mistake) -> tuple[int, int]:
    """What takes most with it goes first: the whole file, then monitors and gates."""
    if not one.key:
        return 0, one.line or 0
    return (1 if _heavy(one) else 2), one.line or 0


def _heavy(one: Mistake) -> bool:
    return one.key.startswith("monitors") or ".gates" in one.key or one.key.startswith("gates")


def _effects(asked: Asked, project: Project, mistakes: Sequence[Mistake]) -> str:
    """What does not work for it; empty: it only costs itself."""
    if any(not one.key for one in mistakes):
        return "nothing in the file holds, and no gate lets a version through"
    wishes = asked.wishes[project.key]
    blind = [safe_text(one.name, 40) for one in wishes.monitors.values() if one.unusable]
    said = []
    if blind:
        more = f" and {count(len(blind) - _NAMED)} more" if len(blind) > _NAMED else ""
        said.append(f"not judged: {', '.join(blind[:_NAMED])}{more}")
    if lost_in([project]):
        said.append("what was meant as a monitor judges nothing")
    if any(".gates" in one.key or one.key.startswith("gates") for one in mistakes):
        said.append("what can't be understood of gates lets no version through")
    return "; ".join(said)


def _quoted(path: str) -> str:
    from shlex import quote

    return quote(safe_text(path, 4096))
