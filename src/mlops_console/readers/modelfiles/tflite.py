"""TensorFlow Lite models: inputs, outputs and tensors out of the FlatBuffer, by offsets that are checked."""

from mlops_console.readers.modelfiles.description import MOST_TENSORS, Draft, Tensor
from mlops_console.readers.modelfiles.spans import Span

_TYPES = (
    *(
        "float32",
        "float16",
        "int32",
        "uint8",
        "int64",
        "text",
        "bool",
        "int16",
        "complex64",
        "int8",
        "float64",
    ),
    *("complex128", "uint64", "resource", "variant", "uint32", "uint16", "int4", "bfloat16"),
)


def describe(span: Span, draft: Draft) -> None:
    """Read the first graph."""
    model = span.number(0, 4)
    draft.tell(version=_scalar(span, model, 0), description=_text(span, _field(span, model, 3)))
    graphs = _vector(span, _field(span, model, 2))
    draft.tell(graphs=len(graphs))
    if not graphs:
        draft.warn("It holds no graph: it is cut off or damaged.")
        return
    tensors = [_tensor(span, at) for at in _vector(span, _field(span, graphs[0], 0), 20_000)]
    for tensor in tensors:
        draft.add_tensor(tensor)
    for slot, into in ((1, draft.inputs), (2, draft.outputs)):
        chosen = _numbers(span, _field(span, graphs[0], slot), MOST_TENSORS)
        into.extend(tensors[index] for index in chosen if 0 <= index < len(tensors))
    draft.tell(operators=len(_vector(span, _field(span, graphs[0], 3), 100_000)))


def _field(span: Span, table: int, slot: int) -> int:
    """Where a table's field lies, 0 where it has none."""
    if not 0 < table < span.size - 4:
        return 0
    back = int.from_bytes(span.at(table, 4), "little", signed=True)
    layout = table - back
    if not 0 <= layout < span.size - 4 or span.number(layout, 2) < 6 + 2 * slot:
        return 0
    offset = span.number(layout + 4 + 2 * slot, 2)
    return table + offset if offset and table + offset < span.size else 0


def _scalar(span: Span, table: int, slot: int) -> int:
    at = _field(span, table, slot)
    return span.number(at, 4) if at else 0


def _vector(span: Span, at: int, most: int = 1_000) -> list[int]:
    """Where the tables of a vector lie."""
    if not at:
        return []
    start = at + span.number(at, 4)
    count = min(span.number(start, 4), most, max(0, span.size - start - 4) // 4)
    places = (start + 4 + 4 * index for index in range(count))
    return [place + span.number(place, 4) for place in places]


def _numbers(span: Span, at: int, most: int) -> list[int]:
    if not at:
        return []
    start = at + span.number(at, 4)
    count = min(span.number(start, 4), most)
    data = span.at(start + 4, 4 * count)
    return [int.from_bytes(data[i : i + 4], "little", signed=True) for i in range(0, len(data) - 3, 4)]


def _text(span: Span, at: int) -> str:
    if not at:
        return ""
    start = at + span.number(at, 4)
    return span.at(start + 4, min(span.number(start, 4), 300)).decode("utf-8", "replace")


def _tensor(span: Span, table: int) -> Tensor:
    kind = _field(span, table, 1)
    number = span.number(kind, 1) if kind else 0
    shape = tuple(_numbers(span, _field(span, table, 0), 32))
    dtype = _TYPES[number] if number < len(_TYPES) else f"type {number}"
    return Tensor(_text(span, _field(span, table, 3)), dtype, tuple(None if n < 0 else n for n in shape))
