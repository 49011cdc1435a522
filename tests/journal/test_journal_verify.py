"""What was done to a journal by hand is found and named; what git does to it is fine."""

import json
import os
import random
import shutil
import subprocess
from dataclasses import replace

import pytest
from tests.journal.journal_making import files, place, planted, written
from tests.journal.tampering import TAMPERINGS, damaged, whole

from mlops_console.journal.authors import proves, user_name
from mlops_console.journal.log import Log
from mlops_console.journal.places import place_of
from mlops_console.journal.seen import accept
from mlops_console.journal.verifying import Finding, verify
from mlops_console.settings import places


def errors(there, **asked):
    return [finding for finding in verify(there, **asked) if finding.severity == "error"]


def whats(there, **asked):
    return [finding.what for finding in verify(there, **asked)]


def test_a_journal_that_nobody_touched_is_clean(tmp_path):
    assert verify(place(tmp_path)) == ()
    assert verify(written(tmp_path, 20)) == ()


def test_everything_done_to_a_file_is_found_by_who_saw_the_newest(tmp_path):
    there = written(tmp_path, 25)
    chance = random.Random(5)
    before = whole(there.folder.path)
    for turn in range(300):
        tampering = TAMPERINGS[turn % len(TAMPERINGS)]
        done = tampering(chance, there.folder.path)
        assert errors(there), (tampering.__name__, done)
        damaged(before, there.folder.path)
    assert verify(there) == ()


def test_an_edit_is_named_where_it_was_made_and_by_who_follows(tmp_path):
    there = written(tmp_path, 4)
    second, third = files(there)[1:3]
    second.chmod(0o644)
    second.write_bytes(second.read_bytes().replace(b"number 1", b"number 9"))
    edited, follows = errors(there)
    assert edited.path.endswith(second.name)
    assert edited.what == "was edited: its content is not what its id was made from"
    assert follows.path.endswith(third.name)
    assert follows.what.startswith("follows an event that is not here, ")


def test_an_edit_of_the_newest_shows_also_to_who_never_saw_it(tmp_path):
    there = written(tmp_path, 2)
    newest = files(there)[-1]
    newest.chmod(0o644)
    newest.write_bytes(newest.read_bytes().replace(b"number 1", b"number 9"))
    assert len(errors(there, seen={})) == 1
    assert {finding.what[:10] for finding in errors(there)} == {"was edited"}


def test_an_event_that_was_written_anew_under_another_name_is_missed(tmp_path):
    there = written(tmp_path, 3)
    second = files(there)[1]
    fields = json.loads(second.read_bytes())
    second.unlink()
    planted(
        there, clock=2, parents=tuple(fields["parents"]), kind="note",
        body={"text": "what I wish I had said"}, milliseconds=fields["at"] // 1000,
    )  # fmt: skip
    (follows,) = errors(there)
    assert "it was removed or edited" in follows.what


def test_a_removed_newest_event_is_found_by_who_saw_it_until_they_accept_it(tmp_path):
    there = written(tmp_path, 3)
    newest = files(there)[-1]
    newest.unlink()
    assert whats(there, seen={}) == []
    (gone,) = verify(there)
    assert gone.event == newest.name[:26]
    assert gone.what.startswith("is gone: you have seen this event")
    log = Log(there)
    log.read()
    log.append("note", {})
    assert len(verify(there)) == 1
    accept(there, log.heads_by_id())
    assert verify(there) == ()


def test_a_journal_that_was_removed_whole_is_missed(tmp_path):
    there = written(tmp_path, 3)
    shutil.rmtree(there.folder.path)
    assert not Log(there).read()
    assert len(errors(there)) == 1


def test_clocks_months_and_names_that_can_not_be_are_named(tmp_path):
    there = written(tmp_path, 1)
    parent = Log(there).read().events[0]
    planted(there, clock=1, parents=(parent.sha256,))
    planted(there, clock=9, parents=(parent.sha256,), kind="tag")
    moved = planted(there, kind="retract")
    (there.folder.path / "2001-02").mkdir()
    moved.rename(there.folder.path / "2001-02" / moved.name)
    assert sorted(whats(there)) == [
        "has a clock more than one above its parents'",
        "has a clock not above its parents'",
        "lies in the folder of another month than it was written in",
    ]


