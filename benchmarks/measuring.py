"""CPU seconds of processes, measured in turns so that a noisy machine is noisy to all of them."""

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def cpu_seconds(words: Sequence[str]) -> float:
    """User and system time of one process and the children that it waited for."""
    child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime


def read_to_the_end(reader: Any, root: str, path: str, files: Sequence[str] = ()) -> int:
    """Read one source with a reader, in this process; its points."""
    from mlops_console.readers.contract import Budget
    from mlops_console.records import Source

    source, points, cursor, more = Source(reader.name, path, tuple(files)), 0, None, True
    while more:
        chunk = reader.read(root, source, cursor, Budget())
        points, cursor, more = points + len(chunk.points), chunk.cursor, chunk.more
    return points


def in_turns(commands: Mapping[str, Sequence[str]], turns: int) -> dict[str, list[float]]:
    """CPU seconds of each command, one after the other, `turns` times (and once before: warm caches)."""
    for words in commands.values():
        cpu_seconds(words)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(turns):
        for name, words in commands.items():
            taken[name].append(cpu_seconds(words))
    return taken


def over(taken: Mapping[str, Sequence[float]], name: str, base: str) -> float:
    """The median, over turns, of what one command takes more than another."""
    return statistics.median(one - other for one, other in zip(taken[name], taken[base], strict=True))


def verdict(what: str, measured: float, limit: float, unit: str) -> bool:
    """Say a figure and whether it holds."""
    holds = measured <= limit
    print(f"{'ok  ' if holds else 'FAIL'}  {what}: {measured:.2f} {unit} (limit {limit:g})")
    return holds


def leave(results: Sequence[bool]) -> None:
    """Exit 1 when a figure does not hold."""
    sys.exit(0 if all(results) else 1)
