"""Where an alias stood before: what a rollback goes back to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.journal.registry import Model, Move, Version


def way_back(model: "Model", alias: str) -> "tuple[Version, ...]":
    """Versions that a rollback would go to, the first choice first.

    A rollback undoes: a version that was rolled back from is not gone back to, unless somebody promoted it
    again since. Where the alias was taken off, the version that stood there is the first choice. Versions
    that were withdrawn are left out.
    """
    stack: list[Version] = []
    for move in _held(model, alias):
        if move.version is None:
            continue
        if move.way == "rollback" and any(one.id == move.version.id for one in stack):
            while stack[-1].id != move.version.id:
                stack.pop()
        elif not stack or stack[-1].id != move.version.id:
            stack.append(move.version)
    state = model.aliases.get(alias)
    standing = state.version if state is not None else None
    found: dict[str, Version] = {}
    for version in reversed(stack):
        now = model.version(version.number) or version
        if (standing is None or version.id != standing.id) and not now.retracted:
            found.setdefault(version.id, now)
    return tuple(found.values())


def before_this(model: "Model", alias: str) -> "Version | None":
    """The first choice of a rollback; None: there is nothing to go back to."""
    return next(iter(way_back(model, alias)), None)


def to_beat(model: "Model", alias: str, version: "Version") -> "Version | None":
    """What a version is held against: what stands there, else the last that did; None: it is the first.

    Who takes an alias off and promotes again would otherwise get around every comparison.
    """
    state = model.aliases.get(alias)
    if state is not None and state.version is not None:
        return state.version
    return next((one for one in way_back(model, alias) if one.id != version.id), None)


def ever_held(model: "Model", alias: str, version: "Version") -> bool:
    """Whether the alias stood on a version once, by a move that took effect."""
    return any(move.version is not None and move.version.id == version.id for move in _held(model, alias))


def _held(model: "Model", alias: str) -> "list[Move]":
    """The moves that took effect, the oldest first."""
    return [move for move in reversed(model.moves) if move.alias == alias and move.holds]
