"""How much CPU it takes to read Lightning's `metrics.csv` files, against polars reading the same files.

    python benchmarks/lightning.py [--runs N] [--metrics N] [--steps N] [--rounds N] [--gen GEN_RUNS]

Two sets are made: one as `CSVLogger` leaves it after every step logged all metrics, and a sparse one, where a
row holds what was logged at once: training metrics often, validation metrics seldom. On each, in turns:

- our reader alone (params and lists of files as well);
- `mlops-console scan` into a new store, the whole process tree;
- polars, `read_csv(file)` of one file after the other.

CPU seconds are those of the process trees, medians over the rounds; the figures are the ratios.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from measuring import cpu_seconds, leave, read_to_the_end, verdict

HERE = Path(__file__).resolve()
MOST_OVER_PEER = 2.0
MOST_SECONDS = 0.5
"""For a million points of the dense set."""


def hparams(number: int) -> str:
    return f"batch_size: 64\nlr: {1e-3 * (1 + number % 7)}\noptimizer: adam\nseed: {number % 5}\n"


def write(folder: Path, number: int, names: list[str], rows: list[str]) -> None:
    folder.mkdir(parents=True)
    (folder / "hparams.yaml").write_text(hparams(number))
    text = "\r\n".join([",".join(["epoch", "step", *names]), *rows, ""])
    (folder / "metrics.csv").write_bytes(text.encode())


def dense(root: Path, runs: int, metrics: int, steps: int) -> None:
    names = [f"group_{k % 3}/metric_{k}" for k in range(metrics)]
    for number in range(runs):
        values = np.random.default_rng([7, number]).normal(1, 0.1, (steps, metrics)).tolist()
        rows = [f"{k // 100},{k}," + ",".join(f"{v:.7g}" for v in row) for k, row in enumerate(values)]
        write(root / f"lightning_logs/version_{number}", number, names, rows)


def sparse(root: Path, runs: int, metrics: int, steps: int) -> None:
    half = metrics // 2
    names = [f"train/m{k}" for k in range(half)] + [f"val/m{k}" for k in range(metrics - half)]
    blank = ["," * (half - 1), "," * (metrics - half - 1)]
    for number in range(runs):
        values = np.random.default_rng([11, number]).normal(1, 0.1, (steps, metrics)).astype("f4").tolist()
        rows = []
        for k, row in enumerate(values):
            rows.append(f"{k // 100},{k}," + ",".join(map(repr, row[:half])) + "," + blank[1])
            if k % 20 == 19:
                rows.append(f"{k // 100},{k}," + blank[0] + "," + ",".join(map(repr, row[half:])))
        write(root / f"lightning_logs/version_{number}", number, names, rows)


def generated(root: Path, generator: str, sizes: list[str]) -> None:
    subprocess.run([sys.executable, generator, str(root), *sizes, "--formats", "lightning"], check=True)


def read_all(root: Path) -> int:
    """Read every run below a folder with our reader, in this process; its points."""
    from mlops_console.readers.lightning import READER

    points = 0
    for folder in sorted(root.glob("lightning_logs/version_*")):
        path = folder.relative_to(root).as_posix()
        points += read_to_the_end(READER, str(root), path, [f"{path}/metrics.csv", f"{path}/hparams.yaml"])
    return points


def peer(root: Path) -> None:
    import polars as pl

    for file in sorted(root.glob("lightning_logs/version_*/metrics.csv")):
        pl.read_csv(file)


def scan_seconds(root: Path) -> float:
    with tempfile.TemporaryDirectory() as store:
        command = [sys.executable, "-m", "mlops_console", "--store", f"{store}/s.duckdb", "scan", str(root)]
        return cpu_seconds(command)


def measure(root: Path, points: int, rounds: int, *, dense: bool) -> list[bool]:
    taken: dict[str, list[float]] = {"reader": [], "scan": [], "polars": []}
    for turn in range(rounds + 1):
        found = {
            "reader": cpu_seconds([sys.executable, str(HERE), "--read", str(root)]),
            "scan": scan_seconds(root),
            "polars": cpu_seconds([sys.executable, str(HERE), "--peer", str(root)]),
        }
        if turn:  # the first one warms the caches
            for name, seconds in found.items():
                taken[name].append(seconds)
    middle = {name: median(seconds) for name, seconds in taken.items()}
    for name, seconds in middle.items():
        speed, ratio = points / seconds / 1e6, seconds / middle["polars"]
        print(f"  {name:8s} {seconds:6.2f} CPU s {speed:6.2f} M points/CPU s {ratio:5.2f} x polars")
    holds = [verdict("reader over polars", middle["reader"] / middle["polars"], MOST_OVER_PEER, "times")]
    each_turn = [scan / peer for scan, peer in zip(taken["scan"], taken["polars"], strict=True)]
    print(f"      the whole scan: {median(each_turn):.2f} x polars (median of the turns)")
    if dense:
        each = middle["scan"] * 1e6 / points
        holds.append(verdict("million points into the store", each, MOST_SECONDS, "CPU s"))
    return holds


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--metrics", type=int, default=10)
    options.add_argument("--steps", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--gen", help="a generator of runs to use for the dense set")
    options.add_argument("--keep", help="folder for the sets, kept and used again")
    options.add_argument("--read", help=argparse.SUPPRESS)
    options.add_argument("--peer", help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.read:
        print(read_all(Path(args.read)))
        return
    if args.peer:
        peer(Path(args.peer))
        return
    sizes = (args.runs, args.metrics, args.steps)
    words = [f"--{name}={size}" for name, size in zip(("runs", "metrics", "steps"), sizes, strict=True)]
    holds: list[bool] = []
    with tempfile.TemporaryDirectory() as passing:
        base = Path(args.keep or passing)
        for name, make in (("dense", dense), ("sparse", sparse)):
            root = base / name
            if not root.exists():
                generated(root, args.gen, words) if args.gen and name == "dense" else make(root, *sizes)
            points = read_all(root)
            print(f"{name}: {points:,} points on {os.cpu_count()} cores")
            holds += measure(root, points, args.rounds, dense=name == "dense")
    leave(holds)


if __name__ == "__main__":
    main()
