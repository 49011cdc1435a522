"""`drift compare` beside Evidently and NannyML: CPU, wall time, memory, false alarms (D2, D3).

    python benchmarks/drift_peers.py --evidently PYTHON --nannyml PYTHON [--size 100000x20] [--turns 3]
                                     [--large] [--quiet-windows 40] [--keep FOLDER]

PYTHON: an interpreter that has the peer; each needs an environment of its own (`evidently==0.7.23` with
`pandas<3`; `nannyml==0.13.1` with `statsmodels`). Whole processes, from the start of the interpreter to the
verdict, in turns. Each peer does what it does by default: Evidently one statistic a column, NannyML three for
numbers and two for levels over ten chunks of the reference. Ours computes all it has, and is measured without
and with the classifier. `--large` adds 1,000,000 x 50, once. The peers' telemetry is shut off.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drift_tables import frame, write
from measuring import leave

SHUT_OFF = {"NML_DISABLE_USAGE_LOGGING": "1", "DO_NOT_TRACK": "1"}
OFFLINE = """
import json, socket, sys, warnings
warnings.simplefilter("ignore")
def refused(*_): raise OSError("no network in a benchmark")
socket.socket.connect = socket.create_connection = refused
import pandas as pd
"""
EVIDENTLY = (
    OFFLINE
    + """
from evidently import Dataset, Report
from evidently.presets import DataDriftPreset
def drifted(reference, current):
    sides = [Dataset.from_pandas(one) for one in (current, reference)]
    found = Report([DataDriftPreset()]).run(*sides).dict()["metrics"]
    columns = [(one["config"], one["value"]) for one in found if "column" in one["config"]]
    return [how["column"] for how, value in columns if
            (value < how["threshold"] if "p_value" in how["method"] else value >= how["threshold"])]
"""
)
NANNYML = (
    OFFLINE
    + """
import nannyml as nml
def drifted(reference, current, **chunking):
    levels = [name for name in reference if not pd.api.types.is_numeric_dtype(reference[name])]
    for side in (reference, current):
        for name in levels: side[name] = side[name].astype(object)
    every = ALL if not chunking else dict(
        continuous_methods=["jensen_shannon"], categorical_methods=["jensen_shannon"])
    found = nml.UnivariateDriftCalculator(
        column_names=list(reference), treat_as_categorical=levels, **every, **chunking).fit(reference)
    table = found.calculate(current).filter(period="analysis").to_df()
    alert = [one for one in table.columns if one[-1] == "alert" and table[one].any()]
    return sorted({one[0] for one in alert})
ALL = dict(continuous_methods=["kolmogorov_smirnov", "jensen_shannon", "wasserstein"],
           categorical_methods=["chi2", "jensen_shannon"])
"""
)
ONCE = "print(json.dumps(drifted(*(pd.read_parquet(one) for one in sys.argv[1:3]))))"
MANY = """
for folder in sys.argv[2:]:
    reference, current = (pd.read_parquet(f"{folder}/{one}.parquet") for one in ("reference", "current"))
    print(json.dumps(drifted(reference, current CHUNKING)))
"""
OURS_MANY = """
import sys, json
from mlops_console.drift.comparing import compare
from mlops_console.drift.options import Options
from mlops_console.drift.tables.opening import open_table
for folder in sys.argv[2:]:
    sides = [open_table(f"{folder}/{one}.parquet") for one in ("reference", "current")]
    report = compare(*sides, Options(classifier=False, segments=None))
    print(json.dumps([one.measured.name for one in report.features if one.verdict == "DRIFT"]))
"""


@dataclass(frozen=True)
class Used:
    """What one process used."""

    cpu: float
    wall: float
    mib: float


def run(words: Sequence[str]) -> tuple[Used, str]:
    """One process from start to end, and what it printed last."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        child = subprocess.Popen(words, stdout=said, stderr=subprocess.DEVNULL, env=os.environ | SHUT_OFF)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode()
    if child.returncode:
        raise SystemExit(f"{words[0]} ended with {child.returncode}")
    return Used(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024), text


def commands(asked: argparse.Namespace, folder: Path) -> dict[str, list[str]]:
    """The processes that are measured."""
    files = [str(folder / f"{one}.parquet") for one in ("reference", "current")]
    ours = [sys.executable, "-m", "mlops_console", "drift", "compare", *files, "--json"]
    found = {"ours": [*ours, "--no-classifier"], "ours with classifier": ours}
    if asked.evidently:
        found["evidently"] = [asked.evidently, "-c", EVIDENTLY + ONCE, *files]
    if asked.nannyml:
        found["nannyml"] = [asked.nannyml, "-c", NANNYML + ONCE, *files]
    return found


def medians(taken: Sequence[Used]) -> Used:
    return Used(*(statistics.median(getattr(one, name) for one in taken) for name in ("cpu", "wall", "mib")))


