"""The command gate, and running commands."""

import json
import os
import sys
import time
from pathlib import Path

import pytest
from tests.promotion.gate_making import ask, one

from mlops_console.promotion.commands import KEPT, SAID, run_command
from mlops_console.promotion.model import CommandOutcome
from mlops_console.wishes.model import Command

CHECK = Command(("python", "check.py"))
WISH = ["python", "check.py"]


def python(code: str, *words: str, seconds: float = 60.0, cwd: str = ".") -> Command:
    return Command((sys.executable, "-I", "-c", code, *words), seconds, cwd)


def said(code: int | None, output=None, **more) -> dict[str, CommandOutcome]:
    return {CHECK.text: CommandOutcome(CHECK.text, True, code, output, **more)}


@pytest.mark.parametrize(
    ("code", "output", "verdict"),
    [
        (0, None, "pass"),
        (1, None, "fail"),
        (2, None, "unknown"),
        (-9, None, "unknown"),
        (None, None, "unknown"),
        (0, {"verdict": "fail"}, "fail"),
        (0, {"verdict": "unknown"}, "unknown"),
        (0, {"verdict": "excellent"}, "unknown"),
        (1, {"verdict": "pass"}, "fail"),
    ],
)
def test_the_worse_of_exit_code_and_json_holds(code, output, verdict) -> None:
    assert one("command", WISH, commands=said(code, output)).verdict == verdict


def test_what_a_command_tells_is_shown() -> None:
    told = {"measured": 0.0191, "required": "<= .0150", "because": "Calibrated too badly"}
    result = one("command", WISH, commands=said(1, told))
    assert (result.measured, result.required, result.because) == (
        ".0191", "<= .0150", "Calibrated too badly.",
    )  # fmt: skip


def test_an_untrusted_command_says_how_to_trust_it() -> None:
    result = one("command", WISH, commands={CHECK.text: CommandOutcome(CHECK.text, False)})
    assert (result.verdict, "mlops-console trust" in result.because) == ("unknown", True)
    assert "python check.py" in result.because


def test_several_commands_have_a_verdict_each() -> None:
    found = ask("command", [WISH, ["python", "other.py"]])
    assert [result.gate for result in found] == ["command: python check.py", "command: python other.py"]


def test_a_command_reads_evidence_and_is_told_of_what(tmp_path: Path) -> None:
    code = (
        "import json,os,sys; d=json.load(sys.stdin); print('words'); print(json.dumps({'measured': d['auc'],"
        " 'because': os.environ['MLOPS_CONSOLE_MODEL'] + ' ' + ' '.join(sys.argv[1:]), 'cwd': os.getcwd()}))"
    )
    (tmp_path / "sub").mkdir()
    found = run_command(
        python(code, "{path}", "{other}", cwd="sub"),
        str(tmp_path),
        words={"model": "churn", "path": "/m/x"},
        given=json.dumps({"auc": 0.9, "padding": "x" * 3_000_000}).encode(),
    )
    assert found.exit_code == 0
    assert found.output == {
        "measured": 0.9, "because": "churn /m/x {other}", "cwd": str((tmp_path / "sub").resolve()),
    }  # fmt: skip


def test_it_sees_a_small_environment_and_no_terminal(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    code = (
        "import json,os\ntry:\n os.open('/dev/tty', os.O_RDWR); tty=True\nexcept OSError: tty=False\n"
        "print(json.dumps({'tty': tty, 'names': list(os.environ), 'leader': os.getsid(0) == os.getpid()}))"
    )
    found = run_command(python(code), str(tmp_path)).output
    assert found is not None
    assert found["tty"] is False
    assert found["leader"] is True
    assert "AWS_SECRET_ACCESS_KEY" not in found["names"]
    assert {"PATH", "MLOPS_CONSOLE_PROJECT"} <= set(found["names"])


def test_it_ends_with_all_that_it_started_when_nobody_waits(tmp_path: Path) -> None:
    code = (
        "import subprocess,sys,time; c=[sys.executable, '-c', 'import time; time.sleep(600)'];"
        " p=subprocess.Popen(c);"
        "open('new','w').write(str(p.pid)); import os; os.rename('new', 'pid'); time.sleep(600)"
    )
    pid = tmp_path / "pid"
    found = run_command(python(code), str(tmp_path), wanted=lambda: not pid.exists())
    assert (found.timed_out, found.exit_code) == (True, None)
    assert gone(int(pid.read_text()))


def test_what_it_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    code = (
        "import subprocess,sys; p=subprocess.Popen([sys.executable,'-c','import time; time.sleep(600)']);"
        "open('pid','w').write(str(p.pid)); sys.exit(1)"
    )
    found = run_command(python(code), str(tmp_path))
    assert (found.exit_code, found.timed_out) == (1, False)
    assert gone(int((tmp_path / "pid").read_text()))


def gone(pid: int) -> bool:
    """Whether a process ends; a zombie that nobody fetches has ended too."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_only_the_end_of_what_it_prints_is_kept(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.write('x' * 5_000_000); print(); sys.stderr.write('y' * 5_000_000)"
    found = run_command(python(code), str(tmp_path))
    assert found.exit_code == 0
    assert len(found.said) <= SAID < KEPT


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Command(("no-such-program-here",)), "can't be started"),
        (Command(("true",), cwd="nowhere"), "nowhere"),
        (Command(("true",), cwd="link"), "link"),
    ],
)
def test_what_cannot_start_is_a_sentence(tmp_path: Path, command: Command, why: str) -> None:
    (tmp_path / "link").symlink_to("/tmp")
    found = run_command(command, str(tmp_path))
    assert (found.exit_code, found.trusted) == (None, True)
    assert why in found.said


def test_its_time_is_limited(tmp_path: Path) -> None:
    found = run_command(python("import time; time.sleep(600)", seconds=0.2), str(tmp_path))
    assert (found.exit_code, found.timed_out) == (None, True)
    wish = {"run": WISH, "timeout": 0.2}
    text = Command(CHECK.argv, 0.2).text
    told = one("command", wish, commands={text: found})
    assert "stopped after 0.2 s" in told.because


def test_json_that_is_none_is_words(tmp_path: Path) -> None:
    found = run_command(python("print('{\"a\": 1}'); print('done')"), str(tmp_path))
    assert found.output is None
    assert found.said.endswith("done")
