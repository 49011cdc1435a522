"""The reader of TensorBoard's event files: a folder that holds some is a run."""

from collections.abc import Sequence

from mlops_console.readers.contract import Budget, Folder
from mlops_console.records import Chunk, Source


class TensorBoardReader:
    """Reads event files of TensorFlow, Keras, PyTorch, tensorboardX and whoever else writes them."""

    name = "tensorboard"
    patterns = ("*tfevents*",)

    def claims(self, folder: Folder) -> Sequence[Source]:
        """One source for a folder's event files."""
        from mlops_console.readers.tensorboard.reading import claims

        return claims(folder)

    def read(self, root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
        """Go on where the cursor says."""
        from mlops_console.readers.tensorboard.reading import read

        return read(root, source, cursor, budget)
