"""From data on disk to a baseline's bytes: what the analysis child does, or a command by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.drift.baseline.model import MOST_ROWS, Baseline, Columns, Source
from mlops_console.drift.baseline.moving import floors_of
from mlops_console.drift.tables.opening import open_table
from mlops_console.errors import DataError

if TYPE_CHECKING:
    from mlops_console.drift.performance.referring import ReferencePerformance
    from mlops_console.drift.tables.model import Kinds, Table


@dataclass(frozen=True, slots=True)
class Answers:
    """A table that holds what the model answered, where the data does not: a run's predictions."""

    place: str
    """Relative to the project."""
    means: Columns


@dataclass(frozen=True, slots=True)
class Order:
    """What a baseline is to be made of."""

    place: str
    """A path or a glob: absolute, or relative to `base`."""
    source: Source
    base: str = ""
    """The project's folder, where the data lies in it: below it no link is followed."""
    means: Columns = field(default_factory=Columns)
    categorical: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """Empty: all columns."""
    rows: int = MOST_ROWS
    """Whole rows that are kept; 0: none."""
    window_rows: int = 0
    """Of the windows that it will be held against; 0: they are not cut by rows."""
    window_days: float = 0.0
    answers: Answers | None = None
    """Beneath `root`."""
    root: str = ""

    @property
    def kinds(self) -> "Kinds":
        """How columns are looked at."""
        from mlops_console.drift.tables.model import Kinds

        return Kinds(
            frozenset(self.categorical), frozenset(self.numeric), frozenset(self.ignore),
            frozenset(self.only) or None, self.means.time or None, self.means.key or None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Built:
    """What came of it."""

    packed: bytes
    rows: int
    columns: int
    judged: int
    performs: bool
    """Whether it holds how the model did."""
    problems: tuple[str, ...] = ()


def build(order: Order, progress: Callable[[str], None] | None = None) -> Built:
    """Read the data and pack what a reference needs of it.

    Raises:
        DataError: It can't be read as a table, or has no such columns.
    """
    from mlops_console.drift.baseline.form import packed

    baseline = built(order, progress)
    return Built(
        packed(baseline), baseline.rows, len(baseline.about), len(baseline.profiles),
        baseline.performed is not None, baseline.problems,
    )  # fmt: skip


def built(order: Order, progress: Callable[[str], None] | None = None) -> Baseline:
    """As `build`, not packed."""
    from mlops_console.drift.baseline.making import make

    table = open_table(order.place, order.kinds, base=Path(order.base) if order.base else None)
    _all_there(table, order)
    performance, problems = _performance(table, order)
    aside = [one for part, one in order.means.said.items() if part != "time"]
    floors, unordered = floors_of(
        table, order.means.time, rows=order.window_rows, days=order.window_days, aside=aside
    )
    made = make(
        table, performance=performance, floors=floors, means=order.means, source=order.source,
        rows=order.rows, progress=progress,
    )  # fmt: skip
    said = (*problems, *([unordered] if unordered else ()))
    if not said:
        return made
    return replace(made, problems=(*made.problems, *said))


def _all_there(table: "Table", order: Order) -> None:
    """DataError where a column was named that the data has not."""
    columns = table.columns()
    asked = (*order.categorical, *order.numeric, *order.only, order.means.time, order.means.key)
    gone = [name for name in asked if name and name not in columns]
    if gone:
        known = ", ".join(safe_text(name, 40) for name in [*columns][:12])
        raise DataError(f"{table.name} has no column {safe_text(gone[0], 80)!r}", f"it has {known}")


def _performance(table: "Table", order: Order) -> "tuple[ReferencePerformance | None, tuple[str, ...]]":
    """How the model did on this data, or on its run's predictions; and why not."""
    means, there = order.means, table.columns()
    told = [name for name in (means.label, means.score, means.prediction) if name]
    gone = [name for name in told if name not in there]
    whole = bool(means.label and (means.score or means.prediction)) and not gone
    if not whole and order.answers is None:
        if not told:
            return None, ()
        lacks = f"it has no column {safe_text(gone[0], 60)}" if gone else "label, and score or prediction"
        return None, (f"how the model did is not known: {lacks}{'' if gone else ' must be named'}",)
    try:
        if not whole and order.answers is not None:
            means = order.answers.means
            table = open_table(order.answers.place, base=Path(order.root))
        return _performed(table, means)
    except DataError as error:
        return None, (f"how the model did is not known: {str(error).rstrip('.')}",)


def _performed(table: "Table", means: Columns) -> "tuple[ReferencePerformance | None, tuple[str, ...]]":
    from mlops_console.drift.performance.outcomes import outcomes_of
    from mlops_console.drift.performance.referring import reference_of

    outcomes = outcomes_of(
        table, label=means.label, score=means.score or None, prediction=means.prediction or None
    )
    found = reference_of(outcomes)
    if found.task is None or not found.metrics:
        why = found.problems[0].rstrip(".") if found.problems else "labels or scores are too few"
        return None, (f"how the model did is not known: {why}",)
    return found, ()
