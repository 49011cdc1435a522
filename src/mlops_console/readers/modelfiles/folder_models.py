"""Models that are folders, and what the files beside a model say of it."""

import json
from collections.abc import Callable
from typing import TypeAlias

from mlops_console.beneath import read_small, reading, why_not
from mlops_console.readers import structured
from mlops_console.readers.modelfiles import saved_model
from mlops_console.readers.modelfiles.description import MOST_NAMES, Draft, Tensor, listed
from mlops_console.readers.modelfiles.folders import MLFLOW, SAVED_MODEL, SENTENCES, weights_index
from mlops_console.readers.modelfiles.headers import safetensors
from mlops_console.readers.modelfiles.listing import Listing, listing
from mlops_console.readers.modelfiles.sniffing import sniff
from mlops_console.readers.modelfiles.spans import Span, of_file
from mlops_console.records import Json

_MOST_TEXT = 1 << 20
_MOST_INDEX = 8 << 20
_MOST_SHARDS = 200
_MOST_INNER = 8
_SAYS = (
    "model_type",
    "architectures",
    "transformers_version",
    "torch_dtype",
    "dtype",
    "vocab_size",
    "hidden_size",
)
_SAYS_OF_ADAPTERS = ("peft_type", "base_model_name_or_path", "r", "lora_alpha", "target_modules", "task_type")


Inner: TypeAlias = Callable[[Span, Draft], None]


def describe(root: str, path: str, found: Listing, draft: Draft, inner: Inner) -> None:
    """A folder that is one model; `inner` describes a file in it."""
    draft.tell(files=len(found.files))
    if found.cut:
        draft.warn("It holds more files, or deeper folders, than are listed.")
    if draft.format == MLFLOW:
        _mlflow(root, path, draft)
    elif draft.format == SAVED_MODEL:
        _saved(root, path, draft)
    else:
        if draft.format == SENTENCES:
            draft.architecture = "SentenceTransformer"
        _settings(root, path, found.names_here, draft)
        _weights(root, path, found.names_here, draft)
    within = [file.path for file in found.files if _is_inner_model(file.path)]
    _look_into(root, path, within, draft, inner)


def _look_into(root: str, path: str, within: list[str], draft: Draft, inner: Inner) -> None:
    if len(within) > _MOST_INNER:
        draft.warn(
            f"It holds {len(within):,} files that may be pickles; {_MOST_INNER} of them were looked at."
        )
    for name in within[:_MOST_INNER]:
        _inner(root, path, name, draft, inner)


def _at(folder: str, name: str) -> str:
    return name if folder in ("", ".") else f"{folder}/{name}"


