"""A page of `docs/` that tells a story in commands and screens, lived through: what it shows must come."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.console.terminal import KEYS, Terminal
from tests.page_scripts import run_script

from mlops_console.cli import run_command

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
_BLOCK = re.compile(r"```(console|screen)([^\n]*)\n(.*?)```", re.DOTALL)


@dataclass
class Step:
    """A command line with what is shown of its answer, or keys with what is shown of the screen."""

    heading: str
    command: str = ""
    keys: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """How the command ends."""
        last = re.fullmatch(r"\[exit (\d)\]", self.lines[-1]) if self.lines else None
        return int(last[1]) if last else 0

    @property
    def shown(self) -> list[str]:
        """The lines without that."""
        return self.lines[:-1] if self.code else self.lines


def steps(page: str) -> list[Step]:
    """All of a page, in order."""
    found: list[Step] = []
    for part in re.split(r"^## ", page, flags=re.MULTILINE):
        heading = part.partition("\n")[0]
        for kind, keys, block in _BLOCK.findall(part):
            if kind == "screen":
                found.append(Step(heading, keys=keys.strip(), lines=block.splitlines()))
                continue
            for line in block.splitlines():
                if line.startswith("ana$ "):
                    found.append(Step(heading, command=line.removeprefix("ana$ ")))
                else:
                    found[-1].lines.append(line)
    return found


class Living:
    """Somebody at a shell, who opens the console now and then."""

    def __init__(
        self, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.store = place / "store.duckdb"
        self.terminal: Terminal | None = None
        self._capsys, self._patch = capsys, monkeypatch
        (place / "sample_projects").symlink_to(ROOT / "sample_projects")
        monkeypatch.chdir(place)
        for name, value in {
            "MLOPS_CONSOLE_STORE": str(self.store), "HOME": str(place), "COLUMNS": "120",
            "PYTHONPATH": str(ROOT / "src"),
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)

    def live(self, step: Step) -> None:
        """Do it, and see that it comes as it is told."""
        if not step.command:
            self._press(step)
            return
        self.quit()
        if step.command.startswith("mlops-console --view"):
            self.open(step.command)
            return
        code, said = self.say(step.command)
        assert code == step.code, (step.command, said)
        answer = iter(said.splitlines())
        for line in step.shown:
            assert line == "…" or any(_is(line, one) for one in answer), (step.command, line, said)

    def say(self, command: str) -> tuple[int, str]:
        """A command line, in this process where it is ours; exit code and what it wrote."""
        program, *words = shlex.split(command)
        if program == "cd":
            self._patch.chdir(words[0])
            return 0, ""
        if program == "mlops-console":
            code = run_command(words)
            out, err = self._capsys.readouterr()
            assert "Traceback" not in err
            return code, out + err
        if program == "python":
            return run_script(words, self._capsys)
        program = shutil.which(program) or program
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=200)
        return done.returncode, done.stdout + done.stderr

    def open(self, command: str) -> Terminal:
        """The console, in a terminal of its own."""
        self.terminal = Terminal(["-m", *shlex.split(command.replace("-", "_", 1))], (120, 36))
        return self.terminal

    def quit(self) -> None:
        """Leave the console, if it is open."""
        if self.terminal is not None:
            with self.terminal as terminal:
                self.terminal = None
                terminal.press("q")
                assert terminal.exit_code() == 0, terminal.text()

    def _press(self, step: Step) -> None:
        terminal = self.terminal
        assert terminal is not None, step
        for key in shlex.split(step.keys):
            named = key.lower()
            terminal.press(*([named] if named in KEYS else key))
            terminal.settle()
        terminal.until(lambda: _drawn(step.shown, terminal.text()), PATIENCE)


def _is(line: str, answer: str) -> bool:
    """Whether a line of the page, which may begin or end in dots, is what was answered."""
    cut = line.removesuffix("…")
    if line.startswith("…") and line != "…":
        return cut.removeprefix("…").rstrip() in answer
    return answer.startswith(cut.rstrip()) if cut != line or not line.strip() else answer.startswith(line)


def _drawn(lines: list[str], screen: str) -> bool:
    """Whether these lines stand on a screen in their order, blanks aside."""
    rows: Iterator[str] = iter(" ".join(row.split()) for row in screen.splitlines())
    return all(any(" ".join(line.removesuffix("…").split()) in row for row in rows) for line in lines)
