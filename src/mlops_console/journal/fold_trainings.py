"""Trainings that people started from here to succeed a version: the fold of those of one model."""

from dataclasses import replace
from typing import Final

from mlops_console.journal.event import Event
from mlops_console.journal.fold_reading import (
    MOST_NUMBER,
    UnusableError,
    loose_text,
    optional_text,
    quoted,
    text,
    whole,
)
from mlops_console.journal.registry import Retraining

OUTCOMES: Final = ("done", "failed", "late", "stopped")
OPEN: Final = "open"
MOST_NAME: Final = 400
"""Characters of a monitor's or a window's name."""
_CODES: Final = 255
_LONGEST: Final = 1e9
"""Seconds, some thirty years."""


class Trainings:
    """Those of one model."""

    def __init__(self) -> None:
        self._by_event: dict[str, Retraining] = {}

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._by_event

    def begin(self, event: Event) -> str | None:
        """The next one in order; the id of the version that it is to succeed, if there is any."""
        body = event.body
        version_id = optional_text(body, "version_id")
        self._by_event[event.id] = Retraining(
            event,
            version_id or "",
            whole(body, "version", 1, MOST_NUMBER) if body.get("version") is not None else None,
            _name(event, "monitor"),
            _name(event, "window"),
            text(body, "command"),
            loose_text(body, "reason"),
            OPEN,
        )
        return version_id

    def end(self, event: Event) -> None:
        """How one of them ended; UnusableError where the event does not tell."""
        body = event.body
        found = self._by_event.get(loose_text(body, "retrain"))
        if found is None:
            raise UnusableError("the training it closes does not come before it")
        begun = found.event
        if event.uid != begun.uid or (begun.proven and not event.proven):
            # What runs is not over because another user says so: it is ended by who started it, or root.
            raise UnusableError(
                f"{quoted(begun.by)} started the training it closes, and alone says how it ended"
            )
        outcome, code, seconds = text(body, "outcome"), body.get("code"), body.get("seconds")
        if outcome not in OUTCOMES:
            raise UnusableError("`outcome` is none of " + ", ".join(OUTCOMES))
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST:
            raise UnusableError(f"`seconds`, {quoted(seconds)}, is no length of time")
        exit_code = None if code is None else whole(body, "code", 0, _CODES)
        if found.outcome != OPEN:
            if found.outcome != outcome:
                raise UnusableError(f"the training was closed before, as {found.outcome}")
            return
        self._by_event[found.event.id] = replace(
            found,
            outcome=outcome,
            because=loose_text(body, "because"),
            code=exit_code,
            ended=event.at,
            seconds=float(seconds),
        )

    @property
    def standing(self) -> tuple[Retraining, ...]:
        """The newest first."""
        return tuple(reversed(self._by_event.values()))


def _name(event: Event, key: str) -> str:
    """A monitor's or a window's name, or nothing."""
    said = loose_text(event.body, key)
    if len(said) > MOST_NAME:
        raise UnusableError(f"`{key}` has {len(said):,} characters; {MOST_NAME} are the most")
    return said
