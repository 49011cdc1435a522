"""An export: whole or not there, every byte as registered, and checked by tools that know nothing of us."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.promotion.killing import Killer

from mlops_console.errors import ConsoleError, ReleaseError, UsageError
from mlops_console.workspace import open_workspace
from mlops_console.workspace.cards.exporting import export
from mlops_console.workspace.cards.exporting_words import sums
from mlops_console.workspace.models import resolve
from mlops_console.workspace.registering.registering import register

ROOT = Path(__file__).parents[3]
STEPS = 160
"""An export of this model does fewer things to the disk."""


def checked(folder):
    """What `sha256sum` says of an export."""
    return subprocess.run(
        ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, capture_output=True, text=True
    )


def listed(folder):
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


@pytest.fixture
def desk(tmp_path):
    root = tmp_path / "churn"
    (root / "m/deep").mkdir(parents=True)
    (root / "m/deep/weights").write_bytes(b"w" * 3_000_000)
    (root / "m/odd\nname\\x").write_bytes(b"odd")
    (root / "m/config.json").write_text("{}")
    with open_workspace([root], str(tmp_path / "kept/s.duckdb")) as workspace:
        register(workspace, "churn", path="m", project=workspace.projects[0], reason="first")
        yield workspace, root


def exported(workspace, folder, name="churn@1", **options):
    return export(workspace, resolve(workspace, name), folder, {"model": "churn"}, **options)


def test_it_holds_everything_and_sha256sum_agrees(desk, tmp_path):
    workspace, root = desk
    (root / "mlops-console.toml").write_text('[models.churn]\nowner = "ana"\n')
    found = resolve(workspace, "churn@1")
    body = {"subject": {"model": "churn", "version_id": found.version.id, "version": 1}, "text": "seen"}
    note = workspace.decisions.append(found.project.key, "note", body)
    workspace.decisions.append(found.project.key, "retract", {"event": note.id, "reason": "mistaken"})
    register(workspace, "other", path="m/config.json", project=workspace.projects[0])
    done = exported(workspace, tmp_path / "out")
    files = listed(tmp_path / "out")
    assert done.files == len(files)
    assert done.events == 3
    journal = sorted(one.relative_to(root / ".mlops-console") for one in root.rglob("journal/*/*.json"))
    assert len(journal) == 4
    kept = [one for one in files if one.startswith("journal/")]
    assert len(kept) == 3
    for one in kept:
        assert (tmp_path / "out" / one).read_bytes() == (root / ".mlops-console" / one).read_bytes()
    assert set(files) - set(kept) == {
        "README.md", "SHA256SUMS", "card.html", "card.json", "card.md", "evidence/registered.json",
        "mlops-console.toml", "model/config.json", "model/deep/weights", "model/odd\nname\\x", "version.json",
    }  # fmt: skip
    said = checked(tmp_path / "out")
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
    assert len((tmp_path / "out/SHA256SUMS").read_bytes().splitlines()) == len(files) - 1
    assert "every byte is what was registered" in (tmp_path / "out/card.md").read_text()
    assert json.loads((tmp_path / "out/evidence/registered.json").read_text())["reason"] == "first"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".tmp")] == []


def test_a_change_of_any_file_is_found_without_this_program(desk, tmp_path):
    exported(desk[0], tmp_path / "out")
    target = tmp_path / "out/model/deep/weights"
    target.chmod(0o644)
    target.write_bytes(b"x" + target.read_bytes()[1:])
    assert "model/deep/weights: FAILED" in checked(tmp_path / "out").stdout


def test_an_empty_folder_is_used_and_any_other_is_left_alone(desk, tmp_path):
    workspace, root = desk
    (tmp_path / "out").mkdir()
    exported(workspace, tmp_path / "out", files=False)
    before = listed(tmp_path / "out")
    assert "model.SHA256SUMS" in before
    with pytest.raises(UsageError, match="not empty"):
        exported(workspace, tmp_path / "out")
    (tmp_path / "file").write_text("mine")
    for place, why in (
        ("file", "is a file"),
        ("no/where", "there is no folder"),
        ("a\0b", "can't be written"),
    ):
        with pytest.raises(UsageError, match=why):
            exported(workspace, tmp_path / place)
    with pytest.raises(UsageError, match="among the project's decisions"):
        exported(workspace, root / ".mlops-console/out")
    assert listed(tmp_path / "out") == before
    assert (tmp_path / "file").read_text() == "mine"


def test_files_that_are_not_what_was_registered_are_not_exported(desk, tmp_path):
    workspace, root = desk
    copy = next(root.glob(".mlops-console/models/churn/*/deep/weights"))
    copy.chmod(0o644)
    copy.write_bytes(b"other")
    with pytest.raises(ReleaseError, match="is not what it was") as told:
        exported(workspace, tmp_path / "out")
    assert "--no-files" in told.value.hint
    subprocess.run(["rm", "-rf", str(copy.parents[1])], check=True)
    with pytest.raises(ReleaseError, match="is gone") as told:
        exported(workspace, tmp_path / "out")
    assert "--no-files" in told.value.hint
    assert not (tmp_path / "out").exists()
    exported(workspace, tmp_path / "out", files=False)
    assert checked(tmp_path / "out").returncode == 0


def test_an_event_that_was_edited_is_not_passed_on(desk, tmp_path):
    workspace, root = desk
    event = next(root.glob(".mlops-console/journal/*/*.json"))
    event.chmod(0o644)
    event.write_bytes(event.read_bytes().replace(b"first", b"FIRST"))
    with pytest.raises(ConsoleError):
        exported(workspace, tmp_path / "out", files=False)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_a_sentence_and_leaves_nothing(desk, tmp_path):
    if os.getuid() != 0:
        pytest.skip("only root can make a small disk")
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True)
    if made.returncode:
        pytest.skip("a small disk can't be mounted here")
    try:
        with pytest.raises(ReleaseError, match="no room left"):
            exported(desk[0], place / "out")
        filler = place / "filler"
        filler.write_bytes(b"x" * ((2 << 20) - (16 << 10)))
        with pytest.raises(ReleaseError, match="no room left"):
            exported(desk[0], place / "out", files=False)
        assert list(place.iterdir()) == [filler]
    finally:
        subprocess.run(["umount", place], check=True)


def test_a_model_of_more_files_than_an_event_holds(desk, tmp_path):
    workspace, root = desk
    (root / "many").mkdir()
    for at in range(2_100):
        (root / f"many/{at:04}").write_bytes(b"%d" % at)
    register(workspace, "many", path="many", project=workspace.projects[0])
    assert resolve(workspace, "many@1").version.files == ()
    exported(workspace, tmp_path / "out", "many@1")
    assert checked(tmp_path / "out").returncode == 0
    card = (tmp_path / "out/card.md").read_text()
    assert "in 2,100 files" in card
    assert "2,100 files are not listed here" in card


def test_names_in_the_sums_are_escaped_as_sha256sum_does(tmp_path):
    names = [b"plain", b"line\nend", b"back\\slash", b"both\\\n", b"\xff\xfe", b" blanks ", b"-dash"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    said = subprocess.run(["sha256sum", "--", *names], cwd=tmp_path, capture_output=True, check=True).stdout
    import hashlib

    ours = sums({os.fsdecode(name): hashlib.sha256(name).hexdigest() for name in names})
    assert sorted(ours.splitlines()) == sorted(said.splitlines())


def test_killed_at_any_step_it_is_whole_or_not_there(tmp_path):
    root = tmp_path / "churn"
    (root / "m").mkdir(parents=True)
    (root / "m/weights").write_bytes(b"w" * 100_000)
    words = [sys.executable, str(Path(__file__)), str(root), str(tmp_path / "kept/s.duckdb"), str(tmp_path)]
    said = subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, timeout=110,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout.splitlines()[-1])
    assert told["killed"] > 10
    assert told["whole"] >= 1
    assert told["wrong"] == []
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".tmp")] == []


def kills(root, store, place):
    """Kill an export at every few steps, in children of this process, which imports everything once."""
    with open_workspace([root], store) as workspace:
        register(workspace, "churn", path="m", project=workspace.projects[0])
        exported(workspace, place / "first")
    killed, whole, wrong = 0, 0, []
    for at in range(1, STEPS, 3):
        out = place / f"out{at}"
        pid = os.fork()
        if pid == 0:
            with open_workspace([root], store) as workspace:
                with Killer(at, "after" if at % 2 else "before").watching():
                    exported(workspace, out)
                os._exit(0)
        ended = os.waitpid(pid, 0)[1]
        killed += os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL
        if out.exists():
            whole += 1
            wrong += [str(out)] if checked(out).returncode else []
        if not os.WIFSIGNALED(ended):
            break
    with open_workspace([root], store) as workspace:
        exported(workspace, place / "last")
    return {"killed": killed, "whole": whole, "wrong": wrong}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(kills(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))) + "\n")
