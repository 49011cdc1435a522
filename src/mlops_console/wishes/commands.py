"""Somebody's commands as the file gives them: a list of words, or a table with these, `timeout` and `cwd`."""

import shlex
from dataclasses import dataclass
from typing import Any, Final

from mlops_console.wishes.locating import NOWHERE, Path
from mlops_console.wishes.model import Command
from mlops_console.wishes.tables import Mistakes, Table, kind_of

SECONDS: Final = 60.0
"""Of a command that names no `timeout`."""
LONGEST: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Form:
    """How commands of one kind stand in the file, and how long they may take."""

    key: str = "run"
    """What the list of words is called, in a table."""
    example: str = '["python", "check.py"]'
    seconds: float = SECONDS
    longest: float = LONGEST


CHECK: Final = Form()
"""Of gates and targets: somebody waits for it."""
TRAINING: Final = Form("command", '["python", "train.py"]', 86_400.0, 30 * 86_400.0)
"""What trains a model anew."""


def command_of(value: Any, path: Path, mistakes: Mistakes, form: Form = CHECK) -> Command | None:
    """One command; None, with a mistake, where it can't be understood."""
    if not isinstance(value, dict):
        argv = _words(value, path, mistakes, form)
        return None if argv is None else Command(argv, form.seconds)
    table = Table(path, value, mistakes)
    table.known(form.key, "timeout", "cwd")
    if form.key not in value:
        table.say(form.key, "is missing", f"say what is run: {form.key} = {form.example}")
        return None
    argv = _words(value[form.key], table.at(form.key), mistakes, form)
    seconds = table.seconds("timeout", form.seconds, form.longest)
    cwd = table.text("cwd", ".")
    if cwd.startswith("/") or ".." in cwd.split("/") or "\0" in cwd or not cwd:
        table.say(
            "cwd", f'"{cwd}" is no folder in the project', 'write it relative to the project: "serving"'
        )
    if argv is None or table.wrong or seconds is None:
        return None
    return Command(argv, seconds, cwd)


def commands_of(value: Any, path: Path, mistakes: Mistakes) -> tuple[Command, ...] | None:
    """One command, or a list of several; None, with a mistake, where any can't be understood."""
    if not isinstance(value, list) or not value or not all(isinstance(one, (list, dict)) for one in value):
        one = command_of(value, path, mistakes)
        return None if one is None else (one,)
    found = [command_of(one, (*path, place), mistakes) for place, one in enumerate(value)]
    commands = tuple(one for one in found if one is not None)
    return commands if len(commands) == len(found) else None


def commands_in(value: Any) -> tuple[Command, ...]:
    """What `commands_of` finds, for whoever has no use for mistakes; none where there is one."""
    return commands_of(value, (), Mistakes(NOWHERE)) or ()


def _words(value: Any, path: Path, mistakes: Mistakes, form: Form) -> tuple[str, ...] | None:
    if isinstance(value, str):
        try:
            words = shlex.split(value)
        except ValueError:
            words = []
        listed = ", ".join(f'"{word}"' for word in words)
        example = f"[{listed}]" if words else form.example
        mistakes.add(path, "must be a list of words, for no shell reads it", f"write {example}")
        return None
    if not isinstance(value, list):
        mistakes.add(path, f"must be a list of words, not {kind_of(value)}", f"write {form.example}")
        return None
    if not value or not value[0]:
        mistakes.add(path, "names no program", f"write {form.example}")
        return None
    for place, word in enumerate(value):
        if not isinstance(word, str) or "\0" in word:
            mistakes.add((*path, place), "must be text without NUL characters")
            return None
    return tuple(value)
