"""The head of a KPI report: the sentence for a hurried reader, and the few figures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mlops_console.display import count, counted, day, number
from mlops_console.documents.blocks import Ink, Tile
from mlops_console.workspace.kpis import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.kpis.model import KpiState

_NAMED: Final = 3


def answer(states: "Sequence[KpiState]") -> str:
    """What a reader of one sentence should know."""
    if not states:
        return "No KPI is named."
    bad = [one for one in states if one.met == "not kept"]
    unknown = [one for one in states if one.value is None]
    overdue = [one for one in states if one.overdue]
    reached = sum(one.met == "reached" for one in states)
    if bad:
        named = ", ".join(f"{_name(one, states)} ({words.short(one)})" for one in bad[:_NAMED])
        more = f" and {count(len(bad) - _NAMED)} more" if len(bad) > _NAMED else ""
        verb = "is" if len(bad) == 1 else "are"
        which = "worse than its floor" if len(bad) == 1 else "worse than their floors"
        said = f"{count(len(bad))} of {_kpis(len(states))} {verb} {which}: {named}{more}."
    elif len(unknown) == len(states):
        said = f"Nobody measures {'it' if len(states) == 1 else 'any of the ' + _kpis(len(states))}."
        return said if len(states) > 1 else f"Nobody measures {_name(states[0], states)}."
    else:
        known = len(states) - len(unknown)
        every = "The KPI holds" if known == 1 else f"All {_kpis(known)} hold"
        said = f"{every}{', and ' + _reached(reached, known) if reached else ''}."
    if unknown:
        said += f" {count(len(unknown))} {'is' if len(unknown) == 1 else 'are'} not measured."
    if overdue:
        said += f" {count(len(overdue))} review{' is' if len(overdue) == 1 else 's are'} overdue."
    return said


def _reached(reached: int, known: int) -> str:
    if reached == known:
        return "has reached its target" if known == 1 else "have reached their targets"
    return f"{count(reached)} {'has' if reached == 1 else 'have'} reached the target"


def _kpis(many: int) -> str:
    return counted(many, "KPI")


def _name(state: "KpiState", states: "Sequence[KpiState]") -> str:
    several = len({(one.project.key, one.model) for one in states}) > 1
    return f"{state.kpi.name} of {state.model}" if several else state.kpi.name


def tiles(states: "Sequence[KpiState]") -> Iterator[Tile]:
    """Floors kept, targets reached, what that is worth, reviews overdue."""
    with_floor = [one for one in states if one.kpi.floor is not None]
    if with_floor:
        kept = sum(one.met in ("kept", "reached") for one in with_floor)
        ink: Ink = "better" if kept == len(with_floor) else "worse"
        yield Tile("floors kept", f"{count(kept)} of {count(len(with_floor))}", "", ink)
    with_target = [one for one in states if one.kpi.target is not None]
    if with_target:
        reached = sum(one.met == "reached" for one in with_target)
        yield Tile("targets reached", f"{count(reached)} of {count(len(with_target))}")
    yield from _worth(states)
    asked = [one for one in states if one.due is not None]
    if asked:
        overdue = sum(one.overdue for one in asked)
        first = min(one.due for one in asked if one.due is not None)
        note = "" if overdue else f"the next by {day(first)}"
        yield Tile("reviews overdue", count(overdue), note, "worse" if overdue else "")


def _worth(states: "Sequence[KpiState]") -> Iterator[Tile]:
    """Sums of what is in one currency and for one time; others can't be added."""
    sums: dict[tuple[str, str], list[KpiState]] = {}
    for one in states:
        if one.worth is not None:
            sums.setdefault((one.kpi.currency, one.kpi.per), []).append(one)
    for (currency, per), some in list(sums.items())[:2]:
        each = [one.worth for one in some if one.worth is not None]
        amount, lost = sum(each), sum(one for one in each if one < 0)
        shown = f"{'+' if amount > 0 else ''}{_rough(amount)} {currency}".strip()
        note = f"{f'per {per}, ' if per else ''}against the floor{'s' if len(some) > 1 else ''}"
        note += f"; {_rough(lost)} where it is not kept" if lost < 0 < max(each) else ""
        yield Tile("worth", shown, note, "worse" if amount < 0 else "")


def _rough(amount: float) -> str:
    """A sum of estimates: two digits mean something, of large ones three."""
    return number(float(f"{amount:.{2 if abs(amount) < 10_000 else 3}g}"))
