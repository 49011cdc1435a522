"""A process that keeps applying numbered batches and says after each which ones were acknowledged.

    store_writer.py STORE SOURCE MOST [hold] [eager]

Batch n appends 40 points (values n * 40 ...) to two metrics of one source, and its cursor is n. Told by the
store at its start where it was, it goes on from there: so a batch lost or doubled shows in the points.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from store_making import NOW, PROJECT, reading

from mlops_console.records import NO_TIME, RunFacts, RunKey
from mlops_console.settings import places
from mlops_console.store import open_store, session

POINTS = 40


def batch(source: str, number: int):
    """The n-th chunk of a source."""
    rows = [(step, NO_TIME, float(step)) for step in range(number * POINTS, (number + 1) * POINTS)]
    return reading(
        source, RunFacts(RunKey(source), params={"batch": number}, active=NOW + number),
        metrics={"loss": rows, "acc": rows}, cursor=str(number + 1).encode(),
    )  # fmt: skip


def main() -> None:
    file, source, most, *rest = sys.argv[1:]
    if "eager" in rest:  # DuckDB's log goes into the file every few batches
        session.CHECKPOINT = 30_000
    store = open_store(places(file))
    store.put_project(PROJECT)
    known = {k.source.path: k.cursor for k in store.known(PROJECT.key)}
    number = int(known.get(source) or b"0")
    print(store.role, number, flush=True)
    while number < int(most):
        store.apply([batch(source, number)])
        number += 1
        print(number, flush=True)
    if "hold" in rest:
        sys.stdin.readline()
    store.close()
    print("closed", flush=True)


if __name__ == "__main__":
    main()
