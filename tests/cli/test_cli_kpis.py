"""`kpis` as a person, a pipeline and a program use it."""

import json

import pytest
from tests.cli.deciding_stage import Stage

WISH = """\
[models.churn]
owner = "ana"

[models.churn.kpis.retention]
metric = "auc"
goal = "max"
floor = 0.7
review = "1s"
worth = 1000
currency = "EUR"

[models.churn.kpis.complaints]
goal = "min"
floor = 3
"""


@pytest.fixture
def stage(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("MLOPS_CONSOLE_STORE", raising=False)
    stage = Stage(tmp_path, capsys).versions(0.6, 0.8)
    (stage.project / "mlops-console.toml").write_text(WISH)
    return stage


def test_a_table_and_what_nobody_measures(stage):
    stage.run("promote", "churn@1", "champion", "--reason", "first", "--yes")
    out = stage.run("kpis")
    assert "worse than its floor" in out
    assert "recorded with v1" in out
    assert "\N{MINUS SIGN}100 EUR" in out
    assert "nobody measures `complaints`" in stage.err
    stage.run("kpis", "--check", code=1)
    stage.run("promote", "churn@2", "champion", "--reason", "better", "--yes")
    assert "floor kept" in stage.run("kpis", "churn", "--project", stage.project)
    stage.run("kpis", "--check", code=1)
    (stage.project / "mlops-console.toml").write_text(WISH.partition("[models.churn.kpis.complaints]")[0])
    stage.run("kpis", "--check")


def test_for_programs(stage):
    first, second = (json.loads(line) for line in stage.run("kpis", "--json").splitlines())
    assert (first["kpi"], first["value"], first["met"]) == ("retention", None, "unknown")
    assert first["source"] == "no version is champion; v2 is the newest"
    assert [one["value"] for one in first["versions"]] == [0.6, 0.8]
    assert second["kpi"] == "complaints"


def test_the_overview_of_one_project(stage):
    part = ("overview", "--part", "projects", "--json", "--project")
    [line] = stage.run(*part, stage.project.name).splitlines()
    assert json.loads(line)["project"] == stage.project.name
    assert stage.run(*part, "elsewhere", code=2) == ""
    assert "elsewhere" in stage.err


def test_somebody_has_looked(stage):
    stage.run("promote", "churn@2", "champion", "--reason", "first", "--yes")
    assert "needs a reason" in (stage.run("kpis", "review", "churn", "retention", code=2) or stage.err)
    said = stage.json("kpis", "review", "churn", "retention", "--reason", "as planned")
    assert (said["kpi"], said["value"], said["version"], said["reason"]) == (
        "retention",
        0.8,
        2,
        "as planned",
    )
    assert "reviewed: churn complaints" in stage.run("kpis", "review", "churn", "--reason", "all")
    found = json.loads(stage.run("kpis", "--json").splitlines()[0])
    assert found["reviewed"]["reason"] == "all"
    stage.run("kpis", "review", "churn", "retentoin", "--reason", "x", code=2)
    assert "retention" in stage.err


def test_reports(stage, tmp_path):
    stage.run("promote", "churn@1", "champion", "--reason", "first", "--yes")
    page, text = tmp_path / "k.html", tmp_path / "k.md"
    stage.run("kpis", "report", page)
    stage.run("kpis", "report", text, "--model", "churn")
    assert "1 of 2 KPIs is worse than its floor: retention (.6" in page.read_text()
    assert text.read_text().startswith("# KPI report of shop")
    written = stage.json("kpis", "report", tmp_path / "again.md")
    assert (written["file"], written["kpis"]) == (str(tmp_path / "again.md"), 2)
    assert written["problems"] == []
    stage.run("kpis", "report", page, code=2)
    assert "there already" in stage.err
    stage.run("kpis", "report", page, "--force")
    stage.run("kpis", "report", tmp_path / "k.pdf", code=2)
    assert ".html or .md" in stage.err


def test_what_is_not_there_is_a_sentence(stage):
    stage.run("kpis", "churm", code=2)
    assert "did you mean `churn`" in stage.err
    stage.run("kpis", "--project", "nowhere", code=2)
    assert "there is no project" in stage.err
    (stage.project / "mlops-console.toml").write_text("")
    assert stage.run("kpis") == ""
    assert "makes one" in stage.err
    stage.run("kpis", "review", "churn", "--reason", "x", code=2)
    assert "has no KPI" in stage.err


def test_a_kpi_that_a_mistake_lost_passes_no_check(stage, tmp_path):
    (stage.project / "mlops-console.toml").write_text(WISH + "flor = 3\n")
    stage.run("kpis", "--check", code=2)
    assert "mlops-console.toml:15: models.churn.kpis.complaints.flor" in stage.err
    stage.run("kpis", "report", tmp_path / "k.md")
    assert "Some may be missing" in (tmp_path / "k.md").read_text()


def test_a_project_may_be_called_like_a_word(stage):
    stage.run("kpis", "--project", "review", code=2)
    assert "there is no project" in stage.err
