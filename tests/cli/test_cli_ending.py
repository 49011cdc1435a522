"""How commands end: broken pipes, interrupts, other processes, terminals, bugs."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time

import psutil
import pytest
from tests.cli.test_cli_commands import write_run

from mlops_console.cli import run_command

COMMAND = [sys.executable, "-m", "mlops_console"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("MLOPS_CONSOLE_STORE", str(tmp_path / "kept" / "s.duckdb"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    for number in range(30):
        write_run(tmp_path / "shop", f"run-{number}", [1.0, 0.5], lr=number)
    return tmp_path


def test_whoever_stops_reading_is_no_error(place):
    subprocess.run([*COMMAND, "scan", "shop"], cwd=place, check=True, capture_output=True)
    words = " ".join([*COMMAND, "runs", "--json"])
    done = subprocess.run(
        ["sh", "-c", f"{words} | head -1"], cwd=place, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["project"] == "shop"
    assert done.stderr == ""


def test_a_closed_stdout_is_no_error(place):
    subprocess.run([*COMMAND, "scan", "shop"], cwd=place, check=True, capture_output=True)
    done = subprocess.run(
        ["sh", "-c", " ".join([*COMMAND, "runs", "--json"]) + " >&-"],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_an_interrupt_ends_it_without_a_traceback(place):
    fifo_reader, fifo_writer = os.pipe()
    # It blocks while it writes more than the pipe holds to a reader that does not read.
    subprocess.run([*COMMAND, "scan", "shop"], cwd=place, check=True, capture_output=True)
    import fcntl

    fcntl.fcntl(fifo_writer, fcntl.F_SETPIPE_SZ, 4096)
    running = subprocess.Popen(
        [*COMMAND, "runs", "--json"], cwd=place, stdout=fifo_writer, stderr=subprocess.PIPE
    )
    os.close(fifo_writer)
    select.select([fifo_reader], [], [], 60)
    running.send_signal(signal.SIGINT)
    os.close(fifo_reader)
    _, err = running.communicate(timeout=60)
    assert running.returncode in (130, 0)
    assert b"Traceback" not in err


ENDLESS = """
import sys
import mlops_console.cli.runs as runs
from mlops_console.__main__ import main
from mlops_console.workspace import open_workspace

def run(asked):
    with open_workspace((), asked.store) as workspace:
        connection = workspace.connection()
        print("asking", flush=True)
        many = "range(1000000)"
        connection.rows(f"SELECT count(*) FROM {many} a, {many} b WHERE (a.range * b.range) % 7 = 3")
    return 0

runs.run = run
sys.argv = ["mlops-console", "runs"]
sys.exit(main())
"""


def test_an_interrupt_within_a_question_to_the_store_is_a_sentence(place):
    subprocess.run([*COMMAND, "scan", "shop"], cwd=place, check=True, capture_output=True)
    running = subprocess.Popen(
        [sys.executable, "-c", ENDLESS], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout.readline() == "asking\n"
    # Within the question, not on the way to it: DuckDB is at work once the process takes time.
    process = psutil.Process(running.pid)
    before = process.cpu_times().user
    while process.cpu_times().user < before + 0.3:
        os.sched_yield()
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, "mlops-console: interrupted\n")
    assert not list((place / "kept").rglob("error-*"))


def test_a_scan_beside_one_that_owns_the_store(place):
    from mlops_console.workspace import open_workspace

    with open_workspace([place / "shop"]) as owner:
        assert owner.store.role == "owner"
        owner.scan()
        done = subprocess.run(
            [*COMMAND, "scan", "shop"], cwd=place, capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith("30 runs: 0 new, 0 updated, 30 unchanged")
        assert "has the store open" in done.stderr
        listed = subprocess.run(
            [*COMMAND, "runs", "--json"], cwd=place, capture_output=True, text=True, check=True
        )
        assert len(listed.stdout.splitlines()) == 30
        purge = subprocess.run(
            [*COMMAND, "doctor", "--purge", "--yes"], cwd=place, capture_output=True, text=True
        )
        assert purge.returncode == 2
        assert "in use by process" in purge.stderr
        run = json.loads(listed.stdout.splitlines()[0])["id"]
        subprocess.run([*COMMAND, "forget", run, "--yes"], cwd=place, capture_output=True, check=True)
        owner.store.sweep(time.time_ns() // 1000, lambda process: None)
        connection = owner.store.connect()
        assert connection.rows("SELECT count(*) FROM runs") == [(29,)]


def test_two_scans_at_once_both_tell_the_whole(place):
    running = [
        subprocess.Popen([*COMMAND, "scan", "shop", "--json"], cwd=place, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    reports = [json.loads(one.communicate(timeout=60)[0].splitlines()[-1]) for one in running]
    assert [one.returncode for one in running] == [0, 0]
    assert [report["new"] + report["unchanged"] + report["updated"] for report in reports] == [30, 30]
    done = subprocess.run([*COMMAND, "runs", "--json"], cwd=place, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 30


def test_a_bug_is_a_sentence_and_a_file(place, capsys, monkeypatch):
    import mlops_console.cli.runs as runs

    monkeypatch.setattr(runs, "run", lambda asked: 1 / 0)
    monkeypatch.delenv("MLOPS_CONSOLE_DEBUG", raising=False)
    assert run_command(["runs"]) == 2
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    (kept,) = (place / "kept" / "s.duckdb.state" / "log").iterdir()
    assert str(kept) in said
    assert "1 / 0" in kept.read_text()
    monkeypatch.setenv("MLOPS_CONSOLE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run_command(["runs"])


@pytest.mark.parametrize(
    "words", [["--nonsense"], ["runs", "--limit", "x"], ["scan"], ["show"], ["runs", "--limit", "-1"]]
)
def test_wrong_usage_is_2(place, capsys, words):
    assert run_command(words) == 2
    assert capsys.readouterr().out == ""


def test_no_terminal_no_console(place, capsys, monkeypatch):
    assert run_command([str(place / "shop")]) == 2
    assert "mlops-console runs" in capsys.readouterr().err
    assert run_command(["scna"]) == 2
    assert "commands are overview, scan, runs" in capsys.readouterr().err
    assert run_command(["--", "runs"]) == 2


def test_help_and_version(place, capsys):
    assert run_command(["--help"]) == 0
    said = capsys.readouterr().out
    assert "scan" in said
    assert "doctor" in said
    assert run_command(["runs", "--help"]) == 0
    assert "started>2026-11-01" in capsys.readouterr().out
    assert run_command(["--version", "--store", "x"]) == 0
    assert capsys.readouterr().out.startswith("mlops-console ")


def test_options_before_the_command_count(place, capsys):
    store = place / "elsewhere" / "s.duckdb"
    assert run_command(["--store", str(store), "scan", str(place / "shop")]) == 0
    assert run_command([f"--store={store}", "runs", "--limit", "2"]) == 0
    assert store.exists()
    assert not (place / "kept").exists()


def on_terminal(words, cwd, answer, env=None):
    """What a command says on a terminal on which a person answers its first question."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd)
        os.execve(COMMAND[0], [*COMMAND, *words], {**os.environ, "TERM": "xterm", **(env or {})})
    said, answered, end = b"", False, time.monotonic() + 60
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 1)
        if ready:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        if not answered and (b"[y/N]" in said or b"Type purge" in said):
            os.write(terminal, answer)
            answered = True
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), said.decode()


