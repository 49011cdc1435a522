"""The story of `docs/promote.md`, told by two users of the operating system."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.page_scripts import run_script

from mlops_console.cli import run_command

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "promote.md").read_text(encoding="utf-8")
BO = 4242
AS_SOMEBODY = """
import encodings.idna, encodings.utf_8_sig, getpass, json, os, pkgutil, sys  # noqa: F401
import mlops_console, textual  # noqa: F401
from importlib import import_module
uid, words = json.loads(sys.argv[1]), sys.argv[2:]
for found in pkgutil.walk_packages(mlops_console.__path__, "mlops_console."):
    if ".console" not in found.name.removeprefix("mlops_console") and "__main__" not in found.name:
        import_module(found.name)
from mlops_console.cli import run_command
import duckdb, numpy, platformdirs  # noqa: F401
os.setgroups([]); os.setgid(uid); os.setuid(uid)
sys.exit(run_command(words))
"""
"""Everything is imported before the user changes, who may not be able to read this Python."""


def steps() -> list[tuple[str, str, list[str]]]:
    """Who says what, and the lines that the page shows of the answer."""
    found: list[tuple[str, str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE, flags=re.DOTALL):
        for line in block.splitlines():
            said = re.fullmatch(r"(ana|bo)\$ (.*)", line)
            if said:
                found.append((said[1], said[2], []))
            else:
                found[-1][2].append(line)
    return found


class Box:
    """A machine with two users, who share a project; ana's commands are run in this process."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self.here = folder
        self._capsys, self._patch = capsys, monkeypatch
        for who, uid in (("ana", os.getuid()), ("bo", BO)):
            home = folder / who
            home.mkdir()
            os.chown(home, uid, uid)
        (folder / "sample_projects").symlink_to(ROOT / "sample_projects")

    def environment(self, who: str) -> dict[str, str]:
        store = str(self.folder / who / "store.duckdb")
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MLOPS_CONSOLE")}
        path = os.pathsep.join(part for part in sys.path if part)
        ours = {"MLOPS_CONSOLE_STORE": store, "HOME": str(self.folder / who), "LC_ALL": "C.UTF-8"}
        return {**kept, **ours, "PYTHONPATH": path, "COLUMNS": "120"}

    def say(self, who: str, command: str) -> tuple[int, str]:
        """Run a command line of the page; exit code and what it wrote."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.here = self.here / words[1]
            return 0, ""
        if who == "ana" and words[0] in ("mlops-console", "python"):
            return self._here(words)
        if words[0] == "mlops-console":
            words = [sys.executable, "-c", AS_SOMEBODY, json.dumps(BO), *words[1:]]
        done = subprocess.run(
            words, cwd=self.here, env=self.environment(who), capture_output=True, text=True, timeout=100
        )
        return done.returncode, done.stdout + done.stderr

    def _here(self, words: list[str]) -> tuple[int, str]:
        with self._patch.context() as patch:
            patch.chdir(self.here)
            for name, value in self.environment("ana").items():
                patch.setenv(name, value)
            if words[0] == "python":
                return run_script(words[1:], self._capsys)
            code = run_command(words[1:])
            out, err = self._capsys.readouterr()
            return code, out + err


@pytest.fixture
def box(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    folder = Path(tempfile.mkdtemp(prefix="mlops-console-story-"))
    folder.chmod(0o755)
    try:
        yield Box(folder, capsys, monkeypatch)
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="two users of the operating system: only root can be both")
def test_the_story_happens_as_it_is_told(box: Box) -> None:
    told = steps()
    assert len(told) > 20
    for who, command, lines in told:
        code, said = box.say(who, command)
        if command.startswith("cp -r"):
            share(box.here / "flights")
        wanted = next((re.fullmatch(r"\[exit (\d)\]", line) for line in lines[-1:]), None)
        assert code == (int(wanted[1]) if wanted else 0), (command, said)
        answer = iter(said.splitlines())
        for line in lines[:-1] if wanted else lines:
            pattern = anybody(line)
            assert line == "…" or any(pattern.match(one) for one in answer), (command, line, said)


def share(project: Path) -> None:
    """What `init --shared` does, for a group without a name."""
    ours = project / ".mlops-console"
    ours.mkdir()
    os.chown(ours, 0, BO)
    ours.chmod(0o3775)


def anybody(line: str) -> "re.Pattern[str]":
    """A line of the page, whoever the users of this machine are, and whatever stands where it has dots."""
    pattern = re.escape(line.rstrip())
    pattern = pattern.replace(re.escape("…  ana"), r".*  \S+").replace(re.escape("…  bo"), r".*  \S+")
    return re.compile(pattern)
