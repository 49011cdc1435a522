"""Describe a model file or folder from its bytes, without loading it."""

from collections.abc import Callable
from typing import TypeAlias

from mlops_console.beneath import reading, why_not
from mlops_console.readers.modelfiles import (
    boosted,
    folder_models,
    gguf,
    hdf5,
    headers,
    onnx,
    pickled,
    skops,
    tflite,
    zipped,
)
from mlops_console.readers.modelfiles.description import Draft, ModelDescription
from mlops_console.readers.modelfiles.folders import folder_format
from mlops_console.readers.modelfiles.listing import Listing, listing
from mlops_console.readers.modelfiles.sniffing import UNRECOGNISED, sniff
from mlops_console.readers.modelfiles.spans import Span, of_file

_Describe: TypeAlias = Callable[[Span, Draft], None]

_BY_FORMAT: dict[str, _Describe] = {
    "safetensors": headers.safetensors,
    "onnx": onnx.describe,
    "numpy-npz": headers.npz,
    "numpy-npy": headers.npy,
    "gguf": gguf.describe,
    "tflite": tflite.describe,
    "sklearn-skops": skops.describe,
    "keras-v3": zipped.keras,
    "keras-json": zipped.keras_json,
    "keras-h5": hdf5.describe,
    "keras-weights-h5": hdf5.describe,
    "hdf5": hdf5.describe,
    "sb3-zip": zipped.stable_baselines,
    "torch-export": zipped.torch_export,
    "torchscript": pickled.describe_torch_zip,
    "lightning-ckpt": pickled.describe_torch_zip,
    "lightgbm-text": boosted.lightgbm,
    "xgboost-json": boosted.xgboost_json,
    "xgboost-ubj": boosted.xgboost_ubj,
    "xgboost-binary": boosted.xgboost_binary,
    "catboost-cbm": boosted.catboost,
    "catboost-json": boosted.catboost_json,
}


def describe(root: str, path: str) -> ModelDescription:
    """What a model file or folder is; never raises for what is on the disk, but says it in `warnings`.

    Args:
        root: The project's folder.
        path: The file or folder, relative to it.
    """
    found = listing(root, path)
    if found is not None:
        return _folder(root, path, found)
    try:
        with reading(root, path) as descriptor:
            span = of_file(descriptor)
            name = path.rpartition("/")[2]
            draft = Draft(sniff(name, span) or UNRECOGNISED, span.size)
            _file(span, draft)
    except OSError as error:
        draft = Draft(UNRECOGNISED, 0)
        draft.warn(f"The file {why_not(error)}.")
        return draft.done()
    folder_models.beside(root, path, draft, _file)
    return draft.done()


def _file(span: Span, draft: Draft) -> None:
    word = draft.format
    action = _BY_FORMAT.get(word)
    if action is not None:
        action(span, draft)
    elif word.startswith("torch") and span.at(0, 2) == b"PK":
        pickled.describe_torch_zip(span, draft)
    elif word.startswith("torch-legacy") or "pickle" in word or "joblib" in word:
        pickled.describe(span, draft)
    elif not span.size:
        draft.warn("The file is empty.")
    else:
        pickled.suspect(span, draft)
        if draft.format == UNRECOGNISED:
            draft.warn("It is named like a model, but its bytes are of no known format.")


def _folder(root: str, path: str, found: Listing) -> ModelDescription:
    word = folder_format(found.names_here, found.folders_here) or "folder"
    draft = Draft(word, sum(file.size for file in found.files))
    folder_models.describe(root, path, found, draft, _file)
    return draft.done()
