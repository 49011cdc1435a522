"""What drift's estimates hold: accuracy without labels, false alarms of model verdicts and the classifier.

    python benchmarks/drift_estimates.py DATA [--repetitions 200]

DATA is the folder of data sets with `expected.json` (tests/drift/data holds what the suite needs of them).
Every figure is of the drift package's public doors; CPU is user and system time of a process of its own.
"""

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
from measuring import leave, verdict

from mlops_console.comparison.predictions.tasks import Task
from mlops_console.drift.domain import domain
from mlops_console.drift.domain.classifier import asked
from mlops_console.drift.model import Domain
from mlops_console.drift.performance.judging import judge_model
from mlops_console.drift.performance.outcomes import Outcomes, outcomes_of
from mlops_console.drift.performance.referring import ReferencePerformance, reference_of
from mlops_console.drift.tables.opening import open_table

SIZES = [(500, 500), (1_000, 200), (5_000, 500), (10_000, 1_000)]
METRICS = ("auc", "accuracy", "precision", "recall", "f1", "brier", "logloss")


def outcomes(folder: Path, file: str, *, labels: bool = True) -> Outcomes:
    meta = json.loads((folder / "meta.json").read_text())
    return outcomes_of(
        open_table(folder / f"{file}.parquet"),
        label=meta["target"] if labels else None,
        score=meta.get("proba"),
        prediction=meta["prediction"],
    )


def estimated(data: Path) -> list[bool]:
    """D12: how far estimates are off, and that nothing is claimed where they can't be believed."""
    held = []
    reference = reference_of(outcomes(data / "car-loan", "reference"))
    worst, alarms = 0.0, 0
    for at in range(10):
        file = f"current-{at:02}"
        area = _area(data / "car-loan", file)
        near = Domain(area, 0.0, 2000, drifted=area >= 0.6)
        labelled = judge_model(
            reference, outcomes(data / "car-loan", file), drifted=near.drifted, domain=near
        )
        for one in labelled.performance:
            if one.metric == "accuracy" and one.estimated and one.realised:
                off = one.estimated.value - one.realised.value
                worst = max(worst, abs(off))
                print(f"      car-loan {file}: accuracy {one.estimated.value:.4f} estimated, "
                      f"{one.realised.value:.4f} realised ({off:+.4f}), {labelled.verdict}")  # fmt: skip
        alarms += at < 5 and labelled.verdict == "HARMFUL"
    held.append(verdict("car-loan: estimated accuracy off, worst of 10 windows", 100 * worst, 1.0, "points"))
    held.append(verdict("car-loan 00-04: HARMFUL", alarms, 0, "windows"))
    for name in ("bikeshare", "nyc-flights"):
        reference = reference_of(outcomes(data / name, "reference"))
        files = sorted(path.stem for path in (data / name).glob("current-*.parquet"))
        files = files[-3:] if name == "bikeshare" else files
        claimed = 0
        for file in files:
            area = _area(data / name, file)
            far = Domain(area, 0.0, 2000, drifted=True)
            said = judge_model(reference, outcomes(data / name, file, labels=False), drifted=True, domain=far)
            claimed += said.verdict != "UNVERIFIED"
        held.append(
            verdict(f"{name} without labels: claimed all the same", claimed, 0, f"of {len(files)} windows")
        )
    return held


def _area(folder: Path, file: str) -> float:
    found = json.loads((folder / "expected.json").read_text())["scipy_direct"]["windows"]
    return float(found[file.removeprefix("current-")]["domain_classifier"]["auc"])


def areas(data: Path) -> list[bool]:
    """The classifier's area against the reference answers."""
    worst, rows = 0.0, 0
    for folder in sorted(path for path in data.iterdir() if (path / "expected.json").exists()):
        names = list(json.loads((folder / "meta.json").read_text())["features"])
        reference = open_table(folder / "reference.parquet")
        for path in sorted(folder.glob("current-*.parquet")):
            found = domain(reference, open_table(path), names)
            worst = max(worst, abs((found.auc or 0.0) - _area(folder, path.stem)))
            rows += 1
    return [verdict(f"domain classifier: area off, worst of {rows} windows", 100 * worst, 3.0, "points")]


