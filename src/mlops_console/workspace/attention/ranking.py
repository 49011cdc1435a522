"""The order of what needs attention: the worst first, and of each matter one."""

from collections.abc import Iterable
from typing import Final, get_args

from mlops_console.workspace.attention.model import Item, Kind, Level

LEVELS: Final[dict[str, int]] = {level: place for place, level in enumerate(get_args(Level))}
KINDS: Final[dict[str, int]] = {kind: place for place, kind in enumerate(get_args(Kind))}


def ranked(items: Iterable[Item]) -> tuple[Item, ...]:
    """By level, kind and age, the newest first; what nobody knows the age of after the others."""
    return tuple(sorted(items, key=rank))


def rank(item: Item) -> tuple[int, int, bool, int, str, str, str]:
    """What sorts items; no two matters have the same."""
    project, newest = item.project, -(item.since or 0)
    return (
        LEVELS[item.level], KINDS[item.kind], item.since is None, newest, project.name, project.key, item.key
    )  # fmt: skip


def each_once(items: Iterable[Item]) -> list[Item]:
    """One item per project and key: the worst of those that claim it."""
    found: dict[tuple[str, str], Item] = {}
    for item in items:
        name = item.project.key, item.key
        before = found.get(name)
        if before is None or rank(item) < rank(before):
            found[name] = item
    return list(found.values())
