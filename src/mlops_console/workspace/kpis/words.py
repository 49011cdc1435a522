"""KPIs in words: what the command line, the report and the lists of the console say of them alike."""

import math
from typing import TYPE_CHECKING

from mlops_console.display import NONE, age, day, figures, number
from mlops_console.promotion.gates.kpis import worth as in_money
from mlops_console.promotion.gates.words import apart, exact
from mlops_console.workspace.kpis.reigns import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.wishes.model import Kpi
    from mlops_console.workspace.kpis.model import KpiState


def standing(state: "KpiState") -> str:
    """How it stands: `worse than its floor`, `floor kept`, `target reached`."""
    match state.met:
        case "not kept":
            return "worse than its floor"
        case "reached":
            return "target reached"
        case "unknown":
            return "not known"
    return "floor kept" if state.kpi.floor is not None else "no floor"


def value(state: "KpiState") -> str:
    """`.612 [.583, .642]`; `-` for none."""
    if state.value is None:
        return NONE
    said, *ends = figures(state.value, state.interval)
    return f"{said} [{ends[0]}, {ends[1]}]" if ends else said


def production_of(state: "KpiState", version: int) -> str:
    """What labels say of this version: `.612 [.583, .642], labels of 2013-09`; empty: nothing.

    Of a window in which nobody was champion the one that is champion now is meant.
    """
    for one in reversed(state.windows):
        if not one.estimated and version == (state.version if one.version is None else one.version):
            said, low, high = figures(one.value.value, (one.value.low, one.value.high))
            return f"{said} [{low}, {high}], labels of {one.window}"
    return ""


def short(state: "KpiState") -> str:
    """The value alone, with as many digits as tell it from its floor."""
    if state.value is None:
        return NONE
    floor = state.kpi.floor
    if state.interval is None and floor is not None and math.isfinite(state.value):
        return apart(state.value, floor)[0]
    return figures(state.value, state.interval)[0]


def limit(kpi: "Kpi", one: float | None) -> str:
    """A floor or target as somebody wrote it: `>= .6`."""
    return NONE if one is None else f"{'>=' if kpi.goal == 'max' else '<='} {exact(one)}"


def unsure(state: "KpiState") -> bool:
    """Whether chance alone may put the value on this side of its floor."""
    floor, interval = state.kpi.floor, state.interval
    return floor is not None and interval is not None and interval[0] <= floor <= interval[1]


def worth(state: "KpiState") -> str:
    """What the distance to the floor is worth: `-2,400 EUR per month`; empty where nobody said."""
    kpi = state.kpi
    if state.worth is None or not kpi.worth:
        return ""
    amount = state.worth
    if state.interval is not None:
        # Below a tenth of what chance does nothing is told.
        half = abs(state.interval[1] - state.interval[0]) / 2 * abs(kpi.worth)
        if half > 0 and math.isfinite(half):
            amount = round(amount, 1 - math.floor(math.log10(half)))
    text = in_money(kpi, amount / kpi.worth)
    return f"+{text}" if amount > 0 else text


def review(state: "KpiState", now: int) -> str:
    """When it is to be looked at again: `overdue 3d`, `due 2026-12-20`; empty: nobody asked for that."""
    if state.due is None:
        return ""
    if state.overdue:
        return "due today" if now - state.due < DAY else f"overdue {age(now - state.due)}"
    return f"due {day(state.due)}"


def reviewed(state: "KpiState") -> str:
    """Who looked at it last; that nobody did."""
    said = state.reviewed
    return "never" if said is None else f"{day(said.at)} by {said.by}"


def every(days: float) -> str:
    """How often: `every 30 days`."""
    if days < 1:
        return f"every {number(days * 24, 3)} hours"
    return "every day" if days == 1 else f"every {number(days, 3)} days"


def sentence(state: "KpiState") -> str:
    """One KPI with its figures, without its name: `.58, worse than its floor of .6 (labels of 2013-09)`."""
    if state.value is None:
        return state.source
    kpi = state.kpi
    said = short(state)
    if state.met == "not kept" and kpi.floor is not None:
        said += f", worse than its floor of {exact(kpi.floor)}"
        said += ", which may be chance" if unsure(state) else ""
    elif kpi.floor is not None:
        said += f", floor {exact(kpi.floor)}"
    if kpi.target is not None:
        said += f", target {exact(kpi.target)}{' reached' if state.met == 'reached' else ''}"
    return f"{said} ({state.source})"


def trend(state: "KpiState") -> list[float]:
    """Its values in time, the oldest first: by labels where there are several, else recorded and labelled."""
    labelled = [one.value.value for one in state.windows if not one.estimated]
    if len(labelled) > 1:
        return labelled
    return [*(one.value for one in state.versions if one.value is not None), *labelled]


def worst_first(states: "Sequence[KpiState]") -> "list[KpiState]":
    """As a person looks at them: floors not kept, then what nobody measures, then overdue ones."""
    places = {"not kept": 0, "unknown": 1, "kept": 2, "reached": 3}
    return sorted(states, key=lambda one: (places[one.met], not one.overdue, -_lost(one)))


def _lost(state: "KpiState") -> float:
    return -state.worth if state.worth is not None and state.worth < 0 else 0.0
