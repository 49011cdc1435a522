"""`make demo`: trainings run beside the console, and quitting leaves nothing behind."""

import contextlib
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[1]
PATIENCE = 90.0


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A copy of the sample projects: the tests of other processes may look at the real ones."""
    shutil.copytree(ROOT / "sample_projects", tmp_path / "sample_projects")
    script = tmp_path / "sample_projects" / "live" / "train.py"
    script.write_text(script.read_text().replace("AT_ONCE = 4", "AT_ONCE = 2"))
    return tmp_path / "sample_projects"


class Terminal:
    """A process with a pseudo-terminal of 120x36."""

    def __init__(self, *words: str) -> None:
        self._end, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        environment = os.environ | {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            words, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
        )
        os.close(theirs)
        self.shown = b""

    def until(self, what: bytes | None) -> None:
        """Read on until something is shown, or (None) until the process ends."""
        end = time.monotonic() + PATIENCE
        while what is None or what not in self.shown:
            assert time.monotonic() < end, self.shown[-2000:]
            if select.select([self._end], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self._end, 65536)
                except OSError:
                    break
            elif self.process.poll() is not None:
                break
        if what is None:
            self.process.wait(PATIENCE)

    def type(self, keys: bytes) -> None:
        os.write(self._end, keys)

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        os.close(self._end)


@pytest.fixture
def demo(samples: Path) -> Iterator[Terminal]:
    terminal = Terminal(sys.executable, "-B", str(samples / "demo.py"))
    yield terminal
    terminal.close()


def trainings(samples: Path) -> list[psutil.Process]:
    """All processes that train for this copy of the samples."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if str(samples / "live" / "train.py") in words:
            found.append(process)
    return found


def wait_for_points(place: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not any(file.stat().st_size for file in place.glob("live/runs/*/metrics.jsonl")):
        assert time.monotonic() < end, "no training began"
        time.sleep(0.1)


def test_without_a_terminal_it_says_what_it_would_do(samples: Path) -> None:
    words = [sys.executable, "-B", str(samples / "demo.py")]
    told = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout
    assert "needs a terminal" in told
    assert "-m mlops_console --store" in told
    assert not (samples.parent / ".demo").exists()


@pytest.mark.parametrize("way", ["q", "hangup"])
def test_quitting_stops_the_trainings_and_leaves_nothing(samples: Path, demo: Terminal, way: str) -> None:
    place = samples.parent / ".demo"
    demo.until(b"mlp-s4")
    wait_for_points(place)
    assert trainings(samples)
    if way == "q":
        demo.type(b"q")
    else:
        demo.process.send_signal(signal.SIGHUP)
    demo.until(None)
    assert demo.process.returncode == (0 if way == "q" else 143)
    assert not place.exists()
    assert trainings(samples) == []
    assert {entry.name for entry in samples.parent.iterdir()} == {"sample_projects"}
