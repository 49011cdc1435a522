"""What a project wishes, with every mistake: the file's, and those that only gates can tell."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mlops_console.wishes.known import is_shut
from mlops_console.wishes.locating import Path, dotted
from mlops_console.wishes.model import Mistake, ModelWishes
from mlops_console.wishes.reading import Reading, problem_of, read

if TYPE_CHECKING:
    from mlops_console.records import Problem


def mistakes(root: str) -> tuple[Mistake, ...]:
    """Everything in a project's file that can't be used, by line."""
    reading = read(root)
    told = reading.wishes.mistakes
    return tuple(sorted((*told, *_of_gates(reading)), key=lambda one: one.line or 0))


def wish_problems(root: str) -> "tuple[Problem, ...]":
    """The same as problems of the project; their paths name the line."""
    return tuple(problem_of(mistake) for mistake in mistakes(root))


def _of_gates(reading: Reading) -> Iterator[Mistake]:
    """What gates say of their wishes, where the file's reader has not said it better."""
    wishes = reading.wishes
    said = {mistake.key for mistake in wishes.mistakes}
    for model in (wishes.usual, *wishes.models.values()):
        for alias, table in model.gates.items():
            for key, sentence in _asked(table):
                path = reading.lines.first(*_places(model, alias, key))
                name = dotted(path)
                if not any(one == name or one.startswith((f"{name}[", f"{name}.")) for one in said):
                    said.add(name)
                    yield Mistake(name, sentence.rstrip("."), reading.lines.line(path))


def _asked(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    wished = {key: wish for key, wish in table.items() if not is_shut(key)}
    if not wished:
        return []
    from mlops_console.promotion.evaluating import mistakes_of

    return mistakes_of(wished)


def _places(model: ModelWishes, alias: str, key: str) -> tuple[Path, ...]:
    usual: Path = ("gates", alias, key)
    return (("models", model.name, *usual), usual) if model.name else (usual,)
