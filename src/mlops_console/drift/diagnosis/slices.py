"""Where a model is wrong most: parts of a window's rows, by level and by the reference's quantiles.

Each part is held against all other rows of the window. Many are looked at, so p-values are corrected over all
of them (Y. Benjamini & Y. Hochberg, JRSS B 57 (1995) 289-300), and what is told is worse by what matters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.comparison.predictions.influence import losses
from mlops_console.comparison.predictions.naming import METRICS
from mlops_console.comparison.predictions.normal import two_sided
from mlops_console.comparison.predictions.slicing import benjamini_hochberg
from mlops_console.display import count, number, safe_text
from mlops_console.drift.diagnosis.cutting import Cut
from mlops_console.drift.model import ErrorSlice
from mlops_console.drift.performance.metrics import Reading, apart, area, loss, share_of, smooth, worded
from mlops_console.drift.performance.weighing import material
from mlops_console.drift.tables.drawing import draw
from mlops_console.records import FloatArray, IntArray

if TYPE_CHECKING:
    from mlops_console.drift.performance.scoring import Scored

LEAST: Final = 50
"""Rows of the smallest part that is judged, and of what is left beside it."""
Q: Final = 0.05
TOLD: Final = 8
"""So many are kept, the worst."""
_RANKED: Final = 3_000
"""Rows that ranks are worked out of: each part sorts its own and the others."""
_EACH_CLASS: Final = 10
"""Rows of either class that ranks need."""
_BY_ROW: Final = {
    "mae": "mae", "medae": "mae", "mse": "rmse", "rmse": "rmse", "r2": "rmse", "logloss": "logloss",
    "brier": "brier", "auc": "auc", "ap": "auc",
}  # fmt: skip
"""What a part is judged by, where the model is by that; by accuracy else."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """A part before the correction."""

    cut: Cut
    code: int
    part: Reading
    rest: Reading
    rows: int
    p: float


def slices(rows: "Scored", metric: str, cuts: Sequence[Cut], *, least: int = LEAST) -> tuple[ErrorSlice, ...]:
    """The parts where the model does worse than on the others, the worst first; empty: none is shown to be.

    Args:
        rows: Complete rows with labels.
        metric: What the model is judged by; a part is judged by what is like it and is one of rows.
        cuts: How the rows are parted.
        least: Rows of the smallest part that is judged.
    """
    name = _judged_by(metric, rows)
    if name is None or len(rows.y) < 2 * least:
        return ()
    if name == "auc":
        looked = list(_ranked(rows, cuts, least))
    else:
        looked = list(_by_row(name, _errors(name, rows), cuts, least))
    if not looked:
        return ()
    q = benjamini_hochberg(np.array([one.p for one in looked]))
    found = [
        _told(name, one, float(adjusted), len(rows.y))
        for one, adjusted in zip(looked, q, strict=True)
        if adjusted <= Q and _matters(name, one)
    ]
    return tuple(sorted(found, key=lambda one: (-one.worse, one.by, one.level))[:TOLD])


def _judged_by(metric: str, rows: "Scored") -> str | None:
    name = _BY_ROW.get(metric, "accuracy" if rows.said is not None else "")
    if name in ("logloss", "brier") and not rows.probable:
        name = "accuracy"
    if name == "auc" and (rows.score is None or rows.task.kind != "binary"):
        name = "accuracy"
    return None if not name or (name == "accuracy" and rows.said is None) else name


def _errors(name: str, rows: "Scored") -> FloatArray:
    """Of each row: how wrong it is, or of accuracy whether it is right."""
    if name == "accuracy":
        assert rows.said is not None
        right: FloatArray = (rows.y == rows.said).astype(np.float64)
        return right
    assert rows.score is not None
    return losses("mse" if name == "rmse" else name, rows.y, rows.score)


def _by_row(name: str, errors: FloatArray, cuts: Sequence[Cut], least: int) -> Iterator[_Looked]:
    n = len(errors)
    with np.errstate(all="ignore"):
        whole = float(errors.sum()), float((errors**2).sum())
        for cut in cuts:
            size = len(cut.names)
            known = np.minimum(cut.codes, size)
            many, first, second = (
                np.bincount(known, weights, size + 1) for weights in (None, errors, errors**2)
            )
            for code in range(size):
                m = int(many[code])
                if min(m, n - m) < least:
                    continue
                part = _reading(name, m, float(first[code]), float(second[code]))
                rest = _reading(name, n - m, whole[0] - float(first[code]), whole[1] - float(second[code]))
                if part is not None and rest is not None:
                    yield _Looked(cut, code, part, rest, m, _chance(name, rest, part))


def _reading(name: str, n: int, first: float, second: float) -> Reading | None:
    """A figure from a sum and a sum of squares."""
    if name == "accuracy":
        return share_of(first, n)
    mean = first / n
    spread = max(second - n * mean * mean, 0.0) / (n - 1)
    found = smooth(mean, (spread / n) ** 0.5, n)
    if found is None or name != "rmse" or found.value <= 0:
        return found
    value = found.value**0.5
    return smooth(value, found.se / (2 * value), n)


def _ranked(rows: "Scored", cuts: Sequence[Cut], least: int) -> Iterator[_Looked]:
    assert rows.score is not None
    some = _some(len(rows.y))
    y, score = (rows.y, rows.score) if some is None else (rows.y[some], rows.score[some])
    whole = area(y, score)
    if whole is None:
        return
    for cut in cuts:
        codes = cut.codes if some is None else cut.codes[some]
        for code in range(len(cut.names)):
            inside = codes == code
            m = int(inside.sum())
            if min(m, len(codes) - m) < least:
                continue
            if _of_either(y[inside]) < _EACH_CLASS or _of_either(y[~inside]) < _EACH_CLASS:
                continue
            part = area(y[inside], score[inside])
            if part is None:
                continue
            # What is no worse than all is no worse than the others: that needs no second sorting.
            rest = area(y[~inside], score[~inside]) if part.value < whole.value else part
            if rest is not None:
                yield _Looked(cut, code, part, rest, m, _chance("auc", rest, part))


def _of_either(y: FloatArray) -> int:
    """Rows of the class that has fewer."""
    positive = int((y > 0.5).sum())
    return min(positive, len(y) - positive)


def _some(rows: int) -> IntArray | None:
    """Which rows ranks are worked out of; None: all."""
    return None if rows <= _RANKED else draw(rows, _RANKED, 0)


def _chance(name: str, rest: Reading, part: Reading) -> float:
    """One-sided: how often a part is as much worse by chance."""
    both = two_sided(apart(name, rest, part)) / 2
    return both if loss(name, part.value) > loss(name, rest.value) else 1 - both


def _worse(name: str, one: _Looked) -> float:
    return loss(name, one.part.value) - loss(name, one.rest.value)


def _matters(name: str, one: _Looked) -> bool:
    worse = _worse(name, one)
    return worse > 0 and material(name, loss(name, one.rest.value), worse)


def _told(name: str, one: _Looked, q: float, rows: int) -> ErrorSlice:
    part, rest, level = one.part, one.rest, one.cut.names[one.code]
    value, low, high = (number(at, 3) for at in (part.value, part.low, part.high))
    share, worse = one.rows / rows, _worse(name, one)
    because = (
        f"{safe_text(level, 120)}: {worded(name)} {value} (95% {low} to {high}) on {count(one.rows)} rows"
        f" ({share:.0%}), {number(rest.value, 3)} on the others: worse by {number(worse, 3)}"
        f" (q {number(q, 2)})."
    )
    return ErrorSlice(
        one.cut.column, level, name, METRICS[name].goal, part.interval, rest.value, worse, share, one.p, q,
        because,
    )  # fmt: skip
