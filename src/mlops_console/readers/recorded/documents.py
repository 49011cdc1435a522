"""The small files of a run: `run.json`, `end.json`, `events.jsonl`, `command.json`, `packages.txt`."""

import json
from dataclasses import dataclass, field
from typing import Any

from mlops_console import beneath
from mlops_console.recording import layout
from mlops_console.records import Problem

MOST_BYTES = 8 << 20


@dataclass(slots=True)
class Documents:
    """What the small files hold, and what could not be read of them."""

    run: dict[str, Any] = field(default_factory=dict)
    end: dict[str, Any] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    command: dict[str, Any] = field(default_factory=dict)
    packages: list[str] = field(default_factory=list)
    private: bool = False
    """The command line is there for its owner's eyes only."""
    problems: list[Problem] = field(default_factory=list)


def raw(root: str, path: str, problems: list[Problem]) -> bytes | None:
    """A small file's bytes; None if it is not there or can't be read, the latter with a Problem."""
    try:
        return beneath.read_small(root, path, MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        problems.append(Problem(path, beneath.why_not(error)))
        return None


def decode(root: str, folder: str, run: bytes | None, end: bytes | None) -> Documents:
    """All documents of a run, the first two already read."""
    found = Documents()
    problems = found.problems
    found.run = _object(run, f"{folder}{layout.RUN}", problems) or {}
    version = found.run.get("version", layout.VERSION)
    if isinstance(version, int) and version > layout.VERSION:
        words = f"is written in version {version} of the format; what is understood of it is shown"
        problems.append(Problem(f"{folder}{layout.RUN}", words))
    if end is not None:
        found.end = _object(end, f"{folder}{layout.END}", problems) or {}
    found.events = _events(root, f"{folder}{layout.EVENTS}", problems)
    _read_command(root, f"{folder}{layout.COMMAND}", found)
    packages = raw(root, f"{folder}{layout.PACKAGES}", problems) or b""
    found.packages = packages.decode("utf-8", "surrogateescape").splitlines()
    return found


def _read_command(root: str, path: str, found: Documents) -> None:
    try:
        data = beneath.read_small(root, path, MOST_BYTES)
    except FileNotFoundError:
        return
    except PermissionError:
        found.private = True
    except OSError as error:
        found.problems.append(Problem(path, beneath.why_not(error)))
    else:
        found.command = _object(data, path, found.problems) or {}


def _object(data: bytes | None, path: str, problems: list[Problem]) -> dict[str, Any] | None:
    if data is None:
        return None
    try:
        found = json.loads(data.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError) as error:
        position = error.pos if isinstance(error, json.JSONDecodeError) else None
        problems.append(Problem(path, "is not valid JSON", position))
        return None
    if not isinstance(found, dict):
        problems.append(Problem(path, "holds no JSON object"))
        return None
    return found


def _events(root: str, path: str, problems: list[Problem]) -> list[dict[str, Any]]:
    data = raw(root, path, problems)
    if data is None:
        return []
    lines = data.split(b"\n")
    found: list[dict[str, Any]] = []
    offset = 0
    for number, line in enumerate(lines):
        event = _event(line)
        if event is not None:
            found.append(event)
        elif line.strip() and number < len(lines) - 1:  # the last line may still be on its way
            problems.append(Problem(path, "holds a line that is no event, which is left out", offset))
        offset += len(line) + 1
    return found


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("event"), str) else None
