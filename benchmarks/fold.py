"""What decisions cost: 50,000 events folded cold, from the kept fold, and one more; following a journal.

    python benchmarks/fold.py [EVENTS] [--keep FOLDER]

Models, notes, tags, approvals and promotions as a busy team of 200 models writes them over three years.
Prints CPU seconds and wall seconds; every figure is of a process of its own that opens a workspace.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

MODELS = 200
AUTHORS = ("ana", "bo", "cy", "dee")
START = 1_700_000_000_000
BETWEEN = 1_900_000


def made(count: int) -> list[tuple[str, bytes]]:
    """(month/name, bytes) of every event."""
    from mlops_console.journal.places import month_of
    from mlops_console.journal.serial import packed

    rng = random.Random(1)
    versions: dict[str, list[str]] = {}
    stands: dict[str, str] = {}
    heads: tuple[str, ...] = ()
    found = []
    for at in range(count):
        model = f"model-{rng.randrange(MODELS):03d}"
        kind, body, evidence = one(rng, model, versions.setdefault(model, []), stands)
        when = START + at * BETWEEN
        event, data = packed(
            clock=at + 1, parents=heads, at=when * 1000, milliseconds=when, by=rng.choice(AUTHORS),
            uid=os.getuid(), host="box", kind=kind, body=body, evidence=evidence,
        )  # fmt: skip
        if kind == "register":
            versions[model].append(event.id)
        heads = (event.sha256,)
        found.append((f"{month_of(when)}/{event.id}-{event.uid}.json", data))
    return found


def one(
    rng: random.Random, model: str, versions: list[str], stands: dict[str, str]
) -> tuple[str, dict, dict]:
    """The kind, body and evidence of one event."""
    dice = rng.random()
    if not versions or dice < 0.2:
        return "register", registered(rng, model, len(versions) + 1), {}
    version = rng.choice(versions[-5:])
    number = versions.index(version) + 1
    named = {"model": model, "version_id": version, "version": number}
    if dice < 0.4:
        before = stands.get(model)
        stands[model] = version
        gates = [
            {"gate": f"require: m{at} >= .5", "verdict": "pass", "measured": ".7", "required": ">= .5",
             "because": "it is met", "evidence": "5 seeds", "value": 0.7}
            for at in range(5)
        ]  # fmt: skip
        body = {
            **named, "alias": "champion", "way": "promote", "reason": "significant on the new quarter",
            "from_version_id": before, "from_version": versions.index(before) + 1 if before else None,
            "gates": gates, "overridden": [],
        }  # fmt: skip
        return "alias", body, {"candidate": {f"m{at}": 0.7 for at in range(20)}, "champion": {}}
    if dice < 0.6:
        return "approve", {**named, "alias": "champion", "reason": "looked at the slices"}, {}
    if dice < 0.8:
        return "note", {"subject": named, "text": f"looks right to me, {rng.random()}"}, {}
    run = {"run": {"path": f"runs/{rng.randrange(5000)}", "native": "", "name": "r"}}
    subject = named if dice < 0.9 else run
    return "tag", {"subject": subject, "name": rng.choice(("stage", "team")), "value": "x"}, {}


def registered(rng: random.Random, model: str, number: int) -> dict:
    """The body of a `register` event with what a run of a small training says."""
    digest = sha256(f"{model}{number}".encode()).hexdigest()
    return {
        "model": model, "version": number, "origin": "run", "artifact": "runs/a/model.onnx",
        "run": {"path": f"runs/{rng.randrange(5000)}", "native": "", "name": "r", "id": "x"},
        "files": [{"path": "model.onnx", "size": 18_200_000, "sha256": digest}], "sha256": digest,
        "size": 18_200_000, "format": "onnx", "copied": True, "from": None, "reason": "weekly",
        "signature": {"inputs": ["x"], "outputs": ["y"]},
        "params": {f"p{at}": rng.random() for at in range(15)},
        "metrics": {
            f"val/m{at}": {"last": rng.random(), "min": 0.1, "max": 0.9, "count": 100} for at in range(8)
        },
        "summary": {}, "datasets": [{"name": "d", "sha256": digest}], "tags": {}, "status": "finished",
        "code": {"commit": digest[:40], "dirty": False}, "started": None, "ended": None,
        "environment": {"python": "3.11", "packages": [f"package{at}==1.{at}" for at in range(20)]},
    }  # fmt: skip


CHILD = """
import json, sys, time
from pathlib import Path
from mlops_console.workspace import open_workspace
with open_workspace([Path(sys.argv[1])], sys.argv[2]) as workspace:
    key = workspace.projects[0].key
    workspace.decisions
    import mlops_console.workspace.decisions
    cpu, wall = time.process_time(), time.perf_counter()
    registry = workspace.decisions.registry(key)
    said = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "events": registry.events,
            "models": len(registry.models), "problems": len(registry.problems)}
    from mlops_console.workspace.model_rows import model_rows
    from mlops_console.workspace.models import resolve
    cpu = time.process_time()
    resolve(workspace, "model-007@champion")
    said["resolve one"] = time.process_time() - cpu
    if "rows" in sys.argv:
        cpu = time.process_time()
        for model in registry.models.values():
            model.versions
        said["every model"] = time.process_time() - cpu
        cpu = time.process_time()
        model_rows(workspace)
        said["rows of all"] = time.process_time() - cpu
    model = registry.models["model-007"]
    body = {"subject": {"model": model.name, "version_id": model.versions[0].id, "version": 1}, "text": "x"}
    from mlops_console.journal.event import Event
    costs = []
    folding = workspace.decisions._desk(key)._folding
    for at in range(20):
        event = Event(1, "7" + f"{at:025d}", 10**6 + at, registry.heads, 0, "ana", 0, "box", "note", body, {},
                      f"{at:064d}")
        cpu = time.process_time()
        folding.add([event])
        folding.registry().models["model-007"]
        costs.append(time.process_time() - cpu)
    folding.drop([f"7{at:025d}" for at in range(20)])
    said["first more"], said["one more"] = costs[0], sorted(costs)[10]
    if "live" in sys.argv:
        workspace.start()
        time.sleep(5 if "kept" in sys.argv else 60)
        thread = Path(f"/proc/self/task/{workspace.decisions._thread.native_id}/schedstat")
        before = int(thread.read_text().split()[0])
        time.sleep(20)
        said["following, share of a core"] = (int(thread.read_text().split()[0]) - before) / 20e9
    if "begin" in sys.argv:
        workspace.start()
    cpu, wall = time.process_time(), time.perf_counter()
said["closing"], said["closing, wall"] = time.process_time() - cpu, time.perf_counter() - wall
print(json.dumps(said))
"""


def measured(project: Path, store: Path, *more: str) -> dict:
    """What a process of its own says."""
    command = [sys.executable, "-c", CHILD, str(project), str(store), *more]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Make a journal, measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("events", nargs="?", type=int, default=50_000)
    parser.add_argument("--keep", type=Path, help="make the journal here, and use it again")
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="fold-"))
    project, store = folder / "project", folder / "store.duckdb"
    journal = project / ".mlops-console" / "journal"
    if not journal.is_dir():
        started = time.perf_counter()
        for name, data in made(asked.events):
            file = journal / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        print(f"made {asked.events:,} events in {time.perf_counter() - started:.1f} s")
    store.unlink(missing_ok=True)
    ways = {
        "cold, console closed at once": ("begin",), "cold": (), "kept": (), "kept, all looked at": ("rows",),
        "kept, live": ("live", "kept"),
    }  # fmt: skip
    for what, more in ways.items():
        said = measured(project, store, *more)
        print(f"{what:30}" + "  ".join(f"{key} {value:.4g}" for key, value in said.items()))


if __name__ == "__main__":
    main()
