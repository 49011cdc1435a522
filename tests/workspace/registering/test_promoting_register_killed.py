"""Registering, killed: nothing half is registered, and what is left over goes or is taken up."""

import os
import signal
import subprocess
import sys

import pytest
from tests.workspace.registering.registering_desk import events, kept, scanned

from mlops_console.workspace.registering.registering import register

CHILD = """
import os, signal, sys
from pathlib import Path
from mlops_console.workspace import open_workspace
from mlops_console.workspace.registering.registering import register
project, store, when = sys.argv[1:]

def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(done, total):
    if when == "begun" or (when == "half" and done * 2 > total) or (when == "read" and done == total):
        die()

with open_workspace([Path(project)], store) as workspace:
    if when == "copied":
        type(workspace.decisions).append = die
    if when == "written":
        append = type(workspace.decisions).append
        type(workspace.decisions).append = lambda *words, **named: (append(*words, **named), die())
    register(workspace, "big", path=project + "/big.bin", progress=progress)
"""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "big.bin").write_bytes(os.urandom(8 << 20))
    return folder


@pytest.mark.parametrize("when", ["begun", "half", "read", "copied", "written"])
def test_killed_anywhere_it_is_registered_whole_or_not_at_all(project, tmp_path, when):
    words = [sys.executable, "-c", CHILD, str(project), str(tmp_path / "child.duckdb"), when]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with scanned(project) as workspace:
        versions = len(events(workspace, "register"))
        assert versions == (1 if when == "written" else 0)
        version = register(workspace, "big", path=str(project / "big.bin"), again=True)
        assert version.number == versions + 1
        assert kept(project) == [f"big/{version.sha256}/big.bin"]
