"""Another process that opens the same project with a store of its own: writes a note, then waits for one."""

import sys
import threading
import time
from pathlib import Path

from mlops_console.workspace import open_workspace


def main(folder: str, store: str) -> None:
    with open_workspace([Path(folder)], store) as workspace:
        key = workspace.projects[0].key
        told = threading.Event()
        workspace.subscribe(lambda changed: told.set() if key in changed.decisions else None)
        decisions = workspace.decisions
        decisions.registry(key)
        workspace.start()
        print("ready", flush=True)
        for line in sys.stdin:
            if line.strip() == "write":
                body = {"subject": {"run": {"path": "r", "native": ""}}, "text": "from the other"}
                event = decisions.append(key, "note", body)
                told.clear()
                print(event.id, flush=True)
            else:
                started = time.monotonic()
                while not told.wait(60) or line.strip() not in {e.id for e in decisions.events(key)}:
                    told.clear()
                    if time.monotonic() - started > 120:
                        break
                print(f"seen {time.time():.3f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
