"""Events as bytes that a fold can go on from: JSON, compressed, with a digest that tells damage."""

import json
import zlib
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from mlops_console.journal.event import Event

EDITION: Final = b"mlops-console fold 1\n"
_DIGEST: Final = 16


def pack(events: Iterable[Event]) -> bytes:
    """Events without their evidence."""
    rows = [
        [e.v, e.id, e.clock, e.parents, e.at, e.by, e.uid, e.host, e.kind, e.body, e.sha256, e.proven]
        for e in events
    ]
    data = zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 1)
    return EDITION + blake2b(data, digest_size=_DIGEST).digest() + data


def unpack(packed: bytes) -> list[Event]:
    """What was packed; ValueError where it was damaged, or packed by another edition of this module."""
    if not packed.startswith(EDITION):
        raise ValueError("packed by another edition")
    start = len(EDITION) + _DIGEST
    data = packed[start:]
    if blake2b(data, digest_size=_DIGEST).digest() != packed[len(EDITION) : start]:
        raise ValueError("damaged")
    return [
        Event(v, id_, clock, tuple(parents), at, by, uid, host, kind, body, {}, sha256, proven)
        for v, id_, clock, parents, at, by, uid, host, kind, body, sha256, proven in json.loads(
            zlib.decompress(data)
        )
    ]
