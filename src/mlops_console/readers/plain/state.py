"""Where a plain source was left off: the cursor, small and readable by this reader only."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

VERSION = 1
HEAD = 256
BEHIND = 64


@dataclass(slots=True)
class FileState:
    """How far one file is read."""

    kind: str = ""
    """"table", "lines" or "document"; empty: nothing read yet."""
    inode: int = 0
    size: int = 0
    modified: int = 0
    offset: int = 0
    head: str = ""
    """Digest of the first bytes, as many as were read by then (at most 256): a replaced file has others."""
    behind: str = ""
    """Digest of the last bytes before `offset`."""
    encoding: str = ""
    delimiter: str = ""
    names: tuple[str, ...] | None = None
    comment: str = ""
    rows: int = 0
    last_step: int | None = None
    numeric: list[int] = field(default_factory=list)
    tail: int = 0
    """Bytes of an unfinished last line that was taken as it stood."""
    tail_digest: str = ""
    careful: bool = False
    """An unfinished last line turned out to go on: none is taken any more."""
    skipping: bool = False
    """Inside a line that is too long to read."""
    dead: bool = False
    strange: int = 0
    """How many rows held no number, or more or fewer cells than the header."""
    problems: dict[str, list[object]] = field(default_factory=dict)
    emitted: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Of a document's series: how many points were given out, and their digest."""
    done: bool = False
    """A document: all its points were given out."""


@dataclass(slots=True)
class State:
    """How far a source is read, and what was said of it."""

    key: str = ""
    labels: str = ""
    files: dict[str, FileState] = field(default_factory=dict)
    first_wall: int | None = None
    last_wall: int | None = None
    oldest: int | None = None
    """The oldest modification time that was ever seen on the run's files."""
    said: str = ""
    """Digest of the facts that were given out."""
    told: list[str] = field(default_factory=list)
    """Short digests of the param and summary keys that were given out: one that goes needs a fresh start."""
    docs: str = ""
    """Digest of the params and final values that were given out."""
    row_params: dict[str, Any] = field(default_factory=dict)
    """Params that rows of a history gave."""
    listed: int = 0
    """A run with many artifacts: the newest modification time when they were last listed."""
    left_out: str = ""
    """What is not among the artifacts that were listed."""

    def encode(self) -> bytes:
        """As bytes."""
        found = {
            "v": VERSION,
            **_lean(self),
            "files": {name: _lean(file) for name, file in self.files.items()},
        }
        text = json.dumps(found, separators=(",", ":"), ensure_ascii=True)
        return zlib.compress(text.encode("ascii"), 1)

    @staticmethod
    def decode(cursor: bytes) -> "State | None":
        """What `encode` gave; None for bytes that no version of this reader wrote."""
        try:
            opener = zlib.decompressobj()
            found = json.loads(opener.decompress(cursor, 64 << 20))
            if found.pop("v") != VERSION:
                return None
            files = {}
            for name, kept in found.pop("files", {}).items():
                if "names" in kept:
                    kept["names"] = tuple(kept["names"])
                if "emitted" in kept:
                    kept["emitted"] = {
                        key: (int(n), str(digest)) for key, (n, digest) in kept["emitted"].items()
                    }
                files[name] = FileState(**kept)
            return State(files=files, **found)
        except (ValueError, TypeError, KeyError, AttributeError, zlib.error, RecursionError):
            return None


def digest(data: bytes) -> str:
    """A short fingerprint."""
    return blake2b(data, digest_size=8).hexdigest()


def key_digests(keys: Iterable[str]) -> list[str]:
    """Very short fingerprints of keys, sorted."""
    return sorted(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest() for key in keys)


def _lean(state: State | FileState) -> dict[str, Any]:
    """The fields that are not at their defaults: cursors are kept for every run."""
    found = ((key, getattr(state, key)) for key in state.__slots__)
    return {key: value for key, value in found if value}
