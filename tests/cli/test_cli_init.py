"""`init`: a first file from what is seen, never over another one; a folder for a group."""

import os
import stat
import tomllib

import pytest
from tests.cli.test_cli_commands import write_run
from tests.corpus import restoring

from mlops_console.cli import run_command
from mlops_console.errors import JournalError, UsageError
from mlops_console.journal.authors import group_name
from mlops_console.settings import PROJECT_FILE
from mlops_console.wishes.reading import read_bytes, read_wishes
from mlops_console.workspace.beginning import make_folder, write_wishes

REGISTERED = {"fraud-scorer"}
"""What `models/` of that file store names."""


@pytest.fixture
def begin(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)

    def begun(*words, code=0):
        got = run_command(["init", *map(str, words), "--store", str(tmp_path / "kept" / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    return begun


@pytest.fixture
def shop(tmp_path):
    for number, losses in enumerate(([1.0, 0.5], [1.0, 0.4])):
        write_run(tmp_path / "shop", f"run-{number}", losses)
    return tmp_path / "shop"


def test_it_writes_what_it_saw_and_a_folder_that_explains_itself(begin, shop):
    said = begin(shop)
    wishes = read_wishes(shop)
    assert wishes.mistakes == ()
    model = wishes.model("shop")
    assert (model.metric, model.goal) == ("acc", "max")
    assert model.gates["champion"]["require"] == ["acc >= champion"]
    assert f"wrote {shop}/{PROJECT_FILE}" in said.out
    assert "Commit it" in (shop / ".mlops-console/README.md").read_text()
    assert (shop / ".mlops-console/models/.gitignore").read_text() == "*\n"
    assert (shop / ".mlops-console/journal").is_dir()


def test_it_never_writes_over_a_file(begin, shop):
    file = shop / PROJECT_FILE
    file.write_text("[models.a]\nonwer = 'x'\n")
    said = begin(shop)
    assert file.read_text() == "[models.a]\nonwer = 'x'\n"
    assert "is left as it is: a; 1 mistake, see doctor" in said.out
    assert (shop / ".mlops-console/journal").is_dir()
    printed = begin(shop, "--print").out
    assert tomllib.loads(printed)["models"]["shop"]["metric"] == "acc"
    assert file.read_text() == "[models.a]\nonwer = 'x'\n"


def test_a_link_is_left_alone(begin, shop, tmp_path):
    (shop / PROJECT_FILE).symlink_to(tmp_path / "elsewhere")
    begin(shop)
    assert not (tmp_path / "elsewhere").exists()


def test_printing_leaves_the_project_as_it_was(begin, shop):
    before = sorted(path.name for path in shop.rglob("*"))
    printed = begin(shop, "--print").out
    assert sorted(path.name for path in shop.rglob("*")) == before
    assert read_bytes(printed.encode()).wishes.mistakes == ()
    assert "--print writes nothing" in begin(shop, "--print", "--shared", "x", code=2).err


def test_all_that_it_proposes_can_be_switched_on(begin, shop):
    """Comments that are TOML, without their mark: every key is one that is known."""
    text = begin(shop, "--print").out
    on = "\n".join(
        line.removeprefix("# ")
        if line.startswith(("# [", "# ")) and (" = " in line or "# [" in line)
        else line
        for line in text.splitlines()
    )
    wishes = read_bytes(on.encode()).wishes
    assert wishes.mistakes == ()
    model = wishes.model("shop")
    assert {"approvals", "clean_git", "significant", "command"} <= set(model.gates["champion"])
    assert (len(model.kpis), len(model.targets)) == (1, 1)


def test_a_project_of_nothing_begins_too(begin, tmp_path):
    (tmp_path / "Fresh Start").mkdir()
    begin(tmp_path / "Fresh Start")
    wishes = read_wishes(tmp_path / "Fresh Start")
    assert wishes.mistakes == ()
    assert list(wishes.models) == ["fresh-start"]
    assert wishes.model("fresh-start").metric == ""


def test_names_of_registered_models_are_taken_over(begin, tmp_path):
    project = restoring.restore("mlflow/filestore-models-v3", tmp_path)
    wishes = read_bytes(begin(project, "--print").out.encode()).wishes
    assert wishes.mistakes == ()
    assert set(wishes.models) == REGISTERED


def test_hostile_names_stay_text(begin, tmp_path):
    folder = tmp_path / 'a"]\n[models.evil]\x1b[31m'
    folder.mkdir()
    write_run(folder, "run", [1.0, 0.5])
    printed = begin(folder, "--print").out
    assert "\x1b" not in printed
    wishes = read_bytes(printed.encode()).wishes
    assert wishes.mistakes == ()
    assert list(wishes.models) == ["a-models.evil-31m"]


def test_there_must_be_such_a_folder(begin, tmp_path, monkeypatch):
    assert "there is no folder" in begin(tmp_path / "nowhere", code=2).err
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert "is no project" in begin(code=2).err


def test_a_group_may_write_whatever_the_umask_is(begin, shop):
    group = group_name(os.getegid())
    before = os.umask(0o077)
    try:
        said = begin(shop, "--shared", group)
    finally:
        os.umask(before)
    for below in ("", "journal", "models"):
        seen = (shop / ".mlops-console" / below).stat()
        assert stat.S_IMODE(seen.st_mode) == 0o3775
        assert seen.st_gid == os.getegid()
    for file in (PROJECT_FILE, ".mlops-console/README.md", ".mlops-console/models/.gitignore"):
        assert (shop / file).stat().st_mode & stat.S_IRGRP
    assert f"{group} may write in {shop}/.mlops-console" in said.out


def test_a_group_that_is_not_there_leaves_nothing_behind(begin, shop):
    assert "there is no group nobodys-group" in begin(shop, "--shared", "nobodys-group", code=2).err
    assert not (shop / PROJECT_FILE).exists()
    assert not (shop / ".mlops-console").exists()


def test_a_link_in_place_of_our_folder_is_not_followed(begin, shop, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (shop / ".mlops-console").symlink_to(tmp_path / "elsewhere")
    assert "is a link" in begin(shop, code=2).err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_where_nobody_can_write_it_says_so():
    with pytest.raises(UsageError, match=r"/proc/mlops-console\.toml can't be written: "):
        write_wishes("/proc", "")
    with pytest.raises(JournalError, match=r"/proc/\.mlops-console can't be made: "):
        make_folder("/proc")
