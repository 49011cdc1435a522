"""Databases of MLflow's, and a second process that writes in one while it is read."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conformance.reading import Story, claimed, read_on
from tests.corpus import restoring

from mlops_console.readers.mlflow import READER
from mlops_console.records import RunKey, Source

STORE = restoring.CORPUS / "mlflow/sqlite-nested-deleted-v2/files/mlflow.db"
RUN = "5895781dde5f4e7086fa737fe7c8ba75"
"""The run "bad numbers" in it."""
SOURCE = Source("mlflow", "mlflow.db", ("mlflow.db", "mlflow.db-wal", "mlflow.db-journal"))

_LOOP = """
import json, os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=float(sys.argv[2]))
print("ready", flush=True)
for line in sys.stdin:
    try:
        print(json.dumps(connection.execute(*json.loads(line)).fetchall()), flush=True)
    except sqlite3.Error as error:
        print(json.dumps(str(error)), flush=True)
os._exit(0)
"""


class Writer:
    """A process that has the database open and does as it is told; it ends without saying goodbye."""

    def __init__(self, path: Path, patience: float = 5.0) -> None:
        words = [sys.executable, "-c", _LOOP, str(path), str(patience)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout.readline() == "ready\n"

    def do(self, asked: str, *values) -> list | str:
        """Run a statement: its rows, or what went wrong."""
        self._process.stdin.write(json.dumps([asked, values]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def log(self, run: str, key: str, step: int, value: float) -> list | str:
        """A point, as MLflow writes it."""
        asked = "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)"
        return self.do(asked, key, value, 1_795_000_000_000 + step, run, step)

    def kill(self) -> None:
        """End it where it stands."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def writing(path: Path, patience: float = 5.0) -> Iterator[Writer]:
    """A writer that is gone afterwards."""
    writer = Writer(path, patience)
    try:
        yield writer
    finally:
        writer.kill()


def store(root: Path, *statements: str, name: str = "mlflow.db") -> Path:
    """A small store of MLflow 2.22 in `root`, changed by some statements."""
    root.mkdir(exist_ok=True)
    path = root / name
    shutil.copyfile(STORE, path)
    change(path, *statements)
    return path


def change(path: Path, *statements: str) -> None:
    """Run statements in a database."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def read(root: Path, story: Story | None = None, **options) -> Story:
    """Read the one database below `root`."""
    (source,) = claimed(READER, root)
    return read_on(READER, root, source, story, **options)


def values(story: Story, run: str, key: str, path: str = "mlflow.db") -> list[float]:
    """A series' values."""
    return story.series()[RunKey(path, run), key][2].tolist()


def facts(story: Story, run: str = RUN, path: str = "mlflow.db") -> dict:
    """A run's facts."""
    return story.facts[RunKey(path, run)]


def steps(story: Story, run: str, key: str) -> list[int]:
    """A series' steps."""
    return [int(step) for step in story.series()[RunKey("mlflow.db", run), key][0]]
