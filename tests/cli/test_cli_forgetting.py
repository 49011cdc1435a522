"""`forget --undo` and `unwatch`: what was said can be found and taken back."""

import json
import shutil

import pytest
from tests.cli.test_cli_commands import write_run

from mlops_console.cli import run_command
from mlops_console.workspace import open_workspace


@pytest.fixture
def shop(tmp_path):
    for name in ("one", "two"):
        write_run(tmp_path / "shop", name, [1.0, 0.5])
        write_run(tmp_path / "shop/more", name, [1.0, 0.5])
    return tmp_path / "shop"


@pytest.fixture
def command(tmp_path, capsys, shop):
    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", str(tmp_path / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    with open_workspace([shop], str(tmp_path / "s.duckdb"), watch=True) as workspace:
        workspace.scan()
    return ask


def ids(command):
    found = map(json.loads, command("runs", "--json").out.splitlines())
    return {run["path"]: run["id"] for run in found}


def test_forgotten_runs_are_listed_and_named_as_runs_are(command, shop):
    known = ids(command)
    command("forget", "runs/one", "runs/two", "more/runs/one", "--yes")
    listed = command("forget", "--undo").out.splitlines()
    assert {line.split()[0] for line in listed} == {
        known[p] for p in ("runs/one", "runs/two", "more/runs/one")
    }
    assert all(line.endswith(str(shop)) for line in listed)
    assert str(shop) in command("forget", "--undo", "runs/one").out
    assert command("forget", "--undo", known["runs/two"][:8]).err == ""
    said = command("forget", "--undo", "more/runs/one", "never", code=2)
    assert "'never'" in said.err
    assert len(command("forget", "--undo").out.splitlines()) == 1
    command("scan", shop)
    assert set(ids(command)) == {"runs/one", "runs/two", "more/runs/two"}


def test_a_name_that_several_forgotten_runs_have_is_asked_about(command):
    known = ids(command)
    command("forget", "runs/one", "more/runs/one", "--yes")
    said = command("forget", "--undo", "one", code=2).err
    assert all(known[path] in said for path in ("runs/one", "more/runs/one"))


def test_what_an_earlier_version_forgot_is_named_by_its_id(command, tmp_path):
    run = ids(command)["runs/one"]
    command("forget", run, "--yes")
    (tmp_path / "s.duckdb.state/forgotten" / f"{run}.json").write_text(json.dumps({"id": run}))
    assert command("forget", "--undo").out.startswith(run)
    assert command("forget", "--undo", run).out.startswith(run)


def test_forget_without_a_run_says_what_to_name(command):
    assert "name the runs" in command("forget", code=2).err
    assert "No run was forgotten" in command("forget", "--undo").err


def test_a_folder_is_watched_no_longer_also_one_that_is_gone(command, shop, tmp_path):
    assert command("unwatch").out.splitlines() == [str(shop)]
    assert "is not watched" in command("unwatch", shop / "more", code=2).err
    shutil.rmtree(shop)
    assert "watched no longer" in command("unwatch", shop).out
    assert command("unwatch").out == ""
    assert len(ids(command)) == 4
    with open_workspace((), str(tmp_path / "s.duckdb"), watch=True) as workspace:
        assert workspace.projects == []
