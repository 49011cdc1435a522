"""What a read leaves for the next one."""

import base64
import json
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

_VERSION = 1
_MOST = 1 << 28
RUN = np.dtype(
    [("row", "<i8"), ("name", "<u4"), ("said", "<u4"), ("files", "<u4"), ("keys", "<u2"), ("live", "u1")]
)
"""A known run: its row, and checksums of its id, of what was said of it and of its files (0: to be listed);
how many params and tags it had; whether it goes on."""
Runs = npt.NDArray[np.void]


@dataclass(slots=True)
class State:
    """Everything known of a database so far."""

    runs: Runs = field(default_factory=lambda: np.empty(0, RUN))
    """By row."""
    at: int | None = -(2**63)
    """The runs up to this row have been looked at in the round that is going on; None: no round."""
    row: int = -(2**63)
    """The last row of the metrics that was read."""
    anchor: int = 0
    """Checksum of that row: it is another one when rows were deleted or moved; 0: not known."""
    hole: int | None = None
    """The last row before the first damage in the metrics."""
    light: int = 0
    """How often it was looked at since the last round."""
    checked: bool = False
    """In the look that is going on, over several reads, the runs have been looked at."""
    gained: bool = False
    """There were new points in it."""
    busy: int = 0
    """Reads in a row that found somebody writing."""
    told: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    """What there is to say of its tables."""

    def copy(self) -> "State":
        """One of its own, to go back to."""
        return replace(self, runs=self.runs.copy(), told=dict(self.told))

    def encode(self) -> bytes:
        """As a cursor."""
        kept: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}
        packed = base64.b64encode(zlib.compress(self.runs.tobytes(), 1)).decode()
        return json.dumps([_VERSION, packed, kept], separators=(",", ":")).encode()

    @staticmethod
    def decode(cursor: bytes) -> "State | None":
        """The state of a cursor, None where it is none of this version."""
        try:
            version, packed, kept = json.loads(cursor)
            if version != _VERSION:
                return None
            raw = zlib.decompressobj().decompress(base64.b64decode(packed), _MOST)
            told = {str(key): (str(what), at) for key, (what, at) in kept.pop("told").items()}
            return State(runs=np.frombuffer(raw, RUN).copy(), told=told, **kept)
        except (ValueError, TypeError, KeyError, AttributeError, zlib.error):
            return None


_PLAIN = ("at", "row", "anchor", "hole", "light", "checked", "gained", "busy", "told")
