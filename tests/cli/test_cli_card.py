"""`card` as a person and a program use it."""

import json

import pytest
from tests.workspace.registering.registering_desk import ONE, churn

from mlops_console.cli import run_command


@pytest.fixture
def ask(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)
    project = churn(tmp_path)

    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", str(tmp_path / "kept" / "s.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        assert "Traceback" not in said.err
        return said

    ask("scan", project)
    ask("register", ONE, "churn", "--reason", "\x1b[31mfirst <b>")
    return ask


def test_it_is_printed_written_and_told_to_programs(ask, tmp_path):
    said = ask("card", "churn@1").out
    assert said.startswith("# Model card, project churn\n\n**churn v1 is a candidate")
    assert "\x1b" not in said
    page = tmp_path / "card.html"
    assert ask("card", "churn@v1", "--html", page, "--project", "churn").err == f"wrote {page}\n"
    text = page.read_text()
    assert "default-src 'none'" in text
    assert "first &lt;b&gt;" in text
    assert "there already" in ask("card", "churn@1", "--html", page, code=2).err
    ask("card", "churn@1", "--html", page, "--force")
    found = json.loads(ask("card", "churn@1", "--json").out)
    assert (found["model"], found["version"], found["owner"], found["gates"]) == ("churn", 1, "", {})
    assert [one["part"] for one in found["missing"]][:3] == ["owner", "purpose", "limits"]
    assert found["reason"] == "\x1b[31mfirst <b>"


def test_what_can_t_be_is_a_sentence(ask, tmp_path):
    assert "no version 7" in ask("card", "churn@7", code=2).err
    assert "no model" in ask("card", "nobody@1", code=2).err
    assert "names no version" in ask("card", "churn", code=2).err
    assert "is a folder" in ask("card", "churn@1", "--html", tmp_path, code=2).err
