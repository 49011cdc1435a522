"""`attention`: what it lists, what is put off and woken, and what it ends with."""

import json

import pytest
from tests.cli.deciding_stage import Stage
from tests.scenarios.stage import put

WISHES = """\
[models.churn]
owner = "ana"
purpose = "who leaves"
limits = "not for pricing"
[models.churn.kpis.retention]
metric = "auc"
goal = "max"
floor = 0.9
[models.churn.gates.champion]
"""


@pytest.fixture
def stage(tmp_path, capsys):
    stage = Stage(tmp_path, capsys).versions(0.8)
    stage.run("promote", "churn@1", "champion", "--reason", "so")
    put(stage.project, "mlops-console.toml", WISHES)
    return stage


def lines(stage, *words, code=0):
    return [json.loads(line) for line in stage.run("attention", *words, "--json", code=code).splitlines()]


def test_it_lists_the_worst_first_for_people_and_programs(stage):
    said = stage.run("attention")
    assert said.index("!!  floor      churn retention") < said.index("?   monitor    churn")
    assert ".8, worse than its floor of .9 (recorded with v1)" in said
    assert "key floor:churn:retention:v1" in said
    assert "mlops-console kpis churn" in said
    assert "2 to look at (1 !!, 1 ?)." in stage.err
    found = lines(stage)
    assert [(one["kind"], one["level"]) for one in found] == [("floor", "bad"), ("monitor", "ask")]
    first = found[0]
    assert (first["key"], first["project"], first["owner"]) == ("floor:churn:retention:v1", "shop", "ana")
    assert (first["view"], first["about"], first["detail"]) == ("models", "churn", "1")
    assert (first["snoozed"], first["history"]) == (None, [])


def test_a_check_fails_where_something_is_bad(stage):
    stage.run("attention", "--check", code=1)
    stage.run("attention", "snooze", "floor", "--until", "7d", "--reason", "known")
    stage.run("attention", "--check")


def test_what_is_put_off_is_listed_apart_until_it_is_woken(stage):
    said = stage.run("attention", "snooze", "floor:churn", "--until", "7d", "--reason", "retraining runs")
    assert said.startswith("snoozed until ")
    assert [one["kind"] for one in lines(stage)] == ["monitor"]
    assert "1 snoozed" in stage.run("attention") + stage.err
    [off] = lines(stage, "--snoozed")
    assert (off["snoozed"]["reason"], off["kind"]) == ("retraining runs", "floor")
    shown = stage.run("attention", "--snoozed")
    assert ": retraining runs" in shown
    found = stage.json("attention", "wake", "floor", "--reason", "it is Monday")
    assert found["key"] == "floor:churn:retention:v1"
    [first, _] = lines(stage)
    assert [one["until"] is None for one in first["history"]] == [True, False]
    stage.run("attention", "wake", "floor", "--reason", "again", code=2)
    assert "is not snoozed" in stage.err


def test_every_decision_needs_a_key_an_end_and_a_reason(stage):
    stage.run("attention", "snooze", "floor", "--reason", "x", code=2)
    assert "--until 7d" in stage.err
    stage.run("attention", "snooze", "floor", "--until", "7d", code=2)
    assert "needs a reason" in stage.err
    stage.run("attention", "snooze", "floor", "--until", "2020-01-01", "--reason", "x", code=2)
    assert "past" in stage.err
    stage.run("attention", "snooze", "flor:churn:retention", "--until", "7d", "--reason", "x", code=2)
    assert "near it: floor:churn:retention:v1" in stage.err
    stage.run("attention", "snooze", "", "--until", "7d", "--reason", "x", code=2)
    stage.run("attention", "wake", "floor", "--reason", "x", code=2)
    assert "nothing is" in stage.err


def test_a_project_without_anything_needs_nobody(tmp_path, capsys):
    stage = Stage(tmp_path, capsys)
    put(stage.project, "runs/a/metrics.csv")
    stage.run("scan", stage.project)
    assert stage.run("attention") == ""
    assert "Nothing needs you." in stage.err
    assert stage.run("attention", "--json") == ""
    stage.run("attention", "--project", "nowhere", code=2)
