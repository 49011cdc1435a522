"""All of a decision, over the screen."""

from typing import TYPE_CHECKING

from mlops_console.console.audit.telling import Told, facts
from mlops_console.console.overlays.note import Note

if TYPE_CHECKING:
    from mlops_console.journal.event import Event


class Unfolded(Note):
    """What an event says, `event` being it with its evidence."""

    widest = 110

    def __init__(self, one: Told, event: "Event") -> None:
        super().__init__(f"What {event.by[:40]} decided", facts(one, event))
