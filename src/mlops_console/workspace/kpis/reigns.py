"""Which version was champion at what time, as far as the clocks of those who said so can be believed."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console.workspace.model_rows import CHAMPION

if TYPE_CHECKING:
    from mlops_console.journal.registry import Model

DAY: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Reigns:
    """The champions of a model, one after the other."""

    since: tuple[int, ...] = ()
    """Epoch microseconds, in order."""
    versions: tuple[int | None, ...] = ()
    """Numbers; None: the alias was taken off."""

    def at(self, instant: int) -> int | None:
        """Who was champion then; None: nobody was."""
        place = bisect_right(self.since, instant)
        return self.versions[place - 1] if place else None

    def of(self, version: int) -> tuple[int, ...]:
        """When a version became champion, each time."""
        return tuple(at for at, one in zip(self.since, self.versions, strict=True) if one == version)

    @property
    def first(self) -> int | None:
        """Since when the model has been in production; None: it is not."""
        if not self.versions or self.versions[-1] is None:
            return None
        return next(at for at, one in zip(self.since, self.versions, strict=True) if one is not None)


def reigns_of(model: "Model") -> Reigns:
    """Those of a model, by the moves that took effect."""
    moves = [one for one in reversed(model.moves) if one.alias == CHAMPION and one.holds]
    times = believed([one.event.at for one in moves])
    return Reigns(tuple(times), tuple(None if one.version is None else one.version.number for one in moves))


def believed(times: Sequence[int]) -> list[int]:
    """Times of what is known to have happened in this order.

    As many as agree with the order are believed (the longest subsequence that does not decrease:
    C. Schensted, Canad. J. Math. 13 (1961)); what a clock got wrong gets the time of the one before it, else
    of the one after.
    """
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, time in enumerate(times):
        at = bisect_right(ends, time)
        before.append(places[at - 1] if at else -1)
        ends[at:] = [time, *ends[at + 1 :]]
        places[at:] = [place, *places[at + 1 :]]
    kept: set[int] = set()
    place = places[-1] if places else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    found: list[int] = []
    for place, time in enumerate(times):
        near = found[-1] if found else next(times[one] for one in range(len(times)) if one in kept)
        found.append(time if place in kept else near)
    return found
