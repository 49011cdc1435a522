import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from probe_reader import ProbeReader

from mlops_console import beneath
from mlops_console.ingest import fingerprint, prune
from mlops_console.ingest.claims import Claims
from mlops_console.ingest.discover import Discovery
from mlops_console.ingest.in_hand import HandPage
from mlops_console.ingest.messages import Open

LONG_AGO = 1_600_000_000


def write(path, text="0 1\n", settled=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if settled:
        settle(path)
    return path


def settle(path):
    """As if it had been written long ago, and its folders too."""
    for one in (path, path.parent, path.parent.parent):
        os.utime(one, (LONG_AGO, LONG_AGO + 0.25))


def discovery(root, known=None, looks=None, prune=(), max_depth=32, device=None, skip=frozenset()):
    found = os.stat(root)
    order = Open(
        "p", str(root), found.st_dev if device is None else device, found.st_ino, prune, max_depth,
        known or {}, looks or {}, skip,
    )  # fmt: skip
    return Discovery(order, Claims({"probe": ProbeReader()}), HandPage(HandPage.make()))


def paths(seen):
    return {find.source.path for find in seen.finds}


def known_from(seen):
    return {(find.source.reader, find.source.path): (find.source, find.fingerprint) for find in seen.finds}


def test_finds_sources_and_then_only_what_changed(root):
    write(root / "a/x.probe")
    write(root / "b/c/y.probe")
    finder = discovery(root)
    first = finder.scan(9)
    assert paths(first) == {"a/x.probe", "b/c/y.probe"}
    assert first.done
    assert first.identity == (os.stat(root).st_dev, os.stat(root).st_ino)
    assert not finder.scan(9).finds
    write(root / "a/x.probe", "0 1\n1 2\n")
    assert paths(finder.scan(9)) == {"a/x.probe"}


def test_a_second_start_tells_nothing_and_opens_nothing(root):
    write(root / "a/head.probe", "yes\n0 1\n")
    write(root / "b/head.probe", "no\n")
    first = discovery(root).scan(9)
    assert paths(first) == {"a/head.probe"}
    before = beneath.opened()
    second = discovery(root, known_from(first), first.looks).scan(9)
    assert not second.finds
    assert not second.vanished
    assert beneath.opened() == before
    write(root / "b/head.probe", "yes\n0 1\n")
    assert paths(discovery(root, known_from(first), first.looks).scan(9)) == {"b/head.probe"}


def test_a_file_that_becomes_one_as_it_grows_is_found_although_no_name_moved(root):
    file = write(root / "a/head.probe", "")
    finder = discovery(root)
    first = finder.scan(9)
    assert not first.finds
    assert first.pending == {"a": frozenset({"head.probe"})}
    file.write_text("yes\n0 1\n")
    second = finder.scan(9)
    assert paths(second) == {"a/head.probe"}
    assert second.pending == {"a": frozenset()}


def test_a_scan_can_be_cut_into_slices(root):
    for number in range(30):
        write(root / f"run{number}/x.probe")
    finder = discovery(root)
    found, slices = set(), 0
    while True:
        seen = finder.scan(0.0)
        found |= paths(seen)
        slices += 1
        if seen.done:
            break
    assert len(found) == 30
    assert slices > 10


@pytest.mark.parametrize(
    "folder",
    [
        ".git",
        "node_modules",
        "lib/site-packages",
        "__pycache__",
        ".tox/py311",
        ".mlops-console",
        ".dvc/cache/ab",
    ],
)
def test_prunes_by_name(root, folder):
    write(root / folder / "x.probe")
    write(root / "runs/x.probe")
    assert paths(discovery(root).scan(9)) == {"runs/x.probe"}


@pytest.mark.parametrize("marker", ["pyvenv.cfg", "bin/activate", "CACHEDIR.TAG", "conda-meta/history"])
def test_prunes_by_what_is_inside(root, marker):
    write(root / "env" / marker)
    write(root / "env/x.probe")
    write(root / "env/lib/x.probe")
    write(root / "runs/x.probe")
    assert paths(discovery(root).scan(9)) == {"runs/x.probe"}


def test_a_git_folder_without_a_worktree_is_pruned_and_dvc_itself_is_not(root):
    write(root / "mirror/HEAD")
    (root / "mirror/objects").mkdir()
    (root / "mirror/refs").mkdir()
    write(root / "mirror/x.probe")
    write(root / ".dvc/plots/x.probe")
    assert paths(discovery(root).scan(9)) == {".dvc/plots/x.probe"}


@pytest.mark.parametrize("pattern", ["scratch", "*/scratch", "old*/scr?tch/"])
def test_prunes_what_the_settings_say(root, pattern):
    write(root / "old1/scratch/x.probe")
    write(root / "new/x.probe")
    assert paths(discovery(root, prune=(pattern,)).scan(9)) == {"new/x.probe"}


def test_thousands_of_data_files_are_not_entered_but_thousands_of_runs_are(root, monkeypatch):
    monkeypatch.setattr(prune, "DATA_FILES", 50)
    for number in range(60):
        write(root / f"data/picture{number}.png")
        write(root / f"runs/run{number}/x.probe")
    write(root / "data/inner/x.probe")
    found = paths(discovery(root).scan(9))
    assert len(found) == 60
    assert "data/inner/x.probe" not in found


def test_links_sockets_and_pipes_are_passed_over(root, tmp_path):
    write(tmp_path / "elsewhere/x.probe")
    write(root / "real/x.probe")
    (root / "out").symlink_to(tmp_path / "elsewhere")
    (root / "real/loop").symlink_to(root)
    (root / "real/linked.probe").symlink_to(tmp_path / "elsewhere/x.probe")
    os.mkfifo(root / "real/pipe.probe")
    plug = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(root)
    try:
        plug.bind("plug.probe")
    finally:
        os.chdir(here)
        plug.close()
    seen = discovery(root).scan(9)
    assert paths(seen) == {"real/x.probe"}
    assert {problem.path for problem in seen.problems} == {"real/pipe.probe", "plug.probe"}


@pytest.mark.parametrize("name", ["meta.yaml", "metrics.csv", "mlflow.db", "run.json"])
def test_a_link_that_stands_for_a_run_is_told(root, tmp_path, name):
    write(tmp_path / "elsewhere/file")
    write(root / "real/x.probe")
    (root / name).symlink_to(tmp_path / "elsewhere/file")
    (root / "notes.txt").symlink_to(tmp_path / "elsewhere/file")
    seen = discovery(root).scan(9)
    assert paths(seen) == {"real/x.probe"}
    assert [problem.path for problem in seen.problems] == [name]
    assert "links are not followed" in seen.problems[0].what


def test_a_folder_met_under_two_paths_is_looked_at_once(root):
    """As a bind mount shows it, perhaps in a loop: the same device and inode."""
    write(root / "a/x.probe")
    finder = discovery(root)
    finder.scan(9)
    node = finder.folders.nodes["a"]
    (root / "b").mkdir()
    finder.folders._paths[os.stat(root / "b").st_dev, os.stat(root / "b").st_ino] = "a"
    finder.folders.nodes["a"] = node
    assert not finder.folders._met_elsewhere("b", (0, 0))
    assert finder.folders._met_elsewhere("copy", node.identity)


def test_too_deep_is_said(root):
    write(root / "a/b/c/d/x.probe")
    seen = discovery(root, max_depth=3).scan(9)
    assert not seen.finds
    assert [problem.path for problem in seen.problems] == ["a/b/c"]
    assert "3 folders deep" in seen.problems[0].what


@pytest.mark.parametrize("name", ["new\nline", "a\x1b[31mb", "[/red]", "\u202eabc", "ünï", " ", "-rf", "'\""])
def test_odd_names(root, name):
    write(root / name / f"{name}.probe")
    first = discovery(root).scan(9)
    assert paths(first) == {f"{name}/{name}.probe"}
    assert not discovery(root, known_from(first), first.looks).scan(9).finds


def test_names_that_are_not_utf8(root):
    name = os.fsdecode(b"caf\xe9")
    write(root / name / f"head{name}.probe", "yes\n")
    first = discovery(root).scan(9)
    assert paths(first) == {f"{name}/head{name}.probe"}
    assert not discovery(root, known_from(first), first.looks).scan(9).finds


def test_what_is_deleted_vanishes(root):
    write(root / "a/x.probe")
    write(root / "b/y.probe")
    write(root / "b/deep/z.probe")
    finder = discovery(root)
    first = finder.scan(9)
    shutil.rmtree(root / "b")
    (root / "a/x.probe").unlink()
    gone = {("probe", "a/x.probe"), ("probe", "b/y.probe"), ("probe", "b/deep/z.probe")}
    assert set(finder.scan(9).vanished) == gone
    assert set(discovery(root, known_from(first)).scan(9).vanished) == gone


def test_nothing_vanishes_while_the_projects_folder_is_gone(root, tmp_path):
    write(root / "a/x.probe")
    finder = discovery(root)
    first = finder.scan(9)
    root.rename(tmp_path / "aside")
    seen = finder.scan(9)
    assert seen.done
    assert seen.identity is None
    assert not seen.vanished
    assert "is gone" in seen.problems[0].what
    assert not finder.look((("a", True),)).vanished
    (tmp_path / "aside").rename(root)
    seen = finder.scan(9)
    assert not seen.finds
    assert seen.problems == ()
    assert first.identity == seen.identity


def test_an_empty_mount_point_is_not_an_empty_project(root):
    write(root / "a/x.probe")
    known = known_from(discovery(root).scan(9))
    shutil.rmtree(root / "a")
    seen = discovery(root, known, device=os.stat(root).st_dev + 1).scan(9)
    assert not seen.vanished
    assert "mounted" in seen.problems[0].what
    assert set(discovery(root, known).scan(9).vanished) == {("probe", "a/x.probe")}


def test_a_folder_made_again_in_place_of_the_old_is_another_one(root):
    write(root / "a/x.probe")
    finder = discovery(root)
    before = finder.scan(9).identity
    (root / "a").rename(root.parent / "kept")
    root.rename(root.parent / "old")
    root.mkdir()
    write(root / "b/y.probe")
    seen = finder.scan(9)
    assert paths(seen) == {"b/y.probe"}
    assert seen.vanished == (("probe", "a/x.probe"),)
    assert seen.identity != before


def test_a_look_sees_one_folder_and_what_is_new_below_it(root):
    write(root / "runs/a/x.probe")
    write(root / "far/y.probe")
    finder = discovery(root)
    finder.scan(9)
    write(root / "runs/b/deep/x.probe")
    write(root / "far/y.probe", "0 1\n1 1\n")
    seen = finder.look((("runs", False),))
    assert paths(seen) == {"runs/b/deep/x.probe"}
    assert set(seen.below) == {"runs", "runs/b", "runs/b/deep"}
    shutil.rmtree(root / "runs/a")
    assert finder.look((("runs", False),)).vanished == (("probe", "runs/a/x.probe"),)
    assert paths(finder.scan(9)) == {"far/y.probe"}


def test_a_look_enters_nothing_that_is_pruned(root):
    write(root / ".git/x.probe")
    assert not discovery(root).look(((".git", True),)).finds
    write(root / "shut/x.probe")
    assert not discovery(root, skip=frozenset({"shut"})).scan(9).finds


def test_a_poll_tells_what_grew_and_what_is_missing(root):
    write(root / "a/x.probe")
    write(root / "a/y.probe")
    finder = discovery(root)
    finder.scan(9)
    names = (("probe", "a/x.probe"), ("probe", "a/y.probe"), ("probe", "never/z.probe"))
    quiet = finder.poll(names)
    assert (quiet.finds, quiet.vanished) == ((), ())
    write(root / "a/x.probe", "0 1\n1 1\n")
    (root / "a/y.probe").unlink()
    polled = finder.poll(names)
    assert [find.source.path for find in polled.finds] == ["a/x.probe"]
    assert polled.vanished == (("probe", "a/y.probe"),)


def test_a_change_that_hides_behind_the_clocks_tick_is_told_again(root, monkeypatch):
    file = write(root / "a/x.probe", settled=False)
    written = file.stat().st_mtime_ns
    # However long the machine takes, it is read within the tick in which it was written.
    monkeypatch.setattr(fingerprint, "time_ns", lambda: written + 1)
    finder = discovery(root)
    first = finder.scan(9)
    assert first.finds[0].fingerprint.endswith(b"~")
    os.utime(file, ns=(file.stat().st_mtime_ns - 10**9 - 1,) * 2)
    settled = finder.poll((("probe", "a/x.probe"),))
    assert not settled.finds[0].fingerprint.endswith(b"~")
    assert not finder.poll((("probe", "a/x.probe"),)).finds


def test_a_reader_that_breaks_costs_one_folder(root):
    write(root / "bad/claims-break.probe")
    write(root / "good/x.probe")
    seen = discovery(root).scan(9)
    assert paths(seen) == {"good/x.probe"}
    assert [problem.path for problem in seen.problems] == ["bad"]
    assert "RuntimeError" in seen.problems[0].what


def test_an_unreadable_folder_is_a_problem_and_keeps_what_was_known():
    """As another user: root reads everything."""
    if os.getuid() != 0:
        pytest.skip("needs root to become somebody else")
    # pytest's own folders are shut to others, and shut again by whichever session starts next.
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    write(root / "shut/x.probe")
    write(root / "open/y.probe")
    script = textwrap.dedent(
        f"""
        import os, sys
        sys.path[:0] = {[os.path.dirname(__file__)]!r}
        from test_ingest_discovery import discovery, known_from, paths
        finder = discovery({str(root)!r})
        first = finder.scan(9)
        os.chmod({str(root / "shut")!r}, 0)
        os.setuid(65534)
        seen = finder.scan(9)
        assert not seen.vanished, seen
        assert [problem.path for problem in seen.problems] == ["shut"], seen.problems
        assert "permission denied" in seen.problems[0].what
        again = discovery({str(root)!r}, known_from(first)).scan(9)
        assert not again.vanished, again
        """
    )
    try:
        subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
    finally:
        shutil.rmtree(root)
