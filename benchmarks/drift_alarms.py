"""How often verdicts cry wolf, and what they find: the figures of docs/drift.md, as a table.

    python benchmarks/drift_alarms.py [--windows 200] [--large 1000000] [--only quiet,found,kinds,real]

Quiet windows: twenty features, nothing drifts, six pairs of sizes: at most 5% of the windows of any size may
say DRIFT, in the median size at most 1%. Found: drifts put into 10,000 v 1,000 rows, and a move of .02
standard deviations, which must never say DRIFT and says NEGLIGIBLE once it can be seen. Kinds: what else can
happen to a column, at a million rows. Real: sets of which the answer is known.
"""

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from measuring import leave

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.drift.judging import drift_recipes as recipes  # noqa: E402

from mlops_console.drift.judging.judge import judge  # noqa: E402
from mlops_console.drift.model import Feature, Rules, Verdict  # noqa: E402

SIZES = ((500, 500), (1_000, 200), (5_000, 500), (10_000, 1_000), (10_000, 10_000), (100_000, 10_000))
LEAST = {"mean .3": 0.95, "scale 1.5": 0.95, "mix .12": 0.85}
KINDS: dict[str, tuple[Verdict, ...]] = {
    "scale 1.5": ("DRIFT",), "gone level": ("DRIFT",), "mean .2": ("WATCH",), "bimodal": ("WATCH",),
    "mix_2": ("WATCH",), "mix_5": ("DRIFT", "WATCH"), "new level": ("WATCH",), "nulls to .2": ("DRIFT",),
    "tail": ("WATCH",), "mean .02": ("NEGLIGIBLE",),
}  # fmt: skip
_MOVED: dict[str, Verdict] = {
    "car_value": "DRIFT", "repaid_loan_on_prev_car": "DRIFT", "loan_length": "DRIFT", "salary_range": "WATCH",
}  # fmt: skip
REAL: dict[str, dict[str, Verdict]] = {
    **{f"car-loan/0{at}": _MOVED if at >= 5 else {} for at in range(10)},
    "breast-cancer-aa/aa": {},
}
"""What is more than quiet, by window; all else is not."""


def held(what: str, said: str, holds: bool) -> bool:
    """Say a figure and whether it holds."""
    print(f"{'ok  ' if holds else 'FAIL'}  {what}: {said}", flush=True)
    return holds


def judged(names: Sequence[str], n: int, m: int, rng: np.random.Generator) -> tuple[Feature, ...]:
    """The features of a made window."""
    return judge(recipes.window(names, n, m, rng), Rules())


def quiet(windows: int) -> Iterator[bool]:
    """D7: windows in which nothing drifts."""
    shares = []
    for n, m in SIZES:
        rng = np.random.default_rng([7, n, m])
        alarmed: Counter[str] = Counter()
        for _ in range(windows):
            verdicts = {one.verdict for one in judged(recipes.QUIET, n, m, rng)}
            alarmed.update(verdict for verdict in ("DRIFT", "WATCH", "STABLE") if verdict in verdicts)
        shares.append(alarmed["DRIFT"] / windows)
        watched = alarmed["WATCH"] / windows
        said = f"{shares[-1]:.1%} of {windows} windows say DRIFT (limit 5%), {watched:.1%} WATCH"
        yield held(f"quiet, {n:,} v {m:,}", said, shares[-1] <= 0.05)
    middle = statistics.median(shares)
    yield held("quiet, the median size", f"{middle:.1%} (limit 1%)", middle <= 0.01)


def found(windows: int, large: int) -> Iterator[bool]:
    """D8: drifts among features that do not drift."""
    rng = np.random.default_rng(8)
    names = (*recipes.MOVED, recipes.TINY, *recipes.QUIET[:10])
    seen: Counter[tuple[str, str]] = Counter()
    for _ in range(windows):
        for one in judged(names, 10_000, 1_000, rng):
            seen[one.measured.name.partition(" ")[2], one.verdict] += 1
    for recipe, least in LEAST.items():
        share = seen[recipe, "DRIFT"] / (windows * names.count(recipe))
        said = f"{share:.1%} say DRIFT (at least {least:.0%})"
        yield held(f"{recipe}, 10,000 v 1,000", said, share >= least)
    share = seen[recipes.TINY, "DRIFT"] / windows
    yield held(f"{recipes.TINY}, 10,000 v 1,000", f"{share:.1%} say DRIFT (limit 1%)", share <= 0.01)
    for rows in (100_000, large):
        says = Counter(one.verdict for _ in range(5) for one in judged((recipes.TINY,) * 4, rows, rows, rng))
        named = ", ".join(f"{count} {verdict}" for verdict, count in says.most_common())
        visible = rows < 1_000_000 or says["NEGLIGIBLE"] == says.total()
        yield held(f"{recipes.TINY}, {rows:,} v {rows:,}", named, not says["DRIFT"] and visible)


def kinds(rows: int) -> Iterator[bool]:
    """D9: what can happen to columns, each its own line, at once with as many that do not drift."""
    rng = np.random.default_rng(9)
    names = (*KINDS, *KINDS, *recipes.QUIET, *recipes.QUIET[:10])
    verdicts: dict[str, Counter[str]] = {}
    sentences: dict[str, str] = {}
    for one in judged(names, rows, rows, rng):
        recipe = one.measured.name.partition(" ")[2]
        verdicts.setdefault(recipe, Counter())[one.verdict] += 1
        sentences.setdefault(recipe, one.because)
    for recipe, wanted in KINDS.items():
        says = verdicts.pop(recipe)
        yield held(f"{recipe}, {rows:,} rows", sentences[recipe], set(says) <= set(wanted))
    alarms = sum(says["DRIFT"] + says["WATCH"] for says in verdicts.values())
    yield held(f"{len(names) - 2 * len(KINDS)} that do not drift", f"{alarms} say DRIFT or WATCH", not alarms)


def real() -> Iterator[bool]:
    """D10: windows of which the answer is known."""
    for window, wanted in REAL.items():
        features = judge(recipes.real_window(ROOT / "tests/drift/data", window), Rules())
        says = {one.measured.name: one.verdict for one in features if one.verdict in ("DRIFT", "WATCH")}
        yield held(
            window,
            ", ".join(f"{name} {verdict}" for name, verdict in says.items()) or "quiet",
            says == wanted,
        )


def main() -> None:
    """Everything that was asked for, and exit 1 where a figure does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=200)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--only", default="quiet,found,kinds,real")
    asked = parser.parse_args()
    parts = {
        "quiet": lambda: quiet(asked.windows),
        "found": lambda: found(asked.windows, asked.large),
        "kinds": lambda: kinds(asked.large),
        "real": real,
    }
    leave([holds for part in asked.only.split(",") for holds in parts[part]()])


if __name__ == "__main__":
    main()
