"""What somebody may do to a journal by hand; each returns what it did. The benchmark uses these too."""

import random
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final


def whole(folder: Path) -> dict[str, bytes]:
    """Every file as it is."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def damaged(before: dict[str, bytes], folder: Path) -> None:
    """Make it as it was again."""
    for file in list(folder.rglob("*")):
        if file.is_file() and str(file.relative_to(folder)) not in before:
            file.unlink()
    for name, data in before.items():
        file = folder / name
        if not file.exists() or file.read_bytes() != data:
            file.parent.mkdir(exist_ok=True)
            _write(file, data)
    for file in list(folder.iterdir()):
        if not any(file.iterdir()):
            file.rmdir()


def change_a_byte(chance: random.Random, folder: Path) -> str:
    """Another value for one byte."""
    file, data = _picked(chance, folder)
    place = chance.randrange(len(data))
    data[place] ^= chance.randrange(1, 256)
    _write(file, bytes(data))
    return f"{file.name} byte {place}"


def change_a_digit(chance: random.Random, folder: Path) -> str:
    """Another digit or letter: still JSON, mostly still an event."""
    file, data = _picked(chance, folder)
    places = [place for place, byte in enumerate(data) if chr(byte).isalnum()]
    place = chance.choice(places)
    choice = b"0123456789" if chr(data[place]).isdigit() else b"abcdefghijk"
    data[place] = chance.choice([byte for byte in choice if byte != data[place]])
    _write(file, bytes(data))
    return f"{file.name} byte {place}"


def add_a_byte(chance: random.Random, folder: Path) -> str:
    """One byte more, a blank often."""
    file, data = _picked(chance, folder)
    place = chance.randrange(len(data) + 1)
    data.insert(place, chance.choice([0x20, 0x0A, chance.randrange(256)]))
    _write(file, bytes(data))
    return f"{file.name} byte {place}"


def cut(chance: random.Random, folder: Path) -> str:
    """The end is missing."""
    file, data = _picked(chance, folder)
    length = chance.randrange(len(data))
    _write(file, bytes(data[:length]))
    return f"{file.name} to {length}"


def remove(chance: random.Random, folder: Path) -> str:
    """A whole event."""
    file, _ = _picked(chance, folder)
    file.unlink()
    return file.name


def exchange(chance: random.Random, folder: Path) -> str:
    """Two events, each under the other's name."""
    one, other = chance.sample(_files(folder), 2)
    first, second = one.read_bytes(), other.read_bytes()
    _write(one, second)
    _write(other, first)
    return f"{one.name} and {other.name}"


def move(chance: random.Random, folder: Path) -> str:
    """Into the folder of another month."""
    file, _ = _picked(chance, folder)
    month = folder / "2001-02"
    month.mkdir()
    file.rename(month / file.name)
    return file.name


def rename(chance: random.Random, folder: Path) -> str:
    """To a time before all others."""
    file, _ = _picked(chance, folder)
    file.rename(file.with_name("00" + file.name[2:]))
    return file.name


TAMPERINGS: Final[tuple[Callable[[random.Random, Path], str], ...]] = (
    change_a_byte, change_a_digit, add_a_byte, cut, remove, exchange, move, rename,
)  # fmt: skip


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/[!.]*.json"))


def _picked(chance: random.Random, folder: Path) -> tuple[Path, bytearray]:
    file = chance.choice(_files(folder))
    return file, bytearray(file.read_bytes())


def _write(file: Path, data: bytes) -> None:
    if file.exists():
        file.chmod(stat.S_IMODE(file.stat().st_mode) | stat.S_IWUSR)
    file.write_bytes(data)
