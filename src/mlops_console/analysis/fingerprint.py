"""The hash of what a job is given: the same content, the same answer."""

import struct
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from typing import Any

import numpy as np


def fingerprint(*parts: object) -> str:
    """A hash of plain values, arrays and dataclasses; TypeError for anything else."""
    digest = blake2b(digest_size=20)
    for part in parts:
        _put(digest, part)
    return digest.hexdigest()


def _put(digest: Any, value: object) -> None:
    match value:
        case None | bool() | int():
            digest.update(f"i{value!r};".encode())
        case float():
            digest.update(b"f" + struct.pack("<d", value))
        case str():
            raw = value.encode("utf-8", "surrogatepass")
            digest.update(b"s%d;" % len(raw) + raw)
        case bytes():
            digest.update(b"b%d;" % len(value) + value)
        case np.generic():
            _put(digest, value.item())
        case np.ndarray():
            _put_array(digest, value)
        case Mapping():
            digest.update(b"m%d;" % len(value))
            for key, inner in value.items():
                _put(digest, key)
                _put(digest, inner)
        case Sequence():
            digest.update(b"l%d;" % len(value))
            for inner in value:
                _put(digest, inner)
        case AbstractSet():
            _put(digest, sorted(value, key=repr))
        case _ if is_dataclass(value) and not isinstance(value, type):
            _put(digest, type(value).__qualname__)
            for field in fields(value):
                _put(digest, getattr(value, field.name))
        case _:
            raise TypeError(f"{type(value).__name__} has no content to be known by")


def _put_array(digest: Any, array: "np.ndarray[Any, Any]") -> None:
    digest.update(f"a{array.dtype.str}{array.shape};".encode())
    if array.dtype.kind == "O":
        _put(digest, array.ravel().tolist())
    else:
        digest.update(np.ascontiguousarray(array).view(np.uint8).data if array.size else b"")
