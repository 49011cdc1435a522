"""The lazy doors, seen from outside: what a process has loaded after it did something."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

AFTER = """
import json as _json, os as _os, sys as _sys
with open(_os.environ["SEEN"], "w") as _file:
    _json.dump(sorted(_sys.modules), _file)
"""
HEAVY = {
    "textual",
    "rich",
    "duckdb",
    "numpy",
    "polars",
    "yaml",
    "sklearn",
    "scipy",
    "watchdog",
    "platformdirs",
}


def loaded(tmp_path: Path, code: str) -> set[str]:
    """The top-level names of all modules in a fresh process that ran some code."""
    return {name.partition(".")[0] for name in modules(tmp_path, code)}


def modules(tmp_path: Path, code: str) -> set[str]:
    """The names of all modules in a fresh process that ran some code."""
    seen = tmp_path / "seen.json"
    script = tmp_path / "script.py"
    script.write_text(code + AFTER)
    environment = {"SEEN": str(seen), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-I", str(script)], cwd=tmp_path, env=environment, check=True, capture_output=True
    )
    return set(json.loads(seen.read_text()))


def test_the_version_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys\nfrom mlops_console.__main__ import main\nsys.argv[1:] = ['--version']\nmain()\n"
    assert not loaded(tmp_path, code) & HEAVY


def test_a_script_that_records_loads_the_standard_library_alone(tmp_path: Path) -> None:
    # What the interpreter brings into every process (an editable installation's hook, say) is not ours.
    before = loaded(tmp_path, "")
    code = """
import mlops_console
with mlops_console.run(params={"lr": 0.1}, name="first", tags=["a"]) as run:
    run.log(0, loss=0.5)
    run.summary(loss=0.5)
    run.dataset(__file__)
    run.artifact(__file__)
"""
    new = loaded(tmp_path, code) - before
    assert new - set(sys.stdlib_module_names) == {"mlops_console"}


def test_importing_the_recorder_opens_no_door_early(tmp_path: Path) -> None:
    new = loaded(tmp_path, "import mlops_console\nmlops_console.run\n") - loaded(tmp_path, "")
    assert not new & {"json", "subprocess", "pathlib", "hashlib", "dataclasses", "threading", "logging"}


@pytest.mark.parametrize(
    "module",
    [
        "mlops_console.ingest.child",
        "mlops_console.readers.registry",
        "mlops_console.viewing.child",
        "mlops_console.analysis.child",
        "mlops_console.analysis.analyst",
    ],
)
def test_the_reader_child_loads_no_interface_and_no_database(tmp_path: Path, module: str) -> None:
    assert not loaded(tmp_path, f"import {module}\n") & {
        "textual",
        "rich",
        "duckdb",
        "sklearn",
        "scipy",
        "polars",
        "PIL",
        "picklescan",
        "sqlite3",
    }


def test_what_is_decided_waits_until_somebody_looks(tmp_path: Path) -> None:
    code = (
        "import mlops_console.console.start, mlops_console.console.app, mlops_console.console.runs.screen\n"
        "from mlops_console.workspace import open_workspace\n"
        "open_workspace([], 'store.duckdb').close()\n"
    )
    later = (
        "journal.fold_", "journal.log", "promotion", "documents", "workspace.registering",
        "workspace.judging", "workspace.deciding", "workspace.deploying", "workspace.cards",
        "workspace.audit", "workspace.decisions", "workspace.model_rows", "console.models", "console.audit",
    )  # fmt: skip
    early = modules(tmp_path, code)
    assert not [name for name in early if name.startswith(tuple(f"mlops_console.{one}" for one in later))]


def test_code_that_loads_a_model_gets_the_standard_library_and_six_modules_of_ours(tmp_path: Path) -> None:
    code = """
import mlops_console
try:
    mlops_console.model_path("churn@champion", project=".")
except LookupError:
    pass
"""
    new = modules(tmp_path, code) - modules(tmp_path, "")
    ours = {name for name in new if name.startswith("mlops_console.")}
    assert {name.partition(".")[0] for name in new} - set(sys.stdlib_module_names) == {"mlops_console"}
    names = ("beneath", "digesting", "ours", "pointer", "replacing", "serving")
    assert ours == {f"mlops_console.{name}" for name in names}


def test_the_first_paint_loads_no_statistics(tmp_path: Path) -> None:
    code = (
        "import mlops_console.console.start, mlops_console.console.app, mlops_console.console.runs.screen\n"
    )
    assert not loaded(tmp_path, code + "import mlops_console.workspace\n") & {"sklearn", "scipy", "polars"}
