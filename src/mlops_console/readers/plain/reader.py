"""The reader of plain files, as the registry knows it."""

from collections.abc import Sequence

from mlops_console.readers.contract import Budget, Folder
from mlops_console.records import Chunk, Source

NAME = "plain"

_WORDS = (
    "metric", "history", "log", "scalar", "result", "loss", "curve", "progress", "eval", "score", "train",
    "summary", "stat", "run", "exp", "seed", "trial", "test", "final", "perf", "acc",
)  # fmt: skip
_LOGS = ("log", "train_log", "training_log", "training", "train", "metrics", "history", "progress")


class PlainReader:
    """Metrics as CSV, JSON lines or JSON, with params in YAML, JSON or TOML beside them."""

    name = NAME
    patterns = (
        "*.csv", "*.CSV", "*.tsv", "*.jsonl", "*.ndjson",
        *(f"*{start}{word[1:]}*.json" for word in _WORDS for start in (word[0], word[0].upper())),
        *(f"{word}.{end}" for word in _LOGS for end in ("log", "txt")),
    )  # fmt: skip

    def claims(self, folder: Folder) -> Sequence[Source]:
        """The runs that the folder holds."""
        from mlops_console.readers.plain.claiming import claims

        return claims(folder)

    def read(self, root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
        """Go on where the cursor says."""
        from mlops_console.readers.plain.session import read

        return read(root, source, cursor, budget)


READER = PlainReader()
