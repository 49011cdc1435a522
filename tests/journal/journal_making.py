"""Projects with journals, for tests."""

import os
import subprocess
import sys
from pathlib import Path

from mlops_console.journal.log import Log
from mlops_console.journal.places import JournalPlace, place_of
from mlops_console.settings import places

PATIENCE = 60.0


def place(folder: Path, who: str = "me") -> JournalPlace:
    """The journal of the project `folder/project`, as somebody with a store of their own sees it."""
    root = folder / "project"
    root.mkdir(exist_ok=True)
    return place_of(str(root), "key", places(str(folder / f"{who}.duckdb")))


def written(folder: Path, count: int) -> JournalPlace:
    """A journal with so many events, the newest of which this user has seen."""
    there = place(folder)
    log = Log(there)
    for number in range(count):
        log.append("note", {"subject": {"model": "churn"}, "text": f"number {number}"})
    log.read()
    return there


def files(there: JournalPlace) -> list[Path]:
    """Files of the events, the first first."""
    return sorted(there.folder.path.glob("*/[!.]*.json"))


def python(script: str, *words: str, user: int | None = None, **options: object) -> subprocess.Popen[bytes]:
    """A process of its own that runs a script; as another user, where we may."""
    wanted = {} if user is None else {"user": user, "group": user, "extra_groups": options.pop("groups", [])}
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
        **wanted,
        **options,
    )
