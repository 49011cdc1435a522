"""A baseline's column looked at as another kind than it was made as: as far as what is kept allows it."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.display import safe_text
from mlops_console.drift.sample import LevelSample, NumericSample
from mlops_console.errors import DataError

if TYPE_CHECKING:
    from mlops_console.drift.baseline.model import Baseline
    from mlops_console.drift.model import Kind
    from mlops_console.drift.sample import Sample

_LEVELS: Final = ("categorical", "boolean")


def recast(baseline: "Baseline", name: str, kind: "Kind | None") -> "Sample":
    """The sample of a column; DataError where there is none, or none of this kind."""
    about = baseline.columns().get(name)
    if about is None:
        raise DataError(f"{baseline.name} has no column {safe_text(name, 80)!r}")
    found = baseline.profiles.get(name)
    if found is None:
        why = f": {about.why_not}" if about.why_not else ""
        raise DataError(f"{baseline.name} keeps nothing of the column {safe_text(name, 80)!r}{why}")
    if kind is None or kind == about.kind or (kind in _LEVELS and about.kind in _LEVELS):
        return found
    made: Sample | None = None
    if kind in _LEVELS and about.kind == "numeric" and isinstance(found, NumericSample):
        made = _levels(found)
    elif kind == "numeric" and isinstance(found, LevelSample):
        made = _numbers(found)
    if made is None:
        raise DataError(
            f"{baseline.name} keeps {safe_text(name, 80)!r} as {about.kind}, and can't give it as {kind}",
            f"make it anew with --{kind} where that is meant",
        )
    return made


def _levels(sample: NumericSample) -> LevelSample | None:
    """Numbers as levels, where all different ones are kept."""
    if not sample.exact or sample.infinite:
        return None
    values, counts = np.unique(sample.values, return_counts=True)
    if sample.counts is not None:
        values, counts = sample.values, sample.counts
    import polars as pl

    # As tables write numbers that are levels: whole ones the same, whatever their column's type is.
    names = pl.Series(values).cast(pl.String).str.replace(r"^(-?\d+)\.0$", "$1").to_list()
    said = {name: int(count) for name, count in zip(names, counts, strict=True)}
    levels = tuple(sorted(said))
    return LevelSample(levels, np.array([said[one] for one in levels], np.int64), sample.rows, sample.missing)


def _numbers(sample: LevelSample) -> NumericSample | None:
    """Levels as numbers, where all are kept and each is one."""
    if sample.others:
        return None
    from mlops_console.drift.sample import numeric_sample

    try:
        values = np.array([float(one) for one in sample.levels], np.float64)
    except ValueError:
        return None
    return numeric_sample(np.repeat(values, sample.counts), sample.missing)
