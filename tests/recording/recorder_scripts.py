"""Scripts that record, run as their users run them: in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def start(folder: Path, code: str, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Begin a script in a folder."""
    script = folder / "train.py"
    script.write_text(code)
    return subprocess.Popen(
        [sys.executable, str(script), *words],
        cwd=folder,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def record(folder: Path, code: str, *words: str, code_of_exit: int | None = 0, **environment: str) -> str:
    """Run a script to its end; what it said on stderr."""
    process = start(folder, code, *words, **environment)
    _, said = process.communicate(timeout=60)
    assert code_of_exit is None or process.returncode == code_of_exit, said
    return said


def run_folder(folder: Path) -> Path:
    """The folder of the only run."""
    (only,) = (folder / "runs").iterdir()
    return only


def document(folder: Path, name: str) -> dict[str, Any]:
    """A JSON file of the only run."""
    found = json.loads((run_folder(folder) / name).read_text())
    assert isinstance(found, dict)
    return found


def lines(folder: Path, name: str = "metrics.jsonl") -> list[dict[str, Any]]:
    """The lines of a file of the only run."""
    return [json.loads(line) for line in (run_folder(folder) / name).read_text().splitlines() if line]
