"""What a pickle's symbols mean: tensors of PyTorch and NumPy, estimators and their parameters."""

from collections.abc import Iterator
from itertools import islice
from typing import TypeGuard

from mlops_console.readers.modelfiles.arrays import array_of, shape_of
from mlops_console.readers.modelfiles.description import Draft, Tensor, elements, listed
from mlops_console.readers.modelfiles.symbols import Listed, Made, Name, Stored, Table, Value
from mlops_console.records import Json

_MOST_STEPS = 100_000
_DEEPEST = 40
_MOST_PARAMS = 60
_PLUMBING = frozenset({"_parameters", "_buffers", "_modules"})
_WEIGHTS = ("state_dict", "model_state_dict", "model", "net", "module", "ema", "weights", "params", "network")
_NOT_WEIGHTS = ("optim", "lr_sched", "scheduler", "scaler", "callbacks", "loops", "rng", "_metadata", "amp")
_STORAGES = {
    "Double": "float64",
    "Float": "float32",
    "Half": "float16",
    "BFloat16": "bfloat16",
    "Bool": "bool",
    "Long": "int64",
    "Int": "int32",
    "Short": "int16",
    "Char": "int8",
    "Byte": "uint8",
    "ComplexFloat": "complex64",
    "ComplexDouble": "complex128",
    "QInt8": "qint8",
    "QUInt8": "quint8",
}


def torch_tensors(value: Value, draft: Draft) -> None:
    """The tensors of a state dict, a checkpoint or a module, and how many numbers they hold.

    Of a checkpoint that also holds the optimizer's state only the model's tensors are told.
    """
    root, prefix = _weights(value)
    if prefix:
        draft.tell(weights_under=prefix)
    seen: set[tuple[str, int, tuple[int, ...]]] = set()
    total = 0
    for path, found in _walk(root):
        tensor = _tensor(path, found)
        if tensor is None:
            continue
        told, where = tensor
        draft.add_tensor(told)
        # Tied weights are one storage under several names: counted once, as PyTorch counts parameters.
        if where not in seen:
            seen.add(where)
            total += elements(where[2])
    if seen:
        draft.parameters = (draft.parameters or 0) + total


def arrays(value: Value, draft: Draft) -> None:
    """The NumPy arrays in any pickle."""
    for path, found in _walk(value):
        array = array_of(found)
        if array is not None:
            draft.add_tensor(Tensor(path, array[0], array[1]))


def checkpoint_facts(value: Value) -> dict[str, Json]:
    """What a checkpoint's dict says in plain values: epoch, step, versions, hyperparameters."""
    if not isinstance(value, Table):
        return {}
    facts: dict[str, Json] = {"keys": listed(key for key, _ in value.texts())}
    for key, inner in list(value.texts())[:_MOST_PARAMS]:
        if _is_plain(inner):
            facts[key] = inner
        elif key in ("hyper_parameters", "hparams", "config", "args") and (table := _attributes(inner)):
            facts[key] = plain(table)
    return facts


def estimator(value: Value, depth: int = 0) -> str:
    """An estimator in words: `Pipeline(StandardScaler, LogisticRegression)`; empty for other objects."""
    if not isinstance(value, Made) or value.maker is None or depth > 4:
        return ""
    held = value.held()
    inside = [held.get(key) for key in ("best_estimator_", "estimator", "base_estimator", "regressor")]
    steps = held.get("steps") or held.get("transformers") or held.get("estimators")
    if isinstance(steps, Listed):
        inside = [part for step in steps.items[:20] if isinstance(step, tuple) for part in step[1:2]]
    elif "Forest" in value.maker.name or "Boosting" in value.maker.name or "Trees" in value.maker.name:
        inside = []
    words = [word for part in inside if (word := estimator(part, depth + 1))]
    if words and not isinstance(steps, Listed):
        words = words[:1]
    return value.maker.name + (f"({', '.join(words)})" if words else "")


def parameters_of(value: Value) -> dict[str, Json]:
    """An estimator's hyperparameters: its plain attributes that fitting didn't make."""
    table = _attributes(value)
    if table is None:
        return {}
    own = Table([(key, inner) for key, inner in table.texts() if key[:1] != "_" and key[-1:] != "_"])
    return plain(own)


