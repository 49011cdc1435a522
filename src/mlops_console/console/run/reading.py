"""Asks the workspace for what the page and the preview of a run show. Runs in worker threads."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlops_console.charts import Curve
from mlops_console.console.run.curves import History
from mlops_console.console.run.facts import RunView
from mlops_console.console.theme import letter_number

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Glance:
    """What the preview shows."""

    view: RunView
    key: str | None
    """The metric in the chart."""
    curves: tuple[Curve, ...]
    focus: str | None
    varying: frozenset[str] = frozenset()
    marked: int = 0


def now_us() -> int:
    """Now, in epoch microseconds."""
    return time.time_ns() // 1000


def glance(workspace: "Workspace", run_id: str, marked: Sequence[tuple[str, str]]) -> Glance | None:
    """A run in short, with the curves of its main metric: of the marked runs, and its own."""
    raise NotImplementedError


def curves_over(
    histories: Sequence[tuple[str, np.ndarray, np.ndarray]],
    run_id: str,
    marked: Sequence[tuple[str, str]],
) -> tuple[tuple[Curve, ...], str | None]:
    """Curves by letter, and the letter of the run in focus; a run that is not marked stands out in white."""
    letters = {run: letter for letter, run in marked}
    curves = []
    for run, step, value in histories:
        letter = letters.get(run, "")
        ink = f"series{letter_number(letter)}" if letter else "text" if marked else "series0"
        curves.append(Curve(letter, "" if letter or not marked else "this", step, value, ink))
    focus = letters.get(run_id, "" if marked else None)
    return tuple(curves), focus


def run_view(workspace: "Workspace", run_id: str) -> RunView:
    """Everything that is known of a run."""
    raise NotImplementedError


def varying(workspace: "Workspace", view: RunView) -> frozenset[str]:
    """Parameters that differ between the runs of its project."""
    raise NotImplementedError


def histories(workspace: "Workspace", run_id: str, keys: Sequence[str]) -> "Mapping[str, History]":
    """All points of some metrics of a run."""
    raise NotImplementedError
