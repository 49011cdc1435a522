"""A console, or a command, of a project that others use at the same time."""

import sys
import time
from pathlib import Path

from mlops_console.workspace import open_workspace


def main(what: str, folder: str, store: str, count: int) -> None:
    """`console` waits until `count` events are there; a command writes `count` notes."""
    with open_workspace([Path(folder)], store) as workspace:
        key = workspace.projects[0].key
        if what == "console":
            workspace.decisions.registry(key)
            workspace.start()
            print("ready", flush=True)
            end = time.monotonic() + 240
            while workspace.decisions.registry(key).events < count and time.monotonic() < end:
                time.sleep(0.02)
        else:
            for at in range(count):
                subject = {"run": {"path": what, "native": ""}}
                workspace.decisions.append(key, "note", {"subject": subject, "text": str(at)})
        registry = workspace.decisions.registry(key)
        notes = sum(len(some) for some in registry.run_notes.values())
        print(registry.events, notes, len(registry.problems), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
