"""The question to the classifier, and what its answer says."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.display import count, number
from mlops_console.drift.domain.classifier import asked
from mlops_console.drift.domain.encoding import encoded
from mlops_console.drift.model import JUDGED, Domain
from mlops_console.records import FloatArray

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.tables.model import ColumnAbout, Reference

ROWS: Final = 2_000
"""A side, at most."""
FEWEST: Final = 50
"""With fewer rows a side trees learn nothing that could be tested."""
AUC: Final = 0.60
P: Final = 0.01
COLUMNS: Final = 2_000
"""More columns than this are not read for the question: the first ones are."""
_LISTED: Final = 10
_WORTH: Final = 0.01
"""Share of the importance from which on a feature is listed."""


def domain(reference: "Reference", current: "Reference", names: Sequence[str], *, seed: int = 0) -> Domain:
    """Whether trees can tell reference rows from current ones, and by which features.

    Gradient-boosted trees on at most 2,000 rows a side, asked about rows they were not fitted on, in three
    folds. Drifted: an area under the ROC curve of .60 or more and p below .01. What orders rows and what
    numbers them takes no part. The same input gives the same answer, on any number of cores.
    """
    taken, notes = _taken(reference.columns(), current.columns(), names)
    if not taken:
        return Domain(None, because="The classifier was not asked: no feature is on both sides.")
    most = min(reference.rows, current.rows, ROWS)
    if most < FEWEST:
        return _too_few(most)
    one, other = (side.some_rows(list(taken), most, seed) for side in (reference, current))
    rows = min(one.height, other.height)
    if rows < FEWEST:
        return _too_few(rows)
    one, other = _cut(one, rows, seed), _cut(other, rows, seed)
    columns, kept = _columns(one, other, taken)
    if not kept:
        return Domain(None, rows=rows, because="The classifier was not asked: no feature varies.")
    return _answer(columns, kept, rows, seed, notes)


def _too_few(rows: int) -> Domain:
    return Domain(
        None,
        rows=rows,
        because=f"The classifier was not asked: it takes {FEWEST} rows a side, here are {count(rows)}.",
    )


def _taken(
    one: "Mapping[str, ColumnAbout]", other: "Mapping[str, ColumnAbout]", names: Sequence[str]
) -> "tuple[dict[str, ColumnAbout], list[str]]":
    """The columns that take part, by name."""
    both = {name: one[name] for name in names if name in one and name in other and one[name].kind in JUDGED
            and other[name].kind not in ("time", "key")}  # fmt: skip
    notes = []
    if len(both) > COLUMNS:
        notes.append(f"The classifier was shown the first {count(COLUMNS)} of {count(len(both))} features.")
        both = dict(list(both.items())[:COLUMNS])
    return both, notes


def _cut(frame: "pl.DataFrame", rows: int, seed: int) -> "pl.DataFrame":
    """So many of them, wherever they stand."""
    if frame.height <= rows:
        return frame
    return frame[np.sort(np.random.default_rng(seed).permutation(frame.height)[:rows])]


def _columns(
    one: "pl.DataFrame", other: "pl.DataFrame", taken: "Mapping[str, ColumnAbout]"
) -> tuple[FloatArray, list[str]]:
    """All that varies and can be put on one scale, rows by columns."""
    import polars as pl

    found, kept = [], []
    for name, about in taken.items():
        try:
            column = encoded(one[name], other[name], about.kind)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, OverflowError):
            continue
        if column is not None and _varies(column):
            found.append(column)
            kept.append(name)
    return (np.column_stack(found) if found else np.empty((0, 0))), kept


def _varies(column: FloatArray) -> bool:
    missing = np.isnan(column)
    some = column[~missing]
    return len(some) > 0 and (bool(missing.any()) or bool(some.min() < some.max()))


def _answer(columns: FloatArray, names: list[str], rows: int, seed: int, notes: list[str]) -> Domain:
    from scipy.special import ndtr

    side = np.repeat(np.array([0, 1], np.int64), rows)
    answer = asked(columns, side, seed=seed, explain=(AUC + 0.5) / 2)
    area, p = answer.area, min(1.0, 2.0 * float(ndtr(-answer.z)))
    drifted = area >= AUC and p < P
    features = _features(names, answer.importance) if drifted else ()
    return Domain(area, p, rows, drifted, features, " ".join([_because(area, p, rows, features), *notes]))


def _features(names: list[str], importance: FloatArray) -> tuple[tuple[str, float], ...]:
    whole = float(importance.sum())
    if whole <= 0:
        return ()
    shares = importance / whole
    order = sorted(range(len(names)), key=lambda at: (-shares[at], names[at]))
    return tuple((names[at], float(shares[at])) for at in order[:_LISTED] if shares[at] >= _WORTH)


def _because(area: float, p: float, rows: int, features: tuple[tuple[str, float], ...]) -> str:
    figures = f"AUC {number(area, 3)} (.5 would be guessing) on {count(rows)} rows a side"
    if area >= AUC and p < P:
        named = ", ".join(f"{name} ({share:.0%})" for name, share in features[:5])
        by = f"; it tells by {named}" if named else ""
        return f"A classifier tells current rows from reference rows: {figures}{by}."
    if area >= AUC:
        return f"A classifier's guesses could be chance: {figures}, p {number(p, 2)}."
    if p < P:
        return f"A classifier tells the rows apart a little, less than counts (AUC .60): {figures}."
    return f"A classifier can't tell current rows from reference rows: {figures}."
