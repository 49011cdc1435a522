"""MLflow: the file store of 1.x, 2.x and 3.x, and the SQLite store that 3.x writes by default."""

from mlops_console.readers.mlflow.reader import MLflowReader

__all__ = ["READER", "MLflowReader"]

READER = MLflowReader()
