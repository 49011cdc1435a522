"""A file that is being looked at: its head, and what is said of every file."""

from dataclasses import dataclass
from typing import Final

from mlops_console import display
from mlops_console.beneath import FileStat
from mlops_console.readers.previews.model import Fact

HEAD: Final = 256 << 10
"""So many bytes of any file are read, whatever its size."""
ROWS: Final = 400
CELLS: Final = 400


@dataclass(frozen=True, slots=True)
class Opened:
    """A regular file, open, with its first bytes."""

    root: str
    path: str
    fd: int
    stat: FileStat
    head: bytes
    width: int
    height: int

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.path.rpartition("/")[2]

    @property
    def whole(self) -> bool:
        """Whether the head is all of it."""
        return len(self.head) >= self.stat.size

    def facts(self, *more: Fact) -> tuple[Fact, ...]:
        """What is known of it, after what is known of every file."""
        modified = display.second(self.stat.modified_ns // 1000)
        return (("size", display.size(self.stat.size)), ("modified", f"{modified} UTC"), *more)


def safe(text: str, limit: int = CELLS) -> str:
    """Text that can be drawn, tabs as blanks."""
    return display.safe_text(text.expandtabs(4) if "\t" in text else text, limit)
