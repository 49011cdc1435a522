"""Packages of two surroundings: added, removed, and how far a version moved."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mlops_console.records import Json

Move: TypeAlias = Literal["added", "removed", "up", "down", "other"]
_PINNED: Final = re.compile(r"\s*([A-Za-z0-9][\w.\-]*)(?:\[[^\]]*\])?\s*(?:===?|@)\s*([^\s;]+)")
_SEPARATORS: Final = re.compile(r"[-_.]+")
_NUMBERS: Final = re.compile(r"v?(?:\d{1,9}!)?(\d{1,9}(?:\.\d{1,9})*)")


@dataclass(frozen=True, slots=True)
class PackageChange:
    """A package that isn't as it was."""

    name: str
    before: str | None
    after: str | None
    move: Move
    """`other`: the versions differ, and nothing tells which is newer."""
    part: str = ""
    """How far it moved: `major`, `minor`, `patch`; empty where that can't be told."""


def packages(said: Json) -> dict[str, str]:
    """Versions by package, from a mapping or from lines such as `numpy==2.1`; names made `normal`."""
    found: dict[str, str] = {}
    if isinstance(said, dict):
        for name, version in said.items():
            found[normal(name)] = (
                version if isinstance(version, str) else "" if version is None else str(version)
            )
    lines = said.splitlines() if isinstance(said, str) else said if isinstance(said, list) else []
    for line in lines:
        match = _PINNED.match(line) if isinstance(line, str) else None
        if match:
            found[normal(match[1])] = match[2]
    return found


def normal(name: str) -> str:
    """A package's name as PEP 503 compares it: lower case, one hyphen for `-`, `_` and `.`."""
    return _SEPARATORS.sub("-", name).lower()


def package_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[PackageChange, ...]:
    """What was added, removed or moved; changed versions first, the farthest of them before the others."""
    found = [
        _change(name, before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    order = {"major": 0, "minor": 1, "patch": 2, "": 3}
    last = {"added": 4, "removed": 5}
    return tuple(sorted(found, key=lambda one: (last.get(one.move, order[one.part]), one.name)))


def in_words(changes: Sequence[PackageChange]) -> str:
    """How many of which: `3 packages changed, 1 added`; empty for none."""
    moved = sum(change.move not in ("added", "removed") for change in changes)
    added = sum(change.move == "added" for change in changes)
    removed = len(changes) - moved - added
    parts = [f"{moved} package{'' if moved == 1 else 's'} changed"] if moved else []
    parts += [f"{added} added"] if added else []
    parts += [f"{removed} removed"] if removed else []
    return ", ".join(parts)


def _change(name: str, before: str | None, after: str | None) -> PackageChange:
    if before is None or after is None:
        return PackageChange(name, before, after, "added" if before is None else "removed")
    one, other = _release(before), _release(after)
    if one is None or other is None or one == other:
        return PackageChange(name, before, after, "other")
    length = max(len(one), len(other))
    first, second = (part + (0,) * (length - len(part)) for part in (one, other))
    if first == second:
        return PackageChange(name, before, after, "other")
    at = next(place for place in range(length) if first[place] != second[place])
    return PackageChange(
        name, before, after, "up" if second > first else "down", ("major", "minor", "patch")[min(at, 2)]
    )


def _release(version: str) -> tuple[int, ...] | None:
    found = _NUMBERS.match(version)
    return tuple(map(int, found[1].split("."))) if found else None
