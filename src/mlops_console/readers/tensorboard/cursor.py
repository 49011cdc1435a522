"""What a read leaves for the next one."""

import json
import zlib
from dataclasses import dataclass, field

_VERSION = 1
_PLAIN, _PACKED = b"j", b"z"
_PACK_FROM = 1024
_MOST = 1 << 26


@dataclass(slots=True)
class FileState:
    """How far one event file has been read."""

    inode: int
    size: int = 0
    modified: int = 0
    offset: int = 0
    check: int = 0
    """The four bytes before `offset`: a file that was replaced has others there."""
    first: float | None = None
    last: float | None = None
    """Wall times of its first and last event."""
    lost: int = -1
    """Where the damage began whose end has not been found yet; -1 = none."""
    refused: str = ""
    """Why it can't be read."""
    tags: list[int] = field(default_factory=list)
    """Checksums of the tags of its points, kept where the run has several files."""


@dataclass(slots=True)
class Damage:
    """A place in a file that can't be read."""

    file: str
    offset: int
    what: str


@dataclass(slots=True)
class State:
    """Everything known of a source so far."""

    files: dict[str, FileState] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    """Tags whose tensors are scalars, as hexadecimal digits."""
    damage: list[Damage] = field(default_factory=list)
    more_damage: int = 0
    parent: str | None = None
    listing: str = ""
    """Digest of the artifacts and models that were given last."""
    listed: int = 0
    """How many files that listing had."""
    unlisted: int = 0
    """Reads since then."""
    left_out: str = ""
    """What was not among them."""


def encode(state: State) -> bytes:
    """The state as a cursor."""
    kept = {name: getattr(state, name) for name in State.__slots__}
    kept["files"] = {
        name: [getattr(file, part) for part in FileState.__slots__] for name, file in state.files.items()
    }
    kept["damage"] = [[place.file, place.offset, place.what] for place in state.damage]
    raw = json.dumps([_VERSION, kept], separators=(",", ":")).encode()
    return _PLAIN + raw if len(raw) < _PACK_FROM else _PACKED + zlib.compress(raw, 1)


def decode(cursor: bytes) -> State | None:
    """The state of a cursor, None where it is none of this version."""
    try:
        raw = cursor[1:]
        if cursor[:1] == _PACKED:
            unpacking = zlib.decompressobj()
            raw = unpacking.decompress(raw, _MOST)
        version, kept = json.loads(raw)
        if version != _VERSION:
            return None
        files = {name: FileState(*file) for name, file in kept.pop("files").items()}
        damage = [Damage(*place) for place in kept.pop("damage")]
        return State(files=files, damage=damage, **kept)
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error):
        return None
