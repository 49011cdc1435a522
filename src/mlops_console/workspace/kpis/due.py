"""When a KPI is to be looked at again: the one place that says what is due and what is overdue."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_console.display import day, safe_text
from mlops_console.workspace.kpis.reigns import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.journal.registry import Review
    from mlops_console.wishes.model import Kpi


@dataclass(frozen=True, slots=True)
class Due:
    """How the reviews of a KPI stand."""

    reviewed: "Review | None"
    """The newest."""
    due: int | None
    """Epoch microseconds; None: no interval was asked for, or the model is not in production."""
    overdue: bool
    remark: str = ""
    """Why the newest review does not count, a sentence."""


def due_of(kpi: "Kpi", reviews: "Sequence[Review]", since: int | None, now: int) -> Due:
    """What the reviews of a model say of one of its KPIs.

    An interval after the newest review; where there is none, after the model first had a champion. Nothing is
    due of a model without one. A review that says it was made in the future (by more than a day, which clocks
    may differ by) puts nothing off.

    Args:
        kpi: Which.
        reviews: All of the model's, the newest first.
        since: When the model came into production; None: it is not.
        now: Epoch microseconds.
    """
    of_it = [one for one in reviews if one.kpi in ("", kpi.name)]
    newest = of_it[0] if of_it else None
    counts = max((one for one in of_it if one.at <= now + DAY), key=lambda one: one.at, default=None)
    remark = ""
    if newest is not None and newest is not counts and (counts is None or newest.at != counts.at):
        when = "which is still to come" if newest.at > now else "which is before the one that it followed"
        remark = (
            f"The review by {safe_text(newest.by, 60)} says {day(newest.at)}, {when}: it puts nothing off."
        )
    if kpi.review_days is None or since is None:
        return Due(newest, None, False, remark)
    begins = min(counts.at, now) if counts is not None else since
    due = begins + round(kpi.review_days * DAY)
    return Due(newest, due, due <= now, remark)
