"""The references that were pinned to a version: the newest one holds."""

import re
from typing import Final

from mlops_console.journal.event import Event
from mlops_console.journal.fold_reading import UnusableError, loose_text, optional_object, text, whole
from mlops_console.journal.registry import Baseline

WAYS: Final = ("promote", "command")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Baselines:
    """Those of one version; where one is taken back, the one before it holds again."""

    def __init__(self) -> None:
        self._by_event: dict[str, Baseline] = {}

    def add(self, event: Event) -> None:
        """The next one in order."""
        self._by_event[event.id] = _said(event)

    def retract(self, event_id: str) -> None:
        """Take one back; it is there."""
        del self._by_event[event_id]

    @property
    def standing(self) -> tuple[Baseline, ...]:
        """The newest first."""
        return tuple(reversed(self._by_event.values()))


def _said(event: Event) -> Baseline:
    body = event.body
    sha256 = text(body, "sha256")
    if not _SHA256.fullmatch(sha256):
        raise UnusableError("`sha256` is none")
    way = text(body, "way")
    if way not in WAYS:
        raise UnusableError("`way` is none of " + ", ".join(WAYS))
    source = optional_object(body, "source") or {}
    return Baseline(
        event.id,
        sha256,
        whole(body, "size"),
        whole(body, "rows"),
        whole(body, "columns"),
        loose_text(source, "path"),
        loose_text(source, "sha256"),
        way,
        loose_text(body, "reason"),
        event.by,
        event.at,
    )
