"""What a logged point costs the training, and how fast a recorded history is read back.

python benchmarks/recording.py [POINTS]
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from measuring import leave, verdict

import mlops_console
from mlops_console.readers.contract import Budget
from mlops_console.readers.recorded import READER
from mlops_console.records import Source

ROUNDS = 9


def cost_of_logging(folder: str, lines: int, metrics: int) -> tuple[float, Path]:
    """Median CPU microseconds of a logged point, over rounds of `lines` calls with so many metrics."""
    values = {f"metric/{number}": 0.123456789 * (number + 1) for number in range(metrics)}
    costs = []
    run = mlops_console.run(folder=folder, capture=False)
    for start in range(ROUNDS):
        begun = time.process_time()
        for step in range(start * lines, (start + 1) * lines):
            run.log(step, values)
        costs.append((time.process_time() - begun) / lines / metrics)
    run.finish()
    return statistics.median(costs) * 1e6, run.folder


def points_read_a_second(folder: Path) -> float:
    """CPU seconds of reading a whole history in budgeted reads, as points a second."""
    files = tuple(
        f"{folder.name}/{name}" for name in ("run.json", "metrics.jsonl", "events.jsonl", "end.json")
    )
    source, cursor, points = Source("recorded", folder.name, files), None, 0
    begun = time.process_time()
    while True:
        chunk = READER.read(str(folder.parent), source, cursor, Budget())
        points, cursor = points + len(chunk.points), chunk.cursor
        if not chunk.more:
            return points / (time.process_time() - begun)


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for metrics in (1, 10):
            cost, run = cost_of_logging(folder, lines // metrics, metrics)
            results.append(verdict(f"a logged point, {metrics} metrics a call", cost, 20, "us CPU"))
            print(f"      read back at {points_read_a_second(run):,.0f} points a CPU second")
    leave(results)


if __name__ == "__main__":
    main()
