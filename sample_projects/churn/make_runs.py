"""Make the customers and all runs of this folder anew: `python make_runs.py`."""

import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent.resolve()
sys.path.insert(0, str(HERE.parent))
from staged import stage  # noqa: E402

COLUMNS = "months,monthly_eur,calls_to_support,contract_months,late_payments,data_gb,discount,churned"
RUNS = [
    ("2026-11-02T09:05:00", "--model logreg --seed 1", {}),
    ("2026-11-02T09:20:00", "--model logreg --seed 2", {}),
    ("2026-11-02T09:35:00", "--model logreg --seed 3", {}),
    ("2026-11-02T09:50:00", "--model logreg --seed 4", {}),
    ("2026-11-02T10:30:00", "--model gbm --seed 1 --lr 0.1", {}),
    ("2026-11-02T10:50:00", "--model gbm --seed 2 --lr 0.1", {}),
    ("2026-11-02T11:10:00", "--model gbm --seed 3 --lr 0.1", {}),
    ("2026-11-02T11:30:00", "--model gbm --seed 4 --lr 0.1", {}),
    ("2026-11-03T08:40:00", "--model mlp --seed 1 --impute none", {"name": "mlp-no-impute"}),
    ("2026-11-03T08:55:00", "--model mlp --seed 1", {}),
    ("2026-11-03T09:15:00", "--model mlp --seed 2", {}),
    ("2026-11-03T09:35:00", "--model mlp --seed 3", {}),
    ("2026-11-03T09:55:00", "--model mlp --seed 4", {}),
    (
        "2026-11-03T14:10:00",
        "--model gbm --seed 1 --lr 0.02 --depth 5",
        {"name": "gbm-deep-slow", "stop_at": 23},
    ),
]


def make_customers(path, number=900):
    """Customers whose leaving follows a formula with noise; not real people."""
    dice = np.random.default_rng(7)
    months = dice.gamma(1.6, 16, number).round() + 1
    monthly = (dice.normal(34, 9, number) + 0.1 * months).clip(9).round(1)
    calls = dice.poisson(1.2, number)
    contract = dice.choice([1, 12, 24], number, p=[0.45, 0.35, 0.2])
    late = dice.poisson(0.4, number)
    volume = dice.gamma(2, 6, number).round(1)
    discount = (dice.random(number) < 0.25).astype(int)
    score = 0.055 * (monthly - 34) + 0.5 * (calls - 1) - 0.028 * months - 0.06 * contract + 0.55 * late
    score += 0.8 - 0.6 * discount + 0.9 * (calls > 3) * (contract == 1)
    churned = dice.random(number) < 1 / (1 + np.exp(-score))
    unknown = dice.random(number) < 0.04
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        file.write(COLUMNS + "\n")
        for at in range(number):
            gb = "" if unknown[at] else f"{volume[at]:g}"
            known = f"{months[at]:g},{monthly[at]:g},{calls[at]},{contract[at]},{late[at]}"
            file.write(f"{known},{gb},{discount[at]},{int(churned[at])}\n")


def try_something(number, script):
    """Somebody tries something and does not commit it."""
    if number == len(RUNS) - 1:
        text = script.read_text()
        script.write_text(text.replace("n_estimators=1,", "n_estimators=1, subsample=0.8,"))


if __name__ == "__main__":
    make_customers(HERE / "data" / "customers.csv")
    used = ("joblib", "numpy", "scikit-learn", "scipy", "threadpoolctl")
    stage(HERE, "Churn baselines", used, RUNS, before=try_something)
