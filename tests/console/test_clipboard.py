"""Copying: the terminal, tmux's buffer, a file whose place is told."""

import os
import stat
from pathlib import Path

import pytest
from tests.console.page_stage import stage
from tests.console.standins_run import RUN, PageApp, sees
from tests.console.test_run_page import settled, shown

from mlops_console.console import clipboard

TMUX = """#!/bin/sh
case "$1" in
  show-options) echo "$SET_CLIPBOARD" ;;
  load-buffer) [ -n "$OLD" ] && [ "$2" = "-w" ] && exit 1; cat > "$BUFFER" ;;
esac
"""


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tmux that keeps what it is given."""
    program = tmp_path / "tmux"
    program.write_text(TMUX)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    monkeypatch.setenv("BUFFER", str(tmp_path / "buffer"))
    monkeypatch.setenv("SET_CLIPBOARD", "off")
    return tmp_path / "buffer"


@pytest.mark.parametrize(
    ("term", "size", "takes"),
    [
        ("xterm-256color", 40, True),
        ("xterm-kitty", 40, True),
        ("linux", 40, False),
        ("screen.xterm-256color", 40, False),
        ("", 40, True),
        ("xterm", 200_000, False),
    ],
)
def test_terminals_that_have_no_clipboard_are_known(term, size, takes):
    assert clipboard.takes_osc52({"TERM": term}, "x" * size) is takes


def test_tmux_gets_it_in_its_buffer_and_says_how_to_paste(tmux, monkeypatch):
    assert "prefix ] pastes it; set-clipboard is off" in clipboard.into_tmux("text é")
    assert tmux.read_text() == "text é"
    monkeypatch.setenv("SET_CLIPBOARD", "external")
    assert "off" not in clipboard.into_tmux("more")
    monkeypatch.setenv("OLD", "1")
    assert clipboard.into_tmux("old tmux")
    assert tmux.read_text() == "old tmux"


def test_without_tmux_nothing_is_claimed(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert clipboard.into_tmux("x") == ""


def test_a_file_is_ours_alone_and_its_place_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    words = clipboard.into_file("secret\ud800")
    path = Path(words.removeprefix("into ").partition(":")[0])
    assert path.parent == tmp_path
    assert path.read_text() == "secret?"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    assert "nowhere" in clipboard.into_file("x")


async def test_the_run_id_goes_through_tmux(tmux, monkeypatch):
    app = PageApp(stage())
    async with app.run_test(size=(160, 36)) as pilot:
        await shown(app, pilot, "y")
        await sees(app, pilot, "set-clipboard is off")
    assert tmux.read_text() == RUN


async def test_a_terminal_without_clipboard_gets_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    app = PageApp(stage())
    async with app.run_test(size=(160, 36)) as pilot:
        await settled(app, pilot)
        monkeypatch.setenv("TERM", "linux")
        await shown(app, pilot, "y")
        await sees(app, pilot, "into /")
    (file,) = tmp_path.glob("mlops-console-*.txt")
    assert file.read_text() == RUN
