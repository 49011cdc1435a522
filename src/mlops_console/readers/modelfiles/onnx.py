"""ONNX models: who wrote them, operators, inputs, outputs and weights, from the file's fields alone."""

from collections import Counter

from mlops_console.readers.modelfiles.description import Draft, Tensor, elements
from mlops_console.readers.modelfiles.spans import Span
from mlops_console.readers.modelfiles.wire import Field, Message, WireError, message
from mlops_console.records import Json

_TYPES = (
    *("", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "text", "bool", "float16"),
    *("float64", "uint32", "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz"),
    *("float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1"),
)


def describe(span: Span, draft: Draft) -> None:
    """Read a model's fields."""
    model = message(span)
    opsets: dict[str, Json] = {}
    try:
        for field in model:
            if field.number == 1:
                draft.tell(ir_version=field.value)
            elif field.number in (2, 3, 4, 6):
                key = {2: "producer", 3: "producer_version", 4: "domain", 6: "doc"}[field.number]
                draft.tell(**{key: model.text(field)})
            elif field.number == 5:
                draft.tell(model_version=field.value)
            elif field.number == 7 and field.is_bytes:
                _graph(model.inner(field), draft)
            elif field.number == 8 and field.is_bytes:
                domain, version = _opset(model.inner(field))
                opsets.setdefault(domain or "ai.onnx", version)
            elif field.number == 14 and field.is_bytes:
                key, value = _pair(model.inner(field))
                draft.tell(**{f"metadata.{key[:60]}": value})
    except WireError as damage:
        draft.warn(f"The file {damage}.")
    first = opsets.get("ai.onnx", next(iter(opsets.values()), None))
    draft.tell(opset=first, opsets=opsets)


def _opset(inner: Message) -> tuple[str, int]:
    domain, version = "", 0
    for field in inner:
        if field.number == 1:
            domain = inner.text(field)
        elif field.number == 2:
            version = field.value
    return domain, version


def _pair(inner: Message) -> tuple[str, str]:
    words = {field.number: inner.text(field) for field in inner if field.is_bytes}
    return words.get(1, ""), words.get(2, "")


def _graph(graph: Message, draft: Draft) -> None:
    operators: Counter[str] = Counter()
    weights: set[str] = set()
    outside: Counter[str] = Counter()
    nodes = total = 0
    draft.parameters = 0
    for field in graph:
        if field.number == 2:
            draft.tell(graph=graph.text(field))
        if not field.is_bytes:
            continue
        if field.number == 1:
            nodes += 1
            operators[_operator(graph, field)] += 1
        elif field.number == 5:
            tensor, location = _initializer(graph.inner(field))
            draft.add_tensor(tensor)
            weights.add(tensor.name)
            total += elements(tuple(extent for extent in tensor.shape or () if isinstance(extent, int)))
            if location:
                outside[location] += 1
        elif field.number in (11, 12):
            (draft.inputs if field.number == 11 else draft.outputs).append(_value(graph.inner(field)))
        draft.parameters = total
    # Before IR version 4 every weight was named among the inputs as well.
    draft.inputs = [tensor for tensor in draft.inputs if tensor.name not in weights]
    draft.tell(nodes=nodes, operators=dict(operators.most_common(20)))
    if outside:
        draft.tell(external_data=list[Json](list(outside)[:20]))
        draft.warn(f"Its weights lie in other files ({', '.join(list(outside)[:3])}), which belong to it.")
        if any(name.startswith("/") or ".." in name.split("/") for name in outside):
            draft.warn("It names weights outside of its own folder; loading it would read them.")


def _operator(graph: Message, field: Field) -> str:
    node = graph.inner(field)
    return next((node.text(inner, 60) for inner in node if inner.number == 4), "")


def _initializer(inner: Message) -> tuple[Tensor, str]:
    shape: list[int] = []
    name, kind, location = "", 0, ""
    for field in inner:
        if field.number == 1:
            shape += inner.numbers(field)
        elif field.number == 2:
            kind = field.value
        elif field.number == 8:
            name = inner.text(field)
        elif field.number == 13 and field.is_bytes:
            key, value = _pair(inner.inner(field))
            location = value if key == "location" else location
    return Tensor(name, _type(kind), tuple(shape[:64])), location


def _value(inner: Message) -> Tensor:
    """A ValueInfoProto: a name and a type."""
    name, told = "", Tensor("")
    for field in inner:
        if field.number == 1:
            name = inner.text(field)
        elif field.number == 2 and field.is_bytes:
            told = _typed(inner.inner(field), 0)
    return Tensor(name, told.dtype, told.shape)


def _typed(inner: Message, depth: int) -> Tensor:
    """A TypeProto: a tensor, or a sequence or map of others."""
    for field in inner:
        if not field.is_bytes or depth > 4:
            continue
        if field.number in (1, 8):
            return _tensor_type(inner.inner(field))
        if field.number in (4, 9):
            within = inner.inner(field)
            parts = [_typed(within.inner(part), depth + 1) for part in within if part.is_bytes]
            word = "sequence" if field.number == 4 else "optional"
            return Tensor("", f"{word} of {parts[0].dtype}" if parts else word)
        if field.number == 5:
            return Tensor("", "map")
    return Tensor("")


def _tensor_type(inner: Message) -> Tensor:
    dtype, shape = "", None
    for field in inner:
        if field.number == 1:
            dtype = _type(field.value)
        elif field.number == 2 and field.is_bytes:
            dims = inner.inner(field)
            shape = tuple(_extent(dims.inner(dim)) for dim in dims if dim.is_bytes)[:64]
    return Tensor("", dtype, shape)


def _extent(inner: Message) -> int | str | None:
    for field in inner:
        if field.number == 1:
            return field.value
        if field.number == 2:
            return inner.text(field, 60)
    return None


def _type(number: int) -> str:
    return _TYPES[number] if 0 <= number < len(_TYPES) else f"type {number}"
