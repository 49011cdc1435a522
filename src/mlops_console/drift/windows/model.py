"""The values of windows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

PROBLEM: Final = "problem"
"""What a memory has of a file that can't be read: why, a sentence."""
By: TypeAlias = Literal["file", "day", "week", "month", "rows"]


@dataclass(frozen=True, slots=True)
class Cutting:
    """How rows are cut into windows."""

    by: By
    time: str = ""
    """Column that says when; not looked at where `by` is `file` or `rows`."""
    rows: int = 0
    """Of a window, where `by` is `rows`."""
    zone: str = "UTC"
    """Of times that name none, and of where days begin."""
    settle: float = 60.0
    """Seconds that a file must have rested to be taken as finished."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of rows, as it was found."""

    path: str
    """Relative to the base that it was looked for in; absolute where the place was."""
    size: int
    modified_ns: int
    inode: int

    @property
    def grows(self) -> bool:
        """Whether rows can be added to its end while what stands there stays."""
        return self.path.lower().endswith((".csv", ".tsv", ".jsonl", ".ndjson"))

    @property
    def stamp(self) -> str:
        """Another one as soon as the file is another one."""
        return f"{self.size}:{self.modified_ns}:{self.inode}"


@dataclass(frozen=True, slots=True)
class Part:
    """What a window has of a file."""

    file: DataFile
    rows: int | None = None
    """None: all, uncounted."""
    offset: int = 0
    """Where `rows` windows begin in it."""
    mark: str = ""
    """A hash of these rows; empty: they are all of the file, whose size and time tell."""
    whole: bool = True
    """Whether no other window has rows of the file, nor has any row no time."""


@dataclass(frozen=True, slots=True)
class Window:
    """Rows that are judged together."""

    name: str
    parts: tuple[Part, ...]
    start: int | None = None
    """Epoch microseconds, the first that belongs to it."""
    end: int | None = None
    """Epoch microseconds, the first that no longer does."""
    complete: bool = True
    why_not: str = ""
    """Where it is not complete: what is awaited, a sentence."""

    @property
    def rows(self) -> int | None:
        """How many; None: not counted."""
        counts = [part.rows for part in self.parts]
        return None if None in counts else sum(one or 0 for one in counts)

    @property
    def identity(self) -> list[list[str]]:
        """What it is made of: another list as soon as its rows may be others."""
        return [
            [part.file.path, part.mark or f"{part.file.size}:{part.file.modified_ns}"] for part in self.parts
        ]


@dataclass(frozen=True, slots=True)
class Cut:
    """All windows of a place."""

    windows: tuple[Window, ...]
    """In their order; those of time by time, others by the names of files."""
    gaps: tuple[str, ...] = ()
    """Names of windows between the first and the last that have no row."""
    problems: tuple[str, ...] = ()
    """Files that could not be read, rows without a time, a sentence each."""
    files: tuple[DataFile, ...] = ()
    """All that lie in the place."""


class Memory(Protocol):
    """What was found out about files before: reading them once is enough."""

    def get(self, file: DataFile, what: str) -> Mapping[str, object] | None:
        """What was kept of this very file, under this name."""
        ...

    def put(self, file: DataFile, what: str, found: Mapping[str, object]) -> None:
        """Keep it."""
        ...


@dataclass
class Remembered:
    """A memory that lasts as long as its owner."""

    kept: dict[str, dict[str, object]] = field(default_factory=dict)

    def get(self, file: DataFile, what: str) -> Mapping[str, object] | None:
        """What was kept of this very file, under this name."""
        found = self.kept.get(f"{what}\0{file.path}")
        if found is None or found.get("stamp") != file.stamp:
            return None
        inner = found.get("found")
        return inner if isinstance(inner, dict) else None

    def put(self, file: DataFile, what: str, found: Mapping[str, object]) -> None:
        """Keep it."""
        self.kept[f"{what}\0{file.path}"] = {"stamp": file.stamp, "found": dict(found)}


class NotRemembered(Exception):  # noqa: N818 - says what is asked for, nothing went wrong
    """A file that would have to be read."""


class Known(Remembered):
    """A memory for those who may not read files: what it has not, somebody else has to find out."""

    def get(self, file: DataFile, what: str) -> Mapping[str, object] | None:
        """What was kept of this very file; NotRemembered where nothing was."""
        found = super().get(file, what)
        if found is None:
            raise NotRemembered(file.path)
        return found
