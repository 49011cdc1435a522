"""Where an alias stands: moves, each made from where its author believed it stood (compare and set)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_console.journal.event import Event
from mlops_console.journal.fold_ancestry import Ancestry
from mlops_console.journal.registry import Move

if TYPE_CHECKING:
    from mlops_console.journal.fold_versions import VersionFold


@dataclass(slots=True, eq=False)
class MoveFold:
    """A move on its way to being shown."""

    event: Event
    alias: str
    version: "VersionFold | None"
    before: "VersionFold | None"
    way: str
    contested: bool = False
    because: str = ""
    """Why it never took effect."""
    retracted: str = ""
    beaten: "MoveFold | None" = None
    """The concurrent move, later in order, that it gave way to."""
    shown: Move | None = None

    @property
    def holds(self) -> bool:
        """Whether it took effect; one that gave way does again once the other is retracted."""
        return (
            not self.because and not self.retracted and (self.beaten is None or bool(self.beaten.retracted))
        )

    def show(self) -> Move:
        """As the registry has it; kept until something about it changes."""
        if self.shown is None:
            self.shown = Move(
                self.event,
                self.alias,
                self.version.show() if self.version is not None else None,
                self.before.show() if self.before is not None else None,
                self.way,
                self.contested,
                self.holds,
                self._why_not(),
            )
        return self.shown

    def _why_not(self) -> str:
        if self.because or self.retracted:
            return self.because or f"retracted: {self.retracted}"
        if self.holds or self.beaten is None:
            return ""
        return f"{self.beaten.event.by} moved it at the same time, and that move is the later in order"


class AliasFold:
    """One alias of one model."""

    def __init__(self, name: str, ancestry: Ancestry, missing: set[str]) -> None:
        self.name = name
        self.standing: MoveFold | None = None
        self._ancestry = ancestry
        self._missing = missing
        self._moves: list[MoveFold] = []
        self._changed_by: Event | None = None
        self._rivals: dict[str, Event] = {}

    @property
    def contested(self) -> bool:
        """Whether moves from the same place wait to be settled."""
        return len(self._rivals) > 1

    @property
    def rivals(self) -> tuple[Event, ...]:
        """What waits to be settled, in order."""
        return tuple(sorted(self._rivals.values(), key=lambda one: one.order))

    def move(self, made: MoveFold, from_id: str | None) -> str:
        """The next move in order; what is wrong with it, as the end of a sentence."""
        here = self.standing.version if self.standing is not None else None
        if from_id == (here.id if here is not None else None):
            self._settle(made.event)
            return self._hold(made)
        if self._changed_by is None:
            self._hold(made)
            return f"it moves {self.name} from another version, but nothing here says that it stood there"
        if self._ancestry.knows(made.event, self._changed_by, self._missing):
            made.because = f"it does not move {self.name} from where it stood, though its author knew"
            return made.because
        if made.version is not here:
            self._contest(made, from_id)
        return self._hold(made)

    def retract(self, move: MoveFold, event: Event, reason: str) -> bool:
        """Take a move back: the alias stands where the last move before put it. Whether it moved."""
        move.retracted = reason
        move.shown = None
        for other in self._moves:
            if other.beaten is move:
                other.shown = None
        self._rivals.pop(move.event.id, None)
        if move is not self.standing:
            return False
        self.standing = next((one for one in reversed(self._moves) if one.holds), None)
        self._changed_by = event
        return True

    def _hold(self, made: MoveFold) -> str:
        self._moves.append(made)
        self.standing, self._changed_by = made, made.event
        return ""

    def _contest(self, made: MoveFold, from_id: str | None) -> None:
        """Mark all that was moved since the place that this move knew."""
        since = []
        for one in reversed(self._moves):
            if not one.holds:
                continue
            if (one.version.id if one.version is not None else None) == from_id:
                break
            since.append(one)
        else:
            since = since[:1] if from_id is not None else since
        for one in since:
            one.contested, one.beaten, one.shown = True, made, None
            self._rivals[one.event.id] = one.event
        if self._changed_by is not None and not since:
            self._rivals[self._changed_by.id] = self._changed_by
        made.contested = True
        self._rivals[made.event.id] = made.event

    def _settle(self, event: Event) -> None:
        if self.contested and all(
            self._ancestry.knows(event, rival, self._missing) for rival in self._rivals.values()
        ):
            self._rivals.clear()
