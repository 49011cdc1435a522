"""What events say, checked: other tools, people by hand, or somebody hostile may have written them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from mlops_console.journal.event import Event
from mlops_console.journal.registry import ModelFileEntry
from mlops_console.records import Json
from mlops_console.wishes.naming import why_no_alias, why_no_name

MOST_NUMBER: Final = 1_000_000_000
_QUOTED: Final = 80
_why_no_name = lru_cache(4096)(why_no_name)
_why_no_alias = lru_cache(4096)(why_no_alias)


class UnusableError(Exception):
    """An event says something that can't be used; the text is the end of a sentence."""


def sentence(event: Event, what: str) -> str:
    """Which event it is, and what is wrong with it."""
    return f"{event.kind[:_QUOTED]} by {event.by[:_QUOTED]} ({event.id[:_QUOTED]}): {what}"


def quoted(value: object) -> str:
    """Somebody's text within a sentence."""
    text = str(value)
    return repr(text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "~")


def text(body: Mapping[str, Json], key: str) -> str:
    """Text that must be there."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise UnusableError(f"`{key}` is no text")
    return value


def loose_text(body: Mapping[str, Json], key: str) -> str:
    """Text, or empty where there is none."""
    value = body.get(key)
    return value if isinstance(value, str) else ""


def optional_text(body: Mapping[str, Json], key: str) -> str | None:
    """Text or null; nothing else."""
    return None if body.get(key) is None else text(body, key)


def whole(body: Mapping[str, Json], key: str, least: int = 0, most: int = 2**63 - 1) -> int:
    """A whole number within bounds."""
    value = body.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise UnusableError(f"`{key}` is no whole number from {least:,} to {most:,}")
    return value


def optional_object(body: Mapping[str, Json], key: str) -> dict[str, Json] | None:
    """An object or null; nothing else."""
    value = body.get(key)
    if value is not None and not isinstance(value, dict):
        raise UnusableError(f"`{key}` is neither an object nor null")
    return value


def names(body: Mapping[str, Json], key: str) -> tuple[str, ...]:
    """A list of names; none where there is no such key."""
    value = body.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UnusableError(f"`{key}` is no list of names")
    return tuple(str(one) for one in value)


def model_of(event: Event) -> str:
    """The model that an event is about."""
    body: Mapping[str, Json] = event.body
    if event.kind in ("note", "tag"):
        body = optional_object(body, "subject") or {}
    name = text(body, "model")
    why = _why_no_name(name)
    if why:
        raise UnusableError(f"the model's name {quoted(name)} {why}")
    return name


def run_of(event: Event) -> tuple[str, str] | None:
    """The run that a note or tag is about, by (path, native); None where it is about a version."""
    subject = optional_object(event.body, "subject")
    if subject is None:
        raise UnusableError("it has no subject")
    run = optional_object(subject, "run")
    if run is None:
        return None
    path, native = run.get("path"), run.get("native", "")
    if not isinstance(path, str) or not isinstance(native, str):
        raise UnusableError("the run it is about has no path")
    return path, native


def alias_of(body: Mapping[str, Json]) -> str:
    """An alias with a name that can be one."""
    alias = text(body, "alias")
    why = _why_no_alias(alias)
    if why:
        raise UnusableError(f"the alias {quoted(alias)} {why}")
    return alias


def files_of(body: Mapping[str, Json]) -> tuple[ModelFileEntry, ...]:
    """The files of a version."""
    value = body.get("files")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise UnusableError("`files` is no list")
    found = []
    for one in value:
        if not isinstance(one, dict):
            raise UnusableError("`files` holds something that is no file")
        path = text(one, "path")
        if path.startswith("/") or ".." in path.split("/") or "\0" in path:
            raise UnusableError(f"the file {quoted(path)} lies outside of its model")
        found.append(ModelFileEntry(path, whole(one, "size"), text(one, "sha256")))
    return tuple(found)
