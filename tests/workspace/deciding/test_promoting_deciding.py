"""Promoting: past the gates, from where the alias was seen to stand, or not at all."""

import shutil
from pathlib import Path
from unittest import mock

import pytest
from tests.workspace.deciding.deciding_desk import (
    ANA,
    BO,
    CY,
    EASY,
    being,
    decided,
    model,
    opened,
    promoted,
    registered,
    stands,
    version,
    wish,
)

from mlops_console import model_path
from mlops_console.errors import JournalError, UsageError
from mlops_console.journal import places
from mlops_console.workspace.deciding.deciding import allow, approve, promote, remove, retract, withdraw


def test_a_version_that_passes_takes_the_alias(tmp_path):
    with registered(tmp_path, EASY) as workspace:
        outcome = promote(workspace, version(workspace), "champion", "the first")
        assert (outcome.moved, outcome.refused, outcome.because, outcome.contested) == (True, False, "", "")
        assert (outcome.version.number, outcome.before, outcome.overridden) == (1, None, ())
        assert promote(workspace, version(workspace, 2), "champion", "better").before.number == 1
        first, second = decided(workspace)
        assert (first.body["way"], first.body["reason"], first.body["from_version"]) == (
            "promote",
            "the first",
            None,
        )
        assert second.body["from_version_id"] == first.body["version_id"]
        assert [one["verdict"] for one in second.body["gates"]] == ["pass", "pass"]
        assert second.evidence["metrics"]["val/auc"] == pytest.approx(0.7463447, abs=1e-6)
        path = Path(model_path("churn@champion", project=workspace.projects[0].root))
        assert version(workspace, 2).version.sha256 in str(path)


def test_gates_that_fail_or_cannot_tell_refuse_and_nothing_is_written(tmp_path):
    with registered(tmp_path, 'require = ["val/auc >= 0.99", "recall >= 0.1"]') as workspace:
        outcome = promote(workspace, version(workspace), "champion", "hope")
        assert (outcome.moved, outcome.refused, outcome.event, decided(workspace)) == (False, True, None, [])
        assert outcome.because.startswith("2 gates refuse. ")
        assert "require: val/auc >= 0.99: `val/auc` is .7489" in outcome.because
        assert "recall >= 0.1: " in outcome.because
        assert [one.verdict for one in outcome.gates] == ["fail", "unknown", "pass"]
        assert stands(workspace) is None


def test_a_gate_that_is_passed_over_is_recorded_with_its_verdict(tmp_path):
    with registered(tmp_path, 'require = ["val/auc >= 0.99", "val/auc >= 0.5"]') as workspace:
        outcome = promote(workspace, version(workspace), "champion", "ranked only", allow_failing=["val/auc"])
        assert outcome.overridden == ("require: val/auc >= 0.99",)
        body = decided(workspace)[0].body
        assert (body["overridden"], body["gates"][0]["verdict"]) == (["require: val/auc >= 0.99"], "fail")


@pytest.mark.parametrize("word", ["require", "val/auc", "val/auc >= 0.99", "require: val/auc >= 0.99"])
def test_a_gate_may_be_called_in_several_ways(tmp_path, word):
    with registered(tmp_path, 'require = "val/auc >= 0.99"') as workspace:
        assert promote(workspace, version(workspace), "champion", "so", allow_failing=[word]).moved


def test_a_gate_that_nobody_asked_cannot_be_passed_over(tmp_path):
    with registered(tmp_path, 'require = "val/auc >= 0.99"') as workspace:
        with pytest.raises(UsageError, match="there is no gate 'val/aucc'") as raised:
            promote(workspace, version(workspace), "champion", "so", allow_failing=["val/aucc"])
        assert "val/auc" in raised.value.hint
        with pytest.raises(UsageError, match="integrity can't be passed over"):
            promote(workspace, version(workspace), "champion", "so", allow_failing=["integrity"])


@pytest.mark.parametrize(
    ("override", "why"),
    [
        ('override = "never"', "mlops-console.toml says so for champion"),
        ('override = "sometimes"', "write one of reason, second-person, never"),
        ("require = 5\noverride = [", "can't be understood"),
    ],
)
def test_where_overrides_are_forbidden_or_not_understood_none_holds(tmp_path, override, why):
    with registered(tmp_path) as workspace:
        gates = override if "[" in override else f'require = "val/auc >= 0.99"\n{override}'
        wish(Path(workspace.projects[0].root), gates)
        failing = promote(workspace, version(workspace), "champion", "so").gates
        names = [one.gate for one in failing if one.verdict != "pass"]
        outcome = promote(workspace, version(workspace), "champion", "so", allow_failing=names)
        assert outcome.refused
        assert why in outcome.because
        assert decided(workspace) == []


