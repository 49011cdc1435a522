"""What the Drift view costs: from a key to a feature's histogram, out of stored windows, in a real terminal.

    python benchmarks/drift_screen.py [--windows 500] [--features 20 200] [--keep FOLDER]

A monitor with that many judged windows; the view is opened, the cursor goes down the features, and each time
the histogram of that feature is waited for. Wall time is what a person waits, and holds on an idle machine
only; CPU is that of the console's own process until nothing moves any more. Windows are real verdicts of a
few days, told again for other days: their rows are gone, as they are in a year.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from measuring import leave, verdict
from screens import Program

DAYS, ROWS, REFERENCE = 4, 1_000, 4_000
KEYS = 20
WISHES = """\
[monitors.shop]
reference = "reference.parquet"
current = "logs"
time = "at"
window = "day"
classifier = 1
"""


def main() -> None:
    """Make projects where they are not there, measure, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--windows", type=int, default=500)
    parser.add_argument("--features", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    results: list[bool] = []
    with tempfile.TemporaryDirectory() as temporary:
        for features in options.features:
            root = (options.keep or Path(temporary)) / f"{features}-{options.windows}"
            if not (root / "done").exists():
                write(root, features, options.windows)
            results += measured(root, features, options.windows)
    leave(results)


def write(root: Path, features: int, windows: int) -> None:
    """A project whose monitor has judged so many days."""
    import polars as pl

    rng = np.random.default_rng(features)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    (root / "shop/logs").mkdir(parents=True)
    (root / "shop/mlops-console.toml").write_text(WISHES)

    def put(name: str, day: datetime, count: int, moved: float) -> None:
        numbers = rng.normal(0, 1, (features, count)) + moved * (np.arange(features) % 5 == 0)[:, None]
        frame = pl.DataFrame({f"f{at:03d}": numbers[at].round(4) for at in range(features)})
        step = timedelta(hours=23) / count
        frame = frame.with_columns(pl.Series("at", [day + step * at for at in range(count)]))
        path = root / "shop" / name
        frame.write_parquet(path)
        os.utime(path, (time.time() - 86_400,) * 2)

    put("reference.parquet", today - timedelta(days=windows + 30), REFERENCE, 0.0)
    for back in range(DAYS, 0, -1):
        put(
            f"logs/{today - timedelta(days=back):%Y-%m-%d}.parquet",
            today - timedelta(days=back),
            ROWS,
            1 / back,
        )
    store = str(root / "store.duckdb")
    words = [sys.executable, "-m", "mlops_console", "--store", store]
    subprocess.run([*words, "scan", str(root / "shop")], check=True, stdout=subprocess.DEVNULL)
    check = [*words, "drift", "check", "--project", str(root / "shop")]
    subprocess.run(check, check=False, stdout=subprocess.DEVNULL)
    tell_again(root / "shop/.mlops-console/drift/shop", today, windows)
    (root / "done").touch()


def tell_again(folder: Path, today: datetime, windows: int) -> None:
    """The same verdicts for the days before."""
    real = sorted(folder.glob("2*.json"))
    for back in range(DAYS + 1, windows + 1):
        source = real[back % len(real)]
        form: dict[str, Any] = json.loads(source.read_bytes())
        day = today - timedelta(days=back)
        start = int(day.timestamp() * 1e6)
        form["window"] |= {"name": f"{day:%Y-%m-%d}", "start": start, "end": start + 86_400_000_000}
        form["at"] = start + 90_000_000_000
        (folder / f"{day:%Y-%m-%d}{source.name[10:]}").write_text(json.dumps(form))


def measured(root: Path, features: int, windows: int) -> list[bool]:
    """Open the view, go down the features, judge."""
    program = Program(
        ["-m", "mlops_console", "--store", str(root / "store.duckdb"), str(root / "shop")], (160, 45)
    )
    try:
        program.until_drawn("live")
        program.settle(5.0)
        opened = program.key("5", 0.5)
        program.settle(3.0)
        keys = [program.key("j") for _ in range(KEYS)]
        if "share of rows" not in program.text():
            raise SystemExit("no histogram was drawn:\n" + program.text())
        program.send("q")
    finally:
        program.close()
    walls = sorted(wall for wall, _ in keys)
    cpus = sorted(cpu for _, cpu in keys)
    what = f"{windows} windows of {features} features"
    print(
        f"      {what}: opened {opened[0]:.0f} ms ({opened[1]:.0f} CPU ms); key to histogram wall median"
        f" {statistics.median(walls):.0f} most {walls[-1]:.0f}, CPU median {statistics.median(cpus):.0f} ms;"
        f" load {os.getloadavg()[0]:.1f}"
    )
    return [
        verdict(f"{what}: key to histogram, the median", statistics.median(walls), 150, "ms"),
    ]


if __name__ == "__main__":
    main()
