"""What kind of file one is, by its name alone: good enough for a list; a preview looks at the bytes."""

import re
from typing import Final

from mlops_console.readers.artifacts import model_format

_KINDS: Final = {
    "json": "json jsonl ndjson ipynb geojson",
    "yaml": "yaml yml",
    "table": "csv tsv parquet feather arrow ipc",
    "image": "png jpg jpeg jpe gif webp bmp",
    "html": "html htm svg xhtml",
    "log": "log out err",
    "archive": "zip tar tgz tbz txz whl jar",
    "array": "npy npz",
    "model": "lgb lgbm cbm mar",
    "binary": "pdf db sqlite sqlite3 so pyc wandb mp4 wav gz bz2 xz zst bin dat mp3 avi tiff tif",
    "text": "txt md rst py toml ini cfg conf sh patch diff tex sql r jl c h cpp js ts css xml rng lock",
}
_BY_END: Final = {f".{end}": kind for kind, ends in _KINDS.items() for end in ends.split()}
_LOG_NAME: Final = re.compile(r"(stdout|stderr|output|console|train(ing)?)(\.\d+)?(\.(txt|log))?", re.I)
_MODEL_NAMES: Final = frozenset({"mlmodel", "model.txt", "pytorch_model.bin", "adapter_model.bin"})
_TEXT_NAMES: Final = frozenset({"readme", "license", "makefile", "dockerfile", "requirements.txt"})


def kind_of_name(path: str) -> str:
    """The kind word of a file: what it says is what its name promises."""
    name = path.rpartition("/")[2].lower()
    if name.startswith("events.out.tfevents"):
        return "binary"
    if name in _MODEL_NAMES or model_format(name) not in (None, "npz"):
        return "model"
    if name.startswith(("stdout", "stderr")) or _LOG_NAME.fullmatch(name):
        return "log"
    end = name[name.rfind(".") :] if "." in name else ""
    if end in _BY_END:
        return _BY_END[end]
    # What follows the last dot of a longer name (`mlflow.source.name`) is no kind of file.
    return "text" if name in _TEXT_NAMES or not 1 < len(end) <= 5 else "binary"


def log_rank(path: str) -> int | None:
    """How likely a file is the log of the run it lies in, the lowest first; None for other files."""
    name = path.rpartition("/")[2].lower()
    if name == "output.log":
        return 0
    if name in ("train.log", "training.log", "run.log"):
        return 1
    if name.startswith("stdout"):
        return 2
    if name.startswith("slurm-") and name.endswith(".out"):
        return 3
    if name.endswith(".log"):
        return 4 if "debug" not in name else 7
    if name.endswith(".out"):
        return 5
    if name.startswith("stderr") or name.endswith(".err"):
        return 6
    return None
