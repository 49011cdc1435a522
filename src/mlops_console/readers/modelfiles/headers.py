"""Formats that say in a header what they hold: safetensors and NumPy."""

import json

from mlops_console.readers.modelfiles import numpy_headers, zips
from mlops_console.readers.modelfiles.arrays import named
from mlops_console.readers.modelfiles.description import MOST_NAMES, Draft, Tensor, elements
from mlops_console.readers.modelfiles.pickled import judge
from mlops_console.readers.modelfiles.spans import Span
from mlops_console.records import Json

_MOST_HEADER = 4 << 20
_TYPES = {
    "F64": ("float64", 8),
    "F32": ("float32", 4),
    "F16": ("float16", 2),
    "BF16": ("bfloat16", 2),
    "I64": ("int64", 8),
    "I32": ("int32", 4),
    "I16": ("int16", 2),
    "I8": ("int8", 1),
    "BOOL": ("bool", 1),
    "U64": ("uint64", 8),
    "U32": ("uint32", 4),
    "U16": ("uint16", 2),
    "U8": ("uint8", 1),
    "F8_E4M3": ("float8_e4m3", 1),
    "F8_E5M2": ("float8_e5m2", 1),
}


def safetensors(span: Span, draft: Draft) -> None:
    """A JSON header with the names, types, shapes and places of all tensors."""
    length = span.number(0, 8)
    if length > span.size - 8:
        draft.warn(f"Its header claims {length:,} bytes, more than the file holds: it is cut off or damaged.")
        return
    if length > min(_MOST_HEADER, draft.header_left):
        draft.warn(f"Its header has {length:,} bytes, more than are read.")
        return
    draft.header_left -= length
    header = load_json(span.at(8, length), draft, "header")
    if header is None:
        return
    metadata = header.pop("__metadata__", None)
    if isinstance(metadata, dict):
        draft.tell(metadata=dict(list(metadata.items())[:MOST_NAMES]))
    total, broken, dtypes = 0, 0, dict[str, Json]()
    for name, entry in header.items():
        shape, dtype, place = _entry(entry)
        word, width = _TYPES.get(dtype, (dtype.lower(), 0))
        draft.add_tensor(Tensor(name[:300], word, shape))
        count = elements(shape or ())
        total += count
        dtypes[dtype] = True
        begin, end = place
        sound = shape is not None and 0 <= begin <= end <= span.size - 8 - length
        broken += not sound or bool(width and count * width != end - begin)
    draft.parameters = total
    draft.tell(dtype=", ".join(sorted(dtypes)))
    if broken:
        draft.warn(f"Of {broken:,} of its tensors the numbers are not all there: it is cut off or damaged.")


def _entry(entry: Json) -> tuple[tuple[int, ...] | None, str, tuple[int, int]]:
    if not isinstance(entry, dict):
        return None, "", (-1, -1)
    shape, place = entry.get("shape"), entry.get("data_offsets")
    dims = (
        tuple(extent for extent in shape[:64] if isinstance(extent, int)) if isinstance(shape, list) else None
    )
    numbers = [at for at in place if isinstance(at, int)] if isinstance(place, list) else []
    where = (numbers[0], numbers[1]) if len(numbers) == 2 else (-1, -1)
    return dims, str(entry.get("dtype", ""))[:20], where


def load_json(data: bytes, draft: Draft, what: str) -> dict[str, Json] | None:
    """A JSON object in a model file; None, and a warning, where it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        words = "nested too deep" if isinstance(error, RecursionError) else " ".join(str(error).split())[:100]
        draft.warn(f"Its {what} can't be read ({words}).")
        return None
    if not isinstance(found, dict):
        draft.warn(f"Its {what} is not what it should be.")
        return None
    return found


def npy(span: Span, draft: Draft, name: str = "") -> None:
    """One NumPy array."""
    found = numpy_headers.extent(span.at(0, numpy_headers.FIRST))
    if found is None:
        draft.warn(f"{name or 'The file'} has no NumPy header.")
        return
    start, length = found
    header = numpy_headers.parse(span.at(start, length), start + length)
    if header is None:
        draft.warn(f"{name or 'The file'} has a damaged NumPy header.")
        return
    word = "record" if header.is_record else named(header.kind)[0]
    draft.add_tensor(Tensor(name, word, header.shape))
    draft.parameters = (draft.parameters or 0) + elements(header.shape)
    if "O" in header.kind:
        judge(span.part(header.data, span.size), draft, f"The pickle in {name or 'it'}")


def npz(span: Span, draft: Draft) -> None:
    """Several NumPy arrays in a zip."""
    directory = zips.entries(span)
    if directory.trouble:
        draft.warn(f"The file {directory.trouble}.")
    for entry in directory.entries[:2_000]:
        inner, trouble = zips.content(span, entry, 1 << 16)
        if trouble and not (entry.method == 8 and inner.size):
            draft.warn(f"{entry.name[:200]} in it {trouble}.")
        elif entry.name.endswith(".npy"):
            npy(inner, draft, entry.name[:-4][:300])
