"""What a segment says: its share grew, or something happened within it alone."""

from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.drift.judging.words import percent

if TYPE_CHECKING:
    from mlops_console.drift.model import Segment


def only_within(one: "Segment") -> bool:
    """Whether a feature moved in this part of the rows alone, however large that part is.

    What was kept of a window says so in its sentence; one without a sentence is told by the shares.
    """
    if one.because:
        return one.because.startswith(f"{safe_text(one.feature, 60)} moved only in ")
    return one.share_cur <= one.share_ref


def cause(one: "Segment", crumb: str) -> tuple[str, str, str]:
    """The likely cause: words before the part, the part, and its share of the rows."""
    part = f"{one.by} = {one.level}"
    if only_within(one):
        return "moved only in ", part, f"{percent(one.share_cur)} of rows"
    return "", part, f"{percent(one.share_ref)} {crumb} {percent(one.share_cur)} of rows"


def shares(one: "Segment", crumb: str) -> tuple[str, str, str]:
    """The same as three cells of a table."""
    if only_within(one):
        return "only", " ", percent(one.share_cur)
    return percent(one.share_ref), crumb, percent(one.share_cur)


def explained(one: "Segment") -> list[tuple[str, str, str]]:
    """Share and what it explains, as rows of a note."""
    then = f"{percent(one.share_ref)} of the reference's rows, {percent(one.share_cur)} now"
    gone = (
        "so much of its effect is gone when this part is as it was in the reference"
        if only_within(one)
        else "so much of its effect is gone when this part has the share that it had in the reference"
    )
    return [
        ("share", "second", then),
        ("explains", "second", f"{percent(one.explains)} of the move of {one.feature}: {gone}"),
    ]
