"""Every move of an alias, over the screen: where it stood, for how long, by whose decision."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.audit.telling import moment
from mlops_console.console.overlays.note import Note
from mlops_console.console.run.reading import now_us

if TYPE_CHECKING:
    from mlops_console.console.models.state import Held
    from mlops_console.journal.registry import Move

MOST = 500


def timeline(held: "Held", alias: str) -> Note:
    """The newest first; those that lost or were taken back too."""
    now = now_us()
    facts = []
    until = now
    for move in [one for one in held.model.moves if one.alias == alias][:MOST]:
        ink = "text" if move.holds and until == now else "second" if move.holds else "muted"
        facts.append((moment(move.event.at, now), ink, _said(move, until)))
        if move.holds:
            until = move.event.at
    note = Note(f"{alias} of {held.called}", facts or [("", "muted", f"{alias} stood nowhere yet")])
    note.widest = 100
    return note


def _said(move: "Move", until: int) -> str:
    where = f"v{move.version.number}" if move.version is not None else "nowhere"
    stood = f"stood for {display.span(until - move.event.at)}" if move.holds else "did not take effect"
    reason = move.event.body.get("reason")
    words = f"{where}, {stood}   {move.way} by {move.event.by}"
    words += "   contested" if move.contested else ""
    return f"{words}: {reason}" if isinstance(reason, str) and reason else words
