"""CRC-32C as TFRecord masks it, without a Python call per byte.

A CRC is affine over GF(2): the CRC of n bytes is that of n zero bytes, XORed with what each byte adds by
itself, and what a byte adds depends on its value and on its distance from the end alone. So one table,
`distances()`, with a row of 256 entries per distance, answers for single records and for whole columns.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Words32 = npt.NDArray[np.uint32]

REACH = 1024
"""Rows of the table: the longest record whose columns can be checked at once."""

_POLYNOMIAL = 0x82F63B78
_MASK = 0xA282EAD8
_ALL = 0xFFFFFFFF
_PIECE = 16 * REACH


@cache
def distances() -> Words32:
    """What a byte adds to the CRC: entry [distance from the end * 256 + byte], flat."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    rows = np.empty((REACH, 256), np.uint32)
    rows[0] = table
    for distance in range(1, REACH):
        before = rows[distance - 1]
        rows[distance] = (before >> 8) ^ table[before & 0xFF]
    return rows.reshape(-1)


@cache
def _zeros() -> list[int]:
    """The CRC register after n zero bytes."""
    table = distances()[:256].tolist()
    states = [_ALL]
    for _ in range(REACH):
        states.append((states[-1] >> 8) ^ table[states[-1] & 0xFF])
    return states


@cache
def _row_starts() -> npt.NDArray[np.int64]:
    """Where the table's row for each of some bytes begins, if the bytes end where this does."""
    return np.tile(np.arange(REACH - 1, -1, -1, dtype=np.int64) << 8, _PIECE // REACH)


@cache
def _shifts() -> list[list[int]]:
    """What each byte of the register becomes after REACH more bytes."""
    return distances().reshape(REACH, 256)[REACH - 1 : REACH - 5 : -1].tolist()  # type: ignore[no-any-return]


def crc32c(data: Bytes) -> int:
    """The CRC-32C of some bytes."""
    starts, table, zeros = _row_starts(), distances(), _zeros()
    size = len(data)
    head = size % REACH
    state = zeros[head]
    first, last = 0, size % _PIECE
    while last <= size:
        if first < last:
            added = table.take(starts[first - last :] + data[first:last])
            if first or not head:
                state = _shifted(state)
            cuts = _cuts(last - first)
            if cuts is None:
                state ^= int(np.bitwise_xor.reduce(added))
            else:
                more = iter(np.bitwise_xor.reduceat(added, cuts).tolist())
                state ^= next(more)
                for part in more:
                    state = _shifted(state) ^ part
        first, last = last, last + _PIECE
    return state ^ _ALL


def _shifted(state: int) -> int:
    """The register after REACH zero bytes."""
    s0, s1, s2, s3 = _shifts()
    return s0[state & 255] ^ s1[state >> 8 & 255] ^ s2[state >> 16 & 255] ^ s3[state >> 24]


def check_records(octets: Bytes, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> list[bool]:
    """Whether the data of records, each at its place, have the checksums that follow them."""
    crcs: list[int] = []
    parts: list[Bytes] = []
    waiting = 0
    places = list(zip(starts.tolist(), (starts + lengths).tolist(), strict=True))
    for start, end in places:
        if waiting + end - start > _PIECE or not start < end <= start + _PIECE // 2:
            crcs += _crcs(parts)
            parts, waiting = [], 0
        if not start < end <= start + _PIECE // 2:
            crcs.append(crc32c(octets[start:end]))
        else:
            parts.append(octets[start:end])
            waiting += end - start
    crcs += _crcs(parts)
    raw = memoryview(octets)  # type: ignore[arg-type]
    return [
        masked(crc) == int.from_bytes(raw[end : end + 4], "little")
        for crc, (_, end) in zip(crcs, places, strict=True)
    ]


def _crcs(parts: Sequence[Bytes]) -> list[int]:
    """The CRC-32C of each of some pieces, none of them empty or longer than _PIECE."""
    if not parts:
        return []
    starts, zeros = _row_starts(), _zeros()
    sizes = [len(part) for part in parts]
    index = np.concatenate([starts[-size:] for size in sizes])
    index += np.concatenate(parts)
    cuts, at = [], 0
    for size in sizes:
        head = size % REACH
        cuts += [at] if head else []
        cuts += range(at + head, at + size, REACH)
        at += size
    added = iter(np.bitwise_xor.reduceat(distances().take(index), cuts).tolist())
    found = []
    for size in sizes:
        rows, head = divmod(size, REACH)
        state = zeros[head] ^ next(added) if head else _ALL
        for _ in range(rows):
            state = _shifted(state) ^ next(added)
        found.append(state ^ _ALL)
    return found


@cache
def _cuts(size: int) -> npt.NDArray[np.int64] | None:
    """Where the rows of REACH bytes, counted from the end, begin in a piece; None for a single row."""
    if size <= REACH:
        return None
    head = size % REACH
    return np.array([*([0] if head else []), *range(head, size, REACH)])


def crc_of_parts(parts: Sequence[Bytes]) -> Words32:
    """The CRC-32C of each of some pieces, none of them empty or longer than 16 KiB."""
    return np.array(_crcs(parts), np.uint32)


def masked(crc: int) -> int:
    """A CRC as TFRecord writes it."""
    return ((crc >> 15 | crc << 17) + _MASK) & _ALL


def unmasked(stored: Words32) -> Words32:
    """CRCs as they were before TFRecord masked them."""
    turned: Words32 = stored - np.uint32(_MASK)
    found = turned << np.uint32(15)
    turned >>= np.uint32(17)
    found |= turned
    return found


def length_checks(lengths: npt.NDArray[np.int64]) -> Words32:
    """The masked CRCs of eight-byte length fields."""
    table = distances()
    octets = np.ascontiguousarray(lengths).view(np.uint8).reshape(-1, 8)
    crc = np.full(len(lengths), _zeros()[8] ^ _ALL, np.uint32)
    for at in range(8):
        crc ^= table[(7 - at) << 8 :].take(octets[:, at])
    return ((crc >> np.uint32(15)) | (crc << np.uint32(17))) + np.uint32(_MASK)


@cache
def short_length_checks() -> Words32:
    """`length_checks` of all lengths below 16,384, to look up."""
    return length_checks(np.arange(1 << 14, dtype=np.int64))


def length_fits(length: int, stored: int) -> bool:
    """Whether a record's header is whole: the length and its own check belong together."""
    if length < 1 << 14:
        return int(short_length_checks()[length]) == stored
    return masked(crc32c(np.frombuffer(length.to_bytes(8, "little"), np.uint8))) == stored
