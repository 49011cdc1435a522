"""`make demo`: trainings run beside the console, and quitting leaves nothing behind."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.console.terminal import Terminal

ROOT = Path(__file__).parents[1]
PATIENCE = 90.0


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """A copy of the sample projects: the tests of other processes may look at the real ones."""
    shutil.copytree(ROOT / "sample_projects", tmp_path / "sample_projects")
    script = tmp_path / "sample_projects" / "live" / "train.py"
    script.write_text(script.read_text().replace("AT_ONCE = 4", "AT_ONCE = 2"))
    return tmp_path / "sample_projects"


@pytest.fixture
def demo(samples: Path) -> Iterator[Terminal]:
    with Terminal(["-B", str(samples / "demo.py")], (120, 36)) as terminal:
        yield terminal


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
    demo.until(lambda: "running" in demo.text(), PATIENCE)
    wait_for_points(place)
    assert trainings(samples)
    if way == "q":
        demo.press("q")
    else:
        demo.hang_up()
    assert demo.exit_code() == (0 if way == "q" else 143)
    assert not place.exists()
    assert trainings(samples) == []
    assert {entry.name for entry in samples.parent.iterdir()} == {"sample_projects"}
