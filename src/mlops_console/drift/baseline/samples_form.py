"""Samples as JSON that refers to arrays, and back."""

import itertools
from typing import Any, Final

from mlops_console.drift.baseline.arrays import Packing, Unpacking
from mlops_console.drift.baseline.checking import Broken, count, mapping, number, sensible, texts
from mlops_console.drift.sample import Figures, LevelSample, NumericSample, Sample

_MOST_LEVELS: Final = 1 << 20
_DECILES: Final = 9


def sample_json(sample: Sample, arrays: Packing) -> dict[str, Any]:
    """As it is written."""
    if isinstance(sample, LevelSample):
        return {
            "levels": list(sample.levels), "counts": arrays.add(sample.counts), "rows": sample.rows,
            "missing": sample.missing, "others": sample.others, "distinct": sample.distinct,
        }  # fmt: skip
    return {
        "values": arrays.add(sample.values),
        "counts": None if sample.counts is None else arrays.add(sample.counts),
        "rows": sample.rows, "missing": sample.missing, "infinite": sample.infinite,
        "figures": None if sample.figures is None else _figures_json(sample.figures, arrays),
    }  # fmt: skip


def sample_from_json(value: object, arrays: Unpacking) -> Sample:
    """What was written; Broken where it can't be what a sample is."""
    said = mapping(value, "a column's sample")
    rows, missing = count(said.get("rows"), "a column's rows"), count(said.get("missing"), "missing rows")
    if "levels" in said:
        return _level_sample(said, arrays, rows, missing)
    values = arrays.floats(said.get("values"))
    counts = None if said.get("counts") is None else arrays.wholes(said["counts"])
    infinite = count(said.get("infinite"), "infinite rows")
    figures = None if said.get("figures") is None else _figures(said["figures"], arrays)
    n = figures.n if figures is not None else 0
    sensible(n + missing + infinite == rows, "a column's rows do not add up")
    sensible(bool((values[1:] >= values[:-1]).all()), "a column's values are not in order")
    if counts is None:
        sensible(len(values) == n, "a column has more values than rows")
    else:
        sensible(len(counts) == len(values), "a column's counts do not fit its values")
        sensible(bool(((counts > 0) & (counts <= n)).all()), "a column's counts are none")
        sensible(int(counts.sum()) == n, "a column's counts do not add up")
    return NumericSample(values, counts, rows, missing, infinite, figures)


def _level_sample(said: dict[str, Any], arrays: Unpacking, rows: int, missing: int) -> LevelSample:
    levels = texts(said.get("levels"), "a column's levels", _MOST_LEVELS)
    counts, others = arrays.wholes(said.get("counts")), count(said.get("others"), "rows of other levels")
    distinct = said.get("distinct")
    if distinct != -1:
        distinct = count(distinct, "the number of levels")
        sensible(distinct >= len(levels), "a column lists more levels than it has")
    sensible(len(counts) == len(levels), "a column's counts do not fit its levels")
    sensible(all(one < other for one, other in itertools.pairwise(levels)), "levels are not in order")
    sensible(bool(((counts >= 0) & (counts <= rows)).all()), "a column's counts are none")
    sensible(int(counts.sum()) + others + missing == rows, "a column's rows do not add up")
    return LevelSample(levels, counts, rows, missing, others, distinct)


def _figures_json(figures: Figures, arrays: Packing) -> dict[str, Any]:
    return {
        "n": figures.n, "mean": figures.mean, "sd": figures.sd, "minimum": figures.minimum,
        "maximum": figures.maximum, "median": figures.median, "quartiles": [*figures.quartiles],
        "deciles": arrays.add(figures.deciles), "decile_counts": arrays.add(figures.decile_counts),
        "tails": [*figures.tails], "outside": [*figures.outside], "distinct": figures.distinct,
    }  # fmt: skip


def _figures(value: object, arrays: Unpacking) -> Figures:
    said = mapping(value, "a column's figures")
    n = count(said.get("n"), "a column's rows")
    mean, sd = number(said.get("mean"), "a mean"), number(said.get("sd"), "a deviation")
    low, high = number(said.get("minimum"), "a minimum"), number(said.get("maximum"), "a maximum")
    deciles, counts = arrays.floats(said.get("deciles")), arrays.wholes(said.get("decile_counts"))
    first, last = _two(said.get("tails"), "tails")
    below, above = _two(said.get("outside"), "rows in the tails")
    lower, upper = _two(said.get("quartiles"), "quartiles")
    sensible(n > 0 and sd >= 0 and low <= high, "a column's figures can't be")
    sensible(len(deciles) <= _DECILES and len(counts) == len(deciles) + 1, "deciles do not fit their counts")
    sensible(bool((deciles[1:] > deciles[:-1]).all()), "deciles are not in order")
    sensible(bool(((counts >= 0) & (counts <= n)).all()), "a decile's count is none")
    sensible(int(counts.sum()) == n, "the counts of the deciles do not add up")
    return Figures(
        n, mean, sd, low, high, number(said.get("median"), "a median"),
        (number(lower, "a quartile"), number(upper, "a quartile")), deciles, counts,
        (number(first, "a tail"), number(last, "a tail")),
        (count(below, "rows in a tail", n), count(above, "rows in a tail", n)),
        count(said.get("distinct"), "the number of different values", n),
    )  # fmt: skip


def _two(value: object, what: str) -> tuple[Any, Any]:
    match value:
        case [one, other]:
            return one, other
    raise Broken(f"{what} are not two")
