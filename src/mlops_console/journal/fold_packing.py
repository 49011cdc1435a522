"""Events as bytes that a fold can go on from: JSON, compressed, with a digest that tells damage."""

import contextlib
import gc
import json
import zlib
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

from mlops_console.journal.event import Event
from mlops_console.journal.fold_bodies import PackedBody, parted

EDITION: Final = b"mlops-console fold 1\n"
_DIGEST: Final = 16
_AT_ONCE: Final = 500
"""Events to a line: other threads come to their turn between lines."""


def pack(events: Sequence[Event]) -> bytes:
    """Events without their evidence: a line of what folding asks of some, then a line of the rest of each."""
    packer = zlib.compressobj(1)
    parts = []
    for start in range(0, len(events), _AT_ONCE):
        rows, rests = [], []
        for e in events[start : start + _AT_ONCE]:
            light, rest = parted(e.kind, e.body)
            if rest:
                rests.append(rest + b"\n")
            rows.append(
                [e.v, e.id, e.clock, e.parents, e.at, e.by, e.uid, e.host, e.kind, light, e.sha256, e.proven]
                + ([True] if rest else [])
            )
        line = json.dumps(rows, separators=(",", ":")).encode() + b"\n"
        parts.append(packer.compress(line + b"".join(rests)))
    data = b"".join([*parts, packer.flush()])
    return EDITION + blake2b(data, digest_size=_DIGEST).digest() + data


def unpack(packed: bytes) -> list[Event]:
    """What was packed; ValueError where it was damaged, or packed by another edition of this module."""
    if not packed.startswith(EDITION):
        raise ValueError("packed by another edition")
    start = len(EDITION) + _DIGEST
    data = packed[start:]
    if blake2b(data, digest_size=_DIGEST).digest() != packed[len(EDITION) : start]:
        raise ValueError("damaged")
    found = []
    lines = iter(zlib.decompress(data).split(b"\n"))
    for line in lines:
        for row in json.loads(line) if line else ():
            v, id_, clock, parents, at, by, uid, host, kind, body, sha256, proven = row[:12]
            if len(row) > 12:
                body = PackedBody(body, next(lines))
            event = Event(v, id_, clock, tuple(parents), at, by, uid, host, kind, body, {}, sha256, proven)
            found.append(event)
    return found


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Make many objects that stay: the collector would look through all of them again and again.

    [Half of the time to go on from 50,000 packed events.]
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
