"""What a supervisor is told, as JSON: all that it needs to run a training and to write down its end."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from mlops_console.journal.places import Folder
from mlops_console.settings import Places

GRACE = 10.0
"""Seconds that a training has to end by itself once it was asked to."""


@dataclass(frozen=True, slots=True)
class Order:
    """One training to run."""

    root: str
    """The project's folder."""
    key: str
    """The project's."""
    model: str
    event: str
    """Id of the event that began it."""
    argv: tuple[str, ...]
    """Filled in."""
    cwd: str
    seconds: float
    words: Mapping[str, str]
    folder: tuple[str, str, str]
    """Where its log and its lock are, as `Folder` has it."""
    places: Mapping[str, str] = field(default_factory=dict)
    grace: float = GRACE

    @property
    def where(self) -> Places:
        """The user's folders."""
        return Places(**{name: Path(path) for name, path in self.places.items()})

    @property
    def kept_in(self) -> Folder:
        """Its folder."""
        return Folder(*self.folder)

    def packed(self) -> bytes:
        """As bytes; paths that are no UTF-8 survive it."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        """What was packed."""
        said: dict[str, Any] = json.loads(data)
        return cls(**{**said, "argv": tuple(said["argv"]), "folder": tuple(said["folder"])})


def plain(where: Places) -> dict[str, str]:
    """The user's folders as text."""
    return {name: str(getattr(where, name)) for name in Places.__slots__}
