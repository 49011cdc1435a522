"""`retrain` from a shell: nothing runs unseen, and what does can be followed and stopped."""

import json

import pytest
from tests.cli.deciding_stage import Stage


@pytest.fixture
def stage(tmp_path, capsys, monkeypatch):
    made = Stage(tmp_path, capsys)
    made.project.mkdir()
    (made.project / "mlops-console.toml").write_text(
        "[models.churn.retrain]\ncommand = ['sh', '-c', 'echo {model}; echo {else}; [ -e ok ]']\n"
    )
    monkeypatch.chdir(made.project)
    return made


def test_a_training_from_a_shell(stage):
    text = "sh -c 'echo {model}; echo {else}; [ -e ok ]'"
    assert text in stage.run("retrain", "churn", "--reason", "harmed", code=2)
    assert "the same again with --trust" in stage.err
    planned = stage.json("retrain", "churn", "--dry-run")
    assert (planned["argv"][2], planned["trusted"], planned["words"]["alias"]) == (
        "echo churn; echo {else}; [ -e ok ]", False, "champion",
    )  # fmt: skip
    assert stage.run("retrain", "--status") == ""
    assert "No training was started" in stage.err

    told = stage.json("retrain", "churn", "--reason", "harmed", "--trust", "--wait", code=1)
    assert (told["state"], told["code"], told["because"], told["reason"], told["version"]) == (
        "failed", 1, "exit code 1", "harmed", None,
    )  # fmt: skip
    assert stage.run("retrain", "churn", "--log", 2).splitlines()[0] == "{else}"
    assert stage.run("retrain", "churn", "--log", 0) == ""
    [log] = stage.project.glob(".mlops-console/trainings/churn/*/log")
    log.unlink()
    assert stage.run("retrain", "churn", "--log") == ""
    assert "nothing that it printed can be read" in stage.err
    (stage.project / "ok").touch()
    assert stage.run("retrain", "churn", "--reason", "again", "--wait").startswith("churn  done after")
    listed = [json.loads(line)["state"] for line in stage.run("retrain", "--status", "--json").splitlines()]
    assert listed == ["done", "failed"]
    assert stage.run("audit", "log").count("churn anew") == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["retrain"], "name a model"),
        (["retrain", "churn"], "a decision needs a reason"),
        (["retrain", "churn", "--status", "--stop"], "each go alone"),
        (["retrain", "chrun", "--reason", "x"], "did you mean `churn`?"),
        (["retrain", "churn", "--stop", "--reason", "x"], "no training of churn runs"),
        (["retrain", "churn", "--log"], "no training of churn was started"),
    ],
)
def test_what_can_not_be_asked(stage, words, said):
    stage.run(*words, code=2)
    assert said in stage.err
