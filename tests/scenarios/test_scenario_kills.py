"""kill -9 of the console and of its reader at any moment: in the end everything is there, once."""

import contextlib
from pathlib import Path

import pytest
from tests.scenarios.stage import Desk, console, kill, pid_of, project, put, reader_of

from mlops_console.store.locks import owner_of

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="finds the reader child in /proc, which Linux alone has"
)


@pytest.fixture
def runs(tmp_path):
    return project(tmp_path / "shop")


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path / "kept" / "s.duckdb", capsys)


@pytest.fixture
def undisturbed(tmp_path, runs, capsys):
    other = Desk(tmp_path / "other" / "s.duckdb", capsys)
    other.scan(runs)
    return other.figures()


def live(desk, runs, count=30):
    """The console has read everything; it is closed again."""
    with console(desk.store, runs) as terminal:
        terminal.until(lambda: "live" in terminal.text() and f"{count} runs" in terminal.text())
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_a_console_killed_while_it_reads_loses_and_doubles_nothing(desk, runs, undisturbed):
    with console(desk.store, runs) as terminal:
        terminal.until(lambda: desk.store.exists())
        kill(pid_of(terminal))
    with console(desk.store, runs) as terminal:
        terminal.until(lambda: reader_of(terminal))
        kill(pid_of(terminal))
    with console(desk.store, runs) as terminal:
        terminal.until_shown("r29")
        kill(pid_of(terminal))
    live(desk, runs)
    assert desk.figures() == undisturbed


def test_a_killed_reader_is_replaced_and_what_it_had_in_hand_is_read(desk, runs, undisturbed):
    killed = set()
    with console(desk.store, runs) as terminal:
        for _ in range(3):
            terminal.until(lambda: reader_of(terminal) not in (None, *killed))
            reader = reader_of(terminal)
            killed.add(reader)
            with contextlib.suppress(ProcessLookupError, TypeError):
                kill(reader)
        terminal.until(lambda: "live" in terminal.text() and "30 runs" in terminal.text())
        terminal.press("q")
        assert terminal.exit_code() == 0
    assert desk.figures() == undisturbed


def test_a_second_console_takes_over_when_the_first_is_killed(desk, runs, undisturbed):
    with console(desk.store, runs) as first:
        first.until_shown("30 runs")
        with console(desk.store, runs) as second:
            second.until_shown("30 runs")
            report, _ = desk.scan(runs)
            assert (report["new"], report["updated"]) == (0, 0)
            kill(pid_of(first))
            put(runs, "runs/late/metrics.csv")
            second.until_shown("31 runs")
            second.until(lambda: owner_of(desk.store) == pid_of(second))
            kill(pid_of(second))
    report, _ = desk.scan(runs)
    assert report["unchanged"] + report["new"] + report["updated"] == 31
    figures = desk.figures()
    assert figures.pop("shop/runs/late")
    assert figures == undisturbed