def compared(asked: argparse.Namespace, folder: Path, turns: int) -> dict[str, Used]:
    """Every tool `turns` times, one after the other; medians."""
    taken: dict[str, list[Used]] = {}
    for _ in range(turns):
        for name, words in commands(asked, folder).items():
            taken.setdefault(name, []).append(run(words)[0])
    found = {name: medians(each) for name, each in taken.items()}
    for name, used in found.items():
        cpu, wall, mib = (getattr(used, one) / getattr(found["ours"], one) for one in ("cpu", "wall", "mib"))
        times = "" if name == "ours" else f"   {cpu:.1f}x CPU, {wall:.1f}x wall, {mib:.1f}x memory of ours"
        print(
            f"  {name:<22}{used.cpu:8.2f} CPU s {used.wall:8.2f} s wall {used.mib:7.0f} MiB{times}",
            flush=True,
        )
    return found


def goal(what: str, holds: bool) -> bool:
    print(f"{'ok  ' if holds else 'FAIL'}  {what}")
    return holds


def smaller(found: Mapping[str, Used]) -> list[bool]:
    """D2."""
    ours, more = found["ours"], found["ours with classifier"]
    held = [goal(f"{ours.mib:.0f} MiB of 150", ours.mib <= 150)]
    held.append(
        goal(f"the classifier takes {more.cpu - ours.cpu:.2f} CPU s more, of 3", more.cpu - ours.cpu <= 3)
    )
    for name in set(found) & {"evidently", "nannyml"}:
        cpu, wall = found[name].cpu / ours.cpu, found[name].wall / ours.wall
        held.append(
            goal(f"a tenth of {name}: 1/{cpu:.1f} of its CPU, 1/{wall:.1f} of its time", min(cpu, wall) >= 10)
        )
    return held


def larger(found: Mapping[str, Used]) -> list[bool]:
    """D3."""
    ours = found["ours"]
    held = [
        goal(f"{ours.cpu:.1f} CPU s of 10", ours.cpu <= 10),
        goal(f"{ours.mib:.0f} MiB of 400", ours.mib <= 400),
    ]
    for name, limit in (("nannyml", 10), ("evidently", 40)):
        if name in found:
            cpu = found[name].cpu / ours.cpu
            held.append(goal(f"1/{limit} of {name}: 1/{cpu:.1f} of its CPU", cpu >= limit))
    return held


def quiet(asked: argparse.Namespace, windows: int, rows: tuple[int, int], out: Path) -> bool:
    """How often each says that something drifted where nothing did: 20 columns, drawn alike twice."""
    folders = []
    for seed in range(windows):
        folder = out / f"quiet-{rows[0]}-{rows[1]}" / str(seed)
        folder.mkdir(parents=True, exist_ok=True)
        for name, some, at in (("reference", rows[0], 2 * seed), ("current", rows[1], 2 * seed + 1)):
            made = frame(some, 20, 10_000 + at, current=False)
            made.drop("y_proba", "y_pred", "y_true").write_parquet(folder / f"{name}.parquet")
        folders.append(str(folder))
    chunked = MANY.replace("CHUNKING", f", chunk_size={rows[1]}")
    tools = {"ours": [sys.executable, "-c", OURS_MANY]}
    if asked.evidently:
        tools["evidently"] = [asked.evidently, "-c", EVIDENTLY + MANY.replace("CHUNKING", "")]
    if asked.nannyml and rows[0] >= 10 * rows[1]:  # its limits come from chunks of the reference
        tools["nannyml"] = [asked.nannyml, "-c", NANNYML + chunked]
    alarmed = {}
    for name, words in tools.items():
        said = [
            json.loads(line) for line in run([*words, "-", *folders])[1].splitlines() if line.startswith("[")
        ]
        alarmed[name] = sum(map(bool, said)) / len(said)
        features = sum(map(len, said)) / len(said) / 20
        of = f"{len(said)} windows of {rows[0]:,} v {rows[1]:,} rows"
        print(
            f"  {name:<12} false alarm in {alarmed[name]:6.1%} of {of}; {features:.1%} of features",
            flush=True,
        )
    return goal(f"false alarms in at most 5% of windows: {alarmed['ours']:.1%}", alarmed["ours"] <= 0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--evidently", metavar="PYTHON")
    parser.add_argument("--nannyml", metavar="PYTHON")
    parser.add_argument("--size", default="100000x20", help="rows x columns")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="also 1,000,000 x 50, once: half an hour")
    parser.add_argument("--quiet-windows", type=int, default=40, help="0: no false alarms")
    parser.add_argument("--keep", type=Path, help="where tables are kept for another time")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as gone:
        out = asked.keep or Path(gone)
        rows, columns = (int(one) for one in asked.size.split("x"))
        held = []
        if asked.turns:
            write(out / asked.size, rows, columns)
            print(f"{rows:,} x {columns}, medians of {asked.turns}", flush=True)
            held += smaller(compared(asked, out / asked.size, asked.turns))
        if asked.large:
            write(out / "1000000x50", 1_000_000, 50)
            print("1,000,000 x 50, once", flush=True)
            held += larger(compared(asked, out / "1000000x50", 1))
        for sizes in ((500, 500), (5_000, 500)) if asked.quiet_windows else ():
            held.append(quiet(asked, asked.quiet_windows, sizes, out))
    leave(held)


if __name__ == "__main__":
    main()
