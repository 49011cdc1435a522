"""TensorFlow's SavedModel: what its protobuf says of versions and signatures."""

from typing import TYPE_CHECKING

from mlops_console.readers.modelfiles.description import Draft, Tensor
from mlops_console.readers.modelfiles.spans import Span
from mlops_console.readers.modelfiles.wire import Message, WireError, message, signed

if TYPE_CHECKING:
    from mlops_console.records import Json

_TYPES = {
    1: "float32",
    2: "float64",
    3: "int32",
    4: "uint8",
    5: "int16",
    6: "int8",
    7: "text",
    8: "complex64",
    9: "int64",
    10: "bool",
    14: "bfloat16",
    17: "uint16",
    19: "float16",
    20: "resource",
    22: "uint32",
    23: "uint64",
}


def describe(span: Span, draft: Draft) -> None:
    """Read the first graph's signatures."""
    draft.architecture = "SavedModel"
    try:
        for field in message(span):
            if field.number == 1:
                draft.tell(schema_version=field.value)
            elif field.number == 2 and field.is_bytes:
                _graph(message(span).inner(field), draft)
                break
    except WireError as damage:
        draft.warn(f"saved_model.pb {damage}.")


def _graph(graph: Message, draft: Draft) -> None:
    signatures: list[Json] = []
    for field in graph:
        if field.number == 1 and field.is_bytes:
            _info(graph.inner(field), draft)
        elif field.number == 5 and field.is_bytes:
            name, inner = _entry(graph.inner(field))
            signatures.append(name)
            if inner is not None and (name == "serving_default" or not draft.inputs):
                draft.inputs.clear()
                draft.outputs.clear()
                _signature(inner, draft)
    draft.tell(signatures=signatures[:20])


def _info(info: Message, draft: Draft) -> None:
    tags: list[Json] = []
    for field in info:
        if field.number == 4:
            tags.append(info.text(field, 60))
        elif field.number == 5:
            draft.tell(tensorflow_version=info.text(field, 60))
    draft.tell(tags=tags[:20])


def _entry(entry: Message) -> tuple[str, Message | None]:
    """A map's entry: its key and its value."""
    key, inner = "", None
    for field in entry:
        if field.number == 1:
            key = entry.text(field, 100)
        elif field.number == 2 and field.is_bytes:
            inner = entry.inner(field)
    return key, inner


def _signature(signature: Message, draft: Draft) -> None:
    for field in signature:
        if field.number in (1, 2) and field.is_bytes:
            name, inner = _entry(signature.inner(field))
            if inner is not None and not name.startswith("__saved_model"):
                (draft.inputs if field.number == 1 else draft.outputs).append(_tensor(name, inner))


def _tensor(name: str, info: Message) -> Tensor:
    dtype, shape = "", None
    for field in info:
        if field.number == 2:
            dtype = _TYPES.get(field.value, f"type {field.value}")
        elif field.number == 3 and field.is_bytes:
            dims = info.inner(field)
            sizes = [_size(dims.inner(dim)) for dim in dims if dim.number == 2 and dim.is_bytes]
            shape = tuple(None if size < 0 else size for size in sizes[:64])
    return Tensor(name, dtype, shape)


def _size(dim: Message) -> int:
    return next((signed(field.value) for field in dim if field.number == 1), 0)
