"""Somebody's commands as the file gives them: a list of words, or a table with `run`, `timeout`, `cwd`."""

import shlex
from typing import Any, Final

from mlops_console.wishes.locating import NOWHERE, Path
from mlops_console.wishes.model import Command
from mlops_console.wishes.tables import Mistakes, Table, kind_of

SECONDS: Final = 60.0
"""Of a command that names no `timeout`."""
LONGEST: Final = 86_400.0
_KEYS: Final = ("run", "timeout", "cwd")


def command_of(value: Any, path: Path, mistakes: Mistakes) -> Command | None:
    """One command; None, with a mistake, where it can't be understood."""
    if not isinstance(value, dict):
        argv = _words(value, path, mistakes)
        return None if argv is None else Command(argv, SECONDS)
    table = Table(path, value, mistakes)
    table.known(*_KEYS)
    if "run" not in value:
        table.say("run", "is missing", 'say what is run: run = ["python", "check.py"]')
        return None
    argv = _words(value["run"], table.at("run"), mistakes)
    seconds = table.seconds("timeout", SECONDS, LONGEST)
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


def _words(value: Any, path: Path, mistakes: Mistakes) -> tuple[str, ...] | None:
    if isinstance(value, str):
        try:
            words = shlex.split(value)
        except ValueError:
            words = []
        listed = ", ".join(f'"{word}"' for word in words) or '"python", "check.py"'
        mistakes.add(path, "must be a list of words, for no shell reads it", f"write [{listed}]")
        return None
    if not isinstance(value, list):
        mistakes.add(path, f"must be a list of words, not {kind_of(value)}", 'write ["python", "check.py"]')
        return None
    if not value or not value[0]:
        mistakes.add(path, "names no program", 'write ["python", "check.py"]')
        return None
    for place, word in enumerate(value):
        if not isinstance(word, str) or "\0" in word:
            mistakes.add((*path, place), "must be text without NUL characters")
            return None
    return tuple(value)
