"""Where to go on in a run: what was read of its files, kept between two reads."""

import json
from dataclasses import dataclass, field
from typing import Any

from mlops_console.records import Problem

_VERSION = 1


class ReplacedError(Exception):
    """Something that was read before is not what it was: the run is to be read anew."""


@dataclass(slots=True)
class Place:
    """Where to go on in a metric file."""

    offset: int = 0
    check: int = 0
    """Checksum of the last bytes before `offset`."""
    size: int = -1
    modified: int = 0
    """As the file was when it was last read to its end."""
    skipping: bool = False
    """In the middle of a line that is too long."""
    bad: int | None = None
    """Offset of the first line that is no point."""
    why: str = ""
    """Why the file can't be read."""


@dataclass(slots=True)
class Cursor:
    """What was read before."""

    seen: str = ""
    """Moves when one of the small files does: then the facts are gathered again."""
    said: tuple[str, ...] = ()
    """What could be taken back."""
    places: dict[str, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    """What is wrong in the small files."""

    def encode(self) -> bytes:
        """As bytes."""
        places = {
            name: [at.offset, at.check, at.size, at.modified, int(at.skipping), at.bad, at.why]
            for name, at in self.places.items()
        }
        told = [(problem.path, problem.what, problem.offset) for problem in self.problems]
        found = [_VERSION, self.seen, self.said, places, told]
        return json.dumps(found, separators=(",", ":")).encode("ascii")

    @staticmethod
    def decode(data: bytes) -> "Cursor | None":
        """None for bytes that are no cursor of ours."""
        try:
            version, seen, said, places, told = json.loads(data)
            if version != _VERSION:
                return None
            return Cursor(
                str(seen),
                tuple(said),
                {name: _place(found) for name, found in places.items()},
                tuple(Problem(path, what, offset) for path, what, offset in told),
            )
        except (ValueError, TypeError, AttributeError):
            return None


def _place(found: Any) -> Place:
    offset, check, size, modified, skipping, bad, why = found
    return Place(int(offset), int(check), int(size), int(modified), bool(skipping), bad, str(why))
