"""Processes that append to a journal and are killed while they do. Run by tests and by the benchmark:

python killing.py PROJECT STORE KILLS SEED SECONDS WRITERS

forks appenders, several at a time, and kills each; then WRITERS at once for SECONDS, which end by themselves.
Prints one JSON object: {"acknowledged": [ids], "killed": n, "written": [events per writer]}.
"""

import json
import os
import random
import signal
import sys
import time

from mlops_console.journal.log import Log
from mlops_console.journal.places import JournalPlace, place_of
from mlops_console.settings import places

AT_ONCE = 3
LONGEST = 0.04
"""Seconds that an appender lives at most, so that also the first append is hit."""


def main(words: list[str]) -> None:
    """Do it."""
    root, store, kills, seed, seconds, writers = words
    place = place_of(root, "key", places(store))
    acknowledged, killed = kill(place, int(kills), random.Random(int(seed)))
    written = write_at_once(place, float(seconds), int(writers))
    print(json.dumps({"acknowledged": acknowledged, "killed": killed, "written": written}))


def kill(place: JournalPlace, kills: int, chance: random.Random) -> tuple[list[str], int]:
    """Kill so many appenders; what they had said was written."""
    acknowledged: list[str] = []
    killed = 0
    running: list[tuple[int, int, float]] = []
    while killed < kills:
        while len(running) < AT_ONCE:
            running.append((*_appender(place), time.monotonic() + chance.random() * LONGEST))
        running.sort(key=lambda one: one[2])
        pid, said, until = running.pop(0)
        # Every other one is killed when it is at it, however slow the machine; the rest at any moment.
        first = os.read(said, 27) if killed % 2 else b""
        time.sleep(chance.random() * LONGEST / 8 if first else max(0.0, until - time.monotonic()))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        killed += 1
        acknowledged += [first.decode().strip()] if first else []
        acknowledged += _lines(said)
    for pid, said, _ in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        acknowledged += _lines(said)
    return acknowledged, killed + len(running)


def write_at_once(place: JournalPlace, seconds: float, writers: int) -> list[int]:
    """So many processes append for that long; how many events each said it wrote."""
    until = time.monotonic() + seconds
    running = [_appender(place, until) for _ in range(writers)]
    written = [len(_lines(said)) for _, said in running]
    for pid, _ in running:
        assert os.waitpid(pid, 0)[1] == 0
    return written


def _appender(place: JournalPlace, until: float = float("inf")) -> tuple[int, int]:
    """A child that appends, and says each id once it is durable."""
    said, saying = os.pipe()
    pid = os.fork()
    if pid:
        os.close(saying)
        return pid, said
    code = 1
    try:
        log = Log(place)
        while time.monotonic() < until:
            event = log.append("note", {"subject": {"model": "churn"}, "text": "x" * random.randrange(500)})
            os.write(saying, f"{event.id}\n".encode())
        code = 0
    finally:
        os._exit(code)


def _lines(fd: int) -> list[str]:
    with os.fdopen(fd, encoding="ascii") as said:
        return [line.strip() for line in said if line.endswith("\n")]


if __name__ == "__main__":
    main(sys.argv[1:])
