"""The files that a run left in its folder, and which of them are models (told by name only)."""

import os
from collections.abc import Callable, Collection, Sequence

from mlops_console.readers.opening import open_folder
from mlops_console.records import Artifact, ModelFile

MAX_FILES = 10_000
MAX_DEPTH = 16
NEVER_INTO = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "venv",
        "__pycache__",
        "node_modules",
        ".ipynb_checkpoints",
        ".mlops-console",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
    }
)
"""Folders that hold no artifacts, wherever they lie."""

_FORMATS = {
    ".pt": "torch",
    ".pth": "torch",
    ".pth.tar": "torch",
    ".pt.tar": "torch",
    ".ckpt": "torch",
    ".safetensors": "safetensors",
    ".onnx": "onnx",
    ".pkl": "pickle",
    ".pickle": "pickle",
    ".joblib": "joblib",
    ".skops": "skops",
    ".keras": "keras",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".tflite": "tflite",
    ".gguf": "gguf",
    ".ubj": "xgboost",
    ".xgb": "xgboost",
    ".cbm": "catboost",
}
_COMPRESSED = (".gz", ".xz", ".bz2", ".lz4", ".zlib")
_MODEL_WORDS = ("model", "weight", "checkpoint", "ckpt", "estimator", "classifier", "regressor")
_NO_MODELS = (
    "optimizer",
    "scheduler",
    "rng_state",
    "scaler.pt",
    "training_args",
    "data",
    "dataset",
    "params.pkl",
)

Stop = Callable[[str, Sequence[str], Sequence[str]], bool]
"""(folder relative to the project, names of its files, names of its folders) -> it is a run of its own."""


def model_format(name: str) -> str | None:
    """The format word of a model file, by its name; None for other files."""
    low = name.lower()
    if low.startswith(_NO_MODELS):
        return None
    if low.endswith(".npz"):
        return "npz" if any(word in low for word in _MODEL_WORDS) else None
    bare = next((low[: -len(end)] for end in _COMPRESSED if low.endswith(end)), low)
    for end, word in _FORMATS.items():
        if bare.endswith(end) and bare != end:
            return word
    return None


def list_files(
    root: str,
    folder: str,
    *,
    skip: Collection[str] = (),
    stop: Stop | None = None,
    max_files: int = MAX_FILES,
    max_depth: int = MAX_DEPTH,
) -> tuple[tuple[Artifact, ...], tuple[ModelFile, ...]]:
    """All regular files below a run's folder, sorted; links and folders that are runs of their own left out.

    `skip` holds paths (relative to the run's folder) of files or folders to leave out. A folder that can't be
    read is left out; past `max_files` the walk ends quietly.
    """
    found: list[Artifact] = []
    waiting = [("", 0)]
    while waiting and len(found) < max_files:
        below, depth = waiting.pop()
        files, folders = _listing(root, _join(folder, below), below)
        if depth and stop and stop(_join(folder, below), [_name(f.path) for f in files], folders):
            continue
        found.extend(file for file in files if file.path not in skip)
        if depth < max_depth:
            inner = (_join(below, name) for name in folders if name not in NEVER_INTO)
            waiting.extend((path, depth + 1) for path in sorted(inner, reverse=True) if path not in skip)
    artifacts = tuple(sorted(found[:max_files], key=lambda file: file.path))
    models = tuple(
        ModelFile(_join(folder, file.path), word)
        for file in artifacts
        if (word := model_format(_name(file.path)))
    )
    return artifacts, models


def _listing(root: str, folder: str, below: str) -> tuple[list[Artifact], list[str]]:
    """Regular files (paths relative to the run) and folder names of one folder."""
    files: list[Artifact] = []
    folders: list[str] = []
    try:
        fd = open_folder(root, folder)
    except OSError:
        return files, folders
    try:
        with os.scandir(fd) as entries:
            for entry in entries:
                try:
                    if entry.is_file(follow_symlinks=False):
                        seen = entry.stat(follow_symlinks=False)
                        modified = seen.st_mtime_ns // 1000
                        files.append(Artifact(_join(below, entry.name), seen.st_size, modified))
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                except OSError:
                    continue
    except OSError:
        return files, folders
    finally:
        os.close(fd)
    return files, folders


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _join(folder: str, name: str) -> str:
    if folder in (".", ""):
        return name or "."
    return f"{folder}/{name}" if name else folder
