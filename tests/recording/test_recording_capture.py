"""What is written down without being asked, what is hidden, and who may read it."""

import resource
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.recording.recorder_scripts import document, lines, record, run_folder

from mlops_console.recording.masking import mask, mask_command, mask_text

SCRIPT = """
import mlops_console
with mlops_console.run({"lr": 0.1, "db": {"password": "x"}}) as run:
    run.log(loss=1)
"""


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=ana", "-c", "user.email=ana@example.org"]
    return subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def test_a_run_knows_how_it_was_started(tmp_path: Path) -> None:
    record(
        tmp_path,
        SCRIPT,
        "--epochs",
        "3",
        "--hub-token=hf_1234567890abcdef",
        OMP_NUM_THREADS="2",
        SECRET_X="y",
    )
    run, typed = document(tmp_path, "run.json"), document(tmp_path, "command.json")
    assert run["format"] == "mlops-console-run"
    assert run["params"] == {"lr": 0.1, "db": {"password": "***"}}
    assert set(run["process"]) == {"host", "boot_id", "pid", "ticks", "pid_namespace"}
    assert run["python"].startswith("3.")
    assert typed["command"][-3:] == ["--epochs", "3", "--hub-token=***"]
    assert typed["cwd"] == str(tmp_path)
    assert typed["environment"]["OMP_NUM_THREADS"] == "2"
    assert "SECRET_X" not in typed["environment"]
    packages = (run_folder(tmp_path) / "packages.txt").read_text().splitlines()
    assert any(line.startswith("numpy==") for line in packages)
    names = [line.partition("==")[0] for line in packages]
    assert names == sorted(set(names))


def test_the_process_is_named_as_the_kernel_does(tmp_path: Path) -> None:
    import os

    from mlops_console.recording.capture import process

    told = process()
    assert told["pid"] == os.getpid()
    behind_name = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    assert told["ticks"] == int(behind_name[19])
    assert told["boot_id"] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def test_what_may_hold_secrets_is_for_the_owner_alone(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "train.py").write_text("")
    git(tmp_path, "add", "train.py")
    git(tmp_path, "commit", "-q", "-m", "first")
    record(tmp_path, SCRIPT)
    modes = {file.name: file.stat().st_mode & 0o077 for file in run_folder(tmp_path).iterdir()}
    assert modes["command.json"] == modes["diff.patch"] == 0
    assert modes["run.json"] & 0o044