def test_a_second_person_is_neither_who_promotes_nor_who_registered(tmp_path):
    gates = 'require = "val/auc >= 0.99"\noverride = "second-person"'
    with registered(tmp_path, gates) as workspace:

        def tried():
            with being(BO):
                return promote(workspace, version(workspace), "champion", "so", allow_failing=["require"])

        assert "takes another user's word first" in tried().because
        with being(ANA), pytest.raises(UsageError, match="you registered churn@1 yourself"):
            allow(workspace, version(workspace), "champion", ["require"], "mine")
        with being(BO):
            assert allow(workspace, version(workspace), "champion", ["require"], "I will").moved
        assert tried().refused
        with being(CY):
            assert allow(workspace, version(workspace), "champion", ["require"], "ranked").moved
            assert not allow(workspace, version(workspace), "champion", ["val/auc"], "ranked").moved
        outcome = tried()
        assert (outcome.moved, outcome.overridden) == (True, ("require: val/auc >= 0.99",))


def test_who_said_that_a_gate_may_fail_need_not_say_it_again(tmp_path):
    with registered(tmp_path, 'require = "val/auc >= 0.99"') as workspace:
        with being(ANA):
            assert allow(workspace, version(workspace), "champion", ["require"], "ranked only").moved
            with pytest.raises(UsageError, match="integrity can't be passed over"):
                allow(workspace, version(workspace), "champion", ["integrity"], "ranked only")
            assert promote(workspace, version(workspace), "champion", "so").overridden
        with pytest.raises(UsageError, match="is champion already"):
            allow(workspace, version(workspace), "champion", ["require"], "late")


def test_what_passes_needs_nobody_who_lets_it_fail(tmp_path):
    with (
        registered(tmp_path, EASY) as workspace,
        being(BO),
        pytest.raises(UsageError, match=r"require: val/auc >= 0.5 passes"),
    ):
        allow(workspace, version(workspace), "champion", ["require"], "so")


def test_files_that_changed_stay_out_whatever_is_passed_over(tmp_path):
    with registered(tmp_path, EASY) as workspace:
        file = next(Path(workspace.projects[0].root).glob(".mlops-console/models/churn/*/model.joblib"))
        file.chmod(0o644)
        file.write_bytes(b"something else")
        outcome = promote(workspace, version(workspace), "champion", "so", allow_failing=["require"])
        assert outcome.refused
        assert "integrity" in outcome.because


def test_somebody_who_moved_it_meanwhile_is_named_and_nothing_is_written(tmp_path):
    with registered(tmp_path, EASY) as mine:
        seen = version(mine, 1)
        with opened(Path(mine.projects[0].root), "other.duckdb") as others, being(BO):
            promoted(others, 2)
        with pytest.raises(JournalError, match=f"{BO} moved it to v2 meanwhile .*nothing was written"):
            promote(mine, seen, "champion", "mine")
        with pytest.raises(JournalError, match="moved it to v2 meanwhile"):
            promote(mine, version(mine, 1), "champion", "mine", expect=None)
        assert len(decided(mine)) == 1
        assert promote(mine, version(mine, 1), "champion", "nevertheless").before.number == 2


def test_it_is_looked_once_more_right_before_it_is_written(tmp_path):
    with registered(tmp_path, EASY) as mine:
        root = Path(mine.projects[0].root)

        def others(_words: str) -> None:
            with opened(root, "other.duckdb") as workspace, being(BO):
                if stands(workspace) is None:
                    promoted(workspace, 2)

        with pytest.raises(JournalError, match="meanwhile"):
            promote(mine, version(mine), "champion", "mine", progress=others)
        assert stands(mine) == 2


def test_moves_at_the_same_time_are_shown_to_both_and_settled_by_moving_again(tmp_path):
    with registered(tmp_path, EASY) as mine:
        root = Path(mine.projects[0].root)
        branch = tmp_path / "branch"
        shutil.copytree(root, branch)
        with opened(branch, "branch.duckdb") as theirs, being(BO):
            promoted(theirs, 2)
        theirs_said = {file.name: file for file in (branch / ".mlops-console/journal").glob("*/*.json")}

        def merged(*_said):
            for month in (root / ".mlops-console/journal").iterdir():
                for name, file in theirs_said.items():
                    if not (month / name).exists():
                        shutil.copy2(file, month / name)
            return ()

        with mock.patch("mlops_console.promotion.pointing.point", side_effect=merged):
            outcome = promote(mine, version(mine), "champion", "mine")
        assert outcome.moved
        assert f"{BO} moved champion to v2 at the same time" in outcome.contested
        assert model(mine).model.aliases["champion"].contested
        assert promote(mine, version(mine, stands(mine)), "champion", "that one").contested == ""
        assert not model(mine).model.aliases["champion"].contested


def test_what_stands_there_needs_no_event(tmp_path):
    with registered(tmp_path, EASY) as workspace:
        promoted(workspace, 1)
        outcome = promote(workspace, version(workspace), "champion", "again")
        assert (outcome.moved, outcome.refused) == (False, False)
        assert "churn@1 is champion already" in outcome.because
        assert len(decided(workspace)) == 1


