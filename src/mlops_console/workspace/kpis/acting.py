"""Who must do what by when, so that the KPIs of models are kept and looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Final

from mlops_console.promotion.gates.words import exact
from mlops_console.settings import PROJECT_FILE
from mlops_console.workspace.kpis import words

if TYPE_CHECKING:
    from mlops_console.workspace.kpis.model import KpiState

NOBODY: Final = "nobody"
SOON_DAYS: Final = 45
"""Reviews that are due later are in the table alone."""
_SOON: Final = SOON_DAYS * 86_400_000_000


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do."""

    what: str
    """A sentence."""
    who: str
    by: int | None
    """Epoch microseconds; None: as soon as can be."""
    late: bool
    """It should have been done by now."""
    command: str = ""
    """What does it, on a command line."""


def acts(states: "Sequence[KpiState]", now: int) -> list[Act]:
    """What is to be done, the most urgent first."""
    found = [act for state in words.worst_first(states) for act in _acts(state, now)]
    return sorted(found, key=lambda one: (not one.late, one.by if one.by is not None else 0))


def _acts(state: "KpiState", now: int) -> Iterator[Act]:
    kpi, owner = state.kpi, state.owner or NOBODY
    name = f"{kpi.name} of {state.model}"
    if state.met == "not kept":
        chance = (
            " Its interval holds the floor: wait for more labels, or decide now."
            if words.unsure(state)
            else ""
        )
        yield Act(
            f"Decide how {name} gets back {_back(state)}: retrain, roll back, or another floor.{chance}",
            owner,
            None,
            True,
            f"mlops-console models {quote(state.model)} --timeline",
        )
    if state.value is None:
        yield Act(f"Have {name} measured. {state.how}".strip(), owner, None, False)
    elif not state.windows and state.version is not None and state.how:
        yield Act(
            f"Have {name} measured in production: so far only training has. {state.how}",
            owner,
            None,
            False,
        )
    if state.due is not None and (state.overdue or state.due - now <= _SOON):
        yield Act(
            f"Look at {name} and say what you saw.",
            owner,
            state.due,
            state.overdue,
            f"mlops-console kpis review {quote(state.model)} {quote(kpi.name)} --reason TEXT",
        )
    if not state.owner:
        yield Act(f"Name who answers for {name}: owner in {PROJECT_FILE}.", NOBODY, None, False)


def _back(state: "KpiState") -> str:
    kpi = state.kpi
    assert kpi.floor is not None
    return f"{'above' if kpi.goal == 'max' else 'below'} {exact(kpi.floor)}"
