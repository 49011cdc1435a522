"""Several users of one machine: who may write, who is believed, who can't remove what."""

import os
import shutil
import stat

import pytest
from tests.journal.journal_making import files, place, told, written

from mlops_console.errors import UsageError
from mlops_console.journal.folders import file_mode, make_folders
from mlops_console.journal.log import Log
from mlops_console.journal.sharing import share
from mlops_console.journal.verifying import verify

GROUP, ANA, BO, EVE = 64_320, 64_321, 64_322, 64_323
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can act as several users")

APPEND = """
os.umask(0o077)
event = log.append("note", {"text": "by " + str(os.getuid())})
say([event.clock, len(event.parents), log.place.private, [e.uid for e in log.read().events]])
"""


@pytest.fixture
def project(open_folder):
    """A project of Ana's."""
    root = open_folder / "project"
    root.mkdir()
    os.chown(root, ANA, ANA)
    for who, uid in (("ana", ANA), ("bo", BO), ("eve", EVE)):
        (open_folder / f"{who}.duckdb.state").mkdir()
        os.chown(open_folder / f"{who}.duckdb.state", uid, uid)
    return root


def modes(root):
    return {
        str(path.relative_to(root)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in sorted(root.rglob("*"))
        if path.is_dir()
    }


@as_root
def test_two_users_decide_together_whatever_their_umask(project):
    folder = project.parent
    share_it = "os.umask(0o077); done = share(root, '64320'); say([done.problems, done.group])"
    assert told(folder, share_it, who="ana", uid=ANA, group=GROUP) == [[], "64320"]
    assert told(folder, APPEND, who="ana", uid=ANA, group=GROUP) == [1, 0, False, []]
    assert told(folder, APPEND, who="bo", uid=BO, group=GROUP)[:3] == [2, 1, False]
    assert told(folder, APPEND, who="ana", uid=ANA, group=GROUP) == [3, 1, False, [ANA, BO]]
    assert set(modes(project).values()) == {"0o3775"}
    assert {file.stat().st_gid for file in files(place(folder))} == {GROUP}
    assert {file.stat().st_mode & 0o777 for file in files(place(folder))} == {0o444}
    assert verify(place(folder), enforce=True) == ()


@as_root
def test_root_who_says_something_locks_nobody_out(project):
    folder = project.parent
    for below in (project, *project.rglob("*")):
        os.chown(below, ANA, GROUP)
    project.chmod(0o700)
    told(folder, APPEND, who="root", uid=0)
    assert told(folder, APPEND, who="ana", uid=ANA, group=GROUP) == [2, 1, False, [0]]
    assert {event.uid for event in Log(place(folder)).read().events} == {0, ANA}
    assert verify(place(folder), enforce=True) == ()


@as_root
def test_nobody_removes_or_replaces_what_another_wrote(project):
    folder = project.parent
    told(folder, "say(share(root, '64320').problems)", who="ana", uid=ANA, group=GROUP)
    told(folder, APPEND, who="ana", uid=ANA, group=GROUP)
    (file,) = files(place(folder))
    attack = """
import stat
refused = []
for deed in (
    lambda: os.unlink(sys.argv[2]),
    lambda: os.rename(sys.argv[2], sys.argv[2] + "x"),
    lambda: open(sys.argv[2], "r+"),
    lambda: os.chmod(sys.argv[2], 0o666),
    lambda: os.rename(os.path.dirname(sys.argv[2]), root + "/.mlops-console/journal/2000-01"),
    lambda: os.rename(root + "/.mlops-console/journal", root + "/.mlops-console/gone"),
):
    try:
        deed()
    except PermissionError:
        refused.append(True)
say(refused)
"""
    assert told(folder, attack, str(file), who="bo", uid=BO, group=GROUP) == [True] * 6


@as_root
def test_who_writes_in_the_name_of_another_is_not_proven(project):
    folder = project.parent
    told(folder, "say(share(root, '64320').problems)", who="ana", uid=ANA, group=GROUP)
    told(folder, APPEND, who="ana", uid=ANA, group=GROUP)
    forge = """
os.getuid = lambda: int(sys.argv[2])
say(log.append("alias", {"alias": "champion"}).by)
"""
    told(folder, forge, str(ANA), who="bo", uid=BO, group=GROUP)
    read = told(folder, "say([e.proven for e in log.read().events])", who="ana", uid=ANA, group=GROUP)
    assert read == [True, False]
    (note,) = verify(place(folder))
    assert (note.severity, note.what) == ("note", f"author unproven: says {ANA}, the file is {BO}'s")
    (error,) = verify(place(folder), enforce=True)
    assert error.severity == "error"


@as_root
def test_who_can_not_write_decides_in_private_and_still_reads(project):
    folder = project.parent
    told(folder, APPEND.replace("0o077", "0o022"), who="ana", uid=ANA)
    assert told(folder, APPEND, who="eve", uid=EVE) == [2, 1, True, [ANA]]
    assert told(folder, APPEND, who="ana", uid=ANA)[0] == 2
    assert told(folder, "say([e.uid for e in log.read().events])", who="eve", uid=EVE) == [ANA, EVE, ANA]
    private = list((folder / "eve.duckdb.state" / "journals" / "key").glob("*/*.json"))
    assert len(private) == 1
    assert (folder / "eve.duckdb.state" / "journals").stat().st_mode & 0o777 == 0o700
    check = "say([f.what for f in verify(log.place)])"
    assert told(folder, check, who="eve", uid=EVE) == []
    share_it = "say(share(root, '64320').problems)"
    told(folder, share_it, who="ana", uid=ANA, group=GROUP)
    assert told(folder, APPEND, who="eve", uid=EVE, group=GROUP)[2:] == [False, [ANA, EVE, ANA]]
    assert told(folder, check, who="eve", uid=EVE) == []
    assert told(folder, check, who="ana", uid=ANA) == []


@as_root
def test_what_another_has_to_do_is_a_sentence(project):
    folder = project.parent
    project.chmod(0o777)
    told(folder, APPEND.replace("0o077", "0o022"), who="bo", uid=BO)
    share_it = "say(share(root, '64320').problems)"
    month = files(place(folder))[0].parent.name
    assert told(folder, share_it, who="ana", uid=ANA, group=GROUP) == [
        ".mlops-console/models can't be made: permission denied",
        ".mlops-console/baselines can't be made: permission denied",
        f".mlops-console is {BO}'s: they have to run this too",
        f".mlops-console/journal is {BO}'s: they have to run this too",
        f".mlops-console/journal/{month} is {BO}'s: they have to run this too",
    ]
    assert told(folder, share_it, who="bo", uid=BO, group=GROUP) == []
    assert told(folder, APPEND, who="ana", uid=ANA, group=GROUP)[2] is False


@as_root
def test_who_is_not_in_the_group_is_told(project):
    say = "try:\n share(root, '0')\nexcept UsageError as error:\n say([str(error), error.hint])"
    said, hint = told(project.parent, say, who="ana", uid=ANA, group=GROUP)
    assert said == "you are not in the group root, so you can't share with it"
    assert hint.startswith("yours: 64320, 64321")


def test_a_group_that_there_is_not_is_told(tmp_path):
    with pytest.raises(UsageError, match="there is no group no-such-group"):
        share(str(tmp_path), "no-such-group")


def test_sharing_opens_what_was_there_and_leaves_hard_links_alone(tmp_path):
    before = os.umask(0o077)
    try:
        there = written(tmp_path, 2)
        root = tmp_path / "project"
        copy = root / ".mlops-console" / "models" / "churn" / ("a" * 64)
        copy.mkdir(parents=True)
        (copy.parent / "aliases").mkdir()
        (copy / "model.bin").write_bytes(b"x")
        secret = tmp_path / "secret"
        secret.write_text("x")
        os.link(secret, copy / "linked")
        copy.chmod(0o500)
    finally:
        os.umask(before)
    done = share(str(root), str(os.getgid()))
    assert done.files == 3
    found = modes(root / ".mlops-console")
    assert found.pop("models/churn/aliases") == "0o2775"
    assert int(found.pop("models/churn/" + "a" * 64), 8) & 0o777 == 0o550
    assert set(found.values()) == {"0o3775"}
    assert secret.stat().st_mode & 0o777 == 0o600
    assert {file.stat().st_mode & 0o777 for file in files(there)} == {0o440}
    copy.chmod(0o700)
    shutil.rmtree(copy)


def test_folders_below_a_shared_one_are_as_shared_whatever_the_umask(tmp_path):
    tmp_path.chmod(0o2770)
    before = os.umask(0o077)
    try:
        make_folders(str(tmp_path), "a/b")
        make_folders(str(tmp_path), "a/b")
    finally:
        os.umask(before)
    assert modes(tmp_path) == {"a": "0o3770", "a/b": "0o3770"}
    assert file_mode(tmp_path.stat()) == 0o440


def test_a_private_journal_is_among_what_purge_removes(tmp_path):
    from mlops_console.settings import places
    from mlops_console.workspace.diagnosis import ours, purge

    store = tmp_path / "kept" / "store.duckdb"
    where = places(str(store))
    (where.journals / "key").mkdir(parents=True)
    assert any(where.journals == path or path in where.journals.parents for path in ours(where))
    purge(str(store))
    assert not where.journals.exists()
