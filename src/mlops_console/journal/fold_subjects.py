"""What an event is about: a model, a run, a monitor, or something that needs attention."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

RUNS: Final = ""
MONITORS: Final = "/monitors"
ITEMS: Final = "/items"
"""In place of a model's name, which can't be like these: all runs, all monitors, all that needs attention."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A monitor, or something that needs attention."""

    part: str
    """`MONITORS`, `ITEMS`."""
    name: str
    """The monitor's name, the item's key."""


Subject: TypeAlias = str | tuple[str, str] | Topic
"""A model's name, a run's (path, native), or a topic."""


def part_of(subject: Subject) -> str:
    """With which others its events are kept: a model's alone."""
    if isinstance(subject, str):
        return subject
    return subject.part if isinstance(subject, Topic) else RUNS


def as_json(subject: Subject) -> str | list[str]:
    """To be kept."""
    if isinstance(subject, str):
        return subject
    return [subject.part, subject.name] if isinstance(subject, Topic) else [*subject]


def from_json(part: str, said: Any) -> Subject:
    """What was kept in this part."""
    if part == RUNS:
        return str(said[0]), str(said[1])
    return Topic(part, str(said[1])) if part in (MONITORS, ITEMS) else part
