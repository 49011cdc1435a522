"""Copies of versions in the registry: what `doctor` and lists say of them when they were changed."""

import json

import pytest
from tests.workspace.promoting.registering_desk import ONE, churn

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
