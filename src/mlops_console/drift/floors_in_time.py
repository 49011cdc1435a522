"""How much a reference that is data moves by itself, where its rows are in the order of time."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.drift.model import Measured, Rules

if TYPE_CHECKING:
    from mlops_console.drift.tables.model import Reference

_FEWEST: Final = 50
"""Rows of a window: of fewer, chance is most of what is seen."""
_CELLS: Final = 10_000_000
"""So many are looked at altogether; where that is not enough for all parts, fewer are taken."""


def floors_of(
    reference: "Reference", window: int, features: Sequence[Measured], rules: Rules, time: str | None
) -> Mapping[str, float]:
    """Floors by feature from parts of the reference as large as the window; none where it has no order."""
    known = getattr(reference, "floors", None)
    if isinstance(known, Mapping):
        return known
    from mlops_console.drift.judging.floors import FEWEST, floors, pieces

    judged = {one.name: one.kind for one in features if one.statistics}
    if not reference.exact or not hasattr(reference, "part") or window < _FEWEST or not judged:
        return {}
    places = pieces(reference.rows, window)
    if not places or not _ordered(reference, time):
        return {}
    taken = min(len(places), int((_CELLS / (window * len(judged))) ** 0.5))
    if taken < FEWEST:
        return {}
    chosen = [places[at * (len(places) - 1) // (taken - 1)] for at in range(taken)]
    parts = [reference.part(*place) for place in chosen]
    return floors([part.samples(list(judged), judged) for part in parts], rules)


def _ordered(reference: "Reference", time: str | None) -> bool:
    """Whether some column says that the rows ascend in time."""
    columns = reference.columns()
    if time is None:
        # Found as such only because its values ascend.
        return any(about.kind == "time" for about in columns.values())
    return time in columns and bool(reference.frame([time])[time].is_sorted())  # type: ignore[attr-defined]
