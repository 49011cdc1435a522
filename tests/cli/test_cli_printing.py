"""Tables on a terminal: colours take no room, and none is where it does not belong."""

import sys

import pytest

from mlops_console.cli.printing import cells, coloured, table


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_a_coloured_word_takes_as_much_room_as_a_plain_one(terminal):
    statuses = [coloured("failed", "failed"), "finished"]
    assert "\x1b[" in statuses[0]
    assert cells(statuses[0]) == 6
    _, first, second = table(["name", "status", "n"], [["a", "b"], statuses, ["1", "2"]], [False] * 3)
    assert cells(first) == cells(second)
    assert first.endswith("failed\x1b[0m    1")


def test_without_a_terminal_there_are_no_colours(terminal, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert coloured("failed", "failed") == "failed"