def _is_inner_model(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.endswith((".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".skops", ".cloudpickle"))


def _inner(root: str, path: str, name: str, draft: Draft, inner: Inner) -> None:
    """What a file in the folder would import, and which estimator it holds."""
    try:
        with reading(root, _at(path, name)) as descriptor:
            span = of_file(descriptor)
            part = Draft(sniff(name.rpartition("/")[2], span) or "", span.size)
            part.opcodes_left, part.scan_left = draft.opcodes_left, draft.scan_left
            inner(span, part)
    except OSError as error:
        draft.warn(f"{name[:100]} {why_not(error)}.")
        return
    draft.opcodes_left, draft.scan_left = part.opcodes_left, part.scan_left
    draft.dangerous |= part.dangerous
    draft.unsafe_format = draft.unsafe_format or part.unsafe_format
    for sentence in part.warnings:
        draft.warn(f"{name[:100]}: {sentence}")
    if name.rpartition("/")[2].startswith("training_args"):
        return
    if part.architecture and draft.format == MLFLOW:
        draft.architecture = part.architecture
    if part.tensors_total and not draft.tensors_total:
        draft.tensors, draft.tensors_total = part.tensors, part.tensors_total
        draft.parameters = part.parameters


def beside(root: str, path: str, draft: Draft, inner: Inner) -> None:
    """What the files beside a model file say: of weights in several files, and of a Hugging Face model."""
    folder, _, name = path.rpartition("/")
    if draft.format not in ("safetensors", "safetensors-sharded", "torch-sharded", "torch-state-dict"):
        return
    here = listing(root, folder or ".")
    if here is None:
        return
    if draft.format.endswith("-sharded"):
        draft.unsafe_format = draft.format.startswith("torch")
        shards = _sharded(root, folder, name, draft)
        _look_into(root, folder, [shard for shard in shards if _is_inner_model(shard)], draft, inner)
    _settings(root, folder, here.names_here, draft)


def _settings(root: str, path: str, names: tuple[str, ...], draft: Draft) -> None:
    """`config.json` and `adapter_config.json` of Hugging Face."""
    if "config.json" in names:
        config = _document(root, _at(path, "config.json"), "json", draft)
        kinds = config.get("architectures")
        if isinstance(kinds, list) and kinds:
            draft.architecture = draft.architecture or ", ".join(str(kind)[:100] for kind in kinds[:5])
        draft.tell(**{key: config[key] for key in _SAYS if key in config and key not in draft.details})
        if "auto_map" in config:
            draft.warn("Its config names Python code of its own, which loading with trust_remote_code runs.")
    if "adapter_config.json" in names:
        config = _document(root, _at(path, "adapter_config.json"), "json", draft)
        draft.tell(**{f"adapter.{key}": config[key] for key in _SAYS_OF_ADAPTERS if key in config})


def _weights(root: str, path: str, names: tuple[str, ...], draft: Draft) -> None:
    index = weights_index(names)
    if index:
        _sharded(root, path, index, draft)
        return
    for name in sorted(names):
        if name.endswith(".safetensors"):
            _tensors(root, _at(path, name), draft)


def _sharded(root: str, path: str, index: str, draft: Draft) -> list[str]:
    """The shards that an index names; those of safetensors are told by their headers."""
    try:
        told = json.loads(read_small(root, _at(path, index), _MOST_INDEX))
        table = told.get("weight_map") if isinstance(told, dict) else None
    except OSError as error:
        draft.warn(f"{index[:100]} {why_not(error)}.")
        return []
    except (ValueError, RecursionError):
        draft.warn(f"{index[:100]} can't be read.")
        return []
    names = [name for name in table.values() if isinstance(name, str)] if isinstance(table, dict) else []
    shards = sorted(set(names))
    draft.tell(shards=len(shards), tensors_in_index=len(names))
    if any("/" in shard or shard in ("", ".", "..") for shard in shards):
        draft.warn("Its index names weights outside of its own folder; they are not looked at.")
        shards = [shard for shard in shards if "/" not in shard and shard not in ("", ".", "..")]
    for shard in shards[:_MOST_SHARDS]:
        if shard.endswith(".safetensors"):
            _tensors(root, _at(path, shard), draft)
    if len(shards) > _MOST_SHARDS:
        draft.warn(f"It has {len(shards):,} shards; {_MOST_SHARDS} of them were looked at.")
    return shards[:_MOST_SHARDS]


def _tensors(root: str, path: str, draft: Draft) -> None:
    """Add one safetensors file's tensors to what was told of others."""
    before = draft.parameters or 0
    name = path.rpartition("/")[2]
    try:
        with reading(root, path) as descriptor:
            span = of_file(descriptor)
            if draft.format.endswith("-sharded"):
                draft.size += span.size
            safetensors(span, draft)
    except OSError as error:
        draft.warn(f"{name[:100]}, which belongs to it, {why_not(error)}.")
        return
    draft.parameters = before + (draft.parameters or 0)


def _saved(root: str, path: str, draft: Draft) -> None:
    try:
        with reading(root, _at(path, "saved_model.pb")) as descriptor:
            saved_model.describe(of_file(descriptor), draft)
    except OSError as error:
        draft.warn(f"saved_model.pb {why_not(error)}.")
    draft.warn("A SavedModel is a program: serving it runs its operations, which can read and write files.")


def _mlflow(root: str, path: str, draft: Draft) -> None:
    """`MLmodel`: flavors, signature, and which run made it."""
    told = _document(root, _at(path, "MLmodel"), "yaml", draft)
    flavors = told.get("flavors")
    if isinstance(flavors, dict):
        draft.tell(flavors=listed(flavors))
        for name, flavor in flavors.items():
            if isinstance(flavor, dict) and name != "python_function":
                draft.details[name[:60]] = _plain(flavor)
        others = [name for name in flavors if name != "python_function"]
        draft.architecture = ", ".join(others[:5]) or "python_function"
        function = flavors.get("python_function")
        if isinstance(function, dict):
            draft.tell(loader=function.get("loader_module"), python_version=function.get("python_version"))
    keys = ("model_uuid", "model_id", "run_id", "mlflow_version", "utc_time_created", "model_size_bytes")
    draft.tell(**{key: told.get(key) for key in keys})
    signature = told.get("signature")
    if isinstance(signature, dict):
        draft.inputs += _signature(signature.get("inputs"))
        draft.outputs += _signature(signature.get("outputs"))
    python = _document(root, _at(path, "python_env.yaml"), "yaml", None)
    draft.tell(python_env=python)
    draft.unsafe_format = True
    draft.warn("An MLflow model names the Python code that loads it; load it only if you trust its source.")


def _plain(table: dict[str, Json]) -> dict[str, Json]:
    plain = [(key, value) for key, value in table.items() if isinstance(value, str | int | float)]
    return dict(plain[:20])


def _signature(text: Json) -> list[Tensor]:
    try:
        columns = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return []
    found: list[Tensor] = []
    if not isinstance(columns, list):
        return found
    for place, column in enumerate(columns[:MOST_NAMES]):
        if not isinstance(column, dict):
            continue
        spec = column.get("tensor-spec")
        name = str(column.get("name", place if len(columns) > 1 else ""))[:100]
        if isinstance(spec, dict):
            shape = spec.get("shape")
            dims = (
                tuple(None if n == -1 else n for n in shape if isinstance(n, int))
                if isinstance(shape, list)
                else None
            )
            found.append(Tensor(name, str(spec.get("dtype", ""))[:40], dims))
        else:
            found.append(Tensor(name, str(column.get("type", ""))[:40]))
    return found


def _document(root: str, path: str, kind: structured.Kind, draft: Draft | None) -> dict[str, Json]:
    name = path.rpartition("/")[2]
    try:
        loaded = structured.load(read_small(root, path, _MOST_TEXT), kind)
    except OSError as error:
        if draft is not None:
            draft.warn(f"{name} {why_not(error)}.")
        return {}
    if draft is not None:
        for problem in loaded.problems:
            draft.warn(f"{name}: {problem}")
    return loaded.value if isinstance(loaded.value, dict) else {}