def test_what_is_no_error_is_a_note(tmp_path):
    there = written(tmp_path, 1)
    file = planted(there)
    event = json.loads(file.read_bytes())
    file.unlink()
    from hashlib import sha256

    from mlops_console.journal.ulid import milliseconds_of, ulid

    def spelled(identity):
        return json.dumps({**event, "v": 3, "id": identity}, separators=(",", ":"), sort_keys=False)

    event = {"id": "", **{key: value for key, value in event.items() if key != "id"}}
    nameless = spelled("").encode()
    identity = ulid(milliseconds_of(file.name), sha256(nameless).digest())
    (file.parent / f"{identity}-{os.getuid()}.json").write_text(spelled(identity))
    assert [finding.severity for finding in verify(there)] == ["note", "note"]
    assert {what.partition(":")[0] for what in whats(there)} == {
        "is not in the documented form", "was written by a newer version",
    }  # fmt: skip


def test_events_written_at_once_are_no_finding(tmp_path):
    there = place(tmp_path)
    one, other = planted(there), planted(there, kind="tag")
    assert verify(there) == ()
    log = Log(there)
    log.read()
    assert len(log.append("note", {}).parents) == 2
    one.unlink()
    assert len(errors(there)) == 1
    assert other.exists()


def git(folder, *words):
    return subprocess.run(
        [
            "git", "-c", "user.name=ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main",
            *words,
        ],
        cwd=folder, check=True, capture_output=True, text=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"},
    ).stdout  # fmt: skip


def test_branches_merge_without_a_hand_and_a_clone_verifies(tmp_path):
    there = written(tmp_path, 2)
    root = tmp_path / "project"
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "first")
    log = Log(there)
    for branch in ("ana", "bo"):
        git(root, "checkout", "-b", branch, "main")
        assert len(Log(there).read().events) == 2
        for _ in range(3):
            log.append("note", {"branch": branch})
        git(root, "add", ".")
        git(root, "commit", "-m", branch)
    git(root, "merge", "ana", "-m", "together")
    log.read()
    assert len(log.heads) == 2
    assert verify(there) == ()
    assert len(log.append("note", {}).parents) == 2
    git(root, "add", ".")
    git(root, "commit", "-m", "after")
    git(tmp_path, "clone", "-c", "core.autocrlf=true", str(root), "copy")
    copy = place_of(str(tmp_path / "copy"), "copy", places(str(tmp_path / "copier.duckdb")))
    assert verify(copy) == ()
    assert len(Log(copy).read().events) == 9


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files to another user")
def test_what_somebody_else_cloned_proves_no_author(tmp_path):
    there = written(tmp_path, 9)
    for file in files(there):
        os.chown(file, 64_321, 64_321)
    found = verify(there)
    assert {finding.severity for finding in found} == {"note"}
    assert len(found) == 9
    assert {finding.severity for finding in verify(there, enforce=True)} == {"error"}
    assert not any(event.proven for event in Log(there).read().events)


def test_going_to_another_branch_and_back_is_told_and_then_fine(tmp_path):
    there = written(tmp_path, 1)
    root = tmp_path / "project"
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "first")
    git(root, "checkout", "-b", "try")
    log = Log(there)
    log.append("note", {})
    git(root, "add", ".")
    git(root, "commit", "-m", "second")
    git(root, "checkout", "main")
    assert len(log.read().gone) == 1
    assert "another branch of git" in whats(there)[0]
    git(root, "checkout", "try")
    assert len(log.read().events) == 1
    assert verify(there) == ()


def test_private_decisions_follow_shared_ones_and_never_the_other_way(tmp_path):
    there = written(tmp_path, 2)
    own = replace(
        place(tmp_path, "own").folder, root=str(tmp_path), below="mine", shown=str(tmp_path / "mine")
    )
    private = replace(there, folder=own, private=True, also=(there.folder,))
    secret = Log(private).append("note", {"text": "private"})
    assert len(secret.parents) == 1
    assert verify(private) == ()
    both = replace(there, also=(own,))
    log = Log(both)
    assert len(log.read().events) == 3
    shared = log.append("note", {"text": "for all"})
    assert secret.sha256 not in shared.parents
    assert verify(both) == ()
    assert verify(there) == ()


def test_findings_sort_errors_first():
    note, error = Finding("note", "a", "", "x"), Finding("error", "b", "", "y")
    assert sorted([note, error]) == [error, note]


def test_an_author_is_proven_by_number_and_name(tmp_path):
    there = place(tmp_path)
    planted(there)
    planted(there, by=str(os.getuid()))
    assert verify(there, enforce=True) == ()
    planted(there, by="somebody-else")
    (note,) = verify(there)
    assert (note.severity, note.what) == (
        "note",
        f"author unproven: says somebody-else, the file is {user_name(os.getuid())}'s",
    )
    assert [event.proven for event in Log(there).read().events].count(False) == 1


def test_a_number_without_a_name_here_can_not_be_held_against_the_name():
    assert proves(64_321, 64_321, "ana")
    assert not proves(64_321, 64_322, "ana")
    assert proves(0, 0, "root")
    assert not proves(0, 0, "ana")