def test_forgetting_asks_on_a_terminal(place):
    subprocess.run([*COMMAND, "scan", "shop"], cwd=place, check=True, capture_output=True)
    code, said = on_terminal(["forget", "run-7"], place, b"n\n")
    assert code == 2
    assert "Nothing was forgotten" in said
    code, said = on_terminal(["forget", "run-7"], place, b"y\n")
    assert code == 0
    assert "forgot" in said


def test_a_bare_start_at_home_asks_before_it_looks(place):
    code, said = on_terminal([], place / "home", b"n\n")
    assert code == 2
    assert "Look for runs in all of" in said
    assert "no folder to look at" in said


def test_a_dumb_terminal_is_told_of_the_twin(place):
    code, said = on_terminal(["shop"], place, b"", {"TERM": "dumb"})
    assert code == 2
    assert "mlops-console runs" in said


def test_a_table_fits_the_terminal_and_is_coloured(place):
    subprocess.run([*COMMAND, "scan", "shop"], cwd=place, check=True, capture_output=True)
    code, said = on_terminal(["runs"], place, b"")
    assert code == 0
    assert "\x1b[2mrun" in said
    plain = said.replace("\x1b[2m", "").replace("\x1b[0m", "")
    assert max(len(line) for line in plain.splitlines()) <= 80
    _, said = on_terminal(["runs"], place, b"", {"NO_COLOR": "1"})
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("words", "kept_out"),
    [
        (["--help"], {"textual", "rich", "duckdb", "numpy", "platformdirs"}),
        (["runs", "--help"], {"textual", "rich", "duckdb", "numpy"}),
        (["runs", "--json"], {"textual", "rich", "polars", "yaml", "sklearn", "scipy", "watchdog"}),
        (["show", "nothing"], {"textual", "rich", "polars", "yaml", "sklearn", "scipy", "watchdog"}),
    ],
)
def test_a_command_loads_what_it_needs_and_no_more(place, words, kept_out):
    code = (
        "import sys\nfrom mlops_console.cli import run_command\n"
        f"run_command({words!r})\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "mlops_console" in loaded
    assert not loaded & kept_out


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
@pytest.mark.parametrize("command", ["runs", "doctor"])
def test_closed_streams_change_nothing_but_what_is_said(place, closed, command):
    subprocess.run([*COMMAND, "scan", "shop"], cwd=place, check=True, capture_output=True)
    words = f"{' '.join([*COMMAND, command])} {closed}"
    done = subprocess.run(["sh", "-c", words], cwd=place, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_an_output_without_room_is_told_in_a_sentence(place):
    subprocess.run([*COMMAND, "scan", "shop"], cwd=place, check=True, capture_output=True)
    words = " ".join([*COMMAND, "runs"]) + " >/dev/full"
    done = subprocess.run(["sh", "-c", words], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "mlops-console: can't write: no space left on device\n"


@pytest.mark.parametrize(
    "words", [["doctor", "\x1b[2J\x1b]52;c;QQ==\x07"], ["--\x1b[2J"], ["show", "--\x9b2J", "x"]]
)
def test_wrong_arguments_are_quoted_safely(capsys, words):
    assert run_command(words) == 2
    assert not {"\x1b", "\x07", "\x9b"} & set(capsys.readouterr().err)