def plain(table: Table) -> dict[str, Json]:
    """The plain values of a table."""
    return {key[:100]: inner for key, inner in list(table.texts())[:_MOST_PARAMS] if _is_plain(inner)}


def _is_plain(value: Value) -> TypeGuard[bool | int | float | str | None]:
    if isinstance(value, str):
        return len(value) <= 300
    return value is None or isinstance(value, bool | int | float)


def _attributes(value: Value) -> Table | None:
    if isinstance(value, Table):
        return value
    return value.held() if isinstance(value, Made) else None


def _weights(value: Value) -> tuple[Value, str]:
    """Where a checkpoint keeps the model's weights, and under which key."""
    if isinstance(value, Table):
        by_key = dict(value.texts())
        for key in _WEIGHTS:
            inner = by_key.get(key)
            if isinstance(inner, Table | Made) and _holds_tensors(inner):
                return inner, key
        rest = [(key, inner) for key, inner in value.texts() if not key.lower().startswith(_NOT_WEIGHTS)]
        return Table([(key, inner) for key, inner in rest]), ""
    return value, ""


def _holds_tensors(value: Value) -> bool:
    return any(_tensor("", found) for _, found in islice(_walk(value), 2_000))


def _walk(value: Value) -> Iterator[tuple[str, Value]]:
    """Everything in a value with the path to it, in order; what is shared or nested too deep only once."""
    waiting: list[tuple[str, Value, int]] = [("", value, 0)]
    met: set[int] = set()
    steps = 0
    while waiting and steps < _MOST_STEPS:
        steps += 1
        path, here, depth = waiting.pop()
        yield path, here
        if depth > _DEEPEST or (isinstance(here, Made) and _tensor(path, here)):
            continue
        inner = list(_children(here))
        if inner and not isinstance(here, tuple):
            if id(here) in met:
                continue
            met.add(id(here))
        waiting.extend((_join(path, key), child, depth + 1) for key, child in reversed(inner))


def _children(value: Value) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Table):
        yield from value.texts()
    elif isinstance(value, Listed):
        yield from ((str(at), inner) for at, inner in enumerate(value.items))
    elif isinstance(value, tuple):
        yield from ((str(at), inner) for at, inner in enumerate(value))
    elif isinstance(value, Made):
        yield from value.held().texts()
        yield from ((str(at), inner) for at, inner in enumerate(value.items))


def _join(path: str, key: str) -> str:
    if key in _PLUMBING:
        return path
    return f"{path}.{key}"[:300] if path else key[:300]


def _tensor(path: str, value: Value) -> tuple[Tensor, tuple[str, int, tuple[int, ...]]] | None:
    """A tensor that would be rebuilt here, and what tells it from others: storage, offset, shape."""
    for _ in range(4):
        if not isinstance(value, Made) or not isinstance(value.by, Name) or not value.arguments:
            return None
        name, given = value.by.name, value.arguments
        if name in ("_rebuild_parameter", "_rebuild_parameter_with_state"):
            value = given[0]
        elif name == "_rebuild_from_type_v2" and len(given) >= 3 and isinstance(given[2], tuple):
            value = Made(given[0], given[2])
        else:
            break
    if not isinstance(value, Made) or not isinstance(value.by, Name) or len(value.arguments) < 3:
        return None
    if not value.by.name.startswith(("_rebuild_tensor", "_rebuild_qtensor")):
        return None
    storage, offset, size = value.arguments[:3]
    shape = shape_of(size)
    if not isinstance(storage, Stored) or not isinstance(storage.pid, tuple) or len(storage.pid) < 3:
        return None
    if shape is None or not isinstance(offset, int):
        return None
    kind, key = storage.pid[1], storage.pid[2]
    dtype = _STORAGES.get(kind.name.removesuffix("Storage"), "") if isinstance(kind, Name) else ""
    if value.by.name == "_rebuild_tensor_v3" and len(value.arguments) > 6:
        named = value.arguments[6]
        dtype = named.name if isinstance(named, Name) else dtype
    return Tensor(path, dtype, shape), (str(key)[:100], offset, shape)
