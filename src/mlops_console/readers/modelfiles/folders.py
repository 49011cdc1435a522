"""Models that are folders, recognised by the names in them: one model, not twenty files."""

from collections.abc import Sequence

from mlops_console.readers.modelfiles.names import SHARDED, SHARDED_TORCH

MLFLOW = "mlflow"
SAVED_MODEL = "tf-savedmodel"
SENTENCES = "sentence-transformers"
HUGGING_FACE = "huggingface"
WHOLE = frozenset({MLFLOW, SAVED_MODEL, SENTENCES})
"""Formats to which everything in the folder belongs; of a Hugging Face folder only the weights do."""


def folder_format(files: Sequence[str], folders: Sequence[str]) -> str | None:
    """The word for the format of a folder that is one model, by the names in it; None for other folders."""
    if "MLmodel" in files:
        return MLFLOW
    if "saved_model.pb" in files and ("variables" in folders or "fingerprint.pb" in files or len(files) == 1):
        return SAVED_MODEL
    if "modules.json" in files and ("config_sentence_transformers.json" in files or "1_Pooling" in folders):
        return SENTENCES
    if "config.json" in files and weights_index(files):
        return HUGGING_FACE
    return None


def weights_index(files: Sequence[str]) -> str | None:
    """The file that says which weights lie in which of several files, where there is one."""
    found = sorted(name for name in files if name.endswith((SHARDED, SHARDED_TORCH)))
    return next((name for name in found if name.endswith(SHARDED)), found[0] if found else None)


def is_shard(name: str) -> bool:
    """Whether a file is one of several that hold a model's weights together: `model-00001-of-00004`."""
    stem, _, rest = name.rpartition("-of-")
    number = stem.rpartition("-")[2]
    return len(number) == 5 and number.isdigit() and rest[:5].isdigit()
