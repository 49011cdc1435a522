"""The reader of MLflow's stores: folders of runs (1.x to 3.x), and the database that 3.x keeps by default."""

from collections.abc import Iterable, Sequence

from mlops_console.readers.contract import Budget, Folder
from mlops_console.readers.mlflow.database.claiming import PATTERNS
from mlops_console.readers.mlflow.database.claiming import claims as databases
from mlops_console.readers.mlflow.filestore.claiming import META
from mlops_console.readers.mlflow.filestore.claiming import claims as runs
from mlops_console.records import Chunk, Source

NAME = "mlflow"


class MLflowReader:
    """A source that is a folder is a run of the file store; one that is a file is a database of runs."""

    name = NAME
    patterns: Iterable[str] = (META, *PATTERNS)

    def claims(self, folder: Folder) -> Sequence[Source]:
        """The run that the folder is, and the databases in it."""
        return (*runs(folder), *databases(folder))

    def read(self, root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
        """Go on in the run or in the database."""
        # Of a database the file itself is watched; a run is a folder, of which the files in it are.
        if source.path in source.files:
            from mlops_console.readers.mlflow.database.reading import read as read_database

            return read_database(root, source, cursor, budget)
        from mlops_console.readers.mlflow.filestore.reading import read as read_run

        return read_run(root, source, cursor, budget)
