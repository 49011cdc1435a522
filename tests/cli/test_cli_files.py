"""`files` and `log` on a small project: what they print, and that nothing in a file reaches the terminal."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from mlops_console.cli import run_command


@pytest.fixture
def folder(tmp_path):
    """A project with a run in it."""
    run = tmp_path / "shop" / "runs" / "one"
    run.mkdir(parents=True)
    (run / "metrics.jsonl").write_text('{"step": 0, "loss": 1.0}\n{"step": 1, "loss": 0.5}\n')
    (run / "config.json").write_text('{"lr": 0.1}')
    (run / "train.log").write_text("start\n\x1b[31mred\x1b[0m\x1b]0;title\x07\n  0%|  |\r100%|##|\nend")
    (run / "odd\x1b[2J.txt").write_text("hello\n")
    return run


@pytest.fixture
def command(tmp_path, capsys, monkeypatch, folder):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)

    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", str(tmp_path / "kept" / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        assert "\x1b" not in said.out
        assert "\x1b" not in said.err
        return said

    ask("scan", tmp_path / "shop")
    return ask


def lines_of(said):
    return [json.loads(line) for line in said.out.splitlines()]


def test_the_files_of_a_run_are_listed(command):
    head, *rows = command("files", "one").out.splitlines()
    assert head.split() == ["size", "kind", "age", "path"]
    assert {row.split()[-1] for row in rows} >= {"config.json", "metrics.jsonl", "train.log", "odd␛[2J.txt"}
    found = {line["path"]: line for line in lines_of(command("files", "one", "--json"))}
    assert found["config.json"]["size"] == 11
    assert (found["train.log"]["kind"], found["train.log"]["sha256"]) == ("log", None)
    assert "odd\x1b[2J.txt" in found


def test_hashes_are_worked_out_when_asked_for_and_then_known(command):
    digests = {
        line["path"]: line["sha256"] for line in lines_of(command("files", "one", "--sha256", "--json"))
    }
    assert all(len(digest) == 64 for digest in digests.values())
    known = {line["path"]: line["sha256"] for line in lines_of(command("files", "one", "--json"))}
    assert known == digests
    assert digests["config.json"] in command("files", "one", "config.json").out
    assert digests["config.json"] in command("files", "one", "--sha256").out


def test_a_look_into_a_file(command, folder):
    said = command("files", "one", "config.json")
    assert said.out.splitlines()[-3:] == ["{", '  "lr": 0.1', "}"]
    (found,) = lines_of(command("files", "one", "config.json", "--json"))
    assert (found["path"], found["kind"], found["facts"]["size"]) == ("config.json", "json", "11 B")
    assert "can't be shown: The file is gone." in command("files", "one", "nothing.txt", code=2).err
    assert "outside" in command("files", "one", "../../../x", code=2).err
    (folder / "out").mkdir()
    (folder / "out" / "p.txt").write_text("x\n")
    command("scan", folder.parents[1])
    assert command("files", "one", "out/").out.splitlines()[1].split()[-1] == "out/p.txt"


def test_the_end_of_a_log(command, folder):
    assert command("log", "one").out.splitlines() == ["start", "red", "100%|##|", "end"]
    assert command("log", "one", "--lines", "1").out.splitlines() == ["100%|##|", "end"]
    assert lines_of(command("log", "one", "train.log", "--json", "-n", "2"))[0] == {
        "path": "train.log",
        "text": "red",
    }
    assert "is gone" in command("log", "one", "no.log", code=2).err
    (folder / "debug.log").write_text("".join(f"{i}\n" for i in range(100_000)))
    said = command("log", "one", "debug.log", "--lines", "20000").out.splitlines()
    assert (said[0], said[-1]) == ("80000", "99999")
    assert command("log", "one").err == "train.log; there are also debug.log\n"


def test_a_run_without_a_log(command, folder):
    (folder / "train.log").unlink()
    command("scan", folder.parents[1])
    assert "no log lies with this run" in command("log", "one", code=2).err


def test_a_run_that_has_ended_is_not_followed(command, folder):
    for file in folder.iterdir():
        os.utime(file, (time.time() - 86_400,) * 2)
    command("scan", folder.parents[1])
    assert command("log", "one", "--follow").out.splitlines()[-1] == "end"


TRAINING = """
import sys, time
from pathlib import Path
import mlops_console
with mlops_console.run(name="live", folder=sys.argv[1]) as run:
    log = Path(run.folder) / "train.log"
    log.write_text("begun\\n")
    print(run.folder, flush=True)
    for line in sys.stdin:
        with log.open("a") as file:
            file.write(line)
"""


def test_what_the_table_shows_names_the_file(command, folder):
    for name in (b"inv-\xff.txt", b"lit-\\xff.txt", b"\xfe/deep.json", b"two\nlines.txt"):
        file = os.fsencode(folder) + b"/" + name
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "wb") as out:
            out.write(b'{"of": "' + name.hex().encode() + b'"}')
    command("scan", folder.parent.parent)
    listed = [line.split("  ")[-1] for line in command("files", "one").out.splitlines()]
    shown = {r"inv-\xff.txt", r"lit-\xff.txt", r"\xfe/deep.json", "two\u240alines.txt", "odd\u241b[2J.txt"}
    assert shown <= set(listed)
    for name in shown - {"odd\u241b[2J.txt"}:
        real = name.replace("\u240a", "\n").encode() if "lit" in name or "two" in name else None
        real = real or name.replace(r"\xff", "\udcff").replace(r"\xfe", "\udcfe").encode(
            "utf-8", "surrogateescape"
        )
        assert real.hex() in command("files", "one", name).out, name
    assert "hello" in command("files", "one", "odd\u241b[2J.txt").out
    of_json = [json.loads(line)["path"] for line in command("files", "one", "--json").out.splitlines()]
    for path in of_json:
        assert command("files", "one", path, "--json").err == ""
    (below,) = command("files", "one", r"\xfe", "--json").out.splitlines()
    assert json.loads(below)["path"] == r"\xfe/deep.json"


@pytest.fixture
def training(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(TRAINING)
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "shop")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def follower(tmp_path, *words):
    store = str(tmp_path / "kept" / "s.duckdb")
    return subprocess.Popen(
        [sys.executable, "-m", "mlops_console", "log", "live", "--follow", *words, "--store", store],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_log_is_followed_until_the_run_ends(command, training, tmp_path):
    command("scan", tmp_path / "shop")
    following = follower(tmp_path)
    assert following.stdout.readline() == "begun\n"
    training.stdin.write("epoch 1\n\x1b[31mepoch 2\n")
    training.stdin.flush()
    assert [following.stdout.readline() for _ in range(2)] == ["epoch 1\n", "epoch 2\n"]
    training.stdin.write("the last")
    training.stdin.close()
    rest, words = following.communicate(timeout=90)
    assert (rest, words, following.returncode) == ("the last\n", "", 0)


def test_following_ends_when_interrupted(command, training, tmp_path):
    command("scan", tmp_path / "shop")
    following = follower(tmp_path, "--json")
    assert json.loads(following.stdout.readline()) == {"path": "train.log", "text": "begun"}
    following.send_signal(signal.SIGINT)
    _, words = following.communicate(timeout=60)
    assert (words, following.returncode) == ("", 130)
