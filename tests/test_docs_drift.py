"""The story of `docs/drift.md`: real flights, and what the page shows of every command."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.page_scripts import run_script

from mlops_console.cli import run_command

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")


def steps() -> list[tuple[str, list[str]]]:
    """Command lines, and what the page shows of each answer."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE, flags=re.DOTALL):
        for line in block.splitlines():
            said = re.fullmatch(r"ana\$ (.*)", line)
            if said:
                found.append((said[1], []))
            else:
                found[-1][1].append(line)
    return found


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A command line of the page, in this process where it is ours; exit code and what it wrote."""
    (tmp_path / "sample_projects").symlink_to(ROOT / "sample_projects")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLOPS_CONSOLE_STORE", str(tmp_path / "store.duckdb"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")

    def said(command: str) -> tuple[int, str]:
        program, *words = shlex.split(command)
        if program == "cd":
            monkeypatch.chdir(words[0])
            return 0, ""
        if program == "mlops-console":
            code = run_command(words)
            out, err = capsys.readouterr()
            return code, out + err
        if program == "python":
            return run_script(words, capsys)
        program = shutil.which(program) or program
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=100)
        return done.returncode, done.stdout + done.stderr

    return said


@pytest.mark.timeout(600)
def test_the_year_happens_as_it_is_told(say: Any) -> None:
    told = steps()
    assert len(told) > 20
    for command, lines in told:
        code, said = say(command)
        wanted = next((re.fullmatch(r"\[exit (\d)\]", line) for line in lines[-1:]), None)
        assert code == (int(wanted[1]) if wanted else 0), (command, said)
        answer = iter(said.splitlines())
        for line in lines[:-1] if wanted else lines:
            assert line == "…" or any(shown(line, one) for one in answer), (command, line, said)


def shown(line: str, answer: str) -> bool:
    """Whether a line of the page, which may end in dots, is what was answered."""
    cut = line.removesuffix("…")
    return answer.startswith(cut.rstrip()) if cut != line or not line.strip() else answer.startswith(line)


def test_what_the_page_shows_of_the_wishes_is_in_the_sample_project() -> None:
    wishes = (ROOT / "sample_projects" / "flight-delays" / "mlops-console.toml").read_text().splitlines()
    block = next(one for one in re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL) if "tower" in one)
    assert {line for line in block.splitlines() if line} <= set(wishes)
