"""What a chart costs, in CPU milliseconds and in bytes to the terminal.

    python benchmarks/charts.py [--runs 10] [--points 10000] [--size 160x45] [--runs 50 --points 100000]

`first` is the first picture of curves that nobody has drawn yet; a repaint draws the same curves again after
a key: others in focus, a window of x, a cursor, a log axis, another size. Bytes count the glyphs and one full
24-bit colour code at every change of style, as a terminal gets them.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

import numpy as np

from mlops_console.charts import Chart, ChartOptions, Curve, Prepared, line_chart

COLOUR_CODE = len("\x1b[38;2;123;123;123m")


def curves(runs: int, points: int) -> list[Curve]:
    """Noisy losses that fall at different speeds."""
    rng = np.random.default_rng(1)
    x = np.arange(1.0, points + 1)
    made = []
    for run in range(runs):
        noise = 0.015 * np.cumsum(rng.normal(size=points)) / np.sqrt(x) + rng.normal(size=points) * 0.006
        y = 0.15 + 1.2 * np.exp(-x / (points * (0.08 + 0.03 * run))) + 0.02 * run + noise
        made.append(Curve(chr(65 + run % 26), f"run-{run}", x, y, f"series{run % 7}"))
    return made


def octets(chart: Chart) -> int:
    """Bytes of one full repaint."""
    total, ink = 0, None
    for row in chart.rows:
        total += 8  # cursor to the next row, erase to its end
        for text, style in row:
            total += len(text.encode()) + (COLOUR_CODE if style != ink else 0)
            ink = style
    return total


def spent(work: Callable[..., object], *arguments: object) -> float:
    """CPU milliseconds of one call."""
    begin = time.process_time()
    work(*arguments)
    return (time.process_time() - begin) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--size", default="160x45")
    parser.add_argument("--repeat", type=int, default=20)
    asked = parser.parse_args()
    width, height = (int(part) for part in asked.size.split("x"))
    data = curves(asked.runs, asked.points)
    usual = ChartOptions(smoothing=0.98, focus="D", x_unit="steps")
    middle = asked.points / 2
    kinds = {
        "focus, smoothed": usual,
        "another focus": ChartOptions(smoothing=0.98, focus="A", x_unit="steps"),
        "zoomed, with a cursor": ChartOptions(
            smoothing=0.98, focus="D", x_range=(middle * 0.8, middle * 1.2), cursor=middle, x_unit="steps"
        ),
        "all bright, smoothed": ChartOptions(smoothing=0.98, x_unit="steps"),
        "all bright, with letters": ChartOptions(smoothing=0.98, x_unit="steps", letters=True),
        "raw, log-log": ChartOptions(log_x=True, log_y=True, x_unit="steps"),
    }
    for name, options in kinds.items():
        fresh = [spent(line_chart, data, width, height, options) for _ in range(3)]
        kept = [Prepared(curve) for curve in data]
        line_chart(kept, width, height, options)
        again = [spent(line_chart, kept, width, height, options) for _ in range(asked.repeat)]
        answer = {
            "chart": name,
            "first_cpu_ms": round(statistics.median(fresh), 1),
            "repaint_cpu_ms": round(statistics.median(again), 1),
            "kB": round(octets(line_chart(kept, width, height, options)) / 1e3, 1),
        }
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
