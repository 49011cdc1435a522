"""What a pinned baseline spares: one against 1,000,000 x 50 rows, over both files exact, in CPU seconds.

    python benchmarks/drift_baseline.py [--rows 1000000] [--columns 50] [--turns 3] [--keep FOLDER]

The baseline is made from the reference file, which is not read after that: the packed profile is all that is
used of it. Whole commands are measured, from import to the printed verdict of every single feature. KS
distances and verdicts of both are held against each other.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import in_turns, leave, verdict

SHARE = 0.45
"""Of the time that both files take."""
KS = 1 / 1024
SIZE_A_COLUMN = 30_000
"""Bytes that a column of random decimals may take, packed."""


def compare(reference: Path, current: Path) -> list[str]:
    return [
        sys.executable, "-m", "mlops_console", "drift", "compare", str(reference), str(current),
        "--no-classifier", "--json",
    ]  # fmt: skip


def said(command: list[str]) -> dict[str, dict[str, object]]:
    done = subprocess.run(command, check=True, capture_output=True)
    features: dict[str, dict[str, object]] = json.loads(done.stdout)["features"]
    return features


def pinned(reference: Path, into: Path) -> int:
    from mlops_console.drift.baseline.building import Order, build
    from mlops_console.drift.baseline.model import Source

    built = build(Order(str(reference), Source(reference.name, "")))
    into.write_bytes(built.packed)
    print(f"baseline of {built.rows:,} rows, {built.columns} columns: {len(built.packed):,} bytes")
    return len(built.packed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the tables are, or are to be")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        tables = Path(__file__).with_name("drift_tables.py")
        if not (folder / "truth.json").exists():
            size = ["--rows", str(asked.rows), "--columns", str(asked.columns)]
            subprocess.run([sys.executable, str(tables), str(folder), *size], check=True)
        reference, current = folder / "reference.parquet", folder / "current.parquet"
        baseline = Path(scratch) / "reference.baseline"
        size_of_it = pinned(reference, baseline)
        files, profile = compare(reference, current), compare(baseline, current)
        one, other = said(files), said(profile)
        taken = in_turns({"files": files, "baseline": profile}, asked.turns)
    shares = [b / a for a, b in zip(taken["files"], taken["baseline"], strict=True)]
    print({name: [round(second, 2) for second in seconds] for name, seconds in taken.items()})
    off = [abs(one[name]["ks"] - other[name]["ks"]) for name in one if one[name].get("ks") is not None]
    differing = [name for name in one if one[name]["verdict"] != other[name]["verdict"]]
    leave(
        [
            verdict("CPU of a baseline over that of both files", sorted(shares)[len(shares) // 2], SHARE, ""),
            verdict("largest KS error, in 1/1024", max(off) / KS, 1, ""),
            verdict(f"verdicts that differ {differing}", len(differing), 0, ""),
            verdict("bytes a column", size_of_it / len(one), SIZE_A_COLUMN, "bytes"),
        ]
    )


if __name__ == "__main__":
    main()
