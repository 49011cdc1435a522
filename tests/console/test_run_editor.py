"""The person's editor in the console's terminal: it has it alone, and the console comes back."""

import shutil
from pathlib import Path

import pytest
from tests.console.runs_stage import read_project
from tests.console.terminal import Terminal

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = read_project(tmp_path_factory.mktemp("edited"), 3)
    for run in (store.parent / "churn").iterdir():
        (run / "output.log").write_text("epoch 1\n")
    return store


def opened(store: Path, tmp_path: Path, editor: str) -> Terminal:
    own = tmp_path / "own.duckdb"
    shutil.copy(store, own)
    script = tmp_path / "editor"
    script.write_text(f"#!/bin/sh\n{editor}\n")
    script.chmod(0o755)
    env = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "EDITOR": str(script), "VISUAL": ""}
    console = str(Path(__file__).with_name("pty_console.py"))
    return Terminal([console, str(own), str(store.parent / "churn"), "--no-preview"], env=env)


def page(terminal: Terminal) -> None:
    terminal.until_shown("sweep-002")
    terminal.settle()
    terminal.press("enter")
    terminal.until_shown("Curves")
    terminal.settle()


def test_a_note_is_written_in_it_and_changed_there(store: Path, tmp_path: Path) -> None:
    editor = f'cat "$1" >> {tmp_path}/before; echo "EDITING $1"; read line; echo "$line" > "$1"'
    with opened(store, tmp_path, editor) as terminal:
        page(terminal)
        left = terminal.sent.count(b"\x1b[?1049l")
        terminal.press("E")
        terminal.until(lambda: b"EDITING" in terminal.sent)
        assert terminal.sent.count(b"\x1b[?1049l") == left + 1, "the terminal is the editor's"
        terminal.press(*"worth a look", "enter")
        terminal.until_shown("Note added")
        terminal.press(*"\t" * 6)
        terminal.until_shown("worth a look")
        terminal.until(lambda: any(row[2:].startswith("worth a look") for row in terminal.screen.display))
        terminal.press("E")
        terminal.until(lambda: terminal.sent.count(b"EDITING") == 2)
        terminal.press(*"better", "enter")
        terminal.until_shown("Note changed")
        assert "worth a look" in (tmp_path / "before").read_text()
        terminal.press("u")
        terminal.until_shown("Undone: Note changed")
        terminal.until_shown("worth a look")


def test_a_log_is_opened_itself_and_a_failing_editor_is_told(store: Path, tmp_path: Path) -> None:
    with opened(store, tmp_path, f'printf %s "$1" > {tmp_path}/seen; exit 3') as terminal:
        page(terminal)
        terminal.press(*"\t" * 3)
        terminal.until_shown("epoch 1")
        terminal.press("E")
        terminal.until_shown("ended with an error (3)")
        seen = Path((tmp_path / "seen").read_text())
        assert seen.name == "output.log"
        assert seen.is_relative_to(store.parent / "churn")
        shutil.rmtree(seen.parent)
        terminal.press("E")
        terminal.until_shown("is not there any more")
