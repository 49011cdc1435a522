"""Some rows of a segment, as they stand in a window's files: what moved, for people to look at."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from mlops_console.analysis.over_windows import kinds_in, window_of
from mlops_console.comparison.model import Progress
from mlops_console.display import safe_text

LOOKED: Final = 20_000
"""Rows that are looked through, drawn from all of the window."""
SHOWN: Final = 40
_COLUMNS: Final = 40
_LONGEST: Final = 60


def rows_of_segment(request: Mapping[str, Any], progress: Progress | None = None) -> bytes:
    """Rows of the window in which a column has a level, or lies in an interval as it is written.

    Raises:
        DataError: The window can't be read.
    """
    if progress is not None:
        progress(0.0)
    table = window_of(request, kinds_in(request, judged=False))
    there = list(table.types)
    first = [name for name in (request["by"], request["feature"], *request["beside"]) if name in there]
    names = list(dict.fromkeys((*first, *there)))[:_COLUMNS]
    if request["by"] not in names:
        return _packed(
            {"columns": [], "rows": [], "matching": 0, "looked": 0, "problems": list(table.problems)}
        )
    frame = table.some_rows(names, LOOKED)
    kept = np.flatnonzero(matches(frame[request["by"]], request["level"], request["kind"]))
    rows = frame[kept[:SHOWN].tolist()]
    return _packed(
        {
            "columns": names,
            "rows": [[_said(value) for value in row] for row in rows.iter_rows()],
            "matching": len(kept),
            "looked": frame.height,
            "problems": list(table.problems),
        }
    )


def matches(column: Any, level: str, kind: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Which values of a column are of a level, or lie in an interval as segments write it."""
    from mlops_console.drift.domain.encoding import numbers_of, words_of

    if kind in ("categorical", "boolean"):
        wanted = None if level == "missing" else level
        return np.array([word == wanted for word in words_of(column)], bool)
    values = numbers_of(column, "numeric" if kind == "numeric" else kind)  # type: ignore[arg-type]
    if values is None:
        return np.zeros(len(column), bool)
    if level == "missing":
        return np.isnan(values)
    low, high = interval_of(level)
    with np.errstate(invalid="ignore"):
        found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (values >= low) & (values < high)
    return found


def interval_of(level: str) -> tuple[float, float]:
    """The ends of an interval as segments write it: `below 5`, `5 to below 7`, `7 and more`."""
    if level.startswith("below "):
        return -np.inf, _number(level.removeprefix("below "))
    if level.endswith(" and more"):
        return _number(level.removesuffix(" and more")), np.inf
    low, _, high = level.partition(" to below ")
    return _number(low), _number(high)


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "").replace("\u2212", "-"))
    except ValueError:
        return float("nan")


def _said(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    return safe_text(str(value), _LONGEST)


def _packed(value: Mapping[str, "Sequence[object] | int"]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode(errors="replace")
