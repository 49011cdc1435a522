"""Targets: what may be one, what lies in it, what was done to it by hand."""

import hashlib
import json
import os
import threading
from pathlib import Path

import pytest
from tests.promotion.killing import left_over, whole_sha256

from mlops_console.errors import ReleaseError
from mlops_console.promotion.copying import hash_model
from mlops_console.promotion.manifest import Manifest, read_manifest
from mlops_console.promotion.releases import look_at, prunable, prune, put_release
from mlops_console.promotion.swapping import current, swap, withdraw
from mlops_console.promotion.target import held_target, is_held, target_folder, why_not_target


@pytest.fixture
def project(tmp_path):
    for number in range(1, 6):
        (tmp_path / f"project/m{number}/in").mkdir(parents=True)
        (tmp_path / f"project/m{number}/in/weights").write_bytes(
            hashlib.shake_128(b"%d" % number).digest(70_000)
        )
        (tmp_path / f"project/m{number}/config").write_text(f"{{{number}: 1}}")
    return tmp_path / "project"


@pytest.fixture
def target(tmp_path):
    return tmp_path / "target"


def put(project, target, number, at=None):
    """A release of one of the models; its hash."""
    sha256 = hash_model(str(project), f"m{number}").sha256
    names = ("churn", number, f"ID{number}", sha256, 70_010, "champion", "ana", 1000, "box")
    said = Manifest(*names, at or number, "/p", "E", "h")
    with held_target(target):
        put_release(target, str(project), f"m{number}", said)
    return sha256


def made_current(project, target, number):
    sha256 = put(project, target, number)
    swap(target, sha256, expected=current(target))
    return sha256


def test_a_release_is_there_with_its_manifest_and_not_current_before_the_swap(project, target):
    sha256 = put(project, target, 1)
    assert whole_sha256(target / "releases" / sha256) == sha256
    said = json.loads((target / "manifests" / f"{sha256}.json").read_text())
    assert (said["model"], said["version"], said["by"], said["head"]) == ("churn", 1, "ana", "h")
    assert {one["path"] for one in said["files"]} == {"config", "in/weights"}
    assert current(target) is None
    assert look_at(target).problems == ()
    swap(target, sha256, expected=None)
    assert os.readlink(target / "current") == f"releases/{sha256}"
    assert look_at(target).sha256 == sha256
    assert not left_over(target)


def test_a_release_that_is_there_is_not_copied_again(project, target):
    sha256 = put(project, target, 1)
    inode = (target / "releases" / sha256).stat().st_ino
    put(project, target, 1, at=9)
    assert (target / "releases" / sha256).stat().st_ino == inode
    assert read_manifest(target, sha256).at == 9


HARMS = {
    "a byte": (lambda place: flip(place / "config"), "config is not what was registered"),
    "a byte, its time set back": (lambda place: flip(place / "in/weights", hide=True), "in/weights is not"),
    "missing": (lambda place: (place / "config").unlink(), "config is missing"),
    "extra": (lambda place: (place / "in/hook.py").write_text("x"), "in/hook.py is no part of it"),
    "a link": (lambda place: (place / "more").symlink_to("/etc/passwd"), "which is a link"),
    "another file": (lambda place: os.replace(place / "config", place / "in/weights"), "config is missing"),
}


def flip(file, hide=False):
    was = file.stat()
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)
    if hide:
        os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))


@pytest.mark.parametrize("harm", HARMS)
def test_what_somebody_did_to_production_is_named_and_the_next_deployment_repairs_it(project, target, harm):
    sha256 = made_current(project, target, 1)
    do, said = HARMS[harm]
    do(target / "releases" / sha256)
    problems = look_at(target).problems
    assert any(said in problem for problem in problems), problems
    assert look_at(target, full=True).problems
    put(project, target, 1)
    assert look_at(target, full=True).problems == ()
    assert current(target) == sha256


def test_a_file_that_was_only_touched_is_read_and_found_whole(project, target):
    sha256 = made_current(project, target, 1)
    assert look_at(target).read == 0
    os.utime(target / "releases" / sha256 / "config")
    found = look_at(target)
    assert found.problems == ()
    assert 0 < found.read < 100
    assert look_at(target, full=True).read > 70_000


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda t: (t / "current").symlink_to("/etc"), "leads to /etc"),
        (
            lambda t: (t / "current").symlink_to("../other/releases/" + "0" * 64),
            "is no release of this target",
        ),
        (lambda t: (t / "current").mkdir(), "is no link to a release"),
        (lambda t: (t / "current").symlink_to("releases/" + "0" * 64), "which is gone"),
    ],
)
def test_a_current_that_leads_elsewhere_is_noticed_and_never_replaced_in_silence(project, target, do, said):
    sha256 = made_current(project, target, 1)
    (target / "current").unlink()
    do(target)
    (problem,) = look_at(target).problems
    assert said in problem
    with pytest.raises(ReleaseError):
        swap(target, sha256, expected=sha256)


