"""Which files are worth a look: by their names and sizes alone, before anything is opened."""

_MODELS = (
    *(".pt", ".pth", ".ckpt", ".pt2", ".ptl", ".torchscript", ".jit", ".pth.tar", ".pt.tar"),
    *(".safetensors", ".onnx", ".pkl", ".pickle", ".joblib", ".dill", ".cloudpickle", ".skops"),
    *(".keras", ".h5", ".hdf5", ".tflite", ".gguf", ".ubj", ".xgb", ".bst", ".cbm", ".lgb"),
)
"""Ends of names that say model."""
_PERHAPS = (".json", ".txt", ".bin", ".model", ".zip", ".npz", ".npy", ".sav", ".pb", ".deprecated")
"""Ends of names that many things have: the file must be named like a model as well."""
_COMPRESSED = (".gz", ".xz", ".bz2", ".lz4", ".zlib", ".z", ".lzma")
_WORDS = ("model", "weight", "checkpoint", "ckpt", "estimator", "classifier", "regressor", "booster")
_WORDS_OF_TEXT = ("model", "booster", "xgb", "lgb", "lightgbm", "catboost")
_OTHERS = (
    *("optimizer", "scheduler", "rng_state", "random_states", "scaler.pt", "training_args"),
    *("data.", "data_", "data-", "dataset", "params.pkl", "trainer_state", "events.out.tfevents"),
    *("tuner.", "searcher", "search_gen_state", "experiment_state", "trainable."),
    *("model_card", "model_index", "model_summary", "model_config", "model_info"),
)
"""Beginnings of names of what lies beside models: states of a training, data, words about a model."""
_OTHER_ENDS = ("optimizer.pt", "optimizer.pth", ".index.json", "_config.json", "schema.json")
_SMALLEST = 4
SHARDED = ".safetensors.index.json"
SHARDED_TORCH = ".bin.index.json"
_BY_NAME = {
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".pt2", ".ptl", ".torchscript", ".jit"), "torch"),
    **dict.fromkeys((".pkl", ".pickle", ".dill", ".cloudpickle"), "pickle"),
    **dict.fromkeys((".h5", ".hdf5"), "hdf5"),
    **dict.fromkeys((".ubj", ".xgb", ".bst"), "xgboost"),
    ".cbm": "catboost",
    ".lgb": "lightgbm",
}


def model_format(name: str) -> str | None:
    """What a file's name alone makes of it, for lists that can't look at bytes; None for no model."""
    low = bare(name)
    if low.endswith(".npz") and any(word in low for word in _WORDS):
        return "npz"
    if not says_model(name):
        return None
    end = next(end for end in reversed(_MODELS) if low.endswith(end))
    end = f".{end.split('.')[1]}"
    return _BY_NAME.get(end, end[1:])


def bare(name: str) -> str:
    """A file's name in lower case, without the end that says it is compressed."""
    low = name.lower()
    return next((low[: -len(end)] for end in _COMPRESSED if low.endswith(end)), low)


def says_model(name: str) -> bool:
    """Whether the name says that the file is a model, whatever is in it."""
    low = bare(name)
    if low.startswith(_OTHERS) or low.endswith(_OTHER_ENDS):
        return False
    return low.endswith(_MODELS) and low not in _MODELS


def worth_a_look(name: str, size: int) -> bool:
    """Whether the file could be a model."""
    if says_model(name):
        return True
    low = bare(name)
    if low.endswith((SHARDED, SHARDED_TORCH)):
        return True
    if size < _SMALLEST or not low.endswith(_PERHAPS) or low.startswith(_OTHERS) or low.endswith(_OTHER_ENDS):
        return False
    if low.endswith((".json", ".txt")):
        return any(word in low for word in _WORDS_OF_TEXT)
    if low.endswith((".npz", ".npy", ".bin", ".pb", ".zip")):
        return any(word in low for word in _WORDS)
    return True
