"""Notes and tags of one run or version."""

from mlops_console.journal.event import Event
from mlops_console.journal.fold_reading import UnusableError, loose_text, sentence, text
from mlops_console.journal.registry import Remark, TagValue


class Remarks:
    """What was written beside one subject; a retracted tag lets the one before it hold again."""

    def __init__(self) -> None:
        self._notes: dict[str, Remark] = {}
        self._tags: dict[str, dict[str, TagValue | None]] = {}
        self._named: dict[str, str] = {}

    def note(self, event: Event) -> None:
        """Take up a note."""
        self._notes[event.id] = Remark(event.id, text(event.body, "text"), event.by, event.at)

    def tag(self, event: Event) -> None:
        """Take up a tag, or that it was taken off."""
        name = text(event.body, "name")
        value = event.body.get("value")
        if value is not None and not isinstance(value, str):
            raise UnusableError("`value` is neither text nor null")
        given = None if value is None else TagValue(name, value, event.by, event.at)
        self._tags.setdefault(name, {})[event.id] = given
        self._named[event.id] = name

    def retract(self, event_id: str) -> None:
        """Take one of them back."""
        if event_id in self._named:
            del self._tags[self._named.pop(event_id)][event_id]
        elif self._notes.pop(event_id, None) is None:
            raise UnusableError("what it retracts was taken back already, or comes after it")

    @property
    def notes(self) -> tuple[Remark, ...]:
        """The notes that stand, in the order of events."""
        return tuple(self._notes.values())

    @property
    def tags(self) -> tuple[TagValue, ...]:
        """The tags that stand, by name."""
        last = (next(reversed(given.values()), None) for _, given in sorted(self._tags.items()))
        return tuple(one for one in last if one is not None)


class RunRemarks:
    """The fold of what was written beside one run."""

    def __init__(self) -> None:
        self.problems: list[tuple[tuple[int, str], str]] = []
        self.missing: set[str] = set()
        self._remarks = Remarks()

    def apply(self, event: Event) -> None:
        """The next event in order."""
        try:
            if event.kind == "note":
                self._remarks.note(event)
            elif event.kind == "tag":
                self._remarks.tag(event)
            else:
                self._remarks.retract(loose_text(event.body, "event"))
        except UnusableError as why:
            self.problems.append((event.order, sentence(event, str(why))))

    @property
    def notes(self) -> tuple[Remark, ...]:
        """The notes that stand."""
        return self._remarks.notes

    @property
    def tags(self) -> tuple[TagValue, ...]:
        """The tags that stand."""
        return self._remarks.tags


def reason_of(event: Event) -> str:
    """Why something was withdrawn, and by whom."""
    reason = loose_text(event.body, "reason")
    return f"{reason} ({event.by})" if reason else f"withdrawn by {event.by}"
