"""What a person said goes into the state folder; where nothing can be written there, that is said."""

from collections.abc import Mapping
from typing import Any

from mlops_console.display import safe_text
from mlops_console.errors import StoreError
from mlops_console.settings import Places, StateKind, remove_state, write_state


def keep(where: Places, kind: StateKind, name: str, item: Mapping[str, Any]) -> None:
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


def _unkept(where: Places, error: OSError) -> StoreError:
    why = (error.strerror or type(error).__name__).lower()
    return StoreError(
        f"{safe_text(str(where.state))} can't be written ({why}): what you said is not kept",
        "make room or get the right to write there, or name another store with --store",
    )
