"""`drift baseline` on the command line: made, listed, shown; and what follows a promotion."""

import json
import shutil
from pathlib import Path

import pytest
from tests.workspace.deciding.deciding_desk import EASY, registered

from mlops_console.cli import run_command

CUSTOMERS = Path(__file__).parents[2] / "sample_projects" / "churn" / "data" / "customers.csv"


@pytest.fixture
def command(tmp_path, capsys, monkeypatch):
    with registered(tmp_path, EASY):
        pass
    project = tmp_path / "churn"
    (project / "data").mkdir(exist_ok=True)
    shutil.copy(CUSTOMERS, project / "data")
    monkeypatch.chdir(project)

    def ask(*words, code=0):
        got = run_command([*map(str, words), "--store", str(tmp_path / "kept" / "store.duckdb")])
        said = capsys.readouterr()
        assert got == code, said.err
        return said

    return ask


def test_one_is_made_listed_and_shown(command):
    assert "No version has a baseline" in command("drift", "baseline").err
    said = command("drift", "baseline", "churn@1")
    assert said.out.startswith("churn@1  baseline from data/customers.csv: 900 rows, 8 columns, ")
    assert "pinned to this version already" in command("drift", "baseline", "churn@1").err
    [line] = command("drift", "baseline", "churn", "--json").out.splitlines()
    found = json.loads(line)
    assert (found["model"], found["version"], found["rows"], found["holds"]) == ("churn", 1, 900, True)
    assert (found["source"], found["way"]) == ("data/customers.csv", "command")
    assert "churn@1" in command("drift", "baseline").out
    shown = command("drift", "baseline", "churn@1", "--show").out
    assert "900 rows, 8 columns, 900 whole rows" in shown
    whole = json.loads(command("drift", "baseline", "churn@1", "--show", "--json").out)
    assert whole["sha256"] == found["sha256"]
    assert [one["name"] for one in whole["columns"]] == CUSTOMERS.read_text().splitlines()[0].split(",")


def test_the_newest_holds(command):
    command("drift", "baseline", "churn@1")
    made = command("drift", "baseline", "churn@1", "--no-rows", "--reason", "no rows leave", "--json")
    told = json.loads(made.out)
    assert told["event"]
    assert "holds no whole rows" in made.err
    lines = [json.loads(one) for one in command("drift", "baseline", "--json").out.splitlines()]
    assert [(one["sha256"] == told["sha256"], one["holds"]) for one in lines] == [
        (True, True),
        (False, False),
    ]
    assert lines[0]["reason"] == "no rows leave"
    assert "(before)" in command("drift", "baseline").out
    assert "no whole rows" in command("drift", "baseline", "churn@1", "--show").out


def test_what_cannot_be_is_told(command):
    assert "has no column" in command("drift", "baseline", "churn@1", "--numeric", "nobody", code=2).err
    assert "there is no data at" in command("drift", "baseline", "churn@1", "--data", "x.csv", code=2).err
    assert "no data of churn@3 is known" in command("drift", "baseline", "churn@3", code=2).err
    assert "needs a version" in command("drift", "baseline", "churn", "--data", "x", code=2).err
    assert "has no baseline" in command("drift", "baseline", "churn@1", "--show", code=2).err
    assert "is gone" in command("drift", "baseline", "nowhere.baseline", "--show", code=2).err
    assert "it is no baseline" in command("drift", "baseline", "data/customers.csv", "--show", code=2).err


def test_promoting_says_that_one_was_made_and_it_travels(command, tmp_path):
    said = command("promote", "churn@1", "champion", "--reason", "first", "--yes")
    assert "baseline from data/customers.csv: 900 rows, 8 columns" in said.err
    assert "pinned a baseline to churn v1 from data/customers.csv" in command("audit", "log").out
    target = tmp_path / "target"
    command("deploy", "churn@1", f"{target}/")
    [beside] = (target / "manifests").glob("*.baseline")
    [kept] = Path(".mlops-console/baselines/churn").glob("*.baseline")
    assert beside.read_bytes() == kept.read_bytes()
    command("export", "churn@1", tmp_path / "out")
    assert (tmp_path / "out/reference.baseline").read_bytes() == kept.read_bytes()
    assert "reference.baseline" in (tmp_path / "out/SHA256SUMS").read_text()
    assert f"SHA-256 {kept.stem}" in command("card", "churn@1").out.replace("\n", " ")
    said = command("drift", "compare", tmp_path / "out/reference.baseline", CUSTOMERS, "--json")
    told = json.loads(said.out)
    assert told["reference"]["rows"] == 900
    assert told["verdict"] != "DRIFT"


def test_a_baseline_that_is_gone_keeps_no_model_from_being_deployed(command, tmp_path):
    command("promote", "churn@1", "champion", "--reason", "first", "--yes")
    [kept] = Path(".mlops-console/baselines/churn").glob("*.baseline")
    kept.unlink()
    target = tmp_path / "target"
    said = command("deploy", "churn@1", f"{target}/")
    assert "the baseline does not go along" in said.out + said.err
    assert (target / "current").exists()
    command("export", "churn@1", tmp_path / "out")
    assert "is gone" in (tmp_path / "out/reference.baseline.txt").read_text()


def test_one_is_taken_back_and_the_one_before_holds_again(command):
    first = json.loads(command("drift", "baseline", "churn@1", "--json").out)["sha256"]
    second = json.loads(command("drift", "baseline", "churn@1", "--no-rows", "--json").out)["sha256"]
    assert "needs a reason" in command("retract", "churn@1", "--baseline", code=2).err
    unknown = command("retract", "churn@1", "--baseline", "abc", "--reason", "x", code=2)
    assert "no baseline abc" in unknown.err
    told = json.loads(command("retract", "churn@1", "--baseline", "--reason", "rows leave", "--json").out)
    assert (told["baseline"], told["holds"]) == (second, first)
    said = command("retract", "churn@1", "--reason", "both", "--baseline", first[:8]).out
    assert said.endswith("it has none now\n")
    assert "has no baseline" in command("retract", "churn@1", "--baseline", "--reason", "x", code=2).err
    assert "No version has a baseline" in command("drift", "baseline").err
