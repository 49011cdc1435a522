"""Make the customers and all runs of this folder anew: `python make_runs.py`.

The trainings are `train.py`'s own. They run in a copy that is a git repository, under a fast clock; user,
host and process are made up, so that nothing of the machine that made them is told.
"""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from unittest import mock

import numpy as np

HERE = Path(__file__).parent.resolve()
sys.path.insert(0, str(HERE.parent))
from clock import Clock  # noqa: E402

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


def repository(folder):
    """A git repository with the script and the data in it, the same on every machine."""
    shutil.copytree(HERE / "data", folder / "data")
    shutil.copy(HERE / "train.py", folder / "train.py")
    (folder / ".gitignore").write_text("runs/\n")
    who = {
        "GIT_AUTHOR_NAME": "ana",
        "GIT_AUTHOR_EMAIL": "ana@example.org",
        "GIT_AUTHOR_DATE": "2026-11-02T08:00Z",
    }
    who |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in who.items()}
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Churn baselines"]):
        subprocess.run(["git", *words], cwd=folder, env=os.environ | who, check=True)


def neutral(words, number):
    """What is captured, told of a made-up machine."""
    process = {"host": "gpu01", "boot_id": "", "pid": 41_000 + 37 * number, "ticks": 0, "pid_namespace": ""}
    machine = {"user": "ana", "python": "3.11.9", "platform": "Linux 6.8.0 x86_64", "cpus": 16}
    command = {
        "command": ["python", "train.py", *words],
        "cwd": "/home/ana/churn",
        "executable": "/home/ana/churn/.venv/bin/python",
        "environment": {"OMP_NUM_THREADS": "4"},
    }
    told = {"process": process, "machine": machine, "command": command}
    return [
        mock.patch(f"mlops_console.recording.capture.{name}", return_value=said)
        for name, said in told.items()
    ]


def packages():
    """Of the installed packages only those that the training uses."""
    from mlops_console.recording import capture

    used = ("joblib", "numpy", "scikit-learn", "scipy", "threadpoolctl")
    kept = [line for line in capture.packages() if line.partition("==")[0] in used]
    return mock.patch("mlops_console.recording.capture.packages", return_value=kept)


def main():
    make_customers(HERE / "data" / "customers.csv")
    shutil.rmtree(HERE / "runs", ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary, packages():
        folder = Path(temporary) / "churn"
        folder.mkdir()
        repository(folder)
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        sys.modules["__main__"].__file__ = str(folder / "train.py")  # whose repository is to be captured
        import train

        clock = Clock(RUNS[0][0], 300)
        for number, (when, words, more) in enumerate(RUNS):
            print(words)
            clock.jump(when)
            if number == 13:  # somebody tries something and does not commit it
                text = (folder / "train.py").read_text()
                (folder / "train.py").write_text(
                    text.replace("n_estimators=1,", "n_estimators=1, subsample=0.8,")
                )
            with clock.running(), warnings.catch_warnings(), suppress(ValueError):
                warnings.simplefilter("ignore")
                patches = neutral(words.split(), number)
                for patch in patches:
                    patch.start()
                try:
                    train.train(train.options(words.split()), **more)
                finally:
                    for patch in patches:
                        patch.stop()
        shutil.copytree(folder / "runs", HERE / "runs")
        os.chdir(HERE)
    for file in itertools.chain(HERE.glob("runs/*/command.json"), HERE.glob("runs/*/diff.patch")):
        file.chmod(0o644)  # nothing in them is private, and git keeps no other mode


if __name__ == "__main__":
    main()