def test_a_missing_or_changed_manifest_is_noticed(project, target):
    sha256 = made_current(project, target, 1)
    file = target / "manifests" / f"{sha256}.json"
    for text in ("{}", "[", '{"files": 5}', file.read_text().replace(sha256, "0" * 64)):
        file.write_text(text)
        assert look_at(target).problems
    file.unlink()
    assert "is missing" in look_at(target).problems[0]


def test_old_releases_go_but_never_what_is_current_or_was_before(project, target):
    hashes = [made_current(project, target, number) for number in range(1, 6)]
    assert prunable(target, 3, frozenset({hashes[3]})) == (hashes[1], hashes[0])
    assert prune(target, 3, frozenset({hashes[3]}), lambda _: None) == (hashes[1], hashes[0])
    assert set(look_at(target).releases) == set(hashes[2:])
    assert prune(target, 1, frozenset({hashes[2]}), lambda _: None) == (hashes[3],)
    assert sorted(one.name for one in (target / "manifests").iterdir()) == sorted(
        f"{one}.json" for one in (hashes[2], hashes[4])
    )
    assert whole_sha256(target / "current/") == hashes[4]


def test_a_swap_holds_only_from_what_was_expected(project, target):
    one, two = made_current(project, target, 1), put(project, target, 2)
    with pytest.raises(ReleaseError, match="another release became current"):
        swap(target, two, expected=two)
    assert current(target) == one
    swap(target, two, expected=one)
    withdraw(target, expected=one)
    assert current(target) == two
    withdraw(target, expected=two)
    assert current(target) is None
    assert not left_over(target)


def test_one_deployment_at_a_time(project, target):
    with held_target(target):
        assert is_held(target)
        with pytest.raises(ReleaseError, match="somebody else deploys"), held_target(target):
            pass
    assert not is_held(target)
    with held_target(target):
        pass


def test_of_many_swaps_at_once_each_is_from_what_it_saw(project, target):
    hashes = [put(project, target, number) for number in range(1, 5)]
    done = []

    def one(sha256):
        while True:
            seen = current(target)
            try:
                swap(target, sha256, expected=seen)
            except ReleaseError:
                continue
            done.append(sha256)
            return

    threads = [threading.Thread(target=one, args=(sha256,)) for sha256 in hashes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(hashes)
    assert current(target) in hashes
    assert not left_over(target)


def test_leftovers_of_a_killed_deployment_go(project, target):
    put(project, target, 1)
    (target / ".cur-1-x").symlink_to("releases/x")
    (target / "releases/.tmp-mlops-1-x").mkdir()
    (target / "releases/.tmp-mlops-1-x/part").write_bytes(b"x")
    (target / "manifests/.tmp-mlops-1-x").write_bytes(b"{")
    with held_target(target):
        pass
    assert not left_over(target)


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ("", "names no folder"),
        ("../out", "has a .. in it"),
        ("/srv/../etc", "has a .. in it"),
        (".", "the project itself"),
        ("/", "the project itself, or a folder around it"),
        (".mlops-console/models", "the registry's own"),
        ("way/in", "lies behind a link"),
        ("a\0b", "names no folder"),
    ],
)
def test_where_a_target_can_t_be(tmp_path, said, because):
    (tmp_path / "way").symlink_to("/tmp")
    with pytest.raises(ReleaseError, match=because):
        target_folder(str(tmp_path), said)


def test_where_a_target_can_be(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ana")
    assert target_folder(str(tmp_path), "/srv/churn") == Path("/srv/churn")
    assert target_folder(str(tmp_path), "out/churn") == tmp_path / "out/churn"
    assert target_folder(str(tmp_path), "~/churn") == Path("/home/ana/churn")


def test_what_is_no_target_is_told_and_left_alone(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.tex").write_text("x")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd/releases").symlink_to("/tmp")
    said = {
        "file": "is a file",
        "link": "is a link to",
        "full": "holds other files",
        "odd": "is no folder",
        "none/at/all": "is no folder",
    }
    for name, because in said.items():
        assert because in why_not_target(tmp_path / name)
        with pytest.raises(ReleaseError, match=because), held_target(tmp_path / name):
            pass
    assert sorted(one.name for one in (tmp_path / "full").iterdir()) == ["thesis.tex"]
    assert why_not_target(tmp_path / "new") == ""


def test_a_target_on_another_disk_works(project):
    place = Path("/dev/shm")
    if not os.access(place, os.W_OK) or place.stat().st_dev == project.stat().st_dev:
        pytest.skip("no other disk at hand")
    import tempfile

    with tempfile.TemporaryDirectory(dir=place) as folder:
        target = Path(folder) / "churn"
        sha256 = made_current(project, target, 1)
        assert whole_sha256(target / "current/") == sha256
        assert look_at(target, full=True).problems == ()
