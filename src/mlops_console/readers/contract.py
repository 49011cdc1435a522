"""What a reader is. Every reader passes `tests/conformance/`.

A reader is a function of (bytes on disk, cursor): same input, same answer. It never raises on input, never
executes it, never follows a link out of the root, never prints and keeps its budget.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mlops_console.records import Chunk, Source


class Folder(Protocol):
    """A folder as discovery shows it to `claims`: names for free, a file's head on request."""

    @property
    def path(self) -> str:
        """Relative to the project, "." for its root."""
        ...

    @property
    def files(self) -> Sequence[str]:
        """Names of the regular files in it."""
        ...

    @property
    def folders(self) -> Sequence[str]:
        """Names of the folders in it (links excluded)."""
        ...

    def head(self, name: str, limit: int = 65536) -> bytes:
        """The first bytes of a file, empty if it can't be read; kept by discovery until the file changes."""
        ...

    def inside(self, name: str) -> "Folder":
        """One of its folders, listed; empty if it can't be. When it changes, `claims` is asked again."""
        ...


@dataclass(slots=True)
class Budget:
    """How much one `read` may do: it stops at `points` points or `seconds`, whichever comes first.

    A reader asks `spent()` between pieces of work no longer than a few milliseconds.
    """

    points: int = 1_000_000
    seconds: float = 0.5
    started: float = field(default_factory=time.monotonic)

    def spent(self, points: int) -> bool:
        """Whether a read that has gathered so many points must stop."""
        return points >= self.points or time.monotonic() - self.started >= self.seconds


class Reader(Protocol):
    """Reads one format."""

    @property
    def name(self) -> str:
        """What the source is called on screen and in `--json`: a lower-case word."""
        ...

    @property
    def patterns(self) -> Iterable[str]:
        """Shell patterns of file names; discovery asks `claims` only for folders that hold a match."""
        ...

    def claims(self, folder: Folder) -> Sequence[Source]:
        """The sources that this folder (not its subfolders) holds; usually none or one.

        Decides by names, and by `folder.head` only where names do not tell.
        """
        ...

    def read(self, root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
        """Go on where `cursor` says (None: at the start).

        An unfinished tail is a quiet stop, damage a Problem.
        """
        ...