def quiet_models(repetitions: int) -> list[bool]:
    """A/A: how often a window of the same rows' source is called HARMFUL, by the worst metric."""
    rng = np.random.default_rng(1)
    held = []
    for n, m in SIZES:
        alarms = dict.fromkeys(METRICS, 0)
        for _ in range(repetitions):
            reference, current = reference_of(_drawn(rng, n)), _drawn(rng, m)
            for metric in METRICS:
                alarms[metric] += _harmful(reference, current, metric)
        worst = max(alarms, key=lambda metric: alarms[metric])
        share = 100 * alarms[worst] / repetitions
        held.append(
            verdict(f"A/A {n:,} v {m:,}: HARMFUL by {worst}, the worst metric", share, 2.0, "% of windows")
        )
    return held


def _harmful(reference: ReferencePerformance, current: Outcomes, metric: str) -> bool:
    return judge_model(reference, current, drifted=False, metric=metric).verdict == "HARMFUL"


def _drawn(rng: np.random.Generator, rows: int) -> Outcomes:
    score = 1 / (1 + np.exp(-rng.normal(-1, 2, rows)))
    label = (rng.random(rows) < score).astype(np.float64)
    said = (score >= 0.5).astype(np.float64)
    return Outcomes(rows, label, score, said, Task("binary", ("0", "1")))


def quiet_classifier(repetitions: int) -> list[bool]:
    """A/A: how often the classifier says drift; and how honest its p is."""
    from scipy.special import ndtr

    rng = np.random.default_rng(2)
    held = []
    for rows, share in ((50, 1.0), (100, 1.0), (200, 1.0), (500, 0.5), (2_000, 0.2)):
        side = np.repeat(np.array([0, 1]), rows)
        times = max(20, int(repetitions * share))
        drifted = small = 0
        for at in range(times):
            values = rng.normal(size=(2 * rows, 20))
            values[:, 12:] = np.floor(np.abs(values[:, 12:]) * 2)
            answer = asked(values, side, seed=at, explain=2.0)
            p = 2 * float(ndtr(-answer.z))
            small += p < 0.05
            drifted += p < 0.01 and answer.area >= 0.6
        print(f"      A/A {rows:,} a side: p < .05 in {100 * small / times:.1f} % of {times} (2.5 expected)")
        held.append(
            verdict(f"A/A {rows:,} rows a side: classifier says drift", 100 * drifted / times, 2.0, "%")
        )
    return held


def cost(folder: Path) -> list[bool]:
    """The classifier on 2,000 rows a side of 20 columns, scikit-learn's import included."""
    rng = np.random.default_rng(3)
    for name, shift in (("reference", 0.0), ("current", 0.5)):
        values = {f"f{at}": rng.normal(shift * (at < 3), 1, 20_000) for at in range(12)}
        levels = {f"c{at}": rng.choice([*"abcdefgh"], 20_000) for at in range(8)}
        pl.DataFrame({**values, **levels}).write_parquet(folder / f"{name}.parquet")
    program = (
        "import resource, sys\n"
        "from mlops_console.drift.tables.opening import open_table\n"
        "one, other = (open_table(place) for place in sys.argv[1:])\n"
        "used = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])\n"
        "before = used()\n"
        "from mlops_console.drift.domain import domain\n"
        "assert domain(one, other, list(one.columns())).drifted\n"
        "print(used() - before)\n"
    )
    places = [str(folder / f"{name}.parquet") for name in ("reference", "current")]
    words = [sys.executable, "-c", program, *places]
    taken = sorted(float(subprocess.check_output(words, text=True)) for _ in range(3))
    return [verdict("domain classifier, 2,000 rows a side x 20, CPU", taken[1], 3.0, "s")]


def main() -> None:
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--repetitions", type=int, default=200)
    given = parser.parse_args()
    held = [*estimated(given.data), *areas(given.data)]
    held += [*quiet_models(given.repetitions), *quiet_classifier(given.repetitions)]
    with tempfile.TemporaryDirectory() as folder:
        held += cost(Path(folder))
    print(f"      {sum(resource.getrusage(resource.RUSAGE_SELF)[:2]):.0f} CPU s in all")
    leave(held)


if __name__ == "__main__":
    main()
