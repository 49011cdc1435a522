"""Which format a file is of, by a few of its bytes: cheap enough for every look at a run's folder."""

import re

from mlops_console.beneath import FileStat, reading
from mlops_console.readers.modelfiles import spans
from mlops_console.readers.modelfiles.names import SHARDED, SHARDED_TORCH, bare, says_model, worth_a_look

HEAD = 4096
_DEEPER = 1 << 17
_MOST_REMEMBERED = 50_000
UNRECOGNISED = "unrecognised"
"""A file that is named like a model, but whose bytes are of no format known here."""

_known: dict[tuple[str, str], tuple[FileStat, str | None]] = {}

_OBJECTIVE = re.compile(rb"(reg|binary|multi|rank|count|survival):[a-z_]+")
_GLOBAL = re.compile(
    rb"c([\w.]+)\n([\w.<>]+)\n|\x8c(.)([\w.]{2,200})(?:\x94|q.|)\x8c(.)([\w.]{1,200})(?:\x94|q.|)\x93", re.S
)


def identify(root: str, path: str, seen: FileStat) -> str | None:
    """The word for a file's format, None for what is no model.

    Asked again for a file that hasn't changed, it answers without opening it.

    Args:
        root: The project's folder.
        path: The file, relative to it.
        seen: What the file system says of the file.
    """
    name = path.rpartition("/")[2]
    if not worth_a_look(name, seen.size):
        return None
    before = _known.get((root, path))
    if before is not None and before[0] == seen:
        return before[1]
    try:
        with reading(root, path) as descriptor:
            word = sniff(name, spans.of_file(descriptor))
    except OSError:
        word = UNRECOGNISED if says_model(name) else None
    if len(_known) >= _MOST_REMEMBERED:
        _known.clear()
    _known[root, path] = (seen, word)
    return word


def sniff(name: str, span: spans.Span) -> str | None:
    """The word for the format of an open file."""
    head = span.at(0, HEAD)
    low = bare(name)
    if low.endswith((SHARDED, SHARDED_TORCH)):
        return _sharded(low, head)
    word = _by_magic(low, head, span) or _by_text(low, head, span)
    return word or (UNRECOGNISED if says_model(name) else None)


def _by_magic(low: str, head: bytes, span: spans.Span) -> str | None:
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zip(head, span)
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return _hdf5(low, span)
    if head.startswith(b"\x93NUMPY"):
        return "numpy-npy"
    if head.startswith(b"CBM1"):
        return "catboost-cbm"
    if head.startswith(b"GGUF"):
        return "gguf"
    if head[4:8] == b"TFL3":
        return "tflite"
    if _is_safetensors(head, span.size):
        return "safetensors"
    kind = spans.compression(head)
    if kind:
        return _compressed(low, head, kind)
    if head[:1] == b"\x80" and len(head) > 1 and 2 <= head[1] <= 5:
        return _pickle(low, head)
    if head[:2] in (b"{L", b"{l", b"{i", b"{I", b"{U") and (
        b"learner" in head[:64] or b"version" in head[:64]
    ):
        return "xgboost-ubj"
    if head.startswith(b"binf") or (_OBJECTIVE.match(head, 144) and span.number(136, 8) < 64):
        return "xgboost-binary"
    if _is_onnx(head) and not low.endswith(".pb"):
        return "onnx"
    return None


def _by_text(low: str, head: bytes, span: spans.Span) -> str | None:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"tree\nversion=", b"tree\r\nversion=")):
        return "lightgbm-text"
    if text[:1] == b"{":
        return _json(text, span)
    if low.endswith((".pkl", ".pickle", ".joblib", ".sav", ".dill", ".cloudpickle", ".model")):
        first = text[:2]
        if (
            re.match(rb"[(cIlp\]}N]", first)
            and span.at(span.size - 1, 1) == b"."
            and re.match(rb"(\(?[cildp(V S]|[cN\]}])", text)
        ):
            return _pickle(low, head)
    return None


