"""Paired bootstrap over rows: rows drawn anew, always with both models' predictions.

B. Efron & R. J. Tibshirani, An Introduction to the Bootstrap (1993). Each row's count in a resample is a
Poisson number of mean 1 (J. A. Hanley & B. MacGibbon, Computer Methods and Programs in Biomedicine 83 (2006)
57-62): rows are drawn independently, so a million of them cost one pass.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.model import Progress
from mlops_console.comparison.predictions.model import Codes, Estimate
from mlops_console.comparison.predictions.normal import TINY, z_estimate
from mlops_console.comparison.predictions.tasks import Rows
from mlops_console.comparison.predictions.weighted import Statistic, statistic

RESAMPLES: Final = 1_000
_TOGETHER: Final = 20
"""Resamples between two words of progress."""
_THREADS: Final = 2
_SMALL: Final = 50_000
"""Fewer rows are not worth a second thread."""
Weights: TypeAlias = npt.NDArray[np.uint8]


def bootstrap(
    metric: str, rows: Rows, *, resamples: int = RESAMPLES, progress: Progress | None = None
) -> Estimate:
    """The difference with the normal interval of the bootstrap's standard error.

    That interval holds its 95% in simulation where percentile and BCa intervals fall short. Rows that
    belong together (`rows.clusters`) are drawn together. Seeded from the rows' content, whatever their
    order: the same rows give the same answer, and b against a the negative of a against b.
    """
    rows, swapped = _canonical(rows)
    compute = statistic(metric, rows)
    if isinstance(compute, str):
        return Estimate(None, None, None, problem=compute)
    a, b = compute(np.ones(len(rows), np.uint8))
    if not (math.isfinite(a) and math.isfinite(b)):
        return Estimate(None, None, None, problem="it can't be computed on these rows")
    drawn = _draw(compute, rows, resamples, progress)
    kept = drawn[np.isfinite(drawn)]
    if swapped:
        a, b = b, a
    name = "paired bootstrap" if rows.clusters is None else "cluster bootstrap"
    if len(kept) < resamples / 2:
        return Estimate(b - a, a, b, problem="in most resamples it can't be computed: too few rows")
    spread = float(kept.std(ddof=1))
    found = z_estimate(b - a, a, b, 0.0 if spread <= TINY else spread, name)
    if len(kept) < resamples:
        note = f"in {resamples - len(kept):,} of {resamples:,} resamples it could not be computed"
        return replace(found, notes=(*found.notes, note))
    return found


def _draw(
    compute: Statistic, rows: Rows, resamples: int, progress: Progress | None
) -> npt.NDArray[np.float64]:
    """Differences of the resamples, each batch with a stream of its own, however many threads there are."""
    starts = range(0, resamples, _TOGETHER)
    seeds = np.random.SeedSequence(_seed(rows)).spawn(len(starts))
    size, clusters = _units(rows.clusters, len(rows))

    def batch(at: int) -> list[float]:
        generator = np.random.Generator(np.random.SFC64(seeds[at]))
        out = []
        # What is said of floats is each thread's own.
        with np.errstate(all="ignore"):
            for _ in range(min(_TOGETHER, resamples - starts[at])):
                weights = poisson(generator, size)
                a, b = compute(weights if clusters is None else np.take(weights, clusters))
                out.append(b - a)
        return out

    found: list[float] = []
    if len(rows) < _SMALL:
        for at in range(len(starts)):
            found += batch(at)
            _tell(progress, at + 1, len(starts))
        return np.array(found)
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for at, part in enumerate(pool.map(batch, range(len(starts)))):
                found += part
                _tell(progress, at + 1, len(starts))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return np.array(found)


def _tell(progress: Progress | None, done: int, of: int) -> None:
    if progress is not None:
        progress(done / of)


def _units(clusters: Codes | None, rows: int) -> tuple[int, Codes | None]:
    return (rows, None) if clusters is None else (int(clusters.max(initial=-1)) + 1, clusters)


def poisson(generator: np.random.Generator, size: int) -> Weights:
    """Poisson numbers of mean 1, by looking up 16 random bits each (their law to 1 in 65,536)."""
    bits = generator.bit_generator.random_raw((size + 3) // 4).view(np.uint16)[:size]
    return np.take(_table(), bits)


@cache
def _table() -> Weights:
    """Of 65,536 equally likely numbers so many are 0, 1, 2 …, that their mean is 1 exactly."""
    size = 65_536
    counts = [round(size * math.exp(-1) / math.factorial(k)) for k in range(9)]
    counts[0] += size - sum(counts)
    table = np.repeat(np.arange(len(counts), dtype=np.uint8), counts)
    surplus = int(table.sum()) - size
    # A few ones become twos, or twos ones.
    places = np.flatnonzero(table == (2 if surplus > 0 else 1))[: abs(surplus)]
    table[places] = 1 if surplus > 0 else 2
    return table


def _canonical(rows: Rows) -> tuple[Rows, bool]:
    """The rows in an order of their content, the models too; and whether the models changed places."""
    first, second = (_key(rows.a, rows.said_a), _key(rows.b, rows.said_b))
    # By the first model's score, so that going by rank walks memory in order; neighbours are alike in both.
    order = np.lexsort((rows.y, second, first))
    other = np.lexsort((rows.y, first, second))
    swapped = _digest(rows.y[other], second[other], first[other]) < _digest(
        rows.y[order], first[order], second[order]
    )
    if not swapped:
        return rows.at(order), False
    turned = replace(rows, a=rows.b, b=rows.a, said_a=rows.said_b, said_b=rows.said_a)
    return turned.at(other), True


def _key(scores: npt.NDArray[Any] | None, said: Codes | None) -> npt.NDArray[Any]:
    found = scores if scores is not None else said
    assert found is not None
    return found


def _digest(*arrays: npt.NDArray[Any]) -> bytes:
    whole = blake2b(digest_size=16)
    for array in arrays:
        whole.update(np.ascontiguousarray(array).data)
    return whole.digest()


def _seed(rows: Rows) -> int:
    arrays = [part for part in (rows.y, rows.a, rows.b, rows.said_a, rows.said_b) if part is not None]
    return int.from_bytes(_digest(*arrays), "little")
