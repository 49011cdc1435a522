"""LZ4 frames, unpacked in plain Python: joblib writes them, and the standard library can't read them."""

_SLOW = 4 << 20
"""Most bytes that are unpacked here: a second of work is too much to look at a file."""
_SIZES = {4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22}


def unpacked(data: bytes, most: int) -> tuple[bytes, str]:
    """What a frame unpacks to, at most `most` bytes, and what is wrong (the end of a sentence)."""
    most = min(most, _SLOW)
    if len(data) < 7 or data[:4] != b"\x04\x22\x4d\x18":
        return b"", "ends in the middle of its compressed part"
    flags, block = data[4], data[5] >> 4 & 7
    if flags >> 6 != 1 or block not in _SIZES:
        return b"", "is damaged in its compressed part (no LZ4 frame of version 1)"
    at = 7 + (8 if flags & 8 else 0) + (4 if flags & 1 else 0)
    checked = 4 if flags & 16 else 0
    out = bytearray()
    while True:
        size = int.from_bytes(data[at : at + 4], "little")
        if len(data) < at + 4:
            return bytes(out), "ends in the middle of its compressed part"
        if not size:
            return bytes(out), ""
        at += 4
        plain, size = size >> 31, size & 0x7FFFFFFF
        piece = data[at : at + size]
        if plain:
            out += piece
        elif not _block(piece, out, most):
            return bytes(out), "is damaged in its compressed part"
        if len(out) >= most:
            return bytes(out[:most]), f"unpacks to more than the {most >> 20} MiB that are looked at"
        at += size + checked


def _block(data: bytes, out: bytearray, most: int) -> bool:
    """Unpack one block behind what is there; whether it is sound (or enough has been unpacked)."""
    at, end = 0, len(data)
    while at < end and len(out) < most:
        token = data[at]
        at += 1
        literal = token >> 4
        if literal == 15:
            literal, at = _long(data, at, literal)
        out += data[at : at + literal]
        at += literal
        if at >= end:
            return at == end
        back = int.from_bytes(data[at : at + 2], "little")
        at += 2
        if not 0 < back <= len(out):
            return False
        length = token & 15
        if length == 15:
            length, at = _long(data, at, length)
        _repeat(out, back, min(length + 4, most))
    return True


def _long(data: bytes, at: int, length: int) -> tuple[int, int]:
    while at < len(data):
        byte = data[at]
        at += 1
        length += byte
        if byte != 255:
            break
    return length, at


def _repeat(out: bytearray, back: int, length: int) -> None:
    start = len(out) - back
    if back >= length:
        out += out[start : start + length]
        return
    pattern = bytes(out[start:])
    out += (pattern * (length // back + 1))[:length]
