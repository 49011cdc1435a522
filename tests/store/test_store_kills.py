"""kill -9 at any moment: what was acknowledged is there, and cursor, facts and points agree."""

import random
import subprocess
import sys
import time
from pathlib import Path

from store_making import PROJECT, asked, history

from mlops_console.settings import places
from mlops_console.store import open_store

WRITER = str(Path(__file__).with_name("store_writer.py"))
KILLS = 16


def killed_writer(file: Path, patience: float) -> int:
    """Let a writer work for a while, kill it; the number of the last batch it was told is kept."""
    writer = subprocess.Popen(
        [sys.executable, WRITER, str(file), "runs/a", "100000", "eager"], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    role, _ = writer.stdout.readline().split()
    assert role == "owner"
    time.sleep(patience)
    writer.kill()
    rest = writer.stdout.read().split("\n")
    writer.wait()
    writer.stdout.close()
    # the last line may be torn
    return int(rest[-2]) if len(rest) > 1 else 0


def test_no_kill_loses_or_doubles_anything(tmp_path):
    file = tmp_path / "store.duckdb"
    dice = random.Random(20)
    acknowledged = 0
    for _ in range(KILLS):
        acknowledged = max(acknowledged, killed_writer(file, dice.uniform(0, 0.15)))
    store = open_store(places(str(file)))
    assert store.role == "owner"
    assert store.notices == ()
    [known] = store.known(PROJECT.key)
    batches = int(known.cursor or b"0")
    assert batches >= acknowledged > KILLS // 2
    for metric in ("loss", "acc"):
        assert [step for step, _, _ in history(store, "runs/a", metric)] == list(range(batches * 40))
        assert (
            asked(store, "SELECT count, last_value FROM series WHERE shown")
            == [(batches * 40, batches * 40.0 - 1)] * 2
        )
    assert asked(store, 'SELECT number FROM "values"') == [(float(batches - 1),)]
    store.close()
