"""`promote`: what it says, and how it ends."""

import io

import pytest
from tests.cli.deciding_stage import Stage
from tests.scenarios.stage import put

GATES = 'require = "auc >= 0.9"'


@pytest.fixture
def stage(tmp_path, capsys):
    return Stage(tmp_path, capsys)


def test_it_says_what_stands_where_now(stage):
    stage.versions(0.91, 0.92, gates=GATES)
    assert stage.run("promote", "churn@1", "champion", "--reason", "the first").splitlines()[0] == (
        "churn champion is v1 now (was nothing)"
    )
    assert "churn champion is v2 now (was v1)" in stage.run(
        "promote", "churn@v2", "champion", "--reason", "more"
    )
    assert stage.run("promote", "churn@2", "champion", "--reason", "more").startswith(
        "churn@2 is champion already"
    )
    assert [(one["version"], one["reason"]) for one in stage.moves()] == [(2, "more"), (1, "the first")]


def test_gates_refuse_with_a_sentence_each(stage):
    stage.versions(0.8, gates='require = ["auc >= 0.9", "auc >= 0.95"]')
    said = stage.run("promote", "churn@1", "champion", "--reason", "hope", code=1)
    assert "Gates of churn v1" in said
    assert "require: auc >= 0.9: `auc` is .8" in said
    assert "require: auc >= 0.95: `auc` is .8" in said
    refused, past = stage.err.splitlines()
    assert refused == "churn@1 was not promoted: nothing was written."
    assert past == (
        "To promote it nevertheless, which is shown with it for ever, add:"
        " --allow-failing 'require: auc >= 0.9' --allow-failing 'require: auc >= 0.95'"
    )
    found = stage.json("promote", "churn@1", "champion", "--reason", "hope", code=1)
    assert (found["moved"], found["refused"], found["event"]) == (False, True, None)
    assert [one["verdict"] for one in found["gates"]] == ["fail", "fail", "pass"]
    assert stage.moves() == []


def test_going_past_a_gate_is_shown(stage):
    stage.versions(0.8, gates=GATES)
    said = stage.run("promote", "churn@1", "champion", "--reason", "ranked", "--allow-failing", "auc")
    assert "passed over  require: auc >= 0.9: `auc` is .8" in said
    assert stage.moves()[0]["overridden"] == ["require: auc >= 0.9"]
    stage.run("promote", "churn@1", "challenger", "--reason", "x", "--allow-failing", "aucc", code=2)
    assert "there is no gate 'aucc'" in stage.err


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(stage):
    stage.versions(0.91, 0.8, gates=f"{GATES}\napprovals = 1")
    said = stage.run("promote", "churn@2", "champion", "--dry-run", code=1)
    for words in (
        "Promote churn v2 to champion",
        "replaces  nothing: champion stands nowhere yet",
        ".mlops-console/models/churn/aliases/champion.json > v2",
        "1 of 3 pass",
        "approvals 0 of 1",
        "1 more must approve, other than",
        "way back  none yet",
    ):
        assert words in said
    would, past = stage.err.splitlines()
    assert would == "It would be refused. 2 gates refuse."  # why stands with the gates above
    assert past.endswith("--allow-failing 'require: auc >= 0.9' --allow-failing approvals")
    found = stage.json("promote", "churn@2", "champion", "--dry-run", code=1)
    assert (found["would_be_refused"], found["approvals"]["missing"]) == (True, 1)
    assert stage.moves() == []


def test_a_dry_run_of_what_passes_ends_well(stage):
    stage.versions(0.91, 0.92, gates=GATES)
    stage.run("promote", "churn@1", "champion", "--reason", "x")
    said = stage.run("promote", "churn@2", "champion", "--dry-run")
    assert "v1, champion for" in said
    assert "v1, at any time: rollback churn champion --reason TEXT" in said
    assert len(stage.moves()) == 1


def test_on_a_terminal_the_version_is_typed(stage, monkeypatch):
    stage.versions(0.91, gates=GATES)
    asked = ("promote", "churn@1", "champion", "--reason", "x")

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def answered(text, code):
        monkeypatch.setattr("sys.stdin", Terminal(text))
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
        return stage.run(*asked, code=code)

    assert "Promote churn v1 to champion" in answered("v2\n", 2)
    assert "Type v1 to confirm: " in stage.err
    assert "not confirmed: nothing was written" in stage.err
    assert stage.moves() == []
    assert "churn champion is v1 now" in answered("v1\n", 0)


