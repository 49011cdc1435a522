"""What the figures of one numeric feature cost: CPU milliseconds, beside one np.sort and beside scipy.

python benchmarks/drift_kernels.py [ROWS]
"""

import sys
import time
from collections.abc import Callable

import numpy as np


def cpu(call: Callable[[], object], times: int = 5) -> float:
    best = float("inf")
    for _ in range(times):
        before = time.process_time()
        call()
        best = min(best, time.process_time() - before)
    return best * 1e3


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    from mlops_console.drift.baseline.thinning import thinned
    from mlops_console.drift.kolmogorov import two_sample_p
    from mlops_console.drift.measures.registry import statistics_of
    from mlops_console.drift.merging import merged
    from mlops_console.drift.pair import Pair
    from mlops_console.drift.sample import numeric_sample

    random = np.random.default_rng(0)
    one, other = random.normal(size=rows), random.normal(0.01, 1, rows)
    a, b = numeric_sample(one), numeric_sample(other)
    ties, tied = numeric_sample(one.round(2)), numeric_sample(other.round(2))
    small = thinned(a, 4096)
    ours: dict[str, Callable[[], object]] = {
        "np.sort": lambda: np.sort(one),
        "numeric_sample": lambda: numeric_sample(one),
        "merged, all different": lambda: merged(a, b),
        "merged, 2 decimals": lambda: merged(ties, tied),
        "merged, reference of 4,096 points": lambda: merged(small, b),
        "all statistics of a pair": lambda: statistics_of(Pair(a, b)),
        "p-value, 10,000 v 9,999 rows, exact": lambda: two_sample_p(0.02, 10_000, 9_999),
        "p-value, 1M v 1M rows": lambda: two_sample_p(0.004, 1_000_000, 1_000_000),
    }
    cost = {name: cpu(call) for name, call in ours.items()}
    from scipy import stats

    cost["scipy ks_2samp"] = cpu(lambda: stats.ks_2samp(one, other), 2)
    cost["scipy wasserstein_distance"] = cpu(lambda: stats.wasserstein_distance(one, other), 2)
    cost["scipy mannwhitneyu"] = cpu(lambda: stats.mannwhitneyu(one, other), 2)
    print(f"{rows:,} rows a side{'':20}CPU ms   x np.sort")
    for name, took in cost.items():
        print(f"{name:38}{took:8.1f} {took / cost['np.sort']:8.1f}")


if __name__ == "__main__":
    main()
