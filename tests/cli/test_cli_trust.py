"""`trust`: shows a command in full, runs nothing, and asks before anything may run."""

import json
import os
import pty
import subprocess
import sys
import time

import pytest

from mlops_console.cli import run_command
from mlops_console.settings import PROJECT_FILE


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)
    folder = tmp_path / "shop"
    folder.mkdir()
    sign = tmp_path / "ran"
    evil = "x" * 3_000 + "\\u001b[2K"
    (folder / PROJECT_FILE).write_text(
        f'[models.churn.gates.champion]\ncommand = ["touch", "{sign}", "{evil}"]\n'
        '[models.churn.targets.live]\nfolder = "/srv"\nsmoke = ["true"]\n'
    )
    return folder


@pytest.fixture
def ask(tmp_path, capsys, project):
    def asked(*words, code=0):
        got = run_command(["trust", *words, "--project", str(project), "--store", str(tmp_path / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        assert not (tmp_path / "ran").exists()
        return said

    return asked


def listed(ask):
    return [json.loads(line) for line in ask("--list", "--json").out.splitlines()]


def test_it_shows_the_whole_text_and_where_it_stands(ask, project):
    printed = ask("--list").out
    assert "x" * 3_000 + "␛[2K" in printed
    assert "\x1b" not in printed
    assert f"{project}/{PROJECT_FILE}:2  models.churn.gates.champion.command" in printed
    first, second = listed(ask)
    assert (first["line"], first["trusted"], first["argv"][0]) == (2, False, "touch")
    assert (second["key"], second["text"]) == (
        "models.churn.targets.live.smoke",
        "true  (in ., at most 60 s)",
    )


def test_without_a_terminal_it_trusts_only_what_is_named(ask):
    said = ask(code=2)
    assert "nothing is trusted" in said.err
    assert "true  (in ., at most 60 s)" in said.out
    assert "--yes trusts only what is named" in ask("--yes", code=2).err
    hashes = [one["hash"] for one in listed(ask)]
    assert "too short" in ask(hashes[1][:5], "--yes", code=2).err
    assert "no command here has the hash" in ask("0" * 64, "--yes", code=2).err
    ask(hashes[1][:12], "--yes")
    assert [one["trusted"] for one in listed(ask)] == [False, True]
    assert "trusted no longer: true" in ask("--forget").out
    assert "Nothing was trusted." in ask("--forget").err
    assert [one["trusted"] for one in listed(ask)] == [False, False]


def test_a_changed_text_is_asked_about_again(ask, project):
    ask(listed(ask)[1]["hash"], "--yes")
    file = project / PROJECT_FILE
    file.write_text(file.read_text().replace('smoke = ["true"]', 'smoke = ["true", "-v"]'))
    assert [one["trusted"] for one in listed(ask)] == [False, False]


def test_where_there_are_no_commands_it_says_so(ask, project):
    (project / PROJECT_FILE).unlink()
    assert "No command waits" in ask().err
    assert "There are no commands." in ask("--list").err


def test_an_unknown_project_is_named(tmp_path, project, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = str(tmp_path / "s.duckdb")
    assert run_command(["trust", "--project", "shop", "--list", "--store", store]) == 0
    assert run_command(["trust", "--project", "shoq", "--list", "--store", store]) == 2
    said = capsys.readouterr()
    assert "there is no project shoq" in said.err
    assert "did you mean `shop`?" in said.err


def test_it_finds_the_project_that_holds_this_folder(tmp_path, project, capsys, monkeypatch):
    (project / "src/deep").mkdir(parents=True)
    monkeypatch.chdir(project / "src/deep")
    assert run_command(["trust", "--list", "--json", "--store", str(tmp_path / "s.duckdb")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_on_a_terminal_it_asks_for_each(project, tmp_path, ask):
    """A terminal of its own: the first is refused, the second trusted."""
    main, other = pty.openpty()
    words = ["trust", "--project", str(project), "--store", str(tmp_path / "s.duckdb")]
    child = subprocess.Popen(
        [sys.executable, "-m", "mlops_console", *words], stdin=other, stdout=other, stderr=other
    )
    os.close(other)
    said = answered(main, ["n\n", "y\n"])
    os.close(main)
    assert child.wait(60) == 0
    assert said.count("[y/N]") == 2
    assert [one["trusted"] for one in listed(ask)] == [False, True]


def answered(terminal, answers):
    """All that is said, with an answer to each question."""
    said, end = "", time.monotonic() + 90
    while time.monotonic() < end:
        try:
            piece = os.read(terminal, 65_536).decode(errors="replace")
        except OSError:  # the other side has gone
            break
        said += piece
        if answers and said.count("[y/N]") > 2 - len(answers):
            os.write(terminal, answers.pop(0).encode())
    return said
