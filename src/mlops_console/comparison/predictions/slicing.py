"""Where two models differ: the same judgement on parts of the rows, worst first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mlops_console.comparison.model import Goal, Progress
from mlops_console.comparison.predictions.binning import Parts, parts
from mlops_console.comparison.predictions.columns import length
from mlops_console.comparison.predictions.estimating import estimate
from mlops_console.comparison.predictions.judging import judged
from mlops_console.comparison.predictions.model import Estimate, Matched, Slice, Slices, Values
from mlops_console.comparison.predictions.naming import METRICS, metric_named
from mlops_console.comparison.predictions.tasks import Rows, prepared
from mlops_console.display import counted
from mlops_console.records import FloatArray

SLICES: Final = 300
"""More are not looked at: each makes all others harder to show."""
LEAST: Final = 50
"""Rows of the smallest slice that is judged."""
_EACH_CLASS: Final = 10
"""Rows of either class that a slice needs for a metric of ranks."""
_RESAMPLES: Final = 200
"""Of the metrics without a closed form, in a slice."""
CORRECTION: Final = "Benjamini-Hochberg, false discovery rate 5%"


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    """A slice before the correction."""

    column: str
    name: str
    n: int
    found: Estimate


def slices(
    matched: Matched,
    metric: str,
    goal: Goal | None = None,
    *,
    columns: tuple[str, ...] | None = None,
    least: int = LEAST,
    limit: int = SLICES,
    margin: float | None = None,
    progress: Progress | None = None,
) -> Slices:
    """Judge `b` against `a` on parts of the rows by every column (or by `columns`).

    Values of text, fifths of numbers. p-values are corrected over all slices that were looked at (Y.
    Benjamini & Y. Hochberg, JRSS B 57 (1995) 289-300); overlapping slices are positively dependent, which
    the procedure allows for (Y. Benjamini & D. Yekutieli, Annals of Statistics 29 (2001) 1165-1188).
    Intervals are each slice's own.
    """
    name = metric_named(metric)
    if name is None:
        return _nothing(matched, metric, goal, f"{metric} can't be computed from predictions")
    goal = goal or METRICS[name].goal
    rows = prepared(matched, name)
    if isinstance(rows, str):
        return _nothing(matched, metric, goal, rows)
    wanted = {key: v for key, v in matched.columns.items() if columns is None or key in columns}
    cut, skipped = _cut(wanted, least, limit)
    skipped = [
        *(
            (column, f"differs between the two in {counted(many, 'row')}: it is no fact of the row")
            for column, many in matched.columns_differ
        ),
        *skipped,
    ]
    every = estimate(name, rows, resamples=_RESAMPLES)
    looked = list(_estimates(name, rows, cut, progress))
    unable = sum(one.found.p is None for one in looked)
    notes = tuple(part.note for _, part in cut if part.note)
    if unable:
        last = "it comes last" if unable == 1 else "they come last"
        notes += (f"on {counted(unable, 'slice')} {METRICS[name].words} could not be judged; {last}",)
    return Slices(
        metric, goal, matched.a, matched.b, _judged(looked, goal, margin), len(looked) - unable, CORRECTION,
        tuple(skipped), every.difference, every.ci, notes=(*notes, *matched.notes, *rows.notes),
    )  # fmt: skip


def _cut(
    columns: Mapping[str, Values], least: int, limit: int
) -> tuple[list[tuple[str, Parts]], list[tuple[str, str]]]:
    """The columns in parts, and those that are not cut with the reason."""
    cut: list[tuple[str, Parts]] = []
    skipped = []
    every = 0
    for column, values in columns.items():
        found = parts(column, values, least) if length(values) else "has no rows"
        if isinstance(found, str):
            skipped.append((column, found))
        elif every + len(found.names) > limit:
            skipped.append((column, f"was not looked at: {limit} slices are the most"))
        else:
            cut.append((column, found))
            every += len(found.names)
    return cut, skipped


def _estimates(
    metric: str, rows: Rows, cut: list[tuple[str, Parts]], progress: Progress | None
) -> Iterator[_Looked]:
    done, every = 0, sum(len(part.names) for _, part in cut)
    for column, part in cut:
        order = np.argsort(part.codes, kind="stable")
        starts = np.searchsorted(part.codes[order], np.arange(len(part.names) + 1))
        for at, name in enumerate(part.names):
            chosen = rows.at(order[starts[at] : starts[at + 1]])
            yield _Looked(column, name, len(chosen), _one(metric, chosen))
            done += 1
            if progress is not None:
                progress(done / every)


def _one(metric: str, rows: Rows) -> Estimate:
    if metric in ("auc", "ap"):
        positives = int((rows.y > 0.5).sum())
        fewer = min(positives, len(rows) - positives)
        if fewer < _EACH_CLASS:
            which = "positive" if positives == fewer else "negative"
            return Estimate(None, None, None, problem=f"only {counted(fewer, 'row')} of the {which} class")
    found = estimate(metric, rows, resamples=_RESAMPLES)
    return replace(found, p=None, ci=None) if found.problem else found


def _judged(looked: list[_Looked], goal: Goal, margin: float | None) -> tuple[Slice, ...]:
    told = [one for one in looked if one.found.p is not None]
    q = dict(
        zip(map(id, told), benjamini_hochberg(np.array([one.found.p for one in told], float)), strict=True)
    )
    made = []
    for one in looked:
        corrected = float(q[id(one)]) if id(one) in q else None
        verdict, because = judged(one.found, goal, one.n, margin=margin, p=corrected)
        found = one.found
        made.append(
            Slice(
                one.column, one.name, one.n, found.value_a, found.value_b, found.difference, found.ci,
                found.p, corrected, verdict, because, found.test,
            )
        )  # fmt: skip
    return tuple(sorted(made, key=lambda one: _rank(one, goal)))


def _rank(one: Slice, goal: Goal) -> tuple[int, float, str]:
    """Shown to be worse first, then what isn't shown, then better; the worse the earlier; untold last."""
    if one.difference is None or one.p is None:
        return 4, 0.0, one.name
    worse = {"worse": 0, "not shown to differ": 1, "equivalent": 1, "better": 2}[one.verdict]
    return worse, one.difference if goal == "max" else -one.difference, one.name


def benjamini_hochberg(p: FloatArray) -> FloatArray:
    """p-values adjusted for the false discovery rate (step up)."""
    if not len(p):
        return p
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    out = np.empty(len(p))
    out[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return out


def _nothing(matched: Matched, metric: str, goal: Goal | None, why: str) -> Slices:
    return Slices(metric, goal, matched.a, matched.b, (), 0, CORRECTION, (), problem=why, notes=matched.notes)
