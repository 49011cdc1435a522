"""The values of KPIs as they stand."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mlops_console.drift.model import Interval
from mlops_console.journal.registry import Review
from mlops_console.records import Project
from mlops_console.wishes.model import Kpi

Met: TypeAlias = Literal["reached", "kept", "not kept", "unknown"]
"""reached: the target is; kept: the floor is, the target not (or there is none); not kept: worse than the
floor; unknown: there is no value."""


@dataclass(frozen=True, slots=True)
class ByVersion:
    """A KPI as a version was registered with."""

    version: int
    value: float | None
    registered: int
    """Epoch microseconds."""
    champion_from: tuple[int, ...] = ()
    """When it became champion, each time."""


@dataclass(frozen=True, slots=True)
class ByWindow:
    """A KPI as the labels of a window say; `estimated` where there are none."""

    window: str
    start: int | None
    end: int | None
    version: int | None
    """The champion's number at its end; None: nobody was."""
    value: Interval
    estimated: bool
    said_at: int | None = None
    """When that was judged; None: not known."""


@dataclass(frozen=True, slots=True)
class KpiState:
    """One KPI of one model."""

    project: Project
    model: str
    kpi: Kpi
    version: int | None
    """The champion's number; None: there is no champion."""
    value: float | None
    """The newest by labels in production, else as the champion was registered with."""
    interval: tuple[float, float] | None
    """95%, of a value by labels; None: of a recorded one nothing is known."""
    source: str
    """`labels of 2013-09`, `recorded with v14`; why there is none, where `value` is None."""
    at: int | None
    """When it was measured, epoch microseconds."""
    met: Met
    versions: tuple[ByVersion, ...]
    """The oldest first."""
    windows: tuple[ByWindow, ...]
    """The oldest first."""
    worth: float | None
    """Of the value against the floor, in the KPI's currency; None: nobody said what a unit is worth."""
    reviewed: Review | None
    due: int | None
    """When the next review is due, epoch microseconds; None: no interval was asked for."""
    overdue: bool = False
    owner: str = ""
    """The KPI's, else the model's."""
    monitor: str = ""
    """Whose windows these are; empty: no monitor measures it."""
    how: str = ""
    """What would have it measured in production, a sentence; empty: it is."""
    remarks: tuple[str, ...] = ()
    """What a person should know of the figures: clocks that jump; a sentence each."""