def test_an_alias_is_taken_off(stage):
    stage.versions(0.91)
    stage.run("promote", "churn@1", "challenger", "--reason", "trial")
    stage.run("promote", "churn@champion", "challenger", "--remove", "--reason", "over", code=2)
    stage.run("promote", "churn", "challenger", "--remove", "--dry-run", code=2)
    assert stage.run("promote", "churn", "challenger", "--remove", "--reason", "over") == (
        "challenger is off churn (was v1)\n"
    )
    assert stage.moves()[0]["way"] == "remove"
    assert "stands nowhere already" in stage.run(
        "promote", "churn", "challenger", "--remove", "--reason", "over"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("churn@1", "champion"), "needs a reason"),
        (("churn@1", "champion", "--reason", "x" * 5_000), "5,000 characters"),
        (("chrun@1", "champion", "--reason", "x"), "there is churn"),
        (("churn@9", "champion", "--reason", "x"), "the newest is churn@2"),
        (("churn@challenger", "champion", "--reason", "x"), "no alias 'challenger'"),
        (("churn", "champion", "--reason", "x"), "names no version"),
        (("churn@1", "v3", "--reason", "x"), "looks like the number of a version"),
        (("churn@1", "champoin", "--reason", "x"), "did you mean champion?"),
    ],
)
def test_what_cannot_be_asked_says_what_would_be_near(stage, words, said):
    stage.versions(0.91, 0.92)
    stage.run("promote", *words, code=2)
    assert said in stage.err


def test_hostile_reasons_are_safe_to_read_and_raw_in_the_journal(stage):
    stage.versions(0.91, 0.92)
    hostile = "fine\x1b]52;c;aGk=\x07\u202e[/red]"
    stage.run("promote", "churn@1", "champion", "--reason", hostile)
    assert stage.moves()[0]["reason"] == hostile
    for words in (
        ("audit", "log"),
        ("models", "churn", "--timeline"),
        ("promote", "churn@2", "champion", "--dry-run"),
    ):
        said = stage.run(*words)
        assert "\x1b" not in said
        assert "\u202e" not in said


def test_only_the_gates_that_are_still_in_the_way_are_named(stage):
    stage.versions(0.8, gates='require = ["auc >= 0.9", "auc >= 0.95"]')
    words = ("promote", "churn@1", "champion", "--reason", "hope", "--allow-failing", "require: auc >= 0.9")
    stage.run(*words, code=1)
    assert stage.err.splitlines()[-1].endswith("add: --allow-failing 'require: auc >= 0.95'")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("second-person", "approve churn@1 champion --gate 'require: auc >= 0.9' --reason TEXT"),
        ("never", "No gate may be passed over: mlops-console.toml says so for champion."),
    ],
)
def test_a_refusal_goes_by_the_rule_of_the_project(stage, rule, said):
    stage.versions(0.8, gates=f'{GATES}\noverride = "{rule}"')
    stage.run("promote", "churn@1", "champion", "--reason", "hope", code=1)
    last = stage.err.splitlines()[-1]
    assert said in last
    assert "--allow-failing" not in last


def test_integrity_has_no_way_past(stage):
    model = put(stage.project, "m.onnx", "bytes")
    stage.versions(0.91)
    stage.run("register", "other", "--path", model)
    for file in (model, *stage.project.glob(".mlops-console/models/other/*/*")):
        file.unlink()
    stage.run("promote", "other@1", "champion", "--reason", "hope", code=1)
    assert "integrity can't be passed over" in stage.err.splitlines()[-1]


def test_json_has_the_version_that_was_asked_for_and_the_holder(stage):
    stage.versions(0.95, 0.8, gates=GATES)
    found = stage.json("promote", "churn@1", "champion", "--reason", "first")
    assert (found["version"], found["holder"], found["before"]) == (1, 1, None)
    found = stage.json("promote", "churn@2", "champion", "--reason", "hope", code=1)
    assert (found["version"], found["holder"], found["before"]) == (2, 1, None)
    found = stage.json("promote", "churn@1", "champion", "--reason", "again")
    assert (found["version"], found["holder"], found["moved"]) == (1, 1, False)
    found = stage.json("promote", "churn", "champion", "--remove", "--reason", "over")
    assert (found["version"], found["holder"], found["before"]) == (None, None, 1)


def test_options_may_stand_between_the_words(stage):
    stage.versions(0.91, gates=GATES)
    said = stage.run("promote", "--yes", "churn@1", "--reason", "first", "champion", "--no-commands")
    assert said.startswith("churn champion is v1 now")
