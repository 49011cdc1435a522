"""What a segment says: its share grew, or something happened within it alone."""

from typing import TYPE_CHECKING

from mlops_console.drift.judging.words import percent

if TYPE_CHECKING:
    from mlops_console.drift.model import Segment


def cause(one: "Segment", crumb: str) -> tuple[str, str, str]:
    """The likely cause: words before the part, the part, and its share of the rows."""
    part = f"{one.by} = {one.level}"
    if one.how == "moved within":
        return "moved only in ", part, f"{percent(one.share_cur)} of rows"
    return "", part, f"{percent(one.share_ref)} {crumb} {percent(one.share_cur)} of rows"


def shares(one: "Segment", crumb: str) -> tuple[str, str, str]:
    """The same as three cells of a table."""
    if one.how == "moved within":
        return "only", " ", percent(one.share_cur)
    return percent(one.share_ref), crumb, percent(one.share_cur)


def explained(one: "Segment") -> list[tuple[str, str, str]]:
    """Share and what it explains, as rows of a note."""
    then = f"{percent(one.share_ref)} of the reference's rows, {percent(one.share_cur)} now"
    gone = (
        "so much of its effect is gone when this part is as it was in the reference"
        if one.how == "moved within"
        else "so much of its effect is gone when this part has the share that it had in the reference"
    )
    return [
        ("share", "second", then),
        ("explains", "second", f"{percent(one.explains)} of the move of {one.feature}: {gone}"),
    ]
