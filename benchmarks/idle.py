"""What watching costs while nothing happens: CPU of the process tree over some seconds, as a share of a core.

python benchmarks/idle.py [--runs 1000] [--seconds 65]
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from mlops_console.ingest import Pipeline
from mlops_console.records import Project
from mlops_console.settings import places
from mlops_console.store import open_store
from mlops_console.wishes.model import WatchWishes


def cpu(pid: int | str) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Build, let it come to rest, measure, print one JSON object."""
    words = argparse.ArgumentParser()
    words.add_argument("--runs", type=int, default=1_000)
    words.add_argument("--seconds", type=float, default=65.0)
    words.add_argument("--age", type=float, default=0.0, help="hours since the runs wrote last")
    options = words.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="idle-"))
    root = folder / "project"
    then = time.time() - options.age * 3600
    for number in range(options.runs):
        run = root / "runs" / f"run_{number:05d}"
        run.mkdir(parents=True)
        (run / "metrics.csv").write_text("step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(20)))
        (run / "params.json").write_text('{"lr": 0.1}')
        for one in (run / "metrics.csv", run / "params.json", run):
            os.utime(one, (then, then))
    found = root.stat()
    project = Project("0123456789ab", "idle", str(root), found.st_dev, found.st_ino)
    store = open_store(places(str(folder / "store.duckdb")))
    store.put_project(project)
    pipe = Pipeline(store, lambda _: WatchWishes(), lambda _: None)
    pipe.start([project])
    while pipe.health.state == "scanning" or pipe.health.waiting:
        time.sleep(0.1)
    time.sleep(3.0)
    child = Path("/proc/self/task").joinpath(str(pipe._thread.native_id), "children").read_text().split()[0]
    before, before_child, started = cpu("self"), cpu(child), time.monotonic()
    time.sleep(options.seconds)
    passed = time.monotonic() - started
    parent, childs = cpu("self") - before, cpu(child) - before_child
    known = store.connect().rows("SELECT count(*) FROM runs")[0][0]
    print(
        json.dumps(
            {
                "runs": known,
                "seconds": round(passed, 1),
                "share_of_a_core": round((parent + childs) / passed, 4),
                "parent": round(parent / passed, 4),
                "child": round(childs / passed, 4),
                "watching": pipe.health.watching,
                "of": pipe.health.watchable,
            }
        )
    )
    pipe.stop()
    store.close()


if __name__ == "__main__":
    main()
