"""`approve`: for others' versions, once, and taken back."""

import pytest
from tests.cli.deciding_stage import Stage
from tests.workspace.deciding.deciding_desk import BO, being

ASK = ("approve", "churn@1", "champion")


@pytest.fixture
def stage(tmp_path, capsys):
    return Stage(tmp_path, capsys).versions(0.8, gates='require = "auc >= 0.9"\napprovals = 1')


def test_ones_own_version_is_for_others_to_approve(stage):
    stage.run(*ASK, "--reason", "mine", code=2)
    assert "you registered churn@1 yourself: somebody else has to approve it" in stage.err
    assert "init --shared GROUP" in stage.err


def test_it_counts_once_and_is_taken_back(stage):
    with being(BO):
        assert stage.run(*ASK, "--reason", "looked") == "approved churn@1 as champion\n"
        assert "you approved it already" in stage.run(*ASK, "--reason", "looked")
        found = stage.json(*ASK, "--withdraw", "--reason", "wrong one")
        assert (found["moved"], found["by"]) == (True, str(BO))
        stage.run(*ASK, "--withdraw", "--reason", "wrong one", code=2)
    assert "you have not approved it" in stage.err


def test_a_gate_may_fail_by_somebodys_word(stage):
    with being(BO):
        assert (
            stage.run(*ASK, "--gate", "auc", "--reason", "ranked") == "auc may fail for churn@1 as champion\n"
        )
        stage.run(*ASK, "--reason", "looked")
        stage.run(*ASK, "--gate", "slices", "--reason", "ranked", code=2)
        assert "there is no gate 'slices'" in stage.err
    said = stage.run("promote", "churn@1", "champion", "--reason", "so", code=1)
    assert f"no file's owner proves it: {BO}" in said


def test_a_reason_is_needed(stage):
    stage.run(*ASK, code=2)
    assert "needs a reason" in stage.err
