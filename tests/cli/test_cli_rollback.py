"""`rollback` and `retract`: one reason, and back."""

import pytest
from tests.cli.deciding_stage import Stage


@pytest.fixture
def stage(tmp_path, capsys):
    stage = Stage(tmp_path, capsys).versions(0.91, 0.92, 0.93)
    for number in (1, 2, 3):
        stage.run("promote", f"churn@{number}", "champion", "--reason", "next")
    return stage


def test_it_goes_back_and_says_where(stage):
    said = stage.run("rollback", "churn", "champion", "--reason", "fraud spike")
    assert said == "churn champion is v2 again (was v3)\n  1 of 1 gates pass\n"
    found = stage.json("rollback", "churn", "champion", "--reason", "still")
    assert (found["version"], found["before"], found["moved"]) == (1, 2, True)
    assert [one["way"] for one in stage.moves()[:2]] == ["rollback", "rollback"]
    stage.run("rollback", "churn", "champion", "--reason", "more", code=2)
    assert "stood nowhere before" in stage.err


def test_a_version_may_be_named(stage):
    assert "is v1 again" in stage.run("rollback", "churn", "champion", "--to", "v1", "--reason", "spike")
    stage.run("rollback", "churn", "champion", "--to", "7", "--reason", "spike", code=2)
    assert "the newest is churn@3" in stage.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("churn", "champion"), "needs a reason"),
        (("churn", "challenger", "--reason", "x"), "it has champion"),
        (("chrn", "champion", "--reason", "x"), "there is churn"),
    ],
)
def test_what_cannot_be_asked_says_why(stage, words, said):
    stage.run("rollback", *words, code=2)
    assert said in stage.err


def test_a_version_is_withdrawn_once_nothing_stands_on_it(stage):
    stage.run("retract", "churn@3", "--reason", "leaked", code=2)
    assert "roll it back first" in stage.err
    stage.run("rollback", "churn", "champion", "--reason", "leaked")
    assert stage.run("retract", "churn@3", "--reason", "leaked") == "withdrawn: churn@3\n"
    assert "withdrawn already: leaked" in stage.run("retract", "churn@3", "--reason", "leaked")
    stage.run("promote", "churn@3", "champion", "--reason", "nevertheless", code=2)
    assert "churn@3 was withdrawn: leaked" in stage.err


def test_a_dry_run_says_from_what_to_what_and_writes_nothing(stage):
    before = stage.moves()
    said = stage.run("rollback", "churn", "champion", "--dry-run").splitlines()
    assert said[0] == "churn champion would go from v3 back to v2"
    assert said[1].startswith("  integrity nothing: It is external")
    assert stage.err == "Nothing was written.\n"
    found = stage.json("rollback", "churn", "champion", "--to", "1", "--dry-run")
    assert (found["version"], found["holder"]) == (1, 3)
    assert found["gates"][0]["verdict"] == "pass"
    stage.run("rollback", "churn", "champion", "--to", "7", "--dry-run", code=2)
    assert stage.moves() == before
