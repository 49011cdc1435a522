"""However a script ends, the run says so, or at least keeps every line."""

import signal
from pathlib import Path

import pytest
from tests.recording.recorder_scripts import document, lines, record, run_folder, start

BEGIN = "import mlops_console, os, sys\n"


def test_a_block_that_ends_is_finished(tmp_path: Path) -> None:
    record(tmp_path, BEGIN + "with mlops_console.run() as run:\n    run.log(0, loss=1)\n")
    end = document(tmp_path, "end.json")
    assert (end["status"], end["exit"]) == ("finished", 0)
    assert end["ended"] >= document(tmp_path, "run.json")["started"]


@pytest.mark.parametrize(
    "form", ["with mlops_console.run() as run:\n    {}\n", "run = mlops_console.run()\n{}\n"]
)
def test_an_exception_is_a_failure_and_is_told(tmp_path: Path, form: str) -> None:
    said = record(
        tmp_path, BEGIN + form.format("raise ValueError('no data in s3://ana:hunter2@x/')"), code_of_exit=1
    )
    assert document(tmp_path, "end.json") == {
        "ended": document(tmp_path, "end.json")["ended"],
        "status": "failed",
        "exit": 1,
        "error": {"type": "ValueError", "message": "no data in s3://ana:***@x/"},
    }
    assert "Traceback" in said


@pytest.mark.parametrize(
    ("leave", "status", "code"),
    [("sys.exit()", "finished", 0), ("sys.exit(3)", "failed", 3), ("sys.exit('oh')", "failed", 1)],
)
def test_an_exit_is_judged_by_its_code(tmp_path: Path, leave: str, status: str, code: int) -> None:
    record(tmp_path, BEGIN + f"with mlops_console.run() as run:\n    {leave}\n", code_of_exit=code)
    end = document(tmp_path, "end.json")
    assert (end["status"], end["exit"] if code else 0) == (status, code)


def test_a_script_without_a_block_ends_its_run_as_well(tmp_path: Path) -> None:
    record(tmp_path, BEGIN + "run = mlops_console.run()\nrun.log(0, loss=1)\n")
    assert document(tmp_path, "end.json")["status"] == "finished"


ENDLESS = BEGIN + (
    "with mlops_console.run() as run:\n"
    "    for step in range(10**9):\n"
    "        run.log(step, loss=1 / (step + 1))\n"
    "        if step == 2000: print('on its way', flush=True)\n"
)


def test_kill_9_keeps_every_line_that_was_logged(tmp_path: Path) -> None:
    code = BEGIN + (
        "with mlops_console.run() as run:\n"
        "    for step in range(5000):\n"
        "        run.log(step, loss=1 / (step + 1))\n"
        "    print('logged', flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    process = start(tmp_path, code)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert [line["_step"] for line in lines(tmp_path)] == list(range(5000))
    assert not (run_folder(tmp_path) / "end.json").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kill_at_any_moment_tears_no_line(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path, ENDLESS)
    assert process.stdout is not None
    assert process.stdout.readline() == "on its way\n"
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == -number
    steps = [line["_step"] for line in lines(tmp_path)]
    assert steps == list(range(len(steps)))
    assert len(steps) > 2000
    if number is signal.SIGTERM:
        end = document(tmp_path, "end.json")
        assert (end["status"], end["reason"]) == ("killed", "ended by SIGTERM")


def test_ctrl_c_is_told_as_such(tmp_path: Path) -> None:
    process = start(tmp_path, ENDLESS)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    end = document(tmp_path, "end.json")
    assert (end["status"], end["reason"]) == ("killed", "interrupted from the keyboard")


def test_a_sigterm_handler_of_the_script_stays_in_charge(tmp_path: Path) -> None:
    code = BEGIN + (
        "import signal\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
        "with mlops_console.run() as run:\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    run.log(loss=1)\n"
    )
    record(tmp_path, code, code_of_exit=7)
    assert document(tmp_path, "end.json")["exit"] == 7


def test_a_forked_child_logs_but_does_not_end_the_run(tmp_path: Path) -> None:
    code = BEGIN + (
        "run = mlops_console.run()\n"
        "run.log(0, loss=1)\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    run.log(1, loss=2)\n"
        "    sys.exit()\n"
        "os.waitpid(child, 0)\n"
        "assert not (run.folder / 'end.json').exists()\n"
        "run.log(2, loss=3)\n"
    )
    record(tmp_path, code)
    assert [line["_step"] for line in lines(tmp_path)] == [0, 1, 2]
    assert document(tmp_path, "end.json")["status"] == "finished"


def test_a_forked_child_dies_of_sigterm_at_once(tmp_path: Path) -> None:
    code = BEGIN + (
        "import signal, time\n"
        "run = mlops_console.run()\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL\n"
        "    os._exit(0)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
    )
    record(tmp_path, code)


def test_logging_after_the_end_is_said_once_and_harms_nobody(tmp_path: Path) -> None:
    code = (
        BEGIN
        + "with mlops_console.run() as run: pass\nrun.log(0, loss=1)\nrun.log(1, loss=1)\nrun.tag('x')\n"
    )
    said = record(tmp_path, code)
    assert said.count("can't write") == 1
    assert lines(tmp_path) == []
