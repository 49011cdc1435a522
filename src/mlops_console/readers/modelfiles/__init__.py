"""Model files: told by their bytes and described without ever loading them."""

from mlops_console.readers.modelfiles.description import ModelDescription, Tensor
from mlops_console.readers.modelfiles.digest import digest
from mlops_console.readers.modelfiles.folders import WHOLE, folder_format, is_shard, weights_index
from mlops_console.readers.modelfiles.names import model_format, says_model, worth_a_look
from mlops_console.readers.modelfiles.sniffing import UNRECOGNISED, identify

__all__ = [
    "UNRECOGNISED",
    "WHOLE",
    "ModelDescription",
    "Tensor",
    "describe",
    "digest",
    "folder_format",
    "identify",
    "is_shard",
    "model_format",
    "says_model",
    "weights_index",
    "worth_a_look",
]


def describe(root: str, path: str) -> ModelDescription:
    """What a model file or folder is, without loading it; what is wrong with it is in its warnings.

    Args:
        root: The project's folder.
        path: The file or folder, relative to it.
    """
    # Recognising files happens at every look at a folder; describing one only when somebody asks.
    from mlops_console.readers.modelfiles import describing

    return describing.describe(root, path)
