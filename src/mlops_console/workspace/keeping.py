"""What a person said goes into the state folder; where nothing can be written there, that is said."""

import errno
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from mlops_console.display import safe_text
from mlops_console.errors import StoreError
from mlops_console.settings import Places, StateKind, remove_state, state_file, write_state

Item = Mapping[str, Any]
_PATIENCE: Final = 10.0
"""Seconds to wait for others who change something: each takes milliseconds, unless it was stopped."""
_BUSY: Final = (errno.EWOULDBLOCK, errno.EACCES)
_ADVICE: Final = "make room or get the right to write there, or name another store with --store"


def keep(where: Places, kind: StateKind, name: str, item: Item) -> None:
    """Keep one item, in place of what it was."""
    try:
        write_state(where, kind, name, item)
    except OSError as error:
        raise _unkept(where, error) from error


def drop(where: Places, kind: StateKind, name: str) -> None:
    """Keep an item no longer."""
    try:
        remove_state(where, kind, name)
    except OSError as error:
        raise _unkept(where, error) from error


def change(where: Places, kind: StateKind, name: str, edit: Callable[[Item], Item | None]) -> None:
    """Keep what `edit` makes of an item (an empty one where there is none); None: keep it no longer.

    Nobody's word is lost where several processes or threads do this at once: each sees what the one before
    it kept. What `edit` raises leaves the item as it was.
    """
    with _alone(where, kind):
        try:
            before = _read(state_file(where, kind, name))
        except OSError as error:
            raise _unkept(where, error) from error
        after = edit(before)
        if after is None:
            drop(where, kind, name)
        elif after != before:
            keep(where, kind, name, after)


@contextmanager
def _alone(where: Places, kind: StateKind) -> Iterator[None]:
    """Nobody else changes items of this kind meanwhile."""
    folder = where.state / kind
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _unkept(where, error) from error
    try:
        _take(lock, where)
        yield
    finally:
        os.close(lock)


def _take(lock: int, where: Places) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _BUSY:
                return  # a file system without locks: as good as it gets
        else:
            return
        if time.monotonic() > end:
            raise StoreError(
                f"another mlops-console has {safe_text(str(where.state))} locked: what you said is not kept",
                "look for one that was stopped (`jobs` in its shell), then say it again",
            )
        time.sleep(0.005)


def _read(file: Path) -> Item:
    """What is kept; what can't be understood is set aside, not written over."""
    try:
        item = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        item = None
    if isinstance(item, dict):
        return item
    with suppress(OSError):
        file.replace(f"{file}.damaged-{time.time_ns() // 1000:x}")
    return {}


def _unkept(where: Places, error: OSError) -> StoreError:
    why = (error.strerror or type(error).__name__).lower()
    return StoreError(
        f"{safe_text(str(where.state))} can't be written ({why}): what you said is not kept", _ADVICE
    )
