"""`adopt` on the command line: what MLflow has registered is listed, then registered."""

import json

import pytest

from mlops_console.cli import run_command

MODEL = "fraud-scorer"


@pytest.fixture
def command(tmp_path, capsys, monkeypatch, corpus):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)

    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", str(tmp_path / "kept" / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    ask("scan", corpus("mlflow/filestore-models-v3"))
    return ask


def test_what_is_there_is_listed_then_adopted(command):
    listed = command("adopt")
    assert listed.out.startswith(f"{MODEL} v1 (champion, prod)  mlruns/")
    assert "`mlops-console adopt MODEL`, or --all" in listed.err
    assert json.loads(command("adopt", "--json").out)["adopted"] is None
    said = command("adopt", MODEL).out
    assert said == f"{MODEL}@1  from MLflow's {MODEL} v1 (champion, prod)  champion, prod\n"
    assert f"adopted as {MODEL}@1" in command("adopt").out
    again = command("adopt", "--all")
    assert "it was adopted before" in again.err
    found = [json.loads(line) for line in command("models", MODEL, "--json").out.splitlines()]
    assert [(one["version"], sorted(one["aliases"])) for one in found] == [(1, ["champion", "prod"])]


@pytest.mark.parametrize("which", ["1", "v1", "champion"])
def test_one_version_with_one_alias(command, which):
    found = json.loads(command("adopt", f"{MODEL}@{which}", "--alias", "prod", "--json").out)
    assert (found["adopted"]["version"], found["adopted"]["aliases"]) == (1, ["prod"])
    assert (found["adopted"]["new"], found["because"]) == (True, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "no model 'nothing'"),
        ([f"{MODEL}@7"], "has no version '7'"),
        ([MODEL, "--all"], "leave the name away"),
        ([MODEL, "--project", "nowhere"], "no project"),
    ],
)
def test_what_is_not_there_is_told(command, words, said):
    assert said in command("adopt", *words, code=2).err


def test_without_mlflow_there_is_nothing_to_adopt(command, tmp_path, capsys):
    (tmp_path / "bare").mkdir()
    run_command(["scan", str(tmp_path / "bare"), "--store", str(tmp_path / "other" / "s.duckdb")])
    capsys.readouterr()
    assert run_command(["adopt", "--store", str(tmp_path / "other" / "s.duckdb")]) == 0
    told, hint = capsys.readouterr().err.splitlines()
    assert told == "No model that MLflow has registered was found."
    assert "scan FOLDER" in hint
    assert run_command(["adopt", "--all", "--store", str(tmp_path / "other" / "s.duckdb")]) == 2
