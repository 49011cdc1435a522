"""Copies of versions in the registry: what `doctor` and lists say of them when they were changed."""

import json
import shlex

import pytest
from tests.workspace.registering.registering_desk import ONE, TWO, churn

from mlops_console.cli import run_command


@pytest.fixture
def ask(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)
    project = churn(tmp_path)

    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", str(tmp_path / "kept" / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.out + said.err
        return said

    ask("scan", project)
    ask("register", ONE, "churn")
    ask("promote", "churn@1", "champion", "--reason", "first")
    return ask


@pytest.fixture
def copy(ask, tmp_path):
    copies = (tmp_path / "churn/.mlops-console/models/churn").glob("*/*")
    (file,) = (one for one in copies if one.is_file() and one.parent.name != "aliases")
    return file


def spoil(file):
    file.parent.chmod(0o755)
    file.chmod(0o644)
    octets = bytearray(file.read_bytes())
    octets[7] ^= 1
    file.write_bytes(octets)


def wrong(ask):
    said = json.loads(ask("doctor", "--json").out)["wrong"]
    return [one for one in said if "the copy of" in one]


def test_a_copy_as_it_was_registered_is_nothing_wrong(ask):
    assert wrong(ask) == []
    assert "as they were registered" in ask("doctor").out


def test_doctor_names_a_changed_copy_and_the_command_that_puts_it_back(ask, copy):
    spoil(copy)
    (said,) = wrong(ask)
    assert "the copy of churn@1 (champion) is not what was registered" in said
    assert "`mlops-console register " in said
    assert "nothing is wrong" not in ask("doctor").out


def test_doctor_names_a_copy_that_is_gone(ask, copy):
    copy.parent.chmod(0o755)
    copy.unlink()
    copy.parent.rmdir()
    (said,) = wrong(ask)
    assert "the registry has no copy of churn" in said


def test_registering_the_same_run_again_repairs_its_copy_and_says_so(ask, copy):
    whole = copy.read_bytes()
    spoil(copy)
    assert ask("register", ONE, "churn").out == "the copy of churn@1 was repaired\n"
    assert copy.read_bytes() == whole
    assert wrong(ask) == []
    assert "already: nothing was registered" in ask("register", ONE, "churn", code=2).err
    spoil(copy)
    found = json.loads(ask("register", ONE, "churn", "--json").out)
    assert (found["version"], found["repaired"]) == (1, True)
    assert len(ask("models", "churn", "--json").out.splitlines()) == 1


def test_the_command_that_doctor_names_puts_it_back(ask, copy):
    spoil(copy)
    (said,) = wrong(ask)
    ask(*shlex.split(said.split("`")[1])[1:])
    assert wrong(ask) == []


def test_models_marks_a_version_whose_copy_was_changed(ask, copy):
    assert json.loads(ask("models", "churn", "--json").out)["intact"] is True
    assert ask("models").err == ""
    spoil(copy)
    for words in (("models",), ("models", "churn"), ("models", "churn@1")):
        said = ask(*words).err
        assert "copy of churn@1 is not what was registered" in said
        assert "mlops-console register " in said
    assert json.loads(ask("models", "--json").out)["intact"] is False


def test_a_version_without_an_alias_is_not_looked_at_unless_it_is_named(ask, copy):
    ask("register", TWO, "churn")
    found = [json.loads(line) for line in ask("models", "--json").out.splitlines()]
    assert [(one["version"], one["intact"]) for one in found] == [(2, None), (1, True)]
    assert json.loads(ask("models", "churn@2", "--json").out)["intact"] is True


def test_verifying_the_journal_says_who_looks_at_copies(ask):
    assert "`mlops-console doctor` tells" in ask("audit", "verify").err
    assert ask("audit", "verify", "--json").err == ""
