"""MLflow's file store: a folder of small files per run."""

from mlops_console.readers.mlflow.filestore.claiming import META, claims
from mlops_console.readers.mlflow.filestore.reading import read

__all__ = ["META", "claims", "read"]
