"""What one file gives, whatever its format: columns with types, and pieces of rows."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from mlops_console import display
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl


class Source(Protocol):
    """One file's rows."""

    name: str
    """Its path, made safe."""
    schema: "dict[str, pl.DataType]"
    rows: int
    scattered: bool
    """Whether a piece can be read by itself; otherwise pieces are read one after the other from the start."""
    problems: tuple[str, ...]

    def read(self, names: Sequence[str], first: int, rows: int) -> "pl.DataFrame":
        """Some rows of some columns."""
        ...

    def pieces(self, names: Sequence[str], rows: int) -> "Iterator[pl.DataFrame]":
        """Some columns in pieces of about so many rows, in order."""
        ...


@contextmanager
def told(name: str) -> Iterator[None]:
    """What polars says or does in its panic, as a sentence about the file."""
    import polars as pl

    try:
        yield
    except (pl.exceptions.PanicException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise DataError(
            f"{name} can't be read: {why(error)}.", "is it damaged, or still being written?"
        ) from error
    except MemoryError as error:
        raise DataError(f"{name} needs more memory than there is.") from error


def why(error: BaseException) -> str:
    """The first line of what another library says, made safe and short."""
    words = re.sub(r"/(proc/self|dev)/fd/\d+", "the file", " ".join(str(error).split()))
    return display.safe_text(words[:200].rstrip(". ")) or type(error).__name__