def _pickle(low: str, head: bytes) -> str:
    """A pickle, and whose object it holds as far as its beginning tells."""
    if (
        head.startswith((b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.", b"\x80\x04\x95"))
        and b"l\xfc\x9cF\xf9 j\xa8P\x19." in head[:32]
    ):
        return _legacy_torch(head)
    container = "joblib" if low.endswith((".joblib", ".jl")) or b"joblib.numpy_pickle" in head else "pickle"
    owner = owner_of(first_global(head)[0])
    return f"{owner}-{container}" if owner else container


def first_global(head: bytes) -> tuple[str, str]:
    """The first import that a pickle's beginning names, as (module, name)."""
    found = _GLOBAL.search(head)
    if not found:
        return "", ""
    module, name = (found[1], found[2]) if found[1] else (found[4], found[6])
    return module.decode("ascii", "replace"), name.decode("ascii", "replace")


def owner_of(module: str) -> str:
    """Whose models a module's classes are, empty for none that is known here."""
    top = module.partition(".")[0]
    known = ("sklearn", "xgboost", "lightgbm", "catboost", "keras", "statsmodels", "prophet", "imblearn")
    return top if top in known else ""


def _legacy_torch(head: bytes) -> str:
    body = head[head.find(b"l\xfc\x9cF\xf9 j\xa8P\x19.") + 11 :]
    at = body.find(b"type_sizes")
    end = body.find(b".\x80", at)
    kind = torch_kind(body[end + 1 :] if at >= 0 and end >= 0 else b"")
    return f"torch-legacy-{kind}" if kind else "torch-legacy"


def torch_kind(head: bytes) -> str:
    """What a PyTorch pickle holds, by its beginning: state-dict, checkpoint, pickled-module or empty."""
    start = re.match(rb"\x80.(?:\x95.{8})?", head, re.S)
    rest = head[start.end() :] if start else head
    if rest.startswith(b"ccollections\nOrderedDict\n"):
        return "state-dict"
    if rest.startswith(b"c"):
        return "" if rest.startswith((b"ctorch._utils\n", b"c__builtin__\n")) else "pickled-module"
    if rest.startswith(b"}"):
        if b"pytorch-lightning_version" in rest[:2048]:
            return "lightning-ckpt"
        first = re.match(
            rb"}(?:q.)?\(?X.{4}[^\x00-\x1f]{1,200}?(?:q.|r.{4})?c([\w.]+)\n([\w]+)\n", rest, re.S
        )
        return "state-dict" if first and first[1] == b"torch._utils" else "checkpoint"
    return ""


def _zip(head: bytes, span: spans.Span) -> str | None:
    """By the first entry, and by the names at the end where the first one doesn't tell."""
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")].decode("utf-8", "replace")
    start = 30 + len(first.encode()) + int.from_bytes(head[28:30], "little")
    if first.endswith(("/data.pkl", "/.format_version", "/byteorder")):
        kind = torch_kind(head[start:])
        if kind == "lightning-ckpt":
            return kind
        return _torch_zip(span, f"torch-{kind}" if kind else "torch")
    if first in ("metadata.json", "config.json") or first.endswith("model.weights.h5"):
        return "keras-v3" if {"config.json", "metadata.json"} <= _names(span) else None
    return _by_names(span)


def _torch_zip(span: spans.Span, otherwise: str) -> str:
    return _by_names(span) or otherwise if span.size < _DEEPER << 3 else otherwise


def _by_names(span: spans.Span) -> str | None:
    names = _names(span)
    if not names:
        return None
    short = {name.partition("/")[2] for name in names}
    if "schema.json" in names:
        return "sklearn-skops"
    if {"config.json", "metadata.json"} <= names:
        return "keras-v3"
    if "_stable_baselines3_version" in names:
        return "sb3-zip"
    if (
        any(name.startswith("models/") and name.endswith(".json") for name in short)
        or "archive_format" in short
    ):
        return "torch-export"
    if any(name.startswith("code/") for name in short):
        return "torchscript"
    if all(name.endswith(".npy") for name in names):
        return "numpy-npz"
    return None


def _names(span: spans.Span) -> set[str]:
    from mlops_console.readers.modelfiles.zips import entries

    return {entry.name for entry in entries(span, most=2000).entries}


def _hdf5(low: str, span: spans.Span) -> str:
    head = span.at(0, 1 << 16)
    if b"model_weights" in head or b"model_config" in head:
        return "keras-h5"
    if low.endswith(".weights.h5") or b"_layer_checkpoint_dependencies" in head or b"keras_version" in head:
        return "keras-weights-h5"
    return "hdf5"


def _is_safetensors(head: bytes, size: int) -> bool:
    length = int.from_bytes(head[:8], "little")
    return 2 <= length <= 100 << 20 and head[8:10] in (b'{"', b"{}", b"{ ", b"{\n") and size >= 8


def _is_onnx(head: bytes) -> bool:
    """An ONNX model begins with its IR version, and then says who wrote it or which operators it uses."""
    if head[:1] != b"\x08" or len(head) < 4 or not 0 < head[1] < 32:
        return False
    return head[2] in (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42)


def _compressed(low: str, head: bytes, kind: str) -> str | None:
    inner, _ = spans.unpacked(spans.of_bytes(head), kind, HEAD)
    pickled = low.endswith((".pkl", ".pickle"))
    if inner[:1] == b"\x80" and inner[1:2] <= b"\x05":
        return f"{_pickle(low if pickled else 'm.joblib', inner)}-{kind}"
    if pickled or low.endswith((".joblib", ".jl")):
        return f"{'pickle' if pickled else 'joblib'}-{kind}"
    return None


def _json(text: bytes, span: spans.Span) -> str | None:
    if text.startswith(b'{"learner"') or (b'"learner"' in text[:200] and b'"gradient_booster"' in text):
        return "xgboost-json"
    if text.startswith(b'{"version":') and b'"learner"' in text[:64]:
        return "xgboost-json"
    if b'"class_name"' in text and b'"config"' in text and b'"layers"' in text:
        return "keras-json"
    if re.match(rb'\{\s*"(features_info|oblivious_trees|model_info|ctr_data)"\s*:', text):
        tail = span.at(max(0, span.size - HEAD), HEAD)
        known = (b'"float_features"', b'"oblivious_trees"', b'"scale_and_bias"', b'"trees"', b'"model_info"')
        return "catboost-json" if any(key in text or key in tail for key in known) else None
    return None


def _sharded(low: str, head: bytes) -> str | None:
    if b'"weight_map"' not in head and b'"metadata"' not in head:
        return None
    return "safetensors-sharded" if low.endswith(SHARDED) else "torch-sharded"


def forget() -> None:
    """Forget what was remembered of files (for tests)."""
    _known.clear()


def remembered() -> int:
    """How many files' formats are remembered."""
    return len(_known)
