"""A process that keeps joining two runs, taking them apart and tagging them, until it is killed.

    store_joiner.py STORE

Before each write it says which one comes, after it that it is kept.
"""

import sys
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from store_making import PROJECT, curve, reading

from mlops_console.records import RunFacts, RunKey
from mlops_console.settings import places
from mlops_console.store import open_store, session
from mlops_console.store.known import run_identity

OURS, THEIRS = RunKey("runs/a"), RunKey("mlruns/f")
WRITES = ("theirs", "ours", "more", "apart", "ours", "tag", "theirs anew")


def write(store, what: str, number: int) -> None:
    """One transaction."""
    claim = RunFacts(OURS, native_id="a", same_as=(("mlflow", "f"),), params={"by": "ours", "n": number})
    theirs = RunFacts(THEIRS, native_id="f", params={"by": "theirs", "m": number})
    points = {"loss": curve([number])}
    match what:
        case "theirs" | "theirs anew":
            anew = what != "theirs"
            store.apply([reading(THEIRS.path, theirs, metrics=points, reader="mlflow", reset=anew)])
        case "ours":
            store.apply([reading(OURS.path, claim, metrics=points, reader="recorded", reset=True)])
        case "apart":
            alone = RunFacts(OURS, native_id="a")
            store.apply([reading(OURS.path, alone, metrics=points, reader="recorded", reset=True)])
        case "more":
            batch = [reading(path.path, metrics=points, reader=reader)
                     for path, reader in ((THEIRS, "mlflow"), (OURS, "recorded"))]  # fmt: skip
            store.apply(batch)
        case "tag":
            store.user_tags(run_identity(PROJECT.key, OURS), {"n": str(number)})


def main() -> None:
    session.CHECKPOINT = 30_000
    store = open_store(places(sys.argv[1]))
    store.put_project(PROJECT)
    print("open", flush=True)
    for number in count():
        for what in WRITES:
            print(what, flush=True)
            write(store, what, number)
            print("kept", flush=True)


if __name__ == "__main__":
    main()
