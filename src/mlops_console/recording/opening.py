"""Beginning a run: its folder, and what is known at its start; `run.json` is last: who sees it sees all."""

import os
import time
from pathlib import Path
from typing import Any, NamedTuple

from mlops_console.recording import layout

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_MAX_NAME = 40


class Start(NamedTuple):
    """A run that has a folder."""

    id: str
    name: str | None
    folder: str


def begin(
    *,
    params: dict[str, Any],
    name: str | None,
    folder: str,
    group: str | None,
    tags: dict[str, str],
    parent: str | None,
    capture: bool,
) -> Start:
    """Make the run's folder and write what is known. Raises OSError when the folder can't be made."""
    from mlops_console.recording.capture import machine, process

    started = stamp()
    identity, path = _make_folder(folder, name)
    facts: dict[str, Any] = {
        "format": layout.FORMAT,
        "version": layout.VERSION,
        "id": identity,
        "name": name,
        "group": group,
        "started": started,
        "params": params,
        "tags": tags,
        "process": process(),
    }
    if parent:
        facts["parent"] = _parent(parent, path)
    if capture:
        facts.update(machine())
        facts.update(_captured(path))
    write_whole(f"{path}/{layout.RUN}", {key: value for key, value in facts.items() if value is not None})
    return Start(identity, name, path)


def write_whole(path: str, facts: dict[str, Any], mode: int = 0o666) -> None:
    """Write a JSON file that is either there as a whole or not at all. Raises OSError."""
    import json

    _write_bytes(path, (json.dumps(facts, indent=1, allow_nan=False) + "\n").encode(), mode)


def stamp() -> str:
    """Now, as ISO 8601 in UTC."""
    now = time.time_ns()
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now // 10**9))}.{now % 10**9 // 1000:06d}Z"


def _captured(path: str) -> dict[str, Any]:
    """Command line, code and packages: each in a file of its own, the first two for the owner's eyes only."""
    from mlops_console.recording.capture import command, packages
    from mlops_console.recording.git import code_state

    write_whole(f"{path}/{layout.COMMAND}", command(), 0o600)
    installed = packages()
    if installed:
        _write_bytes(f"{path}/{layout.PACKAGES}", ("\n".join(installed) + "\n").encode(), 0o666)
    code, diff = code_state()
    if diff:
        _write_bytes(f"{path}/{layout.DIFF}", diff, 0o600)
    return {"git": code} if code else {}


def _make_folder(folder: str, name: str | None) -> tuple[str, str]:
    if name is not None and not isinstance(name, str):
        raise ValueError(f"name must be text, not {type(name).__name__}")
    when = time.strftime("%Y%m%d-%H%M%S", time.gmtime(time.time()))
    short = _slug(name or "")[:_MAX_NAME].strip("-.")
    Path(folder).mkdir(parents=True, exist_ok=True)
    while True:
        identity = f"{when}-{''.join(_ALPHABET[byte % len(_ALPHABET)] for byte in os.urandom(5))}"
        path = Path(folder).absolute() / (f"{identity}-{short}" if short else identity)
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return identity, str(path)


def _slug(name: str) -> str:
    return "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "-" for char in name)


def _parent(parent: str, path: str) -> dict[str, str]:
    """The way from this run's folder to its parent's, and the parent's id if it can be read."""
    import json

    found = {"path": os.path.relpath(Path(parent).absolute(), path)}
    try:
        identity = json.loads(Path(parent, layout.RUN).read_text(encoding="utf-8")).get("id")
    except (OSError, ValueError, AttributeError):
        return found
    if isinstance(identity, str):
        found["id"] = identity
    return found


def _write_bytes(path: str, data: bytes, mode: int) -> None:
    temporary = f"{path}.{os.getpid()}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink()
        raise
