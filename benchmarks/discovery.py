"""What a full rescan costs beside a bare pruned `os.scandir` walk of the same tree, in CPU seconds.

    python benchmarks/discovery.py [--folders 50000 --files 500000 --runs 6000] [--rounds 5] [--keep FOLDER]

The tree is built by default at a tenth of that size. Both sides run in this process, in turns; the smallest
CPU time of each counts.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

from mlops_console import beneath, registry
from mlops_console.ingest.claims import Claims
from mlops_console.ingest.discover import Discovery
from mlops_console.ingest.in_hand import HandPage
from mlops_console.ingest.messages import Open
from mlops_console.ingest.prune import Pruning


def build(root: Path, folders: int, files: int, runs: int) -> None:
    """Folders that can hold runs under `experiments`; the rest where every project has it."""
    per_folder = max(1, files // folders)
    old = time.time() - 86_400
    for number in range(runs):
        folder = root / "experiments" / f"group_{number // 100:03d}" / f"run_{number:05d}"
        folder.mkdir(parents=True)
        (folder / "metrics.csv").write_text(
            "step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(20))
        )
        (folder / "params.json").write_text('{"lr": 0.1, "batch_size": 32}')
        for extra in range(per_folder - 2):
            (folder / f"sample_{extra}.png").touch()
        os.utime(folder, (old, old))
    homes = [".git/objects", "venv/lib/python3.11/site-packages", "web/node_modules", ".cache/things"]
    for number in range(folders - runs - runs // 100):
        folder = root / homes[number % len(homes)] / f"part_{number // 200:04d}" / f"piece_{number:05d}"
        folder.mkdir(parents=True)
        for extra in range(per_folder):
            (folder / f"file_{extra}.py").touch()
    (root / "venv" / "pyvenv.cfg").touch()


def bare_walk(root: str) -> int:
    """The same folders, names only: what any rescan by listing has to do."""
    pruning = Pruning(root, ())
    count, stack = 0, [(root, ".", "")]
    while stack:
        full, path, parent = stack.pop()
        count += 1
        names, folders = set(), []
        with os.scandir(full) as entries:
            for entry in entries:
                names.add(entry.name)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
        if "pyvenv.cfg" in names:
            continue
        for name in folders:
            inner = name if path == "." else f"{path}/{name}"
            if not pruning.by_name(inner, name, parent):
                stack.append((f"{full}/{name}", inner, name))
    return count


def main() -> None:
    """Build, measure, print one JSON object."""
    words = argparse.ArgumentParser()
    words.add_argument("--folders", type=int, default=5_000)
    words.add_argument("--files", type=int, default=50_000)
    words.add_argument("--runs", type=int, default=600)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--keep", type=Path, help="build here, or use what is there, and leave it")
    options = words.parse_args()
    root = options.keep or Path(tempfile.mkdtemp(prefix="discovery-"))
    if not (root / "experiments").exists():
        build(root, options.folders, options.files, options.runs)
    found = root.stat()
    order = Open("p", str(root), found.st_dev, found.st_ino, (), 32, {}, {})
    discovery = Discovery(order, Claims(registry.registry()), HandPage(HandPage.make()))
    started = time.process_time()
    first = discovery.scan(3600)
    first_cost = time.process_time() - started
    opened = beneath.opened()
    bare, rescan, folders = [], [], 0
    for _ in range(options.rounds):
        started = time.process_time()
        folders = bare_walk(str(root))
        bare.append(time.process_time() - started)
        started = time.process_time()
        again = discovery.scan(3600)
        rescan.append(time.process_time() - started)
        assert not again.finds
        assert again.done
    print(
        json.dumps(
            {
                "folders_walked": folders,
                "sources": len(first.finds),
                "bare_walk_cpu": round(min(bare), 4),
                "rescan_cpu": round(min(rescan), 4),
                "ratio": round(min(rescan) / min(bare), 2),
                "first_scan_cpu": round(first_cost, 3),
                "files_opened_first": opened,
                "files_opened_by_rescans": beneath.opened() - opened,
            }
        )
    )
    if options.keep is None:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
