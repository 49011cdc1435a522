"""Events as bytes that a fold can go on from: JSON, compressed, with a digest that tells damage."""

import contextlib
import gc
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, Final

from mlops_console.journal.event import Event
from mlops_console.journal.fold_bodies import PackedBody, Rests, parted

EDITION: Final = b"mlops-console fold 5\n"
_DIGEST: Final = 16
_LENGTH: Final = 4


def pack(events: Iterable[Event]) -> bytes:
    """Events without their evidence: what folding asks of them, and apart from it the rest of each."""
    rows: list[list[Any]] = []
    rests: list[bytes] = []
    for e in events:
        light, rest = parted(e.kind, e.body)
        row = [e.v, e.id, e.clock, e.parents, e.at, e.by, e.uid, e.host, e.kind, light, e.sha256, e.proven]
        if rest:
            row.append(len(rests))
            rests.append(rest)
        rows.append(row)
    light_part = zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 1)
    return len(light_part).to_bytes(_LENGTH, "big") + light_part + zlib.compress(b"\n".join(rests), 1)


def unpack(packed: bytes) -> list[Event]:
    """What was packed."""
    end = _LENGTH + int.from_bytes(packed[:_LENGTH], "big")
    rests = Rests(packed[end:])
    found = []
    for v, id_, clock, parents, at, by, uid, host, kind, body, sha256, proven, *rest in json.loads(
        zlib.decompress(packed[_LENGTH:end])
    ):
        if rest:
            body = PackedBody(body, rests, rest[0])
        found.append(Event(v, id_, clock, tuple(parents), at, by, uid, host, kind, body, {}, sha256, proven))
    return found


def sealed(parts: Sequence[Any], chunks: Sequence[bytes]) -> bytes:
    """Parts as lines of JSON, then chunks whose lengths the parts tell."""
    lines = b"".join(json.dumps(part, separators=(",", ":")).encode() + b"\n" for part in parts)
    data = b"".join((lines, *chunks))
    return EDITION + blake2b(data, digest_size=_DIGEST).digest() + data


def opened(packed: bytes, parts: int) -> tuple[list[bytes], memoryview]:
    """The lines of the parts and the chunks; ValueError: damaged, or packed by another edition of this."""
    if not packed.startswith(EDITION):
        raise ValueError("packed by another edition")
    start = len(EDITION) + _DIGEST
    data = memoryview(packed)[start:]
    if blake2b(data, digest_size=_DIGEST).digest() != packed[len(EDITION) : start]:
        raise ValueError("damaged")
    lines = []
    for _ in range(parts):
        end = packed.index(b"\n", start)
        lines.append(packed[start:end])
        start = end + 1
    return lines, memoryview(packed)[start:]


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
