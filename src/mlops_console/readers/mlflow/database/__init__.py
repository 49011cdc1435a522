"""MLflow's SQLite store: one database that holds the runs of many experiments."""

from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow.database.claiming import PATTERNS, claims
from mlops_console.records import Chunk, Source

__all__ = ["PATTERNS", "claims", "read"]


def read(root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
    """Go on in a database."""
    from mlops_console.readers.mlflow.database.reading import read as go_on

    return go_on(root, source, cursor, budget)
