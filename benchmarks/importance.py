"""Importance of params and the other questions of a comparison, in CPU seconds.

    python benchmarks/importance.py [--runs 10000] [--params 40]
    python benchmarks/importance.py --noise 100

Each is asked in a process of its own, imports of scikit-learn and scipy included, as the analysis child pays
them; the largest gap between two calls of its progress is how long a cancel may have to wait.
"""

import argparse
import subprocess
import sys
import time

import measuring
import numpy as np

LIMITS = {"importance": 5.0, "marginal": 5.0, "rows": 0.2, "curves": 1.0, "nearest": 1.0}


def sweep(runs: int, params: int) -> tuple[list[dict[str, object]], np.ndarray]:
    """Runs as trackers store them: some params as text, one on a log scale, some words, most of no matter."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(runs, params))
    kind = rng.choice(["adam", "sgd", "lion"], runs)
    made = [
        {
            "lr": f"{10 ** (noise[at, 0] - 3):.3e}",
            "opt": str(kind[at]),
            "layers": int(2 + abs(noise[at, 1] * 3)),
            **{f"p{k}": float(noise[at, k]) for k in range(2, params - 1)},
        }
        for at in range(runs)
    ]
    values = np.sin(noise[:, 0] * 2) + noise[:, 2] * noise[:, 3] + (kind == "sgd") + noise[:, -1] * 0.3
    return made, values


def ask(what: str, runs: int, params: int) -> None:
    """Ask one question and print the CPU seconds that it took, then the largest gap of its progress."""
    from mlops_console.comparison.differing import rows
    from mlops_console.comparison.why import curves, finding, importance, marginal, metrics
    from mlops_console.comparison.why.table import table

    moments = [time.perf_counter()]

    def progress(_: float) -> None:
        moments.append(time.perf_counter())

    if what in ("importance", "marginal", "nearest"):
        made, values = sweep(runs, params)
    elif what == "rows":
        base = {f"group{k % 90}.key{k}": (k * 0.1, str(k), f"text {k}", k)[k % 4] for k in range(10_000)}
        subjects = [{"params": {**base, **{f"group{k % 90}.key{k}": n for k in range(n)}}} for n in range(50)]
    else:
        steps, rng = np.arange(10_000.0), np.random.default_rng(0)
        series = [metrics.Series(str(k), steps, rng.normal(size=10_000)) for k in range(50)]
    begun = time.process_time()
    moments[0] = time.perf_counter()
    if what == "importance":
        told = importance.importance(table(made), values, progress)
        assert not told.refusal
    elif what == "marginal":
        assert marginal.marginal(table(made), values, "lr", progress).places
    elif what == "nearest":
        assert len(finding.nearest(table(made), made, 0)) == 10
    elif what == "rows":
        rows(subjects)
    else:
        metrics.figures(series, "min")
        aligned = [curves.by_step(one) for one in series]
        curves.band(aligned)
        for one in aligned[1:]:
            curves.difference(one, aligned[0])
    taken = time.process_time() - begun
    print(taken, float(np.diff(moments).max()) if len(moments) > 1 else 0.0)


def noise(rounds: int) -> bool:
    """How often a forest is believed where there is nothing to tell, for small sets of runs."""
    from mlops_console.comparison.why.importance import importance
    from mlops_console.comparison.why.table import table

    believed = asked = 0
    for runs, params in ((20, 3), (30, 10), (60, 5), (40, 300)):
        told = 0
        for turn in range(rounds):
            rng = np.random.default_rng([turn, runs])
            made = [dict(enumerate(row)) for row in rng.normal(size=(runs, params)).tolist()]
            named = [{f"p{key}": value for key, value in row.items()} for row in made]
            told += not importance(table(named), rng.normal(size=runs)).refusal
        print(f"      {runs} runs x {params} params of noise: {told} of {rounds} believed")
        believed, asked = believed + told, asked + rounds
    return measuring.verdict("noise believed", 100 * believed / asked, 5.0, "%")


def main() -> None:
    """Measure, say, and leave with 1 where a figure doesn't hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--params", type=int, default=40)
    parser.add_argument("--ask", choices=LIMITS)
    parser.add_argument(
        "--noise", type=int, help="so many sets of runs without any effect, in place of times"
    )
    asked = parser.parse_args()
    if asked.noise:
        measuring.leave([noise(asked.noise)])
    if asked.ask:
        ask(asked.ask, asked.runs, asked.params)
        return
    held = []
    for what, limit in LIMITS.items():
        words = [
            sys.executable,
            __file__,
            "--ask",
            what,
            "--runs",
            str(asked.runs),
            "--params",
            str(asked.params),
        ]
        rounds = [
            subprocess.run(words, check=True, capture_output=True, text=True).stdout.split() for _ in range(3)
        ]
        taken = sorted(float(one[0]) for one in rounds)[1]
        held.append(measuring.verdict(what, taken, limit, "CPU s"))
        gap = min(float(one[1]) for one in rounds)
        if gap:
            print(f"      longest without progress: {gap:.2f} s")
    measuring.leave(held)


if __name__ == "__main__":
    main()
