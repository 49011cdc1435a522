"""What keys cost at the table, over a real pseudo-terminal: CPU milliseconds and bytes, at two sizes.

    python benchmarks/table.py [--runs 10000 100000] [--keep FOLDER]

CPU is that of the console's own process (its threads included) from the key to the end of what it caused;
the preview asks only where the cursor rests and is measured apart. The Models view is measured in bytes, on a
registry of its own. Stores are written to --keep once.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from measuring import leave, verdict

ROWS, COLUMNS = 45, 160
ROUNDS = 3
ANSWERS = ((b"\x1b[?2026$p", b"\x1b[?2026;2$y"), (b"\x1b[?2048$p", b"\x1b[?2048;0$y"))
VERSIONS = 40
WISHES = """\
[models.churn]
metric = "auc"
goal = "max"

[models.churn.gates.champion]
require = ["auc >= 0.5", "auc >= champion - 0.002"]
finished = true
environment = true
approvals = 1
"""
MANY = "columns run name status " + " ".join(
    [
        *(f"param:{name}" for name in ("model", "lr", "depth", "seed", "batch_size", "dropout")),
        *(f"metric:{name}" for name in ("auc", "f1", "logloss", "ece")),
        *(f"metric:val/m{m:02d}" for m in range(4, 18)),
        *("spark:auc", "took", "age"),
    ]
)


class Console:
    """The console in a terminal that answers."""

    def __init__(self, store: str) -> None:
        self.taken = b""
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
            folder = str(Path(store).parent / "many-runs")
            arguments = [sys.executable, "-m", "mlops_console", "--store", store, folder]
            os.execve(sys.executable, arguments, env)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, seconds: float) -> bytes:
        """What comes within so long."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return b""
        data = os.read(self._fd, 1 << 18)
        self.taken += data
        for query, answer in ANSWERS:
            os.write(self._fd, answer * data.count(query))
        return data

    def settle(self, quiet: float = 0.12) -> int:
        """Bytes until nothing comes for a while."""
        count = 0
        while data := self.read(quiet):
            count += len(data)
        return count

    def until(self, text: bytes) -> None:
        """Wait for a text."""
        while text not in self.taken:
            self.read(0.05)

    def cpu(self) -> float:
        """CPU milliseconds so far."""
        spent = 0
        for thread in Path(f"/proc/{self._pid}/task").iterdir():
            spent += int((thread / "schedstat").read_text().split()[0])
        return spent / 1e6

    def memory(self) -> float:
        """Resident megabytes of the process."""
        status = Path(f"/proc/{self._pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1000

    def press(self, keys: str, quiet: float = 0.12) -> tuple[float, int]:
        """CPU milliseconds and bytes that keys cause."""
        before = self.cpu()
        os.write(self._fd, keys.encode())
        self.read(3.0)
        count = len(self.taken)
        self.settle(quiet)
        return self.cpu() - before, len(self.taken) - count

    def close(self) -> None:
        """End it."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._fd)


def high(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[round(0.95 * (len(values) - 1))]


def keys(console: Console, key: str, times: int) -> tuple[float, float]:
    """95th percentiles of CPU milliseconds and bytes of one key."""
    console.taken = b""
    costs = []
    for _ in range(times):
        before = len(console.taken)
        cpu, _ = console.press(key)
        costs.append((cpu, len(console.taken) - before))
    return high([cpu for cpu, _ in costs]), high([float(size) for _, size in costs])


def quietest(console: Console, key: str, times: int) -> tuple[float, float]:
    """The least of several rounds: what else runs on the machine, and in the console, only adds."""
    rounds = [keys(console, key, times) for _ in range(ROUNDS)]
    return min(cpu for cpu, _ in rounds), min(size for _, size in rounds)


def measured(store: str) -> dict[str, float]:
    """The figures of one store."""
    console = Console(store)
    try:
        console.until(b"sweep")
        console.settle(2.0)
        # The frame that shows the first rows; the preview comes in one of its own.
        first = console.taken.index(b"\x1b[?2026l", console.taken.index(b"sweep"))
        found: dict[str, float] = {"first screen": float(first)}
        console.press(f":{MANY}\r", 2.0)
        console.press("g", 0.6)
        keys(console, "j", 5)
        found["j"], found["j bytes"] = quietest(console, "j", 30)
        found["page"], found["page bytes"] = quietest(console, "\x1b[6~", 20)
        console.press("g", 0.8)
        console.press("z", 0.6)
        found["sort"] = min(console.press("s", 0.4)[0] for _ in range(ROUNDS))
        console.press("/auc>.9", 0.8)
        found["filter"] = min(console.press(digit, 0.5)[0] for digit in "5731"[:ROUNDS])
        found["memory"] = console.memory()
        return found
    finally:
        console.close()


def registry(folder: Path) -> Path:
    """A project with many versions of a model, each with its gates; returns the store."""
    import mlops_console
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.deciding.deciding import promote
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.registering.registering import register

    root = folder / "many-runs"
    for number in range(VERSIONS):
        where = root / f"sweep-{number:03d}"
        with mlops_console.run(folder=str(where), name=where.name) as run:
            run.log(auc=0.8 + number / 1000, logloss=0.5 - number / 1000)
        (where / "model.json").write_text(f'{{"weights": [{number}]}}')
    (root / "mlops-console.toml").write_text(WISHES)
    store = folder / "store.duckdb"
    with open_workspace([root], str(store)) as workspace:
        workspace.scan()
        for number in range(VERSIONS):
            made = register(workspace, "churn", run=f"sweep-{number:03d}", artifact="model.json")
            if number == VERSIONS // 2:
                project = workspace.projects[0]
                model = workspace.decisions.registry(project.key).models["churn"]
                promote(workspace, Resolved(project, model, made), "champion", "the best so far")
    return store


def of_models(folder: Path) -> dict[str, float]:
    """Bytes of the Models view's first screen, and of a key there."""
    console = Console(str(registry(folder)))
    try:
        console.until(b"sweep")
        console.settle(2.0)
        found = {"first screen": float(console.press("4", 1.5)[1])}
        # Ages of what was just registered change with every second: the quietest is what a key costs.
        found["j bytes"] = min(float(console.press("j", 1.0)[1]) for _ in range(8))
        return found
    finally:
        console.close()


def main() -> None:
    """Write the stores where they are not there, measure, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, nargs=2, default=(10_000, 100_000))
    parser.add_argument("--keep")
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        for runs in options.runs:
            store = Path(options.keep or temporary) / f"{runs}" / "store.duckdb"
            if not store.exists():
                store.parent.mkdir(parents=True)
                maker = Path(__file__).with_name("many_runs.py")
                subprocess.run([sys.executable, str(maker), str(store), "--runs", str(runs)], check=True)
            found.append(measured(str(store)))
            print(f"{runs:>9,} runs  " + "  ".join(f"{key} {value:.1f}" for key, value in found[-1].items()))
            time.sleep(1)
        views = of_models(Path(temporary) / "models")
        print("models  " + "  ".join(f"{key} {value:.0f}" for key, value in views.items()))
    small, large = found
    leave(
        [
            verdict("j, 95th percentile", large["j"], 8, "CPU ms"),
            verdict("page, 95th percentile", large["page"], 35, "CPU ms"),
            verdict("j, growth with ten times the runs", large["j"] / small["j"], 1.3, "x"),
            verdict("page, growth with ten times the runs", large["page"] / small["page"], 1.3, "x"),
            verdict("sort to first rows", large["sort"], 100, "CPU ms"),
            verdict("filter to first rows", large["filter"], 60, "CPU ms"),
            verdict("bytes of j", large["j bytes"], 550, "B"),
            verdict("bytes of a page", large["page bytes"] / 1000, 9, "kB"),
            verdict("bytes of the first screen", large["first screen"] / 1000, 12, "kB"),
            verdict("Models: bytes of the first screen", views["first screen"] / 1000, 12, "kB"),
            verdict("Models: bytes of j, its gates with it", views["j bytes"], 550, "B"),
        ]
    )


if __name__ == "__main__":
    main()
