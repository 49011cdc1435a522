"""Projects, commands and consoles as a person has them, for scenarios."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.console.terminal import Terminal

from mlops_console.cli import run_command

LONG_AGO = 1_700_000_000
CSV = "step,loss,acc\n" + "".join(f"{i},{1 / (i + 1)},{i / 20}\n" for i in range(20))


def put(folder: Path, path: str, content: str | bytes = CSV) -> Path:
    """A file that was there long ago."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(file, (LONG_AGO, LONG_AGO + 0.25))
    return file


def project(folder: Path, runs: int = 30, steps: int = 400) -> Path:
    """Plain runs, tables and lines in turn."""
    for number in range(runs):
        if number % 2:
            rows = "".join(f"{s},{1 / (s + number + 1)},{s / steps}\n" for s in range(steps))
            put(folder, f"runs/r{number:02d}/metrics.csv", "step,loss,acc\n" + rows)
        else:
            lines = "".join(
                json.dumps({"step": s, "loss": 1 / (s + number + 1)}) + "\n" for s in range(steps)
            )
            put(folder, f"runs/r{number:02d}/metrics.jsonl", lines)
        put(folder, f"runs/r{number:02d}/params.json", json.dumps({"lr": number}))
    return folder


class Desk:
    """Commands on one store."""

    def __init__(self, store: Path, capsys: Any) -> None:
        self.store = store
        self._capsys = capsys

    def ask(self, *words: object, code: int = 0) -> Any:
        """What a command said; it ends as it should."""
        got = run_command([*map(str, words), "--store", str(self.store)])
        said = self._capsys.readouterr()
        assert got == code, said.err
        assert "Traceback" not in said.err
        assert "should not have" not in said.err
        return said

    def objects(self, *words: object) -> list[dict[str, Any]]:
        """The objects that a command answers."""
        return [json.loads(line) for line in self.ask(*words, "--json").out.splitlines()]

    def scan(self, *folders: Path) -> tuple[dict[str, Any], dict[str, str]]:
        """The report, and what is wrong with which file."""
        said = self.objects("scan", *folders)
        return said[-1], {one["path"]: one["what"] for one in said[:-1]}

    def figures(self) -> dict[str, str]:
        """Counts, firsts, lasts and extremes of every metric of every run."""
        return {
            f"{run['project']}/{run['path']}": json.dumps([run["metrics"], run["params"]], sort_keys=True)
            for run in self.objects("runs")
        }


def console(store: Path, *folders: Path, **more: Any) -> Terminal:
    """The console in a terminal of its own."""
    return Terminal(["-m", "mlops_console", "--store", str(store), *map(str, folders)], **more)


def pid_of(terminal: Terminal) -> int:
    """The console's process."""
    return terminal._pid


def reader_of(terminal: Terminal) -> int | None:
    """The console's reader child, once it is there."""
    for task in Path(f"/proc/{pid_of(terminal)}/task").iterdir():
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            try:
                if b"mlops_console.ingest.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return child
            except OSError:
                continue
    return None


def kill(process: int) -> None:
    """End it at once."""
    os.kill(process, signal.SIGKILL)


def restored(terminal: Terminal) -> bool:
    """Whether the terminal was left as it was found."""
    sent = terminal.sent
    pairs = ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h"), (b"\x1b[?1000h", b"\x1b[?1000l"))
    return all(sent.rfind(off) >= sent.rfind(on) for on, off in pairs)


PYTHON = sys.executable
