"""Rolling back: where to, whose files are whole, and never twice to the same mistake."""

from pathlib import Path

import pytest
from tests.workspace.deciding.deciding_desk import (
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

from mlops_console.errors import JournalError, UsageError
from mlops_console.workspace.deciding.deciding import promote, remove, retract, rollback
from mlops_console.workspace.registering.registering import register

WHY = "fraud spike"


def back(workspace, **options):
    outcome = rollback(workspace, model(workspace), "champion", WHY, **options)
    assert outcome.moved
    return outcome.version.number


def test_it_goes_back_one_by_one_and_not_to_what_was_rolled_back_from(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1, 2, 3)
        assert back(workspace) == 2
        promoted(workspace, 4)
        assert [back(workspace), back(workspace)] == [2, 1]
        with pytest.raises(UsageError, match="stood nowhere before"):
            back(workspace)
        last = decided(workspace)[-1].body
        assert (last["way"], last["version"], last["from_version"], last["reason"]) == ("rollback", 1, 2, WHY)


def test_what_was_promoted_again_may_be_gone_back_to(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1, 2)
        assert back(workspace) == 1
        promoted(workspace, 2, 3)
        assert back(workspace) == 2


def test_no_gate_is_asked_but_whether_the_files_are_whole(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1, 2, 3)
        wish(Path(workspace.projects[0].root), 'require = "val/auc >= 0.99"')
        outcome = rollback(workspace, model(workspace), "champion", WHY)
        assert [(one.gate, one.verdict) for one in outcome.gates] == [("integrity", "pass")]
        assert outcome.event.body["gates"][0]["gate"] == "integrity"


def test_a_version_whose_files_are_damaged_is_passed_by_and_named(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1, 2, 3)
        sha256 = version(workspace, 2).version.sha256
        file = next(Path(workspace.projects[0].root, ".mlops-console/models/churn", sha256).iterdir())
        file.chmod(0o644)
        file.write_bytes(b"damaged")
        with pytest.raises(UsageError, match="v2 can't be gone back to"):
            back(workspace, to=2)
        outcome = rollback(workspace, model(workspace), "champion", WHY)
        assert outcome.version.number == 1
        assert outcome.notes[0].startswith("v2 can't be gone back to. ")


def test_a_withdrawn_version_is_passed_by(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1, 2, 3)
        retract(workspace, version(workspace, 2), "leaked")
        with pytest.raises(UsageError, match="was withdrawn: leaked"):
            back(workspace, to=2)
        assert back(workspace) == 1


def test_a_version_may_be_named_if_it_was_there_once(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1, 2, 3)
        with pytest.raises(UsageError, match="v4 never was champion") as raised:
            back(workspace, to=4)
        assert "v2, v1" in raised.value.hint
        with pytest.raises(UsageError, match="stands on v3 already"):
            back(workspace, to="v3")
        with pytest.raises(UsageError, match="no version 9"):
            back(workspace, to=9)
        assert back(workspace, to="v1") == 1


def test_an_alias_that_was_taken_off_comes_back(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1, 2)
        outcome = remove(workspace, model(workspace), "champion", "nobody uses it")
        assert (outcome.moved, outcome.version, outcome.before.number, stands(workspace)) == (
            True,
            None,
            2,
            None,
        )
        assert not remove(workspace, model(workspace), "champion", "nobody uses it").moved
        assert back(workspace) == 2


def test_an_alias_that_never_was_has_no_way_back(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1, alias="challenger")
        for decide in (rollback, remove):
            with pytest.raises(UsageError, match="no alias champion") as raised:
                decide(workspace, model(workspace), "champion", WHY)
            assert raised.value.hint == "it has challenger"


def test_somebody_who_moved_it_meanwhile_is_named(tmp_path):
    with registered(tmp_path) as mine:
        promoted(mine, 1, 2)
        seen = model(mine)
        with opened(Path(mine.projects[0].root), "other.duckdb") as others, being(64_499):
            promoted(others, 3)
        for decide in (rollback, remove):
            with pytest.raises(JournalError, match="64499 moved it to v3 meanwhile"):
                decide(mine, seen, "champion", WHY)
        assert stands(mine) == 3


def test_an_external_version_has_no_files_that_could_be_damaged(tmp_path):
    with registered(tmp_path) as workspace:
        register(workspace, "churn", external={"metrics": {"auc": 0.9}})
        promoted(workspace, 5, 1)
        assert back(workspace) == 5


def test_several_challengers_stand_side_by_side(tmp_path):
    with registered(tmp_path, 'require = "val/auc >= 0.99"') as workspace:
        promoted(workspace, 1, alias="challenger")
        promoted(workspace, 2, alias="challenger-eu")
        assert promote(workspace, version(workspace, 3), "champion", "so").refused
        assert [stands(workspace, one) for one in ("challenger", "challenger-eu")] == [1, 2]
