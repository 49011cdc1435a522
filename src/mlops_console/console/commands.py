"""What can be typed behind `:`: names, arguments, completion. Screens say what the commands do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

Completion = Callable[[], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a screen."""

    name: str
    arguments: str
    """What follows it, for people: `KEY[:desc]`."""
    desc: str
    run: Callable[[str], None]
    """Takes the rest of the line."""
    complete: Completion | None = None
    """What the last word may be."""


@runtime_checkable
class HasCommands(Protocol):
    """A screen with commands of its own."""

    def commands(self) -> Sequence[Command]:
        """The commands that hold here."""


def parse(line: str, commands: Sequence[Command]) -> tuple[Command | None, str]:
    """The command of a line (a unique beginning of its name is enough) and the rest of the line."""
    name, _, rest = line.strip().partition(" ")
    exact = [command for command in commands if command.name == name]
    begun = exact or [command for command in commands if name and command.name.startswith(name)]
    return (begun[0] if len(begun) == 1 else None), rest.strip()


def completions(line: str, commands: Sequence[Command]) -> list[tuple[str, str]]:
    """(whole line with the completion, what it is) for what is typed so far."""
    name, blank, rest = line.lstrip().partition(" ")
    if not blank:
        found = [c for c in commands if c.name.startswith(name)]
        return [
            (c.name + (" " if c.arguments else ""), f"{c.arguments}   {c.desc}" if c.arguments else c.desc)
            for c in found
        ]
    command, _ = parse(name, commands)
    if command is None or command.complete is None:
        return []
    before, space, word = rest.rpartition(" ")
    start = f"{command.name} {before}{space}"
    lowered = word.lower()
    choices = [choice for choice in command.complete() if lowered in choice.lower()]
    choices.sort(key=lambda choice: (not choice.lower().startswith(lowered), choice.lower()))
    return [(start + choice, "") for choice in choices]
