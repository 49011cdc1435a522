"""The registry's own copies: verified, shared, repaired."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from tests.promotion.killing import whole_sha256

from mlops_console.errors import ReleaseError
from mlops_console.promotion.kept import keep_copy, kept_path, tidy, verify_kept

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "m/inner").mkdir(parents=True)
    (tmp_path / "m/weights").write_bytes(bytes(range(256)) * 8000)
    (tmp_path / "m/inner/config").write_bytes(b"{}")
    return tmp_path


def test_a_copy_stays_when_its_source_goes_and_is_found_by_its_hash(project):
    copied = keep_copy(str(project), "churn", "m")
    single = keep_copy(str(project), "churn", "m/weights")
    subprocess.run(["rm", "-r", project / "m"], check=True)
    place = kept_path(str(project), "churn", copied.sha256)
    assert place == project / ".mlops-console/models/churn" / copied.sha256
    assert whole_sha256(place) == copied.sha256
    assert kept_path(str(project), "churn", single.sha256).name == "weights"
    assert kept_path(str(project), "churn", "0" * 64) is None
    assert (project / ".mlops-console/models/.gitignore").read_text() == "*\n"


def test_a_second_look_reads_nothing_and_a_thorough_one_everything(project):
    copied = keep_copy(str(project), "churn", "m")
    assert verify_kept(str(project), "churn", copied.sha256).from_memory
    assert not verify_kept(str(project), "churn", copied.sha256, full=True).from_memory
    (project / ".mlops-console/models/churn/aliases" / f".seen-{copied.sha256}.json").unlink()
    first, second = (verify_kept(str(project), "churn", copied.sha256) for _ in range(2))
    assert not first.problems
    assert (first.from_memory, second.from_memory) == (False, True)
    assert (second.files, second.size) == (2, 256 * 8000 + 2)


@pytest.mark.parametrize("harm", ["byte", "missing", "extra"])
def test_what_was_done_to_a_copy_is_named_and_the_next_copy_repairs_it(project, harm):
    copied = keep_copy(str(project), "churn", "m")
    place = kept_path(str(project), "churn", copied.sha256)
    if harm == "byte":
        file = place / "weights"
        was = file.stat()
        file.chmod(0o644)
        data = bytearray(file.read_bytes())
        data[5] ^= 1
        file.write_bytes(data)
        os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))  # as somebody who hides it
    elif harm == "missing":
        (place / "inner/config").unlink()
    else:
        (place / "more").write_bytes(b"x")
    (said,) = verify_kept(str(project), "churn", copied.sha256).problems
    assert {"byte": "weights", "missing": "inner/config", "extra": "more"}[harm] in said
    assert keep_copy(str(project), "churn", "m").sha256 == copied.sha256
    assert not verify_kept(str(project), "churn", copied.sha256, full=True).problems
    assert whole_sha256(place) == copied.sha256


def test_two_who_copy_at_once_both_have_it(project):
    got, start = [], threading.Barrier(4)

    def copy():
        start.wait()
        got.append(keep_copy(str(project), "churn", "m").sha256)

    threads = [threading.Thread(target=copy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert len(set(got)) == 1
    above = project / ".mlops-console/models/churn"
    assert sorted(one.name for one in above.iterdir()) == sorted([got[0], "aliases"])


def test_what_a_dead_process_left_goes_and_what_a_living_one_has_stays(project):
    keep_copy(str(project), "churn", "m")
    above = project / ".mlops-console/models/churn"
    left = above / ".tmp-mlops-1-dead"
    left.mkdir()
    (left / "part").write_bytes(b"x")
    code = (
        "import sys\nfrom pathlib import Path\nfrom mlops_console.promotion.unfinished import unfinished\n"
        "with unfinished(Path(sys.argv[1])) as made:\n"
        "    print(made.name, flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, above], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    ) as living:  # fmt: skip
        name = living.stdout.readline().strip()
        tidy(str(project))
        assert not left.exists()
        assert (above / name).is_dir()
        living.kill()
        living.wait()
    tidy(str(project))
    assert not (above / name).exists()


@pytest.mark.parametrize("name", ["../churn", "", ".hidden", "a/b", "x" * 101])
def test_a_model_s_name_leads_nowhere_else(project, name):
    with pytest.raises(ReleaseError, match="the model's name"):
        keep_copy(str(project), name, "m")
    assert not (project / ".mlops-console").exists()


@pytest.mark.parametrize("which", [".mlops-console", ".mlops-console/models", ".mlops-console/models/churn"])
def test_nothing_is_written_through_a_link(project, tmp_path_factory, which):
    other = tmp_path_factory.mktemp("other")
    place = project / which
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(other)
    with pytest.raises(ReleaseError, match="is a link; nothing is written through it"):
        keep_copy(str(project), "churn", "m")
    assert not list(other.iterdir())


def test_in_a_shared_project_the_group_can_go_on(project):
    (project / ".mlops-console").mkdir()
    (project / ".mlops-console").chmod(0o3775)
    was = os.umask(0o077)
    try:
        copied = keep_copy(str(project), "churn", "m")
    finally:
        os.umask(was)
    above = project / ".mlops-console/models/churn"
    modes = {
        str(one.relative_to(above)): oct(one.stat().st_mode & 0o7777)
        for one in (above, above / "aliases", above / copied.sha256, above / copied.sha256 / "inner/config")
    }
    assert modes == {
        ".": "0o3775",
        "aliases": "0o2775",
        copied.sha256: "0o2755",
        f"{copied.sha256}/inner/config": "0o444",
    }
    assert (above / copied.sha256 / "inner").stat().st_mode & 0o055 == 0o055


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to be somebody else")
def test_another_user_of_a_project_reads_and_adds_but_can_t_change_what_is_kept(project, tmp_path):
    # Folders of pytest are its user's alone.
    project = Path(tempfile.mkdtemp(prefix="kept-"))
    shutil.copytree(tmp_path, project, dirs_exist_ok=True)
    project.chmod(0o755)
    (project / ".mlops-console").mkdir()
    os.chown(project / ".mlops-console", 0, 4242)
    (project / ".mlops-console").chmod(0o3775)
    copied = keep_copy(str(project), "churn", "m")
    # Everything is imported before the user changes, who may not be able to read this Python.
    code = (
        "import os, sys\nfrom mlops_console.promotion.kept import keep_copy, kept_path, verify_kept\n"
        "root, digest = sys.argv[1:]\n"
        "assert not verify_kept(root, 'churn', digest, full=True).problems\n"
        "keep_copy(root, 'warm', 'm/weights')\n"
        "os.setgroups([]); os.setresgid(4242, 4242, 4242); os.setresuid(4243, 4243, 4243)\n"
        "assert keep_copy(root, 'churn', 'm').sha256 == digest\n"
        "one = keep_copy(root, 'churn', 'm/weights')\n"
        "place = kept_path(root, 'churn', digest)\n"
        "for harm in (lambda: os.unlink(place / 'weights'), lambda: os.rename(place, str(place) + 'x'),\n"
        "             lambda: open(place / 'weights', 'ab')):\n"
        "    try:\n        harm()\n    except PermissionError:\n        continue\n    sys.exit(3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, project, copied.sha256], capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert not done.stderr
    assert done.returncode == 0
    assert not verify_kept(str(project), "churn", copied.sha256, full=True).problems
    shutil.rmtree(project)
