"""GGUF files: the key-value pairs and the list of tensors that stand before the numbers."""

from math import prod

from mlops_console.readers.modelfiles.description import MOST_NAMES, Draft, Tensor, elements
from mlops_console.readers.modelfiles.spans import Span
from mlops_console.records import Json

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_TYPES = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    6: "Q5_0",
    7: "Q5_1",
    8: "Q8_0",
    9: "Q8_1",
    10: "Q2_K",
    11: "Q3_K",
    12: "Q4_K",
    13: "Q5_K",
    14: "Q6_K",
    15: "Q8_K",
    24: "I8",
    25: "I16",
    26: "I32",
    27: "I64",
    28: "F64",
    30: "BF16",
}
_MOST_ITEMS = 200_000


class _EndError(Exception):
    pass


def describe(span: Span, draft: Draft) -> None:
    """Key-value pairs and a list of tensors, before the numbers."""
    version, tensors, pairs = span.number(4, 4), span.number(8, 8), span.number(16, 8)
    draft.tell(version=version, tensors=tensors)
    at, total, left = 24, 0, _MOST_ITEMS
    try:
        for _ in range(min(pairs, 10_000)):
            key, at = _text(span, at)
            value, at, left = _value(span, at + 4, span.number(at, 4), left)
            if value is not None and len(draft.details) < MOST_NAMES:
                draft.tell(**{key[:100]: value})
        for _ in range(min(tensors, 50_000)):
            tensor, at = _tensor(span, at)
            draft.add_tensor(tensor)
            total += elements(tuple(extent for extent in tensor.shape or () if isinstance(extent, int)))
    except _EndError:
        draft.warn("Its header ends in the middle, or is damaged.")
    draft.parameters = total
    architecture = draft.details.get("general.architecture")
    draft.architecture = architecture if isinstance(architecture, str) else ""


def _tensor(span: Span, at: int) -> tuple[Tensor, int]:
    name, at = _text(span, at)
    rank = span.number(at, 4)
    if rank > 8 or at + 4 + rank * 8 + 12 > span.size:
        raise _EndError
    shape = tuple(span.number(at + 4 + place * 8, 8) for place in range(rank))
    at += 4 + rank * 8
    kind = span.number(at, 4)
    return Tensor(name[:300], _TYPES.get(kind, f"type {kind}"), shape), at + 12


def _text(span: Span, at: int) -> tuple[str, int]:
    length = span.number(at, 8)
    if at + 8 + length > span.size:
        raise _EndError
    return span.at(at + 8, min(length, 1000)).decode("utf-8", "replace"), at + 8 + length


def _value(span: Span, at: int, kind: int, left: int) -> tuple[Json, int, int]:
    if kind == 8:
        text, at = _text(span, at)
        return text[:300], at, left
    if kind in _SIZES:
        if at + _SIZES[kind] > span.size:
            raise _EndError
        value: Json = None if kind in (6, 12) else span.number(at, _SIZES[kind])
        return value, at + _SIZES[kind], left
    inner, count = span.number(at, 4), span.number(at + 4, 8)
    at += 12
    if kind != 9 or inner == 9 or count > span.size:
        raise _EndError
    if inner in _SIZES:
        return f"a list of {count:,}", at + prod((_SIZES[inner], count)), left
    if inner != 8 or count > left:
        raise _EndError
    for _ in range(count):
        length = span.number(at, 8)
        at += 8 + length
        if at > span.size:
            raise _EndError
    return f"a list of {count:,}", at, left - count
