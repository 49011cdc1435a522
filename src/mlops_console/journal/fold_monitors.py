"""What people said about monitors, and what they put off: the fold of one monitor, and of one item."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from mlops_console.journal.event import ACKNOWLEDGE, MUTE, REFERENCE, RETRACT, SNOOZE, Event
from mlops_console.journal.fold_reading import (
    UnusableError,
    loose_text,
    names,
    optional_text,
    quoted,
    sentence,
    text,
    whole,
)
from mlops_console.journal.fold_subjects import ITEMS, MONITORS, Topic
from mlops_console.journal.registry import Acknowledgement, MonitorSaid, Mute, PinnedReference, Snooze

MOST_NAME: Final = 400
MOST_KEY: Final = 1_000
"""Characters of a monitor's or a feature's name, of an item's key."""
LATEST: Final = 253_402_300_799_999_999
"""The last microsecond of the year 9999."""
_MOST_VERDICT: Final = 40
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def topic_of(event: Event) -> Topic:
    """The monitor or the item that an event is about; UnusableError where it names none."""
    if event.kind == SNOOZE:
        return Topic(ITEMS, _short(event.body, "item", MOST_KEY))
    return Topic(MONITORS, _short(event.body, "monitor", MOST_NAME))


class TopicFold:
    """What the events of one monitor or item come to; what was retracted is left out."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.problems: list[tuple[tuple[int, str], str]] = []
        self.missing: set[str] = set()
        self._said: dict[str, dict[str, Any]] = {kind: {} for kind in _READ}
        self._turned = ""

    def apply(self, event: Event) -> None:
        """The next event in order."""
        try:
            if event.kind == RETRACT:
                kind = self._retract(loose_text(event.body, "event"))
            else:
                kind = event.kind
                self._said[kind][event.id] = _READ[kind](event)
            if kind == REFERENCE:
                self._turned = event.id
        except UnusableError as why:
            self.problems.append((event.order, sentence(event, str(why))))

    def _retract(self, event_id: str) -> str:
        """The kind of what it takes back."""
        for kind, said in self._said.items():
            if said.pop(event_id, None) is not None:
                return kind
        raise UnusableError("what it retracts was taken back already, or comes after it")

    @property
    def monitor(self) -> MonitorSaid | None:
        """What people said about it; None: nothing that stands."""
        said = (self._newest(ACKNOWLEDGE), self._newest(MUTE), self._newest(REFERENCE))
        return MonitorSaid(*said, self._turned) if any(said) or self._turned else None

    @property
    def snoozes(self) -> tuple[Snooze, ...]:
        """The newest first."""
        return self._newest(SNOOZE)

    def _newest(self, kind: str) -> tuple[Any, ...]:
        return tuple(reversed(self._said[kind].values()))


def _acknowledged(event: Event) -> Acknowledgement:
    body = event.body
    return Acknowledgement(
        event.id,
        _maybe(body, "window", MOST_NAME),
        _moment(body, "start", least=-LATEST),
        _short(body, "verdict", _MOST_VERDICT),
        _short(body, "model", _MOST_VERDICT) if optional_text(body, "model") else "",
        names(body, "features"),
        loose_text(body, "reason"),
        event.by,
        event.at,
    )


def _muted(event: Event) -> Mute:
    body = event.body
    feature = _maybe(body, "feature", MOST_KEY)
    return Mute(event.id, feature, _moment(body, "until"), loose_text(body, "reason"), event.by, event.at)


def _referred(event: Event) -> PinnedReference:
    body = event.body
    sha256 = optional_text(body, "sha256")
    shared = (loose_text(body, "reason"), event.by, event.at)
    if sha256 is None:
        return PinnedReference(
            event.id, loose_text(body, "window"), loose_text(body, "replaces"), "", 0, 0, 0, *shared
        )
    if not _SHA256.fullmatch(sha256):
        raise UnusableError("`sha256` is none")
    return PinnedReference(
        event.id,
        _short(body, "window", MOST_NAME),
        _short(body, "replaces", MOST_NAME),
        sha256,
        whole(body, "size"),
        whole(body, "rows"),
        whole(body, "columns"),
        *shared,
    )


def _snoozed(event: Event) -> Snooze:
    body = event.body
    return Snooze(
        event.id,
        loose_text(body, "what"),
        _moment(body, "until"),
        loose_text(body, "reason"),
        event.by,
        event.at,
    )


_READ: Final[Mapping[str, Callable[[Event], Any]]] = {
    ACKNOWLEDGE: _acknowledged,
    MUTE: _muted,
    REFERENCE: _referred,
    SNOOZE: _snoozed,
}


def _short(body: Mapping[str, Any], key: str, most: int) -> str:
    said = text(body, key)
    if len(said) > most:
        raise UnusableError(f"`{key}`, {quoted(said)}, has {len(said):,} characters; {most:,} are the most")
    return said


def _maybe(body: Mapping[str, Any], key: str, most: int) -> str:
    """Text that may be empty; null and nothing are."""
    return _short(body, key, most) if body.get(key) not in (None, "") else ""


def _moment(body: Mapping[str, Any], key: str, least: int = 0) -> int | None:
    """Epoch microseconds that a calendar knows, or null; it must be there."""
    if key not in body:
        raise UnusableError(f"`{key}` is not there")
    return None if body[key] is None else whole(body, key, least, LATEST)
