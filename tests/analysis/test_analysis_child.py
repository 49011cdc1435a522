"""The analyst and its child: real processes, asked, killed, stopped, orphaned; answers kept between them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from mlops_console.analysis.analyst import FOLDER, Analyst
from mlops_console.analysis.messages import Answer, Done, Lost, Skipped
from mlops_console.analysis.over_runs import Question, Side

SCRIPT = """
import sys
from pathlib import Path
from mlops_console.analysis.analyst import Analyst
analyst = Analyst(Path(sys.argv[1]), Path(sys.argv[1]))
analyst.ask("judge runs", {"questions": ()})
print(analyst.pid(), flush=True)
sys.stdin.read()
"""
KEYS = tuple(f"seed={seed}" for seed in range(5))


def until(what: Callable[[], object], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "waited too long"
        threading.Event().wait(0.01)


def questions(count: int = 1, shift: float = 1.0, size: int = 5) -> dict[str, Any]:
    """Each asks whether b is better by about `shift`; all noise is fixed."""
    draw = np.random.default_rng(7)
    keys = tuple(f"seed={seed}" for seed in range(size))
    made = []
    for number in range(count):
        base = draw.normal(size=size)
        other = base + shift + draw.normal(scale=0.1, size=size)
        made.append(Question(f"m{number}", "max", Side("a", base, keys), Side("b", other, keys)))
    return {"questions": tuple(made)}


def child_of(analyst: Analyst) -> int:
    """Its number; never 0, which would be everybody."""
    pid = analyst.pid()
    assert pid is not None
    return pid


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def analyst(home: Path) -> Iterator[Analyst]:
    made = Analyst(home / "log", home / "cache")
    yield made
    made.close()


class Asking(threading.Thread):
    """A long job in a thread of its own, whose progress was heard."""

    def __init__(
        self, analyst: Analyst, given: dict[str, Any], wanted: Callable[[], bool] | None = None
    ) -> None:
        super().__init__(daemon=True)
        self.analyst, self.given, self.wanted = analyst, given, wanted
        self.answer: Answer | None = None
        self.parts: list[float] = []
        self.start()
        until(lambda: any(part > 0 for part in self.parts) or not self.is_alive())

    def run(self) -> None:
        self.answer = self.analyst.ask("judge runs", self.given, self.parts.append, self.wanted)

    def wait(self) -> Answer | None:
        self.join(60)
        assert not self.is_alive()
        return self.answer


LONG = questions(15_000)


def test_a_job_is_done_in_a_child_that_is_started_for_it(analyst: Analyst) -> None:
    assert analyst.pid() is None
    found = analyst.ask("judge runs", questions(2))
    assert isinstance(found, Done)
    assert [one.verdict for one in found.value] == ["better", "better"]
    assert found.value[0].pairs == 5
    assert found.value[0].p_holm == pytest.approx(min(2 * found.value[0].p, found.value[1].p_holm))


def test_the_child_is_bounded_polite_and_without_a_terminal(analyst: Analyst) -> None:
    analyst.ask("judge runs", questions())
    pid = child_of(analyst)
    child = psutil.Process(pid)
    assert child.terminal() is None
    assert child.nice() == min(19, psutil.Process().nice() + 10)
    assert child.rlimit(psutil.RLIMIT_AS)[0] == 4 << 30
    os.kill(child.pid, signal.SIGINT)
    assert isinstance(analyst.ask("judge runs", questions(shift=2.0)), Done)
    assert analyst.pid() == pid


def test_the_interface_loads_no_statistics_for_it(home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from mlops_console.analysis.analyst import Analyst;"
        "a = Analyst(Path(sys.argv[1]), Path(sys.argv[1]));"
        "a.ask('judge runs', {'questions': ()}); a.close();"
        "print(sorted({'scipy', 'sklearn', 'polars', 'duckdb', 'textual'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_what_was_worked_out_comes_at_once_in_another_process_too(home: Path, analyst: Analyst) -> None:
    first = analyst.ask("judge runs", questions(3))
    other = Analyst(home / "log", home / "cache")
    again = other.ask("judge runs", questions(3))
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert again.value == first.value
    assert other.pid() is None


def test_other_numbers_are_another_question(analyst: Analyst) -> None:
    better = analyst.ask("judge runs", questions())
    worse = analyst.ask("judge runs", questions(shift=-1.0))
    assert isinstance(better, Done)
    assert isinstance(worse, Done)
    assert (better.value[0].verdict, worse.value[0].verdict) == ("better", "worse")


@pytest.mark.parametrize("harm", [b"", b"{", b'{"~":"os:system","is":{}}', b'{"~":"tuple"}', b"[" * 100_000])
def test_a_damaged_answer_is_worked_out_again(home: Path, analyst: Analyst, harm: bytes) -> None:
    first = analyst.ask("judge runs", questions())
    (file,) = (home / "cache" / FOLDER).glob("*.json")
    file.write_bytes(harm)
    assert isinstance(first, Done)
    again = analyst.ask("judge runs", questions())
    assert isinstance(again, Done)
    assert again.value == first.value


def test_where_nothing_can_be_kept_it_works_all_the_same(home: Path) -> None:
    (home / "file").write_text("no folder")
    analyst = Analyst(home / "log", home / "file" / "below")
    try:
        assert isinstance(analyst.ask("judge runs", questions()), Done)
    finally:
        analyst.close()


def test_progress_is_told(analyst: Analyst) -> None:
    parts: list[float] = []
    analyst.ask("judge runs", LONG, parts.append, lambda: parts[-1:] < [0.01])
    assert parts == sorted(parts)
    assert 0.01 <= parts[-1] <= 1


def test_who_no_longer_waits_ends_the_work(analyst: Analyst) -> None:
    waits = [True]
    asking = Asking(analyst, LONG, lambda: waits[0])
    before = child_of(analyst)
    waits[0] = False
    assert isinstance(asking.wait(), Skipped)
    assert isinstance(analyst.ask("judge runs", questions()), Done)
    assert analyst.pid() != before
    until(lambda: not psutil.pid_exists(before))


def test_progress_may_give_it_up(analyst: Analyst) -> None:
    class Enough(Exception):
        pass

    def told(part: float) -> None:
        if part > 0:
            raise Enough

    with pytest.raises(Enough):
        analyst.ask("judge runs", LONG, told)
    assert isinstance(analyst.ask("judge runs", questions()), Done)


def test_a_child_killed_over_a_job_is_said_and_another_is_started(analyst: Analyst) -> None:
    asking = Asking(analyst, LONG)
    os.kill(child_of(analyst), signal.SIGKILL)
    assert asking.wait() == Lost(
        "It can't be worked out: the process that did so is gone (it was ended by signal 9)."
    )
    assert isinstance(analyst.ask("judge runs", questions()), Done)


def test_a_child_killed_while_idle_is_not_noticed(analyst: Analyst) -> None:
    analyst.ask("judge runs", questions())
    os.kill(child_of(analyst), signal.SIGKILL)
    assert isinstance(analyst.ask("judge runs", questions(shift=2.0)), Done)


def test_a_child_that_hangs_is_given_up(home: Path) -> None:
    analyst = Analyst(home / "log", home / "cache", patience=1.0)
    try:
        asking = Asking(analyst, LONG)
        os.kill(child_of(analyst), signal.SIGSTOP)
        assert asking.wait() == Lost("It can't be worked out: there was no progress for 1 s.")
    finally:
        analyst.close()


def test_what_goes_wrong_in_a_job_is_a_sentence(analyst: Analyst) -> None:
    assert analyst.ask("no such job", {}) == Lost("there is no job 'no such job'.")
    odd = {"questions": (Question("m", "max", Side("a", np.zeros(3), ("x",)), Side("b", np.zeros(3), ())),)}
    found = analyst.ask("judge runs", odd)
    assert isinstance(found, Lost)
    assert found.why.startswith("It can't be worked out (ValueError: ")


def test_a_job_that_takes_too_much_memory_is_a_sentence(analyst: Analyst) -> None:
    analyst.ask("judge runs", questions())
    child = psutil.Process(child_of(analyst))
    # A bound close to what it has, so that a small job is too large for it.
    most = child.memory_info().vms + (100 << 20)
    child.rlimit(psutil.RLIMIT_AS, (most, most))
    large = np.zeros(1 << 22)
    found = analyst.ask(
        "judge runs", {"questions": (Question("m", "max", Side("a", large, ()), Side("b", large[:9], ())),)}
    )
    assert isinstance(found, Lost)
    assert "memory" in found.why or "gone" in found.why
    assert isinstance(analyst.ask("judge runs", questions()), Done)


def test_the_child_dies_with_its_parent(home: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_who_waits_while_it_is_closed_is_told(analyst: Analyst) -> None:
    asking = Asking(analyst, LONG)
    analyst.close()
    assert asking.wait() == Lost("The console is being closed.")
    assert analyst.ask("judge runs", questions()) == Lost("The console is being closed.")
