"""The values that cross the store's door."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mlops_console.errors import StoreError
from mlops_console.records import Chunk, RunKey, Source
from mlops_console.store.packed import Part


class StoreRebuiltError(StoreError):
    """The store was found damaged, set aside and begun anew: everything is to be read again."""


@dataclass(frozen=True, slots=True)
class Read:
    """One chunk with what it takes to apply it exactly once."""

    project_key: str
    source: Source
    fingerprint: bytes
    """State of the source's files when they were read; a second start compares it instead of opening them."""
    chunk: Chunk
    read_anew: bool = False
    """Read from the start (no cursor): what the source said before is forgotten, as with `chunk.reset`."""
    packed: Part | None = None
    """Points of the chunk that are in blocks already, and no longer in `chunk.points`."""

    @property
    def series(self) -> tuple[tuple[RunKey, str], ...]:
        """(run, metric key) of each series that there are points of."""
        return self.chunk.points.series + (self.packed.series if self.packed is not None else ())


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people want, beside what their files say."""

    forgotten: Collection[str]
    """Ids of runs to leave out."""
    archived: Collection[str]
    """Ids of runs to keep out of sight."""
    silence: Mapping[str, int]
    """Project key -> microseconds without a sign of life after which a run no longer counts as running."""
    unarchived: Collection[str] = ()
    """Ids of runs to show although their own tool has deleted them."""
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Run id -> what people tagged it with."""

    def out_of_sight(self, ids: Iterable[str], deleted: str | None) -> bool:
        """Whether a run of these ids is shown only with the archived ones: a person's word is the last."""
        if any(identity in self.archived for identity in ids):
            return True
        return deleted is not None and not any(identity in self.unarchived for identity in ids)

    def tags_of(self, ids: Sequence[str]) -> dict[str, str]:
        """What people tagged a run of these ids with; what was said of the first one counts most."""
        found: dict[str, str] = {}
        for identity in reversed(ids):
            found.update(self.tags.get(identity, {}))
        return found


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source as the store remembers it."""

    source: Source
    fingerprint: bytes
    cursor: bytes | None
    gone: bool
    deaths: int
    """How often the reader child died on it since it last changed."""
