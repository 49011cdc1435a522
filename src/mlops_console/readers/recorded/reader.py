"""The reader of our own run format."""

from collections.abc import Iterable, Sequence

from mlops_console.readers.contract import Budget, Folder
from mlops_console.recording import layout
from mlops_console.records import Chunk, Source


class RecordedReader:
    """Reads the runs that `mlops_console.run` records, and those that other languages write alike."""

    name = "recorded"
    patterns: Iterable[str] = (layout.RUN,)

    def claims(self, folder: Folder) -> Sequence[Source]:
        """A folder with our mark in its `run.json` is one run; its files may come later."""
        from mlops_console.readers.recorded.reading import claims

        return claims(folder)

    def read(self, root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
        """Go on in the metrics; the small files are read anew where they changed."""
        from mlops_console.readers.recorded.reading import read

        return read(root, source, cursor, budget)
