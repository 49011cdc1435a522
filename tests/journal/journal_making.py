"""Projects with journals, for tests."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from mlops_console.journal.authors import user_name
from mlops_console.journal.log import Log
from mlops_console.journal.places import JournalPlace, month_of, place_of
from mlops_console.journal.serial import packed
from mlops_console.journal.ulid import milliseconds_of
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


def planted(there: JournalPlace, **changed: Any) -> Path:
    """An event that another program wrote, in the form that ours writes, with these fields."""
    now = 1_700_000_000_000
    fields = {
        "clock": 1, "parents": (), "at": now * 1000, "milliseconds": now, "by": user_name(os.getuid()),
        "uid": os.getuid(),
        "host": "elsewhere", "kind": "note", "body": {}, "evidence": {},
    }  # fmt: skip
    event, data = packed(**{**fields, **changed})
    month = there.folder.path / month_of(milliseconds_of(event.id))
    month.mkdir(parents=True, exist_ok=True)
    file = month / f"{event.id}-{event.uid}.json"
    file.write_bytes(data)
    return file


def files(there: JournalPlace) -> list[Path]:
    """Files of the events, the first first."""
    return sorted(there.folder.path.glob("*/[!.]*.json"))


PRELUDE = """
import grp, json, os, platform, pwd, signal, sys, time, traceback
from mlops_console.errors import ConsoleError, JournalError, UsageError
from mlops_console.journal.authors import user_name
from mlops_console.journal.log import Log
from mlops_console.journal.places import place_of
from mlops_console.journal.sharing import share
from mlops_console.journal.verifying import verify
from mlops_console.settings import places
uid, gid, groups, root, store = json.loads(sys.argv[1])
if uid is not None:
    os.setgroups(groups); os.setgid(gid); os.setuid(uid)
log = Log(place_of(root, "key", places(store)))
say = lambda what: print(json.dumps(what), flush=True)
"""
"""Everything is imported before the user changes, who may not be able to read this Python."""


def started(
    folder: Path, script: str, *words: str, who: str = "me", uid: int | None = None, group: int | None = None
) -> subprocess.Popen[str]:
    """A process that runs a script with a `log` of the project `folder/project`; as another user, if root."""
    wanted = [uid, uid, [group] if group else [], str(folder / "project"), str(folder / f"{who}.duckdb")]
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, json.dumps(wanted), *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
    )


def told(folder: Path, script: str, *words: str, **who: Any) -> Any:
    """What such a script says at its end."""
    with started(folder, script, *words, **who) as process:
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return json.loads(said.splitlines()[-1])
