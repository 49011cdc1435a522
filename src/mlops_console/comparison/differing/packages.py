"""Packages of a surrounding, however they were written down."""

import re
from typing import Final

from mlops_console.records import Json

_PINNED: Final = re.compile(r"\s*([A-Za-z0-9][\w.\-]*)(?:\[[^\]]*\])?\s*(?:===?|@)\s*([^\s;]+)")
_SEPARATORS: Final = re.compile(r"[-_.]+")


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
