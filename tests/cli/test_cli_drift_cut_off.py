"""Data files that are cut off while a command reads them: a sentence and exit code 2, never a signal."""

import os
import signal
import subprocess
import sys

import polars as pl
import pytest

WORK = """
import mmap, os, sys
from mlops_console.drift.tables import columnar
was = columnar.Columnar.read
def read(self, names, first, rows):
    found = was(self, names, first, rows)
    if self.name.startswith("cur"):
        {then}
    return found
columnar.Columnar.read = read
from mlops_console.__main__ import main
sys.argv[1:] = ["drift", "compare", "ref.{ending}", "cur.{ending}", "--json", "--fast"]
sys.exit(main())
"""


def compared(folder, ending: str, then: str) -> "subprocess.CompletedProcess[str]":
    """`drift compare`, in whose reader something happens as soon as columns were read."""
    rows = pl.DataFrame({name: [float(at) for at in range(200_000)] for name in "xy"})
    for name in ("ref", "cur"):
        (rows.write_ipc if ending == "arrow" else rows.write_parquet)(folder / f"{name}.{ending}")
    return subprocess.run(
        [sys.executable, "-c", WORK.format(ending=ending, then=then)], cwd=folder, capture_output=True,
        text=True, timeout=120, env={**os.environ, "PYTHONSAFEPATH": ""},
    )  # fmt: skip


# What polars does within one call, at a moment that can be chosen.
MAPPED = (
    "mapped = mmap.mmap(os.open('cur.arrow', os.O_RDONLY), 0, access=mmap.ACCESS_READ);"
    " os.truncate('cur.arrow', 4096); mapped[-1]"
)


def test_a_mapped_file_that_is_cut_off(tmp_path):
    found = compared(tmp_path, "arrow", MAPPED)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == (
        "mlops-console: A data file was cut off while it was read; the last one that was opened is"
        " cur.arrow.\n"
        "  try again when nothing writes to it\n"
    )


def test_a_file_that_is_not_mapped_is_said_by_itself(tmp_path):
    found = compared(tmp_path, "parquet", "os.truncate('cur.parquet', 4096)")
    assert (found.returncode, found.stdout) == (2, "")
    assert "mlops-console: cur.parquet changed while it was read.\n" in found.stderr


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_ends_it_from_outside(tmp_path, number):
    found = compared(
        tmp_path, "parquet", f"os.kill(os.getppid() if {number} == 15 else os.getpid(), {number})"
    )
    if number == signal.SIGKILL:
        assert found.returncode == 2
        assert "is there enough memory?" in found.stderr
    else:
        assert found.returncode == -signal.SIGTERM
