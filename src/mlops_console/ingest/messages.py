"""What the ingest thread asks of the reader child, and what the child answers."""

from dataclasses import dataclass

from mlops_console.records import Chunk, Problem, Source
from mlops_console.store.packed import Packed

SourceId = tuple[str, str]
"""(reader, path): what names a source within its project."""


@dataclass(frozen=True, slots=True)
class Find:
    """A source as it is on the disk now."""

    source: Source
    fingerprint: bytes
    modified_ns: int
    """The newest modification time among its files."""


@dataclass(frozen=True, slots=True)
class Open:
    """Look after this project from now on; answers need only say what differs from what is known."""

    project: str
    root: str
    device: int
    inode: int
    prune: tuple[str, ...]
    max_depth: int
    known: dict[SourceId, tuple[Source, bytes]]
    """Every source that is known and not gone, with its fingerprint as it was last read."""
    looks: dict[str, tuple[bytes, bytes]]
    skip: frozenset[str] = frozenset()
    """Folders that did not answer before: not to be touched."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The project is ready to be scanned."""

    readers: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """Forget this project."""

    project: str


@dataclass(frozen=True, slots=True)
class Scan:
    """Walk the whole project; each request is one slice of the walk, until an answer says done."""

    project: str
    seconds: float = 0.2


@dataclass(frozen=True, slots=True)
class Look:
    """Look at these folders at once: (path, also below it)."""

    project: str
    folders: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a slice of a walk, or a look, found to differ from what is known."""

    project: str
    finds: tuple[Find, ...] = ()
    vanished: tuple[SourceId, ...] = ()
    pending: dict[str, frozenset[str]] | None = None
    """Folder -> names that a reader may want once they have grown."""
    looks: dict[str, tuple[bytes, bytes]] | None = None
    below: tuple[str, ...] = ()
    """The folders met by a look, or the uppermost ones when a scan is done."""
    folders: int = 0
    """Folders met so far in this walk."""
    total: int = 0
    """Sources that the project holds now."""
    done: bool = True
    problems: tuple[Problem, ...] | None = None
    """All problems that discovery has with the project (with the last slice of a scan)."""
    identity: tuple[int, int] | None = None
    """Device and inode of the root; None while the root is gone."""
    opened: int = 0
    """Files this child has opened so far."""
    spent: float = 0.0
    """CPU seconds that this walk or look has taken so far."""


@dataclass(frozen=True, slots=True)
class Poll:
    """Which of these sources have changed?"""

    project: str
    sources: tuple[SourceId, ...]


@dataclass(frozen=True, slots=True)
class Polled:
    """The sources that differ from what the child last said of them."""

    project: str
    finds: tuple[Find, ...]
    vanished: tuple[SourceId, ...]
    spent: float = 0.0
    """CPU seconds that it took."""


@dataclass(frozen=True, slots=True)
class Order:
    """One source to be read."""

    project: str
    source: Source
    cursor: bytes | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Read as many of these, in their order, as the budget allows."""

    orders: tuple[Order, ...]
    points: int = 500_000
    seconds: float = 0.25


@dataclass(frozen=True, slots=True)
class Got:
    """What was read of one source."""

    fingerprint: bytes
    """Taken before it was read."""
    modified_ns: int
    chunk: Chunk | None
    series: int = 0
    """How many of the answer's packed series are this source's, in the order of the sources."""
    points: int = 0
    """How many points were read, wherever they are."""
    anew: bool = False
    """Read from the start: there was no cursor, or another edition of the reader had left it."""
    failure: str = ""
    """Why there is no chunk: the reader broke on it."""


@dataclass(frozen=True, slots=True)
class Took:
    """The answers to the first orders of a `Batch`; the rest was not begun."""

    got: tuple[Got, ...]
    opened: int
    packed: Packed | None = None
    """Points of the chunks that are worth blocks of their own, no longer in the chunks."""


Request = Open | Drop | Scan | Look | Poll | Batch
Answer = Opened | Seen | Polled | Took
