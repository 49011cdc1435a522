"""Odd terminals and rough ends: the console shows what it can, and leaves the terminal as it was."""

import os
import re
import signal

import pytest
from tests.scenarios.stage import Desk, console, pid_of, project, restored

COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|38;[25];[0-9;]*|48;[25];[0-9;]*)m")


@pytest.fixture
def desk(tmp_path, capsys):
    desk = Desk(tmp_path / "kept" / "s.duckdb", capsys)
    desk.scan(project(tmp_path / "shop", 6, 20))
    return desk


@pytest.fixture
def shop(tmp_path, desk):
    return tmp_path / "shop"


def drain(terminal):
    while terminal.read(0.1):
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_shutdown_or_a_hang_up_gives_the_terminal_back(desk, shop, number):
    with console(desk.store, shop) as terminal:
        terminal.until_shown("6 runs")
        os.kill(pid_of(terminal), number)
        assert terminal.exit_code() == 128 + number
        drain(terminal)
        assert restored(terminal)
    assert len(desk.figures()) == 6


def test_a_shutdown_while_it_starts_gives_the_terminal_back(desk, shop):
    with console(desk.store, shop) as terminal:
        terminal.until(lambda: b"\x1b[?1049h" in terminal.sent)
        os.kill(pid_of(terminal), signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
        drain(terminal)
        assert restored(terminal)


def test_a_terminal_that_can_draw_nothing_is_told(desk, shop):
    with console(desk.store, shop, env={"TERM": "dumb"}) as terminal:
        assert terminal.exit_code() == 2
        drain(terminal)
        assert b"\x1b[" not in terminal.sent
        assert "Traceback" not in terminal.text()


def test_a_storm_of_sizes_ends_in_the_right_picture(desk, shop):
    with console(desk.store, shop) as terminal:
        terminal.until_shown("6 runs")
        for number in range(60):
            terminal.resize(1 + number * 37 % 180, 1 + number * 11 % 50)
            terminal.read(0)
        terminal.resize(20, 5)
        terminal.until(lambda: "r05" in terminal.text() or "runs" in terminal.text())
        terminal.resize(100, 30)
        terminal.until(lambda: "6 runs" in terminal.text() and "r00" in terminal.text())
        terminal.press("q")
        assert terminal.exit_code() == 0


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"NO_COLOR": "1"}]
)
def test_plain_terminals_get_plain_signs(desk, shop, env):
    with console(desk.store, shop, env=env) as terminal:
        terminal.until_shown("6 runs")
        terminal.press("q")
        assert terminal.exit_code() == 0
        if "NO_COLOR" in env:
            assert COLOUR.search(terminal.sent, terminal.sent.find(b"6 runs")) is None
        else:
            assert terminal.text().isascii()
