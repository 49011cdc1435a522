"""kill -9 at any moment: what was acknowledged is there, and cursor, facts and points agree."""

import random
import subprocess
import sys
import time
from pathlib import Path

from store_making import PROJECT, asked, history

from mlops_console.settings import places
from mlops_console.store import open_store

JOINER = str(Path(__file__).with_name("store_joiner.py"))
WRITER = str(Path(__file__).with_name("store_writer.py"))
KILLS = 16


def killed_writer(file: Path, batches: int, more: float) -> int:
    """Kill a writer so many seconds after so many batches; the number of the last one it was told is kept."""
    writer = subprocess.Popen(
        [sys.executable, WRITER, str(file), "runs/a", "100000", "eager"], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    role, _ = writer.stdout.readline().split()
    assert role == "owner"
    told = [writer.stdout.readline() for _ in range(batches)]
    time.sleep(more)
    writer.kill()
    rest = ("".join(told) + writer.stdout.read()).split("\n")
    writer.wait()
    writer.stdout.close()
    # the last line may be torn
    return int(rest[-2]) if len(rest) > 1 else 0


def test_no_kill_loses_or_doubles_anything(tmp_path):
    file = tmp_path / "store.duckdb"
    dice = random.Random(20)
    acknowledged = 0
    for _ in range(KILLS):
        acknowledged = max(acknowledged, killed_writer(file, dice.randint(0, 5), dice.uniform(0, 0.02)))
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


def test_no_kill_leaves_a_run_half_joined(tmp_path):
    file = tmp_path / "store.duckdb"
    dice = random.Random(3)
    seen = set()
    for _ in range(KILLS // 2):
        joiner = subprocess.Popen([sys.executable, JOINER, str(file)], stdout=subprocess.PIPE, text=True)
        assert joiner.stdout is not None
        for _ in range(dice.randint(1, 14)):  # a word before each write, and one after it
            assert joiner.stdout.readline()
        time.sleep(dice.uniform(0, 0.02))
        joiner.kill()
        joiner.communicate()
        store = open_store(places(str(file)))
        assert store.notices == ()
        said = dict(asked(store, "SELECT reader, same_as FROM facts JOIN sources USING (source_id)"))
        one = len(said) == 2 and said["recorded"] is not None
        rows = asked(store, "SELECT path, readers FROM runs ORDER BY path")
        if one:
            assert rows == [("runs/a", "recorded,mlflow")]
        else:
            assert rows == [row for row in (("mlruns/f", "mlflow"), ("runs/a", "recorded")) if row[1] in said]
        assert len(asked(store, "SELECT * FROM joined")) == one
        runs = "(SELECT run_id FROM runs)"
        for table in ("facts", "series", '"values"'):
            assert asked(store, f"SELECT count(*) FROM {table} WHERE run_id NOT IN {runs}") == [(0,)]
        per_key = "SELECT count(*) FROM series WHERE shown GROUP BY run_id, key_id HAVING count(*) > 1"
        assert asked(store, per_key) == []
        seen.add(one)
        store.close()
    assert seen == {True, False}
