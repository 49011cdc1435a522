"""What it costs to read tables of any length for drift, and what memory: it must not grow with the rows.

    python benchmarks/drift_streaming.py [--rows 1000000,10000000] [--columns 50] [--keep FOLDER]

Both sides of `drift_tables.py` are read into samples, column by column, in a process of their own: exact
where there is room, and in one pass with bounded memory (`--form csv` reads all columns together, twice: what
they are, and what they hold). Ten million rows take 5 GB of disk. Limits: 600 MiB; 10% more memory for ten
times the rows; 12 CPU s a million rows of 50 columns (CSV: 60).
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from drift_tables import write
from measuring import leave, verdict

_READ = """
import sys
from mlops_console.drift.tables.opening import open_table
folder, form, fits = sys.argv[1], sys.argv[2], int(sys.argv[3])
sides = [open_table(f"{folder}/{side}.{form}", fits_rows=fits) for side in ("reference", "current")]
reference, current = sides
names = list(reference.columns())
some = [[name] for name in names] if reference.scattered else [names]
for few in some:
    ours = reference.samples(few)
    pinned = {name: one.figures for name, one in ours.items() if getattr(one, "figures", None) is not None}
    current.samples(few, pinned=pinned)
current.some_rows(names, 2000)
"""


def measured(folder: Path, form: str, fits: int) -> tuple[float, float]:
    """CPU seconds and the most memory (MiB) of one process."""
    child = subprocess.Popen([sys.executable, "-c", _READ, str(folder), form, str(fits)])
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"reading {folder} ended with {child.returncode}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return used.ru_utime + used.ru_stime, used.ru_maxrss / unit


def converted(folder: Path, form: str) -> None:
    """The same rows in another format."""
    import polars as pl

    for side in ("reference", "current"):
        file = folder / f"{side}.{form}"
        if not file.exists():
            pl.scan_parquet(folder / f"{side}.parquet").sink_csv(file)


def run(root: Path, sizes: list[int], columns: int, form: str) -> list[bool]:
    held, memory = [], []
    for rows in sizes:
        folder = root / f"{rows}x{columns}"
        write(folder, rows, columns)
        if form != "parquet":
            converted(folder, form)
        share = rows / 1e6 * columns / 50
        if rows <= 1_000_000 and form == "parquet":
            cpu, most = measured(folder, form, 2**40)
            held.append(verdict(f"{rows:,} x {columns}, exact ({most:.0f} MiB)", cpu, 6 * share + 1, "CPU s"))
            held.append(verdict("  its memory", most, 250, "MiB"))
        cpu, most = measured(folder, form, 1)
        limit = (12 if form == "parquet" else 60) * share + 1
        held.append(verdict(f"{rows:,} x {columns}, one pass ({most:.0f} MiB)", cpu, limit, "CPU s"))
        held.append(verdict("  its memory", most, 600, "MiB"))
        memory.append(most)
    if len(memory) > 1:
        held.append(
            verdict(f"memory, {sizes[-1]:,} rows over {sizes[0]:,}", memory[-1] / memory[0], 1.1, "x")
        )
    return held


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", default="1000000,10000000")
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--form", choices=("parquet", "csv"), default="parquet")
    parser.add_argument("--keep", type=Path, help="where tables lie, and stay")
    asked = parser.parse_args()
    rows = [int(one) for one in asked.rows.split(",")]
    with TemporaryDirectory() as scratch:
        results = run(asked.keep or Path(scratch), rows, asked.columns, asked.form)
    leave(results)
