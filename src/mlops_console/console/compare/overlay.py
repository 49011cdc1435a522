"""The curves of one metric of all subjects on one axis: read and aligned in a worker."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from mlops_console.charts import Curve, Prepared
from mlops_console.comparison.why import curves as aligning
from mlops_console.comparison.why.metrics import Series
from mlops_console.records import NO_TIME
from mlops_console.workspace.metrics import histories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.compare.view import View
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.metrics import Series as History

Scale: TypeAlias = Literal["steps", "since"]
SCALES: Final[tuple[Scale, ...]] = ("steps", "since")
BASE_LETTER: Final = "-"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn."""

    metric: str
    scale: Scale = "steps"
    difference: bool = False
    """Against the base's curve, instead of the values."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What was read for a wish."""

    wish: Wish
    curves: tuple[Prepared, ...]
    """The base last: it is painted over the others. Subjects without points are left out."""
    notes: tuple[str, ...]


def overlay(workspace: "Workspace", view: "View", wish: Wish) -> Overlay:
    """Read the points, align them, gather the runs of a group into a band; a worker's work."""
    comparison = view.comparison
    found = {one.run_id: one for one in histories(workspace, list(comparison.runs), [wish.metric])}
    notes: dict[str, None] = {}
    drawn: list[Curve] = []
    base = _of(view, found, comparison.base.runs, wish) if wish.difference else []
    for subject in (*comparison.others, comparison.base):
        lines = _of(view, found, subject.runs, wish)
        if wish.difference:
            if subject.base:
                continue
            against = _middle(base)
            lines = [aligning.difference(line, against) for line in lines] if against is not None else []
        notes.update((line.note, None) for line in lines if line.note)
        letter = view.letter(subject) or BASE_LETTER
        curve = _curve(letter, subject.name, view.ink(subject), lines)
        if curve is not None:
            drawn.append(curve)
    return Overlay(wish, tuple(map(Prepared, drawn)), tuple(notes))


def _of(view: "View", found: "dict[str, History]", runs: "Sequence[str]", wish: Wish) -> list[aligning.Curve]:
    lines = []
    for run in runs:
        history = found.get(run)
        if history is None or not len(history.value):
            continue
        times = np.where(history.wall == NO_TIME, np.nan, history.wall / 1e6)
        name = view.comparison.runs[run].name or run[:8]
        series = Series(name, history.step.astype(np.float64), history.value, times)
        lines.append(aligning.by_step(series) if wish.scale == "steps" else aligning.by_time(series))
    return lines


def _middle(lines: list[aligning.Curve]) -> aligning.Curve | None:
    """One curve for a group: its mean."""
    if len(lines) < 2:
        return lines[0] if lines else None
    band = aligning.band(lines)
    return aligning.Curve(lines[0].name, band.x, band.middle, band.note)


def _curve(letter: str, name: str, ink: str, lines: list[aligning.Curve]) -> Curve | None:
    ink = series_ink(ink)
    if not lines:
        return None
    if len(lines) == 1:
        return Curve(letter, name, lines[0].x, lines[0].y, ink)
    band = aligning.band(lines)
    return Curve(letter, name, band.x, band.middle, ink, band.low, band.high)


def series_ink(ink: str) -> str:
    """A subject's token as charts name it: `A` is `series0`."""
    from mlops_console.console.theme import letter_number

    return f"series{letter_number(ink)}" if ink.isupper() else ink