def test_reasons_are_asked_for_and_kept_as_they_were_said(tmp_path):
    hostile = "[/red] \x1b]52;c;aGk=\x07 \u202e <script>"
    with registered(tmp_path, EASY) as workspace:
        for reason, said in (("  ", "needs a reason"), ("x" * 5_000, "5,000 characters")):
            with pytest.raises(UsageError, match=said):
                promote(workspace, version(workspace), "champion", reason)
        promote(workspace, version(workspace), "champion", hostile)
        assert decided(workspace)[0].body["reason"] == hostile


@pytest.mark.parametrize(("alias", "said"), [("v3", "number"), ("a/b", "letters"), ("", "empty")])
def test_names_that_are_no_alias_are_refused(tmp_path, alias, said):
    with registered(tmp_path) as workspace, pytest.raises(UsageError, match=said):
        promote(workspace, version(workspace), alias, "so")


def test_a_slip_of_an_alias_is_no_new_one(tmp_path):
    with registered(tmp_path) as workspace:
        for decide, who in ((promote, ANA), (approve, BO)):
            with being(who), pytest.raises(UsageError) as raised:
                decide(workspace, version(workspace), "chalenger", "so")
            assert raised.value.hint == "did you mean challenger?"
        assert promote(workspace, version(workspace), "shadow", "so").moved


def test_approvals_of_others_count_once_and_may_be_withdrawn(tmp_path):
    with registered(tmp_path, "approvals = 1") as workspace:
        found = version(workspace)
        with being(ANA), pytest.raises(UsageError, match="you registered churn@1 yourself"):
            approve(workspace, found, "champion", "mine is good")
        assert promote(workspace, found, "champion", "so").refused
        with being(BO):
            assert approve(workspace, found, "champion", "looked").moved
            again = approve(workspace, found, "champion", "looked")
            assert (again.moved, "you approved it already" in again.because) == (False, True)
            assert withdraw(workspace, found, "champion", "not that one").moved
            with pytest.raises(UsageError, match="you have not approved it"):
                withdraw(workspace, found, "champion", "not that one")
        assert promote(workspace, found, "champion", "so").refused
        with being(BO):
            approve(workspace, found, "champion", "looked again")
        assert promote(workspace, found, "champion", "so").moved


def test_an_approval_that_is_withdrawn_while_gates_are_asked_does_not_count(tmp_path):
    with registered(tmp_path, "approvals = 1") as mine:
        with being(BO):
            approve(mine, version(mine), "champion", "looked")

        def others(_words: str) -> None:
            with opened(Path(mine.projects[0].root), "other.duckdb") as workspace, being(BO):
                withdraw(workspace, version(workspace), "champion", "stop")

        with pytest.raises(JournalError, match="an approval that this rests on was withdrawn meanwhile"):
            promote(mine, version(mine), "champion", "so", progress=others)
        assert decided(mine) == []


def test_a_word_on_a_gate_is_withdrawn_alone(tmp_path):
    with registered(tmp_path, 'require = "val/auc >= 0.99"') as workspace, being(BO):
        approve(workspace, version(workspace), "champion", "looked")
        allow(workspace, version(workspace), "champion", ["require"], "ranked")
        withdraw(workspace, version(workspace), "champion", "not ranked", gates=["val/auc"])
        assert [one.gates for one in model(workspace).model.approvals] == [()]


def test_a_withdrawn_version_takes_no_alias(tmp_path):
    with registered(tmp_path, EASY) as workspace:
        promoted(workspace, 1)
        with pytest.raises(UsageError, match="churn@1 is champion") as raised:
            retract(workspace, version(workspace), "leaked")
        assert "rollback churn champion" in raised.value.hint
        assert retract(workspace, version(workspace, 2), "leaked").moved
        assert not retract(workspace, version(workspace, 2), "leaked").moved
        for decide in (promote, approve):
            with being(BO), pytest.raises(UsageError, match="churn@2 was withdrawn: leaked"):
                decide(workspace, version(workspace, 2), "champion", "so")


def test_a_project_that_cannot_be_written_keeps_decisions_among_ones_own_files(tmp_path, monkeypatch):
    with registered(tmp_path, EASY) as workspace:
        root = workspace.projects[0].root
    monkeypatch.setattr(places, "_writable", lambda _root: False)
    with opened(Path(root), "readers.duckdb") as workspace:
        outcome = promote(workspace, version(workspace), "champion", "so")
        assert outcome.moved
        assert "can't be written by you" in outcome.notes[0]
        assert "counts for nobody" in remove(workspace, model(workspace), "champion", "so").notes[-1]
    assert not list(Path(root).glob(".mlops-console/models/churn/aliases/champion.json"))
