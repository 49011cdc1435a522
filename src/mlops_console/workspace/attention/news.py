"""What of all that needs attention is new since this user looked at it last: for the bell and the title."""

import contextlib
from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from mlops_console.settings import Places, read_state_item, write_state

if TYPE_CHECKING:
    from mlops_console.workspace.attention.model import Attention, Item

NAME: Final = "seen"
_MOST: Final = 20_000
"""So many matters of a project are remembered."""


class News:
    """What was seen, kept in the user's state folder; what was told of, kept for as long as this lives."""

    def __init__(self, where: Places) -> None:
        self._where = where
        self._told: set[str] = set()
        self._seen: dict[str, frozenset[str]] = {}
        """Project key -> what was there when it was looked at last."""

    def new(self, found: "Attention", projects: Collection[str]) -> "tuple[Item, ...]":
        """What came since it was looked at last, also what is back after it was put off; the worst first.

        Of a project that was never looked at what there is is no news: it counts as seen from now on.

        Args:
            found: What needs attention now.
            projects: Keys of all projects that were asked.
        """
        self._read()
        first = [key for key in projects if key not in self._seen]
        if first and not found.problems:
            self._keep({**self._seen, **_by_project(found, first)})
        return tuple(
            one
            for one in found.items
            if one.project.key in self._seen and mark_of(one) not in self._seen[one.project.key]
        )

    def to_tell(self, found: "Attention", projects: Collection[str]) -> "tuple[Item, ...]":
        """What is new and bad, each once as long as this lives: one bell for all of it."""
        fresh = [one for one in self.new(found, projects) if one.level == "bad"]
        untold = tuple(one for one in fresh if mark_of(one) not in self._told)
        if not found.problems:
            # What is over is forgotten: when it comes back it is told again.
            self._told &= {mark_of(one) for one in found.items}
        self._told |= {mark_of(one) for one in untold}
        return untold

    def looked(self, found: "Attention", projects: Collection[str]) -> None:
        """It was looked at: from now on all of this is known.

        Where a project could not be looked at, what was known of it stays known.
        """
        self._read()
        seen = _by_project(found, projects)
        if found.problems:
            seen = {key: marks | self._seen.get(key, frozenset()) for key, marks in seen.items()}
        self._keep({**self._seen, **seen})

    def _keep(self, seen: dict[str, frozenset[str]]) -> None:
        """Remember it; a disk that is full costs the next start only."""
        if seen == self._seen:
            return
        self._seen = seen
        item = {"projects": {key: sorted(marks) for key, marks in seen.items()}}
        with contextlib.suppress(OSError):
            write_state(self._where, "attention", NAME, item, durable=False)

    def _read(self) -> None:
        """What another console of this user has seen meanwhile is seen."""
        item = read_state_item(self._where, "attention", NAME)
        said = None if item is None else item.get("projects")
        if isinstance(said, dict):
            self._seen.update({key: _marks(marks) for key, marks in said.items() if isinstance(marks, list)})


def _by_project(found: "Attention", projects: Collection[str]) -> Mapping[str, frozenset[str]]:
    marks: dict[str, list[str]] = {key: [] for key in projects}
    for one in found.items:
        if one.project.key in marks and len(marks[one.project.key]) < _MOST:
            marks[one.project.key].append(mark_of(one))
    return {key: frozenset(some) for key, some in marks.items()}


def _marks(said: list[object]) -> frozenset[str]:
    return frozenset(one for one in said[:_MOST] if isinstance(one, str))


def mark_of(item: "Item") -> str:
    """Of a matter: its key, short. A matter that became bad is another one."""
    text = "\0".join((item.project.key, item.key, "bad" if item.level == "bad" else ""))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
