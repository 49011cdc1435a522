"""Since when which feature moves, over the windows of a monitor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mlops_console.drift.model import Feature, Verdict

_MOVES: Final[frozenset[Verdict]] = frozenset({"DRIFT", "WATCH"})
_KNOWS_NOTHING: Final[frozenset[Verdict]] = frozenset({"TOO FEW ROWS", "NOT JUDGED"})
_GAP: Final = 2
"""A quiet window between two that move does not end it; two do."""


@dataclass(frozen=True, slots=True)
class Onset:
    """A feature that drifts now, and since when."""

    feature: str
    since: int
    """Place of the first window of this spell in which it was at least to be watched."""
    drifts_since: int
    """Place of the first window of this spell in which it drifted."""
    windows: int
    """How many windows of the spell drifted."""
    confirmed: bool
    """Whether it drifted in enough of the last windows."""


def onset(
    windows: Sequence[Sequence[Feature]],
    *,
    enough: int = 2,
    of: int = 3,
    features: Sequence[str] | None = None,
) -> tuple[Onset, ...]:
    """Features that drift in the last window that could tell, the one that moved first first.

    Args:
        windows: The judged features of each window, in the order of time.
        enough: Drift in so many …
        of: … of the last so many windows that could tell confirms it.
        features: Only these.
    """
    histories: dict[str, list[tuple[int, Feature]]] = {}
    for at, window in enumerate(windows):
        for one in window:
            if one.verdict not in _KNOWS_NOTHING and (features is None or one.measured.name in features):
                histories.setdefault(one.measured.name, []).append((at, one))
    found = []
    for name, history in histories.items():
        if history[-1][1].verdict != "DRIFT":
            continue
        spell = _spell(history)
        drifts = [at for at, one in spell if one.verdict == "DRIFT"]
        confirmed = sum(one.verdict == "DRIFT" for _, one in history[-of:]) >= enough
        found.append((Onset(name, spell[0][0], drifts[0], len(drifts), confirmed), history[-1][1].severity))
    found.sort(key=lambda one: (one[0].since, one[0].drifts_since, -one[1], one[0].feature))
    return tuple(one for one, _ in found)


def _spell(history: Sequence[tuple[int, Feature]]) -> list[tuple[int, Feature]]:
    """The windows that move, back from the last, as long as no `_GAP` quiet ones lie between."""
    spell: list[tuple[int, Feature]] = []
    quiet = 0
    for at, one in reversed(history):
        if one.verdict in _MOVES:
            spell.append((at, one))
            quiet = 0
        else:
            quiet += 1
            if quiet >= _GAP:
                break
    return spell[::-1]
