"""Bodies of events whose bulk stays packed until somebody looks at it: 50,000 of them are held for years."""

import json
import zlib
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Final

from mlops_console.journal.event import ALIAS, REGISTER
from mlops_console.records import Json

_FOLDED: Final[Mapping[str, frozenset[str]]] = {
    REGISTER: frozenset(
        (
            "model",
            "version",
            "origin",
            "sha256",
            "size",
            "format",
            "files",
            "artifact",
            "run",
            "from",
            "copied",
        )
    ),
    ALIAS: frozenset(("model", "alias", "version_id", "from_version_id", "way")),
}
"""What folding asks for, of the kinds that say much more."""
_ENCODED: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_LIGHT: Final = frozenset(name for names in _FOLDED.values() for name in names)


class Rests:
    """What events of one model say beyond what folding asks: packed together until one is looked at."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._lines: list[bytes] | None = None

    def __getitem__(self, at: int) -> bytes:
        if self._lines is None:
            self._lines = zlib.decompress(self._packed).split(b"\n")
        return self._lines[at]


class PackedBody(dict[str, Json]):
    """A body whose rest is unpacked when anything is asked that folding does not ask. Not to be changed."""

    __slots__ = ("_at", "_rests")

    def __init__(self, light: Any, rests: Rests, at: int) -> None:
        super().__init__(light)
        self._rests: Rests | None = rests
        self._at = at

    def _unpack(self) -> None:
        rests = self._rests
        if rests is not None:
            super().update(json.loads(rests[self._at]))
            self._rests = None

    def get(self, key: str, default: Any = None) -> Any:
        """As of any mapping."""
        if key not in _LIGHT:
            self._unpack()
        return super().get(key, default)

    def __missing__(self, key: str) -> Json:
        if self._rests is None:
            raise KeyError(key)
        self._unpack()
        return self[key]

    def __contains__(self, key: object) -> bool:
        self._unpack()
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._unpack()
        return super().__iter__()

    def __len__(self) -> int:
        self._unpack()
        return super().__len__()

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """As of any mapping."""
        self._unpack()
        return super().keys()

    def values(self) -> ValuesView[Json]:  # type: ignore[override]
        """As of any mapping."""
        self._unpack()
        return super().values()

    def items(self) -> ItemsView[str, Json]:  # type: ignore[override]
        """As of any mapping."""
        self._unpack()
        return super().items()

    def __eq__(self, other: object) -> bool:
        self._unpack()
        if isinstance(other, PackedBody):
            other._unpack()
        return super().__eq__(other)

    __hash__ = None

    def __repr__(self) -> str:
        self._unpack()
        return super().__repr__()

    def __reduce__(self) -> Any:
        return dict, ([*self.items()],)

    @property
    def light(self) -> dict[str, Json]:
        """What is unpacked by now."""
        return dict(super().items())

    @property
    def rest(self) -> bytes:
        """What is packed still."""
        rests = self._rests
        return b"" if rests is None else rests[self._at]


def parted(kind: str, body: Mapping[str, Json]) -> tuple[Mapping[str, Json], bytes]:
    """A body as what folding asks for, and the rest as JSON; empty where there is nothing to part."""
    folded = _FOLDED.get(kind)
    if folded is None:
        return body, b""
    if isinstance(body, PackedBody) and body.rest:
        return body.light, body.rest
    rest = {key: value for key, value in body.items() if key not in folded}
    light = {key: value for key, value in body.items() if key in folded}
    if not light:
        return body, b""
    return light, _ENCODED(rest).encode() if rest else b""
