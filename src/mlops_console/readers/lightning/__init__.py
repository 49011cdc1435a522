"""Lightning's runs: `version_N` folders with `metrics.csv`, `hparams.yaml` and checkpoints.

`mark` knows such a folder, `rows` takes the table by whole columns, `params` the YAML files, `reading` is one
read of one run.
"""

from mlops_console.readers.lightning.reader import READER, LightningReader

__all__ = ["READER", "LightningReader"]
