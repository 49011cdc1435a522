"""The viewer and its child: real processes, killed, stopped, orphaned and overtaken."""

import json
import lzma
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from mlops_console.viewing.viewer import Viewer

SCRIPT = """
import sys, threading
from pathlib import Path
from mlops_console.viewing.viewer import Viewer
viewer = Viewer(Path(sys.argv[1]))
viewer.preview(sys.argv[1], "a.txt", 80, 20)
print(viewer.pids()[0], flush=True)
sys.stdin.read()
"""


def until(what: Callable[[], object], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "waited too long"
        threading.Event().wait(0.01)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("hello\n")
    (tmp_path / "b.txt").write_text("world\n")
    with (tmp_path / "big.bin").open("wb") as file:
        file.truncate(40 << 30)
    return tmp_path


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[Viewer]:
    made = Viewer(tmp_path / "logs")
    yield made
    made.close()


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Viewer]:
    made = Viewer(tmp_path / "logs", patience=1.0)
    yield made
    made.close()


def text(viewer: Viewer, root: Path, name: str) -> str:
    shown = viewer.preview(str(root), name, 80, 20)
    return "".join(part for row in shown.rows for part, _ in row) or shown.note


class Asking(threading.Thread):
    """A question in a thread of its own."""

    def __init__(self, question: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.question = question
        self.answer: object = None
        self.start()

    def run(self) -> None:
        self.answer = self.question()

    def wait(self) -> object:
        self.join(60)
        assert not self.is_alive()
        return self.answer


class Hashing(Asking):
    """A hash of gigabytes that is under way."""

    def __init__(self, viewer: Viewer, root: Path, wanted: Callable[[], bool] | None = None) -> None:
        self.done = 0
        super().__init__(lambda: viewer.sha256(str(root), "big.bin", self.note, wanted))
        until(lambda: self.done)

    def note(self, done: int) -> None:
        self.done = done


def test_nothing_is_started_before_it_is_asked(viewer: Viewer, root: Path) -> None:
    assert viewer.pids() == ()
    assert text(viewer, root, "a.txt") == "hello"
    assert len(viewer.pids()) == 1


def test_the_child_is_bounded_polite_and_without_a_terminal(viewer: Viewer, root: Path) -> None:
    text(viewer, root, "a.txt")
    child = psutil.Process(viewer.pids()[0])
    assert child.terminal() is None
    assert child.nice() == psutil.Process().nice()
    assert child.rlimit(psutil.RLIMIT_AS)[0] == 2 << 30
    os.kill(child.pid, signal.SIGINT)
    assert text(viewer, root, "b.txt") == "world"
    assert viewer.pids() == (child.pid,)


def test_the_child_outlives_the_thread_that_asked_first(viewer: Viewer, root: Path) -> None:
    assert Asking(lambda: text(viewer, root, "a.txt")).wait() == "hello"
    before = viewer.pids()
    assert text(viewer, root, "b.txt") == "world"
    assert viewer.pids() == before


def test_a_child_killed_while_idle_is_not_noticed(viewer: Viewer, root: Path) -> None:
    text(viewer, root, "a.txt")
    (before,) = viewer.pids()
    os.kill(before, signal.SIGKILL)
    assert text(viewer, root, "b.txt") == "world"
    assert viewer.pids() != (before,)


def test_a_child_killed_over_a_file_is_said_and_another_is_started(viewer: Viewer, root: Path) -> None:
    hashing = Hashing(viewer, root)
    os.kill(viewer.pids()[0], signal.SIGKILL)
    assert (
        hashing.wait()
        == "It can't be shown: the process that looked at it is gone (it was ended by signal 9)."
    )
    assert viewer.sha256(str(root), "a.txt")[0][:8] == "5891b5b5"


def test_a_child_that_hangs_is_given_up(hasty: Viewer, root: Path) -> None:
    text(hasty, root, "a.txt")
    (before,) = hasty.pids()
    os.kill(before, signal.SIGSTOP)
    assert text(hasty, root, "a.txt") == "It can't be shown: looking at it took longer than 1 s."
    until(lambda: not psutil.pid_exists(before))
    assert text(hasty, root, "b.txt") == "world"


def test_a_tail_says_so_as_well(hasty: Viewer, root: Path) -> None:
    first = hasty.tail(str(root), "a.txt")
    os.kill(hasty.pids()[0], signal.SIGSTOP)
    found = hasty.tail(str(root), "a.txt", first.offset)
    assert (found.lines, found.offset) == ((), first.offset)
    assert "took longer" in found.problem
    (root / "a.txt").write_text("anew\n")
    found = hasty.tail(str(root), "a.txt", first.offset)
    assert (found.restarted, found.lines) == (True, ("anew",))


def test_hashing_keeps_nobody_from_looking(viewer: Viewer, root: Path) -> None:
    hashing = Hashing(viewer, root)
    assert text(viewer, root, "a.txt") == "hello"
    assert hashing.is_alive()
    viewer.close()
    assert hashing.wait() == "The console is being closed."


def test_a_hash_that_nobody_wants_ends(viewer: Viewer, root: Path) -> None:
    wanted = threading.Event()
    wanted.set()
    hashing = Hashing(viewer, root, wanted.is_set)
    wanted.clear()
    assert "Nobody waited" in str(hashing.wait())
    assert viewer.sha256(str(root), "a.txt")[0][:8] == "5891b5b5"


def test_the_newest_question_goes_first_and_the_unwanted_are_passed_over(viewer: Viewer, root: Path) -> None:
    text(viewer, root, "a.txt")
    (child,) = viewer.pids()
    waiting = viewer._lines["looks"]._waiting
    wanted = threading.Event()
    wanted.set()

    def ask(name: str, want: Callable[[], bool] | None = None) -> Asking:
        started = Asking(lambda: viewer.preview(str(root), name, 80, 20, want).kind)
        until(lambda: waiting and waiting[-1].request.path == name)
        return started

    os.kill(child, signal.SIGSTOP)
    first = Asking(lambda: text(viewer, root, "a.txt"))
    until(lambda: not waiting and viewer._lines["looks"]._child.asked == 2)
    others = [ask(f"old{i}.txt", wanted.is_set) for i in range(5)]
    last = ask("b.txt")
    wanted.clear()
    assert {other.wait() for other in others} == {"skipped"}
    os.kill(child, signal.SIGCONT)
    assert [first.wait(), last.wait()] == ["hello", "text"]
    assert viewer.pids() == (child,)


def test_many_threads_get_their_own_answers(viewer: Viewer, root: Path) -> None:
    for i in range(30):
        (root / f"f{i}.txt").write_text(f"this is {i}\n")
    asking = [Asking(lambda i=i: text(viewer, root, f"f{i}.txt")) for i in range(30)]
    assert [one.wait() for one in asking] == [f"this is {i}" for i in range(30)]


def test_after_closing_it_answers_that_it_is_closed(viewer: Viewer, root: Path) -> None:
    text(viewer, root, "a.txt")
    (child,) = viewer.pids()
    viewer.close()
    viewer.close()
    until(lambda: not psutil.pid_exists(child))
    assert text(viewer, root, "a.txt") == "The console is being closed."


def test_the_child_dies_with_its_parent(root: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(child, signal.SIGSTOP)  # not even one that does nothing stays
    parent.kill()
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


def test_gigabytes_and_pipes_and_links(viewer: Viewer, root: Path) -> None:
    os.mkfifo(root / "train.log")
    (root / "pw.log").symlink_to("/etc/passwd")
    assert viewer.tail(str(root), "train.log").problem == "The file is not a regular file."
    assert "links are not followed" in viewer.tail(str(root), "pw.log").problem
    assert viewer.tail(str(root), "big.bin").skipped == (40 << 30) - 65536
    assert viewer.preview(str(root), "big.bin", 80, 20).kind == "binary"
    assert viewer.look(str(root), ["a.txt", "pw.log", "train.log", "gone", "../x"]).keys() == {"a.txt"}
    assert psutil.Process(viewer.pids()[0]).memory_info().rss < 100e6


def test_heavy_libraries_are_loaded_in_the_child_alone(root: Path) -> None:
    code = """
import json, sys
from pathlib import Path
import numpy as np
from mlops_console.viewing.viewer import Viewer
import mlops_console.workspace.files, mlops_console.console.start, mlops_console.console.app
viewer = Viewer(Path(sys.argv[1]))
for name in ("p.png", "t.parquet", "m.pkl", "c.yaml"):
    viewer.preview(sys.argv[1], name, 80, 20)
viewer.close()
print(json.dumps(sorted(sys.modules)))
"""
    (root / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (root / "t.parquet").write_bytes(b"PAR1PAR1")
    (root / "m.pkl").write_bytes(b"\x80\x04N.")
    (root / "c.yaml").write_text("a: 1\n")
    said = subprocess.run(
        [sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True, cwd=root
    )
    loaded = {name.partition(".")[0] for name in json.loads(said.stdout)}
    assert not loaded & {"PIL", "polars", "picklescan", "yaml", "sqlite3", "sklearn", "scipy"}


def test_a_file_that_takes_too_much_memory_is_said(viewer: Viewer, root: Path) -> None:
    packed = bytearray(lzma.compress(b"hello", check=lzma.CHECK_NONE))
    size = (packed[12] + 1) * 4
    packed[16] = 40  # a dictionary of 4 GB
    packed[12 + size - 4 : 12 + size] = zlib.crc32(packed[12 : 12 + size - 4]).to_bytes(4, "little")
    (root / "bomb.txt.xz").write_bytes(packed)
    assert text(viewer, root, "bomb.txt.xz") == "Looking at it takes more memory than is allowed."
    assert text(viewer, root, "a.txt") == "hello"
