"""What speaks for a fault of what writes the data, rather than for another world."""

from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.drift.rewritten import rewritten
from mlops_console.workspace.drifting.standing import Told

if TYPE_CHECKING:
    from mlops_console.drift.model import Segment

_NAMED: Final = 3
_ONLY_THERE: Final = 0.6
"""A part that explains so much of a move is where it moved."""
_UNSEEN: Final = 0.1
"""Share of rows outside of the reference's ranges and levels that no usual window has."""
_BROKEN: Final = {
    "type": "the column vanished, or is of another type",
    "constant": "one value in all rows",
    "missing": "other shares of rows have no value",
    "infinite": "values that are infinite",
}


def faults(told: Told) -> tuple[str, ...]:
    """What speaks for a fault of the source: columns that broke, or values that were never seen.

    Those in one part of the rows only, or that are old ones in another spelling or unit.
    """
    said = [
        f"{', '.join(safe_text(name, 60) for name in names[:_NAMED])}: {how}." for names, how in _broken(told)
    ]
    said += [f"{safe_text(name, 60)}: {how}." for name, how in _rewritten(told)[:_NAMED]]
    part = only_there(told)
    if part is not None and told.model is not None:
        where = f"{safe_text(part.by, 60)} = {safe_text(part.level, 60)}"
        said.append(
            f"{told.model.outside:.0%} of rows lie outside of all that the reference has, and"
            f" {safe_text(part.feature, 60)} moved only where {where}: a fault of what writes it is likelier"
            " than another world."
        )
    return tuple(said)


def at_fault(told: Told) -> str:
    """The column in which a fault shows first; empty: none does."""
    part = only_there(told)
    names = [part.feature] if part is not None else []
    names += [name for those, _ in _broken(told) for name in those]
    return next(iter([*names, *(name for name, _ in _rewritten(told))]), "")


def only_there(told: Told) -> "Segment | None":
    """The one part in which a column moved to values never seen before; None: there is none."""
    outside = told.model.outside if told.model is not None else None
    if outside is None or outside < _UNSEEN:
        return None
    # Where a part has grown, it is the mix that changed: that is the world's, no fault.
    parts = [one for one in told.judged.segments if one.explains >= _ONLY_THERE and one.how == "moved within"]
    moved = {one.measured.name for one in told.moved}
    return next((one for one in parts if one.feature in moved), None)


def _broken(told: Told) -> list[tuple[list[str], str]]:
    """Columns that broke, and how: those of each way together."""
    found = [
        (
            [
                one.measured.name
                for one in told.features
                if any(check.raw.name == name and check.verdict == "DRIFT" for check in one.checks)
            ],
            how,
        )
        for name, how in _BROKEN.items()
    ]
    return [(names, how) for names, how in found if names]


def _rewritten(told: Told) -> list[tuple[str, str]]:
    """Columns that say the same in another unit or spelling, and how."""
    drifting = [one.measured for one in told.moved if one.verdict == "DRIFT"]
    return [(one.name, how) for one in drifting if (how := rewritten(one))]
