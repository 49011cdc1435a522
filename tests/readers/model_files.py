"""The model files that the tests look at, written by the real libraries, and how to look at one."""

import os
from pathlib import Path

from mlops_console.beneath import FileStat
from mlops_console.readers import modelfiles

SAMPLES = Path(__file__).parent / "model_samples"
FORMATS = {
    "best_cut.pt": "torch-checkpoint",
    "ckpt_legacy.pth.tar": "torch-legacy-checkpoint",
    "dense.keras": "keras-v3",
    "dense.weights.h5": "keras-weights-h5",
    "dense_model.json": "keras-json",
    "epoch=2-step=60.ckpt": "lightning-ckpt",
    "forest.pkl": "sklearn-pickle",
    "latest.weights.h5": "keras-weights-h5",
    "legacy.h5": "keras-h5",
    "lgb_model.txt": "lightgbm-text",
    "logreg.joblib": "sklearn-joblib",
    "logreg.joblib.gz": "sklearn-joblib-gzip",
    "logreg.onnx": "onnx",
    "logreg.skops": "sklearn-skops",
    "mlp.safetensors": "safetensors",
    "mlp_full.pth": "torch-pickled-module",
    "mlp_script.pt": "torchscript",
    "mlp_state.pt": "torch-state-dict",
    "model.cbm": "catboost-cbm",
    "model.ubj": "xgboost-ubj",
    "named.ubj": "xgboost-ubj",
    "named_model.json": "xgboost-json",
    "net.onnx": "onnx",
    "object_weights.npz": "numpy-npz",
    "outside.onnx": "onnx",
    "ridge.joblib.lz4": "sklearn-joblib-lz4",
    "tiny.gguf": "gguf",
    "weights.npz": "numpy-npz",
    "xgb_sklearn.pkl": "xgboost-pickle",
}


def identify(path: Path) -> str | None:
    """The format word of a file."""
    found = os.stat(path)
    seen = FileStat(found.st_size, found.st_mtime_ns, found.st_ino)
    return modelfiles.identify(str(path.parent), path.name, seen)


def describe(path: Path) -> modelfiles.ModelDescription:
    """What is told of a model file or folder."""
    return modelfiles.describe(str(path.parent), path.name)


def written(folder: Path, name: str, data: bytes) -> Path:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path
