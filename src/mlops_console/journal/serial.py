"""Events as bytes, in one form: JSON, UTF-8, sorted keys, no blanks, no line's end. docs/journal.md has it.

No line's end, because tools that carry text between systems change those, and a changed byte is an edit.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, NoReturn

from mlops_console.errors import JournalError
from mlops_console.journal.authors import proves
from mlops_console.journal.event import VERSION, Event
from mlops_console.journal.ulid import content_of, is_ulid, milliseconds_of, ulid
from mlops_console.records import Json

LARGEST: Final = 16 << 20
"""Bytes of an event at most: a register event of 50,000 files has 8 MB."""
HIGHEST_CLOCK: Final = 2**53 - 1
"""Whole numbers above are not the same to every reader of JSON."""
LEAP: Final = 2**32
"""So far above every other clock one may be: nobody decides so often. Who could set theirs to the highest at
once would have the last word for ever."""
_DEPTH: Final = 100
_LONE: Final = re.compile("[\ud800-\udfff]")
_HASH: Final = re.compile(r"[0-9a-f]{64}")


class NotAnEvent(ValueError):  # noqa: N818 - says what a file is, as beneath.NotReadable does
    """Bytes that are no event; `str()` says why, as the end of a sentence about the file."""


def canonical(value: Mapping[str, Any]) -> bytes:
    """An object in the one form; lone surrogates are escapes, as are control characters."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if not text.isascii():
        text = _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode()


def packed(
    *, clock: int, parents: tuple[str, ...], at: int, milliseconds: int, by: str, uid: int, host: str,
    kind: str, body: Mapping[str, Json], evidence: Mapping[str, Json],
) -> tuple[Event, bytes]:  # fmt: skip
    """A new event and its bytes; JournalError for what can't be written."""
    fields: dict[str, Any] = {
        "v": VERSION, "id": "", "clock": clock, "parents": list(parents), "at": at, "by": by, "uid": uid,
        "host": host, "kind": kind,
    }  # fmt: skip
    try:
        fields["body"], fields["evidence"] = _plain(body, 0), _plain(evidence, 0)
        unnamed = canonical(fields)
    except (TypeError, ValueError, RecursionError) as error:
        raise JournalError(f"the decision can't be written down: {error}") from error
    identity = ulid(milliseconds, sha256(unnamed).digest())
    data = canonical({**fields, "id": identity})
    if len(data) > LARGEST:
        raise JournalError(
            f"the decision can't be written down: it takes {len(data) >> 20} MB, {LARGEST >> 20} are the most"
        )
    event = Event(
        v=VERSION, id=identity, clock=clock, parents=parents, at=at, by=by, uid=uid, host=host, kind=kind,
        body=fields["body"], evidence=fields["evidence"], sha256=sha256(data).hexdigest(),
    )  # fmt: skip
    return event, data


def _plain(value: Any, depth: int) -> Any:
    """What JSON holds: numbers that are none become `NaN`, `Infinity`, `-Infinity`; tuples become lists."""
    if depth > _DEPTH:
        raise ValueError(f"it is nested deeper than {_DEPTH} levels")
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            if math.isfinite(value):
                return value
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("a key is no text")
            return {str(key): _plain(inner, depth + 1) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner, depth + 1) for inner in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def unpacked(data: bytes, identity: str, uid: int, owner: int | None = None) -> Event:
    """The event of a file of that name; `owner` is the file's. Raises NotAnEvent, nothing else.

    Whether the content is what its id was made from is `content_agrees`'s question, not this one's.
    """
    fields = _object(data)
    for name, wanted in _FIELDS:
        if name not in fields:
            raise NotAnEvent(f"has no {name!r}")
        if not wanted(fields[name]):
            raise NotAnEvent(f"has {name!r} of a form that no event has")
    if fields["id"] != identity:
        raise NotAnEvent("holds an event of another id than its name says")
    if fields["uid"] != uid:
        raise NotAnEvent("holds an event of another user than its name says")
    return Event(
        v=fields["v"], id=identity, clock=fields["clock"], parents=tuple(fields["parents"]), at=fields["at"],
        by=fields["by"], uid=uid, host=fields["host"], kind=fields["kind"], body=fields["body"],
        evidence=fields["evidence"], sha256=sha256(data).hexdigest(),
        proven=owner is None or proves(owner, uid, fields["by"]),
    )  # fmt: skip


def _object(data: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(data.decode(), parse_constant=_no_number, parse_float=_finite)
    except RecursionError as error:
        raise NotAnEvent("is nested too deeply") from error
    except ValueError as error:
        raise NotAnEvent("is empty" if not data else "is not JSON, or not whole") from error
    if not isinstance(fields, dict):
        raise NotAnEvent("is no JSON object")
    return fields


def _no_number(_text: str) -> NoReturn:
    raise ValueError("no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number larger than any")
    return value


def content_agrees(data: bytes, identity: str) -> bool:
    """Whether an event's id was made from these bytes."""
    unnamed = data.replace(f'"id":"{identity}"'.encode(), b'"id":""', 1)
    return content_of(ulid(milliseconds_of(identity), sha256(unnamed).digest())) == content_of(identity)


def in_one_form(data: bytes) -> bool:
    """Whether the bytes are in the documented form: another may be read differently by another tool."""
    try:
        return canonical(_object(data)) == data
    except ValueError:
        return False


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _hashes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and _HASH.fullmatch(one) for one in value)


_FIELDS: Final[tuple[tuple[str, Callable[[Any], bool]], ...]] = (
    ("v", _whole(1, HIGHEST_CLOCK)),
    ("id", lambda value: isinstance(value, str) and is_ulid(value)),
    ("clock", _whole(1, HIGHEST_CLOCK)),
    ("parents", _hashes),
    ("at", _whole(-(2**63) + 1, 2**63 - 1)),
    ("by", _text),
    ("uid", _whole(0, 2**32 - 1)),
    ("host", _text),
    ("kind", _text),
    ("body", lambda value: isinstance(value, dict)),
    ("evidence", lambda value: isinstance(value, dict)),
)
