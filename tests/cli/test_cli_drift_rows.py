"""`drift rows`: rows of a part of a window."""

import json

import pytest
from tests.workspace.monitor_making import WISH, project

from mlops_console.cli import run_command


@pytest.fixture
def shop(tmp_path):
    return project(tmp_path / "shop", WISH + "classifier = 1\n", days=(0.0, 3.0))


@pytest.fixture
def ask(tmp_path, capsys, shop):
    def asked(word, *words, code=0):
        got = run_command(
            ["drift", word, *words, "--project", str(shop), "--store", str(tmp_path / "store.duckdb")]
        )
        said = capsys.readouterr()
        assert got == code, said.out + said.err
        return said

    return asked


def test_rows_of_a_level_and_of_an_interval(ask):
    assert "no window is judged" in ask("rows", "shop", code=2).err
    ask("check", code=1)
    found = json.loads(ask("rows", "shop", "--segment", "plan=gold", "--json").out)
    assert (found["segment"]["by"], found["columns"][0]) == ("plan", "plan")
    assert {row[0] for row in found["rows"]} == {"gold"}
    assert 0 < found["matching"] <= found["looked"] == 1_000
    low = json.loads(ask("rows", "shop", "--segment", "amount=below 50", "--json").out)
    assert all(float(row[0]) < 50 for row in low["rows"])
    earlier = json.loads(
        ask("rows", "shop", "--segment", "amount=below 50", "--window", "2024-05-01", "--json").out
    )
    assert earlier["matching"] > low["matching"]
    said = ask("rows", "shop", "--segment", "plan=gold").out
    assert "plan = gold" in said
    assert "rows looked through, 40 of them shown" in said


def test_rows_that_lack_a_label(tmp_path, capsys, monkeypatch):
    wish = WISH + 'classifier = 1\nlabel = "bought"\nscore = "age"\n'
    shop = project(tmp_path / "shop", wish, days=(0.0, 3.0))
    monkeypatch.setattr("mlops_console.analysis.over_unlabelled.MOST", 700)

    def asked(*words, code=0):
        where = ("--project", str(shop), "--store", str(tmp_path / "store.duckdb"))
        got = run_command(["drift", *words, *where])
        said = capsys.readouterr()
        assert got == code, said.out + said.err
        return said

    asked("check", code=1)
    rows = ("rows", "shop", "--unlabelled")
    found = json.loads(asked(*rows, "--json").out)
    assert (found["lacking"], found["of"], len(found["rows"]), found["moved"]) == (1_000, 1_000, 700, 0)
    assert found["columns"] == ["at", "age", "bought"]
    assert found["problems"] == [
        "No column says which row is which: labels of these can't be brought back to them."
    ]
    assert "1,000 of 1,000 rows of 2024-05-02 lack a label" in asked(*rows).out
    file = tmp_path / "to label.csv"
    assert "wrote 700 of 1,000 rows to" in asked(*rows, "--out", str(file)).err
    assert (file.stat().st_mode & 0o777, len(file.read_text().splitlines())) == (0o600, 701)
    assert "is there already" in asked(*rows, "--out", str(file), code=2).err
    assert "there is no folder" in asked(*rows, "--out", str(tmp_path / "no/x.csv"), code=2).err
    assert "--unlabelled --out FILE" in asked("rows", "shop", "--out", "x.csv", code=2).err


def test_mistakes_are_said(ask):
    ask("check", code=1)
    before = ("--window", "2024-05-01")
    assert "no part of the rows explains" in ask("rows", "shop", *before, code=2).err
    assert "a column and its level" in ask("rows", "shop", "--segment", "plan", code=2).err
    assert "have no column nothing" in ask("rows", "shop", "--segment", "nothing=3", code=2).err
    assert "the newest are 2024-05-01, 2024-05-02" in ask("rows", "shop", "--window", "x", code=2).err
