"""What `drift compare` loads, and whom it talks to: a quick command stays quick by what it leaves alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent / "drift" / "data" / "seattle-weather"
SLOW = ("textual", "rich", "duckdb", "pandas", "pyarrow", "scipy.stats", "sklearn", "watchdog", "yaml")
CODE = """
import json, sys
talked = []
sys.addaudithook(lambda event, args: talked.append(event) if event.startswith("socket.connect") else None)
from mlops_console.cli.drift import compare_text
said, seen = compare_text.lines, []
def lines(report, **how):
    yield from said(report, **how)
    seen.extend(sys.modules)
compare_text.lines = lines
from mlops_console.cli import run_command
code = run_command(json.loads(sys.argv[1]))
print(json.dumps({"code": code, "first": seen, "all": list(sys.modules), "talked": talked}), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fences")
    words = [
        "drift",
        "compare",
        *(str(DATA / name) for name in ("reference.parquet", "current-2013.parquet")),
    ]
    done = subprocess.run(
        [sys.executable, "-I", "-c", CODE, json.dumps(words)],
        cwd=folder, env={"PATH": "/usr/bin:/bin", "HOME": str(folder)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return done, json.loads(done.stderr.splitlines()[-1]), folder


def test_single_features_are_told_without_anything_slow(ran):
    _, seen, _ = ran
    assert "polars" in seen["first"]
    assert not [one for one in SLOW if one in seen["first"]]


def test_the_classifier_comes_after_and_loads_no_store_either(ran):
    done, seen, _ = ran
    assert seen["code"] == 0
    assert "sklearn" in seen["all"]
    assert "A classifier" in done.stdout
    assert not [one for one in ("duckdb", "textual", "pandas", "pyarrow") if one in seen["all"]]


def test_it_talks_to_nobody_and_leaves_nothing_behind(ran):
    _, seen, folder = ran
    assert seen["talked"] == []
    assert [one for one in folder.rglob("*") if one.is_file()] == []
