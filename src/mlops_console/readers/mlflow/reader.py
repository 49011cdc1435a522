"""The reader of MLflow's stores: folders of runs (1.x to 3.x), and the database that 3.x keeps by default."""

from collections.abc import Iterable, Sequence

from mlops_console.readers.contract import Budget, Folder
from mlops_console.readers.mlflow import database, filestore
from mlops_console.records import Chunk, Source

NAME = "mlflow"


class MLflowReader:
    """A source that is a folder is a run of the file store; one that is a file is a database of runs."""

    name = NAME
    patterns: Iterable[str] = (filestore.META, *database.PATTERNS)

    def claims(self, folder: Folder) -> Sequence[Source]:
        """The run that the folder is, and the databases in it."""
        return (*filestore.claims(folder), *database.claims(folder))

    def read(self, root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
        """Go on in the run or in the database."""
        # Of a database the file itself is watched; a run is a folder, of which the files in it are.
        if source.path in source.files:
            return database.read(root, source, cursor, budget)
        return filestore.read(root, source, cursor, budget)
