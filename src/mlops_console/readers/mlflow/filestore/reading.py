"""Reading a run of the file store."""

from mlops_console.readers.contract import Budget
from mlops_console.records import Chunk, Points, Source


def read(root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
    """Go on in a run."""
    del root, source, budget
    return Chunk((), Points.empty(), (), cursor or b"")
