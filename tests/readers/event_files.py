"""Event files as their writers make them, byte by byte and independent of what reads them."""

import math
import random
import struct
from dataclasses import dataclass, field
from functools import cache

from mlops_console.readers.contract import Budget
from mlops_console.readers.tensorboard import READER
from mlops_console.records import NO_TIME, Source


@cache
def _table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


def masked_crc(data: bytes) -> int:
    crc, table = 0xFFFFFFFF, _table()
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def varint(number: int) -> bytes:
    number &= 2**64 - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def message(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def record(data: bytes) -> bytes:
    size = struct.pack("<Q", len(data))
    return size + struct.pack("<I", masked_crc(size)) + data + struct.pack("<I", masked_crc(data))


def event(wall: float | None, step: int | None, *values: bytes, rest: bytes = b"") -> bytes:
    data = b"" if wall is None else b"\x09" + struct.pack("<d", wall)
    data += b"" if step is None else b"\x10" + varint(step)
    summary = b"".join(message(1, value) for value in values)
    return record(data + (message(5, summary) if values else b"") + rest)


def version(wall: float) -> bytes:
    return event(wall, None, rest=message(3, b"brain.Event:2"))


def metadata(plugin: bytes, content: bytes = b"") -> bytes:
    return message(9, message(1, message(1, plugin) + (message(2, content) if content else b"")))


def scalar(tag: bytes, number: float) -> bytes:
    """As PyTorch and TensorFlow 1 write one."""
    return message(1, tag) + b"\x15" + struct.pack("<f", number)


def tensor(tag: bytes, body: bytes, plugin: bytes | None = b"scalars") -> bytes:
    return message(1, tag) + message(8, body) + (metadata(plugin) if plugin is not None else b"")


def float_tensor(number: float) -> bytes:
    """As TensorFlow 2 writes a scalar."""
    return b"\x08\x01\x12\x00" + message(4, struct.pack("<f", number))


def histogram(tag: bytes, dice: random.Random) -> bytes:
    numbers = struct.pack(f"<{(count := dice.randint(1, 60))}d", *(dice.gauss(0, 1) for _ in range(count)))
    return message(1, tag) + message(5, b"\x09" + numbers[:8] + message(6, numbers) + message(7, numbers))


def image(tag: bytes, data: bytes) -> bytes:
    return message(1, tag) + message(4, b"\x08\x04\x10\x04\x18\x03" + message(4, data))


@dataclass
class Log:
    """An event file being written, and what a reader must find in it."""

    data: bytearray = field(default_factory=bytearray)
    starts: list[int] = field(default_factory=list)
    points: dict[str, list[tuple[int, int, float]]] = field(default_factory=dict)
    owners: list[str | None] = field(default_factory=list)
    """For each record, the tag whose point it holds."""

    def add(self, raw: bytes, *points: tuple[bytes, int, float | None, float]) -> None:
        self.starts.append(len(self.data))
        self.data += raw
        self.owners.append(points[0][0].decode("utf-8", "surrogateescape") if points else None)
        for tag, step, wall, value in points:
            time = round(wall * 1e6) if wall is not None and 0 < wall < 9e12 else NO_TIME
            if math.isfinite(value):
                value = struct.unpack("<f", struct.pack("<f", value))[0]
            self.points.setdefault(tag.decode("utf-8", "surrogateescape"), []).append((step, time, value))

    def scalar(self, wall: float | None, step: int, tag: bytes, number: float, kind: str = "simple") -> None:
        value = scalar(tag, number) if kind == "simple" else tensor(tag, float_tensor(number))
        written = None if step == 0 and kind != "zero" else step
        self.add(event(wall, written, value), (tag, step, wall, number))


def random_log(seed: int, size: int, start: float = 1.7e9) -> Log:
    """Rounds that repeat, stretches that don't, media, several numbers in an event, odd steps and tags."""
    dice = random.Random(seed)
    log, wall, step = Log(), start + dice.random(), 0
    log.add(version(wall))
    names = [b"loss", b"train/loss", b"val/loss", b"lr", b"\xff\xfe", b"x" * 150, b""]
    names.append("métrique/λ".encode())
    tags = dice.sample(names, dice.randint(1, len(names)))
    kinds = {tag: dice.choice(["simple", "simple", "tensor"]) for tag in tags}
    while len(log.starts) < size:
        turn = dice.random()
        if turn < 0.35:
            for _ in range(dice.randint(1, size // len(tags) + 1)):
                step += 1
                for tag in tags:
                    wall += dice.choice([0.0, 0.25, dice.random()])
                    log.scalar(wall, step, tag, dice.gauss(0, 1), kinds[tag])
        elif turn < 0.6:
            for _ in range(dice.randint(1, size)):
                wall += dice.random()
                step += dice.choice([0, 1, 1, 200, -3])
                tag = dice.choice(tags)
                log.scalar(wall, step, tag, dice.choice([1.5, 0.0, -2.25]), kinds[tag])
        elif turn < 0.7:
            for _ in range(dice.randint(1, 40)):
                wall += dice.random()
                log.add(event(wall, step, histogram(b"weights", dice)))
        elif turn < 0.75:
            log.add(event(wall, step, image(b"sample", dice.randbytes(dice.randint(0, 9000)))))
        elif turn < 0.85:
            for _ in range(dice.randint(1, size // 4 + 1)):
                step += 1
                numbers = [dice.gauss(0, 1) for _ in tags]
                values = [scalar(tag, number) for tag, number in zip(tags, numbers, strict=True)]
                points = [(tag, step, wall, number) for tag, number in zip(tags, numbers, strict=True)]
                log.add(event(wall, step if step else None, *values), *points)
        else:
            odd = dice.choice([-1, 2**40, 2**62, -(2**63), 5])
            where = dice.choice([wall, None, 0.0, float("nan"), 1e300])
            number = dice.choice([float("nan"), float("inf"), float("-inf"), 1e-45, 0.1])
            log.add(event(where, odd, scalar(tags[0], number)), (tags[0], odd, where, number))
    return log


def read(root, files, cursor=None, budget=None, path=None):
    """Read a source once; returns the chunk."""
    path = files[0].rpartition("/")[0] or "." if path is None else path
    source = Source(READER.name, path, tuple(files))
    return READER.read(str(root), source, cursor, budget or Budget())


def points_of(chunk) -> dict[str, list[tuple[int, int, float]]]:
    found, at, points = {}, 0, chunk.points
    for (_, tag), count in zip(points.series, points.counts.tolist(), strict=True):
        end = at + count
        found[tag] = list(
            zip(
                points.step[at:end].tolist(),
                points.wall[at:end].tolist(),
                points.value[at:end].tolist(),
                strict=True,
            )
        )
        at = end
    return found


def read_all(root, files, budget=None, path=None):
    """Read a source to its end; returns all points and the last chunk."""
    found, cursor, more = {}, None, True
    while more:
        chunk = read(root, files, cursor, budget, path)
        for tag, points in points_of(chunk).items():
            found.setdefault(tag, []).extend(points)
        cursor, more = chunk.cursor, chunk.more
    return found, chunk


def alike(found, wanted) -> bool:
    """Equal, where NaN equals NaN."""
    return repr(dict(sorted(found.items()))) == repr(dict(sorted(wanted.items())))
