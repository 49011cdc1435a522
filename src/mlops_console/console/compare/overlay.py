"""The curves of one metric of all subjects on one axis: read and aligned in a worker."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from mlops_console.charts import ChartOptions, Curve, Prepared, line_chart, usual_weight
from mlops_console.comparison.why import curves as aligning
from mlops_console.comparison.why.metrics import Series
from mlops_console.records import NO_TIME
from mlops_console.workspace.metrics import histories

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_console.console.compare.view import View
    from mlops_console.records import FloatArray
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.metrics import Series as History

Scale: TypeAlias = Literal["steps", "since", "metric"]
BASE_LETTER: Final = "-"
MOST_NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn."""

    metric: str
    scale: Scale = "steps"
    against: str = ""
    """The metric that x is, with the scale `metric`."""
    difference: bool = False
    """Against the base's curve, instead of the values."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What was read for a wish."""

    wish: Wish
    curves: tuple[Prepared, ...]
    """The base last: it is painted over the others. Subjects without points are left out."""
    bare: tuple[Prepared, ...]
    """The same without bands."""
    weight: float
    """How much they are usually smoothed."""
    notes: tuple[str, ...]
    """What is not drawn as one would think, with the letters of whom it holds for."""
    beside: "Mapping[str, tuple[FloatArray, FloatArray]]" = field(default_factory=dict)
    """Letter -> each x of its curve, and what else is known of that place: seconds for steps, and back."""


def overlay(workspace: "Workspace", view: "View", wish: Wish) -> Overlay:
    """Read the points, align them, gather the runs of a group into a band; a worker's work."""
    comparison = view.comparison
    keys = [wish.metric, wish.against] if wish.scale == "metric" else [wish.metric]
    read = histories(workspace, list(comparison.runs), list(dict.fromkeys(keys)))
    found = {(one.run_id, one.key): one for one in read}
    notes: dict[str, list[str]] = {}
    beside: dict[str, tuple[FloatArray, FloatArray]] = {}
    drawn: list[Curve] = []
    base = _of(view, found, comparison.base.runs, wish) if wish.difference else []
    for subject in (*comparison.others, comparison.base):
        lines = _of(view, found, subject.runs, wish)
        if wish.difference:
            if subject.base:
                continue
            against = _middle(base)
            lines = [aligning.difference(line, against) for line in lines] if against is not None else []
        letter = view.letter(subject) or BASE_LETTER
        for note in dict.fromkeys(line.note for line in lines if line.note):
            notes.setdefault(note, []).append(letter)
        curve = _curve(letter, subject.name, view.ink(subject), lines)
        if curve is not None:
            drawn.append(curve)
            if len(subject.runs) == 1 and wish.scale != "metric":
                beside[letter] = _beside(found[subject.runs[0], wish.metric], wish.scale)
    said = [_said(note, letters, len(comparison.subjects)) for note, letters in notes.items()]
    curves = tuple(map(Prepared, drawn))
    bare = tuple(
        item if item.curve.low is None else Prepared(item.curve._replace(low=None, high=None))
        for item in curves
    )
    weight = _weight(curves)
    # Drawn once here: what is worked out per curve and not per picture is ready when the screen draws.
    line_chart(bare, 40, 8, ChartOptions(smoothing=weight, letters=len(curves) > 1))
    return Overlay(wish, curves, bare, weight, tuple(said), beside)


def _weight(curves: "Sequence[Prepared]") -> float:
    longest = max(curves, key=lambda item: len(item.y), default=None)
    banded = longest is not None and longest.curve.low is not None
    return usual_weight(longest.y) if longest is not None and not banded else 0.0


def _said(note: str, letters: "Sequence[str]", subjects: int) -> str:
    if len(letters) == subjects:
        return note
    named = ["base" if letter == BASE_LETTER else letter for letter in letters]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"{', '.join(named[:MOST_NAMED])}{more}: {note}"


def _beside(history: "History", scale: Scale) -> "tuple[FloatArray, FloatArray]":
    seconds = _times(history)
    known = np.isfinite(seconds)
    seconds = seconds - seconds[known].min() if known.any() else seconds
    steps = history.step.astype(np.float64)
    return (steps, seconds) if scale == "steps" else (seconds, steps)


def _times(history: "History") -> "FloatArray":
    return np.where(history.wall == NO_TIME, np.nan, history.wall / 1e6)


def _of(
    view: "View", found: "Mapping[tuple[str, str], History]", runs: "Sequence[str]", wish: Wish
) -> list[aligning.Curve]:
    lines = []
    for run in runs:
        history = found.get((run, wish.metric))
        if history is None or not len(history.value):
            continue
        name = view.comparison.runs[run].name or run[:8]
        series = _series(name, history)
        if wish.scale == "steps":
            lines.append(aligning.by_step(series))
        elif wish.scale == "since":
            lines.append(aligning.by_time(series))
        elif (other := found.get((run, wish.against))) is not None:
            lines.append(aligning.by_metric(series, _series(name, other)))
    return lines


def _series(name: str, history: "History") -> Series:
    return Series(name, history.step.astype(np.float64), history.value, _times(history))


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
