"""`deploy` as a person and a pipeline use it."""

import json

import pytest

from mlops_console.cli import run_command
from mlops_console.workspace import open_workspace
from mlops_console.workspace.registering.registering import register


@pytest.fixture
def ask(tmp_path, capsys, monkeypatch):
    root, store = tmp_path / "churn", str(tmp_path / "kept/store.duckdb")
    for number in (1, 2):
        (root / f"m{number}").mkdir(parents=True)
        (root / f"m{number}/weights").write_bytes(b"w%d" % number * 5000)
    with open_workspace([root], store) as workspace:
        for number in (1, 2):
            register(workspace, "churn", path=f"m{number}", project=workspace.projects[0])
    (root / "mlops-console.toml").write_text(
        f'[models.churn.targets.production]\nfolder = "{tmp_path / "production"}"\n'
    )
    monkeypatch.chdir(root)

    def ask(*words, code=0):
        got = run_command(["deploy", *words, "--store", store])
        said = capsys.readouterr()
        assert got == code, said.out + said.err
        assert "Traceback" not in said.err
        return said

    return ask


def test_it_is_planned_done_checked_and_taken_back(ask, tmp_path):
    said = ask("churn@1", "production", "--dry-run").out
    assert "switch current from nothing to churn@1" in said
    assert not (tmp_path / "production").exists()
    assert "churn@1 is current in production" in ask("churn@1", "production").out
    assert "as deployed" in ask("--check", "churn@1", "production").out
    assert "it is not churn@2" in ask("--check", "churn@2", "production", code=1).out
    done = json.loads(ask("churn@2", "production", "--json").out)
    assert (done["outcome"], done["copied"], done["current"]) == ("done", True, done["sha256"])
    checked = json.loads(ask("--check", "churn@2", "production", "--json").out)
    planned = json.loads(ask("churn@2", "production", "--dry-run", "--json").out)
    assert {(one["model"], one["version"]) for one in (done, checked, planned)} == {("churn", 2)}
    assert "the release was there" in ask("churn@1", "production").out


def test_a_target_that_was_edited_is_a_considered_no(ask, tmp_path):
    assert "No targets" not in ask("--check").err
    ask("churn@1", "production")
    (tmp_path / "production/current/hook.py").write_text("x")
    said = ask("--check", code=1).out
    assert "differs" in said
    assert "hook.py is no part of it" in said
    (one,) = [json.loads(line) for line in ask("--check", "--json", "--full", code=1).out.splitlines()]
    assert (one["version"], one["target"], len(one["problems"])) == (1, "production", 1)


def test_what_can_t_be_done_is_2(ask):
    assert "name a version and a target" in ask("churn@1", code=2).err
    assert "--full goes with --check" in ask("churn@1", "production", "--full", code=2).err
    assert "has no target 'prod'" in ask("churn@1", "prod", code=2).err
    assert "has no version 9" in ask("churn@9", "production", code=2).err


def test_a_command_that_was_never_trusted_is_told_and_2(ask, tmp_path):
    with (tmp_path / "churn/mlops-console.toml").open("a") as file:
        file.write('health = ["true"]\n')
    assert "refused: the health command was never trusted by you" in ask(
        "churn@1", "production", "--dry-run", code=2
    ).out  # fmt: skip
    assert "mlops-console trust" in ask("churn@1", "production", code=2).out
