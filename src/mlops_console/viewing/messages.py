"""What is asked of the viewer child, and what comes back."""

from dataclasses import dataclass
from typing import TypeAlias

from mlops_console import viewing
from mlops_console.beneath import FileStat
from mlops_console.ingest.edition import release
from mlops_console.readers import previews
from mlops_console.readers.previews.model import Preview, Tail
from mlops_console.readers.previews.tails import Mark
from mlops_console.records import Json


@dataclass(frozen=True, slots=True)
class Show:
    """A preview of a file in so many cells."""

    root: str
    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Follow:
    """The end of a log, or what came since."""

    root: str
    path: str
    offset: int | None
    limit: int
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Followed:
    """The lines, and by what the file is known again."""

    tail: Tail
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Describe:
    """What a model file says of itself."""

    root: str
    path: str


@dataclass(frozen=True, slots=True)
class Described:
    """JSON values by fact."""

    facts: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Look:
    """Whether files are there, and which logs lie in some folders."""

    root: str
    paths: tuple[str, ...]
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """Regular files by path; what isn't one is not in it."""

    found: dict[str, FileStat]


@dataclass(frozen=True, slots=True)
class Hash:
    """The SHA-256 of a file."""

    root: str
    path: str


@dataclass(frozen=True, slots=True)
class Hashed:
    """The hash, and of what; None for a folder."""

    sha256: str
    stat: FileStat | None


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no answer; `why` is a sentence."""

    why: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nobody waited for it any more."""


Request: TypeAlias = Show | Follow | Describe | Look | Hash
Answer: TypeAlias = Preview | Followed | Described | Looked | Hashed | Lost | Skipped


def edition() -> str:
    """What both ends of the pipe must have in common."""
    return release(viewing.__name__, previews.__name__)