def test_the_state_of_the_code(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "model.py").write_text("layers = 2\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    commit = git(tmp_path, "rev-parse", "HEAD").strip()
    record(tmp_path, SCRIPT)
    clean = document(tmp_path, "run.json")["git"]
    assert (clean["commit"], clean["branch"], clean["dirty"]) == (commit, "main", False)
    assert not (run_folder(tmp_path) / "diff.patch").exists()

    subprocess.run(["rm", "-r", str(tmp_path / "runs")], check=True)
    (tmp_path / "model.py").write_text("layers = 3\n")
    (tmp_path / "notes.md").write_text("")
    record(tmp_path, SCRIPT)
    dirty = document(tmp_path, "run.json")["git"]
    assert dirty["dirty"] is True
    assert "notes.md" in dirty["untracked"]
    diff = (run_folder(tmp_path) / "diff.patch").read_text()
    assert "-layers = 2\n+layers = 3\n" in diff
    git(tmp_path, "checkout", "-q", "model.py")
    git(tmp_path, "apply", str(run_folder(tmp_path) / "diff.patch"))
    assert (tmp_path / "model.py").read_text() == "layers = 3\n"


def test_what_was_decided_is_no_change_of_the_code(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    decided = tmp_path / ".mlops-console" / "journal" / 'with "quotes"'
    below = tmp_path / "team a" / ".mlops-console"
    for folder in (decided, below):
        folder.mkdir(parents=True)
        (folder / "changed").write_text("1")
        (folder / "moved").write_text("some words that are as they were")
    (tmp_path / "train.py").write_text(SCRIPT)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    for folder in (decided, below):
        (folder / "changed").write_text("2")
        (folder / "moved").rename(folder / "moved elsewhere")
        (folder / "staged").write_text("new")
    git(tmp_path, "add", ".")
    (decided / "untracked").write_text("")
    record(tmp_path, SCRIPT)
    clean = document(tmp_path, "run.json")["git"]
    assert clean["dirty"] is False
    assert not [path for path in clean["untracked"] if ".mlops-console" in path]

    subprocess.run(["rm", "-r", str(tmp_path / "runs")], check=True)
    (tmp_path / "my .mlops-console notes").write_text("not ours")
    git(tmp_path, "add", ".")
    record(tmp_path, SCRIPT)
    assert document(tmp_path, "run.json")["git"]["dirty"] is True
    diff = (run_folder(tmp_path) / "diff.patch").read_text()
    assert "my .mlops-console notes" in diff
    assert "changed" not in diff

    subprocess.run(["rm", "-r", str(tmp_path / "runs")], check=True)
    git(tmp_path, "rm", "-q", "--cached", "my .mlops-console notes")
    git(tmp_path, "mv", "train.py", ".mlops-console/train.py")
    record(tmp_path, SCRIPT)
    assert document(tmp_path, "run.json")["git"]["dirty"] is True


def test_a_repository_cannot_make_the_recorder_run_programs(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "train.py").write_text(SCRIPT)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "diff.x.textconv"):
        git(tmp_path, "config", key, str(trap))
    (tmp_path / ".gitattributes").write_text("*.py diff=x\n")
    record(tmp_path, SCRIPT + "# changed\n")
    assert "# changed" in (run_folder(tmp_path) / "diff.patch").read_text()
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_capture_can_be_switched_off(tmp_path: Path, how: str) -> None:
    if how == "argument":
        record(tmp_path, "import mlops_console\nmlops_console.run({'lr': 1}, capture=False)\n", "secret")
    else:
        record(tmp_path, SCRIPT, "secret", MLOPS_CONSOLE_CAPTURE="0")
    names = {file.name for file in run_folder(tmp_path).iterdir()}
    assert names == {"run.json", "metrics.jsonl", "events.jsonl", "end.json"}
    assert not {"python", "git", "user"} & set(document(tmp_path, "run.json"))


def test_a_full_disk_costs_lines_not_the_training(tmp_path: Path) -> None:
    code = (
        "import mlops_console, resource\n"
        "with mlops_console.run() as run:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))\n"
        "    for step in range(300): run.log(step, loss=1)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "    run.log(300, loss=2)\n"
        "print('trained')\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    said = record(tmp_path, code)
    assert 1 <= said.count("training goes on") <= 2
    text = (run_folder(tmp_path) / "metrics.jsonl").read_bytes()
    whole = [line for line in text.split(b"\n") if line.endswith(b"}")]
    assert len(whole) >= 60
    assert b'"_step":300' in whole[-1]
    lost = document(tmp_path, "end.json")["lost"]
    assert lost["count"] + len(whole) == 301


def test_no_end_can_be_written_and_still_nothing_breaks(tmp_path: Path) -> None:
    code = (
        "import mlops_console, shutil\n"
        "with mlops_console.run() as run:\n"
        "    run.log(0, loss=1)\n"
        "    shutil.rmtree(run.folder)\n"
        "    run.log(1, loss=1)\n"
    )
    assert "can't write its end" in record(tmp_path, code)


def test_an_empty_repository_and_no_git_at_all(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    record(tmp_path, SCRIPT)
    assert document(tmp_path, "run.json")["git"]["commit"] is None
    other = tmp_path.parent / f"{tmp_path.name}-bare"
    other.mkdir()
    record(other, SCRIPT, PATH="/nowhere")
    assert "git" not in document(other, "run.json")
    assert len(lines(other)) == 1


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("password", "x", True),
        ("DB_PASSWORD", 1234, True),
        ("clientSecret", "x", True),
        ("api_key", "abc", True),
        ("awsSecretAccessKey", "abc", True),
        ("hf_token", "hf_abcdefgh12345678", True),
        ("auth", "c2VjcmV0LXRva2VuLTE=", True),
        ("max_tokens", 512, False),
        ("pad_token", "[PAD]", False),
        ("eos_token", "<|endoftext|>", False),
        ("tokenizer", "bert-base-uncased-1", False),
        ("sort_key", "date", False),
        ("key", "a", False),
        ("author", "ana", False),
        ("password", "", False),
        ("use_password", True, False),
        ("monkey", "abc", False),
    ],
)
def test_secrets_are_told_by_their_names(name: str, value: Any, hidden: bool) -> None:
    assert mask(name, value) == ("***" if hidden else value)


def test_secrets_are_told_by_their_looks() -> None:
    assert mask_text("postgresql://ana:hunter2@db/churn") == "postgresql://ana:***@db/churn"
    assert mask_text("use AKIAABCDEFGHIJKLMNOP now") == "use *** now"
    assert mask_text("https://example.org/a?b=c") == "https://example.org/a?b=c"
    assert mask("urls", ["s3://a:b@c", 3]) == ["s3://a:***@c", 3]
    assert mask("db", {"host": "h", "password": "p"}) == {"host": "h", "password": "***"}


def test_command_lines_lose_their_secrets_and_nothing_else() -> None:
    words = [
        "python",
        "train.py",
        "--password",
        "x",
        "--lr=0.1",
        "db.password=x",
        "--token-limit",
        "5",
        "-n",
        "-3",
    ]
    masked = [
        "python",
        "train.py",
        "--password",
        "***",
        "--lr=0.1",
        "db.password=***",
        "--token-limit",
        "5",
        "-n",
        "-3",
    ]
    assert mask_command(words) == masked
