"""A baseline out of a table."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.drift.baseline.model import MOST_POINTS, MOST_ROWS, Baseline, Columns, Source
from mlops_console.drift.baseline.rows_form import plain_rows
from mlops_console.drift.baseline.thinning import thinned
from mlops_console.drift.model import JUDGED
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind
    from mlops_console.drift.performance.referring import ReferencePerformance
    from mlops_console.drift.sample import Sample
    from mlops_console.drift.tables.model import ColumnAbout, Table

_POINTS: Final = 1 << 22
"""Of all columns together: with more than a thousand, each has fewer."""
_LEAST_POINTS: Final = 256
_CELLS: Final = 1 << 22
"""Of all whole rows together."""


def make(
    table: "Table",
    *,
    performance: "ReferencePerformance | None" = None,
    floors: Mapping[str, float] | None = None,
    means: Columns | None = None,
    source: Source | None = None,
    rows: int = MOST_ROWS,
    name: str = "",
    progress: Callable[[str], None] | None = None,
) -> Baseline:
    """A profile of a table that needs it no more.

    Args:
        table: The data.
        performance: How the model did on it.
        floors: Feature -> how much it moves by itself in time (`judging.floors`).
        means: Which columns are label, score and so on.
        source: Where the data comes from, and its hash.
        rows: So many whole rows are kept; 0: none leave the data.
        name: What it is called in reports.
        progress: Told which column is looked at.

    Raises:
        DataError: There is not one row or column.
    """
    about = tuple(table.columns().values())
    if not about or not table.rows:
        what = "rows" if about else "columns"
        raise DataError(f"{table.name} has no {what}: nothing to make a baseline of")
    judged = [one for one in about if one.kind in JUDGED]
    samples, problems = _samples(table, judged, progress)
    if rows <= 0:
        problems.append("it holds no whole rows, so no classifier can look at several columns at once")
    return Baseline(
        name or f"baseline of {table.name}", table.rows, about, samples, _held(table, judged, rows),
        source or Source("", ""), means or Columns(),
        None if performance is None else performance.to_json(), dict(floors or {}),
        (*table.problems, *problems),
    )  # fmt: skip


def _samples(
    table: "Table", judged: "list[ColumnAbout]", progress: Callable[[str], None] | None
) -> "tuple[dict[str, Sample], list[str]]":
    """What is kept of each column; and why of some nothing is."""
    from polars.exceptions import PanicException, PolarsError

    from mlops_console.drift.measuring import FAILURES

    points = max(_LEAST_POINTS, min(MOST_POINTS, _POINTS // max(1, len(judged))))
    samples: dict[str, Sample] = {}
    problems = []
    at_once = _in_one_pass(table, judged)
    for one in judged:
        if progress is not None:
            progress(f"{len(samples):,} of {len(judged):,} columns")
        try:
            samples[one.name] = thinned(at_once.get(one.name) or table.sample(one.name), points)
        except DataError as error:
            problems.append(f"{safe_text(one.name, 80)} is left out: {error}")
        except (*FAILURES, PolarsError, PanicException) as error:
            why = f"it can't be measured ({type(error).__name__}: {safe_text(str(error), 200)})"
            problems.append(f"{safe_text(one.name, 80)} is left out: {why}")
    return samples, problems


def _in_one_pass(table: "Table", judged: "list[ColumnAbout]") -> "Mapping[str, Sample]":
    """All columns of a table that does not fit, which would else be read once for each of them."""
    samples = getattr(table, "samples", None)
    if table.exact or samples is None:
        return {}
    found: Mapping[str, Sample] = samples([one.name for one in judged])
    return found


def _held(table: "Table", judged: "list[ColumnAbout]", rows: int) -> "pl.DataFrame":
    """Whole rows, as plain as they can be kept."""
    import polars as pl

    most = min(rows, MOST_ROWS, _CELLS // max(1, len(judged)))
    if most <= 0 or not judged:
        return pl.DataFrame()
    kinds: dict[str, Kind] = {one.name: one.kind for one in judged}
    return plain_rows(table.some_rows([*kinds], most, seed=0), kinds)
