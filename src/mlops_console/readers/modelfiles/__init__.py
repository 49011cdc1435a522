"""Model files: told by their bytes and described without ever loading them."""

from mlops_console.readers.modelfiles.description import ModelDescription, Tensor
from mlops_console.readers.modelfiles.folders import HUGGING_FACE, folder_format, is_shard, weights_index
from mlops_console.readers.modelfiles.names import model_format, says_model, worth_a_look
from mlops_console.readers.modelfiles.sniffing import UNRECOGNISED, identify

__all__ = [
    "HUGGING_FACE",
    "UNRECOGNISED",
    "ModelDescription",
    "Tensor",
    "folder_format",
    "identify",
    "is_shard",
    "model_format",
    "says_model",
    "weights_index",
    "worth_a_look",
]
