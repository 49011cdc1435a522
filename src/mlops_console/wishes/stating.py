"""Every command that a project's file states, and where: what somebody may be asked to trust."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlops_console.wishes.commands import commands_in
from mlops_console.wishes.locating import Path, dotted
from mlops_console.wishes.model import Command, ModelWishes
from mlops_console.wishes.reading import Reading


@dataclass(frozen=True, slots=True)
class Stated:
    """A command in the file."""

    command: Command
    key: str
    """Dotted: `models.churn.targets.production.smoke`."""
    line: int | None


def stated_commands(reading: Reading) -> tuple[Stated, ...]:
    """All commands of a file, in its order; one that several models share is listed once."""
    wishes = reading.wishes
    found: dict[tuple[str, str], Stated] = {}
    for model in (wishes.usual, *wishes.models.values()):
        for command, paths in _of(model):
            path = reading.lines.first(*paths)
            key = dotted(path)
            found.setdefault((key, command.text), Stated(command, key, reading.lines.line(path)))
    return tuple(sorted(found.values(), key=lambda one: (one.line or 0, one.key)))


def _of(model: ModelWishes) -> Iterator[tuple[Command, tuple[Path, ...]]]:
    """A model's commands, each with where it may stand: with the model, or with what holds for all."""
    for alias, table in model.gates.items():
        found = commands_in(table.get("command"))
        for place, command in enumerate(found):
            below: Path = ("gates", alias, "command")
            yield command, _places(model.name, below if len(found) == 1 else (*below, place))
    for target in model.targets:
        for key, check in (("smoke", target.smoke), ("health", target.health)):
            if check is not None:
                yield check, _places(model.name, ("targets", target.name, key))
    if model.retrain is not None:
        yield model.retrain, _places(model.name, ("retrain",))


def _places(model: str, below: Path) -> tuple[Path, ...]:
    return (("models", model, *below), below) if model else (below,)
