"""Which rows two models both predicted."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.predictions.columns import differ, length, missing, take
from mlops_console.comparison.predictions.model import Matched, Table, Values
from mlops_console.display import count, counted
from mlops_console.records import IntArray

_MOST_DISAGREE: Final = 0.05
"""With more labels that disagree, what is left may be any part of the rows."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Rows of each that belong together, and what is left over."""

    rows_a: IntArray
    rows_b: IntArray
    only: tuple[int, int]
    duplicate: tuple[int, int]
    keyless: tuple[int, int]


def match(a: Table, b: Table) -> Matched:
    """Pair the rows of two models' predictions.

    By key where both have one; a key that occurs twice in either is left out of both. Without keys by
    place, and only if there are as many rows and every label agrees. Rows whose labels disagree, or that
    lack a label or a finite score, are counted and left out.
    """
    if a.keys is not None and b.keys is not None:
        return _kept(a, b, _by_key(a.keys, b.keys))
    return _by_place(a, b)


def _by_key(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> _Pairs:
    one, other = _numbered(a, b)
    top = int(max(one.max(initial=-1), other.max(initial=-1))) + 1
    count_a = np.bincount(one[one >= 0], minlength=top)
    count_b = np.bincount(other[other >= 0], minlength=top)
    twice = (count_a > 1) | (count_b > 1)
    both = (count_a == 1) & (count_b == 1)
    place = np.full(top, -1, np.int64)
    there = np.flatnonzero(other >= 0)
    place[other[there]] = there
    rows_a = np.flatnonzero((one >= 0) & both[one]) if top else np.empty(0, np.int64)
    rows_b = place[one[rows_a]] if top else rows_a
    return _Pairs(
        rows_a,
        rows_b,
        (int(((count_a == 1) & (count_b == 0)).sum()), int(((count_b == 1) & (count_a == 0)).sum())),
        (int(count_a[twice].sum()), int(count_b[twice].sum())),
        (int((one < 0).sum()), int((other < 0).sum())),
    )


def _numbered(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Both columns of keys as numbers from 0 on, equal where the keys are; -1 where there is no key."""
    one, other = _whole(a), _whole(b)
    if one is not None and other is not None:
        known = [keys[there] for keys, there in (one, other)]
        _, codes = np.unique(np.concatenate(known), return_inverse=True)
        split = len(known[0])
        parts = codes.reshape(-1)[:split], codes.reshape(-1)[split:]
        out = []
        for (keys, there), part in zip((one, other), parts, strict=True):
            full = np.full(len(keys), -1, np.int64)
            full[there] = part
            out.append(full)
        return out[0], out[1]
    seen: dict[str, int] = {"": -1}
    return _by_text(a, one, seen), _by_text(b, other, seen)


def _by_text(
    keys: npt.NDArray[Any], whole: tuple[IntArray, npt.NDArray[np.bool_]] | None, seen: dict[str, int]
) -> IntArray:
    if whole is not None:
        values, there = whole
        texts = ["" if not ok else str(v) for v, ok in zip(values.tolist(), there.tolist(), strict=True)]
    else:
        texts = ["" if v is None or v != v else str(v) for v in keys.tolist()]
    return np.fromiter((seen.setdefault(text, len(seen) - 1) for text in texts), np.int64, len(texts))


def _whole(keys: npt.NDArray[Any]) -> tuple[IntArray, npt.NDArray[np.bool_]] | None:
    """Keys as whole numbers and where there is one; None where some are not whole numbers."""
    if keys.dtype.kind in "iub" and (keys.dtype != np.uint64 or not len(keys) or keys.max() < 2**63):
        return keys.astype(np.int64), np.ones(len(keys), np.bool_)
    if keys.dtype.kind == "f":
        there = np.isfinite(keys)
        some = keys[there]
        if np.all((some == np.floor(some)) & (np.abs(some) < 2**53)):
            return np.where(there, keys, 0).astype(np.int64), there
    return None


def _by_place(a: Table, b: Table) -> Matched:
    rows_a, rows_b = length(a.labels), length(b.labels)
    without = [table.name for table in (a, b) if table.keys is None]
    lacks = " and ".join(without) + (" has no key column" if len(without) == 1 else " have no key column")
    if rows_a != rows_b:
        why = (
            f"{lacks}, and by their order rows can't be matched: "
            f"{a.name} has {count(rows_a)}, {b.name} {count(rows_b)}"
        )
        return _nothing(a, b, why)
    wrong = int(differ(a.labels, b.labels).sum())
    if wrong:
        why = (
            f"{lacks}, and by their order the rows are not the same: "
            f"{count(wrong)} of {count(rows_a)} labels differ"
        )
        return _nothing(a, b, why)
    rows = np.arange(rows_a)
    found = _kept(a, b, _Pairs(rows, rows, (0, 0), (0, 0), (0, 0)))
    note = f"{lacks}: rows were matched by their order, in which every label agrees"
    return replace(found, by="row order", notes=(note, *found.notes))


def _nothing(a: Table, b: Table, why: str) -> Matched:
    none = np.empty(0, np.float64)
    rows = length(a.labels), length(b.labels)
    return Matched(a.name, b.name, none, none, none, None, None, {}, "nothing", *rows, 0, problem=why)


def _kept(a: Table, b: Table, pairs: _Pairs) -> Matched:
    """The pairs that can be compared: with equal labels and a score in both."""
    labels = take(a.labels, pairs.rows_a)
    other = take(b.labels, pairs.rows_b)
    unlabelled = missing(labels) | missing(other)
    disagree = differ(labels, other) & ~unlabelled
    good = ~(unlabelled | disagree)
    no_a, no_b = (
        missing(take(table.scores, rows)) & good for table, rows in ((a, pairs.rows_a), (b, pairs.rows_b))
    )
    use = good & ~no_a & ~no_b
    rows_a, rows_b = pairs.rows_a[use], pairs.rows_b[use]
    columns, differing = _columns(a, b, rows_a, rows_b)
    found = Matched(
        a.name,
        b.name,
        take(a.labels, rows_a),
        take(a.scores, rows_a),
        take(b.scores, rows_b),
        None if a.predicted is None else take(a.predicted, rows_a),
        None if b.predicted is None else take(b.predicted, rows_b),
        columns,
        "key",
        length(a.labels),
        length(b.labels),
        int(use.sum()),
        *pairs.only,
        *pairs.duplicate,
        *pairs.keyless,
        disagree=int(disagree.sum()),
        unlabelled=int(unlabelled.sum()),
        missing_a=int(no_a.sum()),
        missing_b=int(no_b.sum()),
        columns_differ=differing,
    )
    return replace(found, problem=_problem(found, a, b), notes=_notes(found))


def _columns(
    a: Table, b: Table, rows_a: IntArray, rows_b: IntArray
) -> tuple[dict[str, Values], tuple[tuple[str, int], ...]]:
    """What is known of the rows from either file, without what the two say differently."""
    columns = {name: take(values, rows_a) for name, values in a.columns.items()}
    differing = []
    for name, values in b.columns.items():
        theirs = take(values, rows_b)
        if name not in columns:
            columns[name] = theirs
        elif wrong := int(differ(columns[name], theirs).sum()):
            del columns[name]
            differing.append((name, wrong))
    return columns, tuple(differing)


def _problem(found: Matched, a: Table, b: Table) -> str | None:
    if found.matched and found.disagree > _MOST_DISAGREE * (found.matched + found.disagree):
        return (
            f"in {count(found.disagree)} of {counted(found.matched + found.disagree, 'row')} that both have "
            "the labels disagree: the two were not judged on the same truth"
        )
    if found.matched:
        return None
    if not found.rows_a or not found.rows_b:
        return f"{a.name if not found.rows_a else b.name} has no rows of predictions"
    if found.disagree:
        return (
            f"of {counted(found.disagree, 'row')} that both have, no label agrees: "
            "the two were not judged on the same truth"
        )
    if found.missing_a or found.missing_b or found.unlabelled:
        return "no row has a label and a score in both"
    if found.duplicate_a or found.duplicate_b:
        return "no key occurs just once in both: the key column does not tell rows apart"
    assert a.keys is not None
    assert b.keys is not None
    return f"no row is in both: no key of {a.name} ({a.keys[0]} …) occurs in {b.name} ({b.keys[0]} …)"


def _notes(found: Matched) -> tuple[str, ...]:
    """What was left out, the serious first."""
    a, b = found.a, found.b
    said = []
    if found.disagree:
        said.append(
            f"serious: in {counted(found.disagree, 'row')} the labels of {a} and {b} disagree; left out: "
            "the two may have been judged on different data"
        )
    for name, only in ((a, found.only_a), (b, found.only_b)):
        if only:
            said.append(f"{counted(only, 'row')} {'is' if only == 1 else 'are'} only in {name}")
    for name, rows in ((a, found.duplicate_a), (b, found.duplicate_b)):
        if rows:
            which = "a key that is" if rows == 1 else "keys that are"
            said.append(f"{counted(rows, 'row')} of {name} with {which} not unique in both: left out")
    for name, rows in ((a, found.keyless_a), (b, found.keyless_b)):
        if rows:
            said.append(f"{counted(rows, 'row')} of {name} without a key: left out")
    for name, rows in ((a, found.missing_a), (b, found.missing_b)):
        if rows:
            said.append(f"{counted(rows, 'row')} without a finite score in {name}: left out")
    if found.unlabelled:
        said.append(f"{counted(found.unlabelled, 'row')} without a label: left out")
    smaller = min(found.rows_a, found.rows_b)
    if said and found.matched:
        share = 100 * found.matched / smaller
        said.insert(
            1 if found.disagree else 0,
            f"{counted(found.matched, 'row')} matched, of {count(found.rows_a)} in {a} "
            f"and {count(found.rows_b)} in {b} ({share:.0f}% of the smaller)",
        )
    return tuple(said)
