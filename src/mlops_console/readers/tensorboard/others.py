"""Records of no interest, told from their first bytes: histograms, images, audio, text, big tensors."""

from functools import lru_cache

from mlops_console.readers.tensorboard.event import Malformed, Value, note_metadata, varint

_WALL, _STEP, _SUMMARY, _INNER = 0x09, 0x10, 0x2A, 0x0A
_TENSOR, _METADATA = 0x42, 0x4A
_MEDIA = frozenset({0x22, 0x2A, 0x32})
_SHORTEST = 20
_KEPT = frozenset({b"", b"scalars", b"hparams"})
_SMALL = 256


def is_other(data: memoryview) -> bool:
    """Whether a record's data is a summary of one value that is surely no number; False where unsure."""
    end = len(data)
    if end < _SHORTEST or data[0] != _WALL:
        return False
    at = 9
    try:
        if data[at] == _STEP:
            at += 1
            while data[at] > 127:
                at += 1
            at += 1
        if data[at] != _SUMMARY:
            return False
        at += 1
        while data[at] > 127:
            at += 1
        at += 1
        if data[at] != _INNER:
            return False
        size, at = varint(data, at + 1, end)
        if at + size != end or data[at] != _INNER:
            return False
        size, at = varint(data, at + 1, end)
        at += size
        key = data[at]
        if key not in _MEDIA and key != _TENSOR:
            return False
        size, at = varint(data, at + 1, end)
        at += size
        if key != _TENSOR:
            return at == end
        return end - at <= _SMALL and data[at] == _METADATA and _uninteresting(bytes(data[at:]))
    except (IndexError, Malformed):
        return False


@lru_cache(maxsize=256)
def _uninteresting(metadata: bytes) -> bool:
    """Whether the metadata (with its key and length) names a plugin whose tensors are not read."""
    value, data = Value(), memoryview(metadata)
    size, at = varint(data, 1, len(data))
    if at + size != len(data):
        return False
    note_metadata(value, data, at, len(data))
    return value.plugin not in _KEPT and value.plugin is not None
