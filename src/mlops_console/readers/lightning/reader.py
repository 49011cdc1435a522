"""The reader of Lightning's runs, as the registry knows it."""

from collections.abc import Sequence

from mlops_console.readers.contract import Budget, Folder
from mlops_console.readers.lightning.mark import CONFIG, HPARAMS, METRICS, is_events, is_lightning
from mlops_console.records import Chunk, Source

NAME = "lightning"
_MOST_EVENT_FILES = 64


class LightningReader:
    """Reads what `CSVLogger` writes, and params and checkpoints beside it or beside TensorBoard's files."""

    name = NAME
    patterns = (METRICS, HPARAMS, "*tfevents*")

    def claims(self, folder: Folder) -> Sequence[Source]:
        """The folder, if it is a run of Lightning's."""
        if not is_lightning(folder):
            return ()
        names = [name for name in (METRICS, HPARAMS, CONFIG) if name in folder.files]
        # Event files are another reader's; that they grow tells that there may be new checkpoints.
        names += sorted(name for name in folder.files if is_events(name))[:_MOST_EVENT_FILES]
        below = "" if folder.path == "." else f"{folder.path}/"
        return (Source(NAME, folder.path, tuple(below + name for name in names)),)

    def read(self, root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
        """Go on where the cursor says."""
        from mlops_console.readers.lightning.reading import read

        return read(root, source, cursor, budget)


READER = LightningReader()
