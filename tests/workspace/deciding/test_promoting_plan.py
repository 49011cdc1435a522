"""What a promotion would do, and who may still say something of it."""

import json
import os
from pathlib import Path

import pytest
from tests.workspace.deciding.deciding_desk import BO, CY, being, model, promoted, registered, version, wish

from mlops_console.journal.authors import group_name
from mlops_console.workspace.deciding.deciding import allow, approve, remove, rollback
from mlops_console.workspace.deciding.people import People, people_of
from mlops_console.workspace.deciding.plan import plan
from mlops_console.workspace.judging.judging import judge


def planned(workspace, number=2, alias="champion", **more):
    return plan(workspace, version(workspace, number), alias, **more)


def deployed(workspace, number, target, alias="champion", outcome="done"):
    """As `deploy` writes it down."""
    found = version(workspace, number).version
    key = workspace.projects[0].key
    body = {
        "model": "churn", "version_id": found.id, "version": number, "alias": alias, "target": target,
        "folder": f"/srv/{target}", "sha256": found.sha256, "from_sha256": None,
    }  # fmt: skip
    event = workspace.decisions.append(key, "deploy", body)
    said = {"model": "churn", "deploy": event.id, "outcome": outcome, "because": "", "sha256": found.sha256}
    workspace.decisions.append(key, "deployed", said)


def test_the_first_replaces_nothing_and_has_no_way_back(tmp_path):
    with registered(tmp_path) as workspace:
        told = planned(workspace, 1)
        found = version(workspace, 1).version
        assert (told.replaces, told.way_back, told.already, told.gates, told.private) == (
            None,
            None,
            False,
            None,
            False,
        )
        assert told.writes.pointer == ".mlops-console/models/churn/aliases/champion.json"
        assert (told.writes.size, told.writes.sha256, told.writes.files) == (found.size, found.sha256, 1)
        assert (told.override, told.consent.needed, told.targets) == ("reason", 0, ())


def test_it_says_what_is_replaced_since_when_and_what_a_rollback_would_bring(tmp_path):
    with registered(tmp_path) as workspace:
        moved = promoted(workspace, 1).event
        told = planned(workspace)
        assert (told.replaces.version.number, told.replaces.since, told.replaces.by) == (
            1,
            moved.at,
            moved.by,
        )
        assert told.way_back.number == 1
        promoted(workspace, 2)
        again = planned(workspace)
        assert (again.already, again.way_back.number) == (True, 1)
        rollback(workspace, model(workspace), "champion", "spike")
        assert planned(workspace, 3).way_back.number == 1


def test_after_an_alias_was_taken_off_there_is_still_a_way_back(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1, 2)
        remove(workspace, model(workspace), "champion", "nobody uses it")
        told = planned(workspace, 3)
        assert (told.replaces.version, told.way_back.number) == (None, 2)
        promoted(workspace, 3)
        assert rollback(workspace, model(workspace), "champion", "spike").version.number == 2


def test_gates_are_those_that_were_asked(tmp_path):
    with registered(tmp_path, 'require = ["val/auc >= 0.99", "val/auc >= 0.5"]') as workspace:
        found = judge(workspace, version(workspace), "champion")
        with being(BO):
            allow(workspace, version(workspace), "champion", ["val/auc >= 0.99"], "ranked only")
        told = planned(workspace, 1, gates=found.results)
        assert [one.gate for one in told.failing] == ["require: val/auc >= 0.99"]
        assert told.allowed["require: val/auc >= 0.99"].reason == "ranked only"


def test_approvals_that_are_there_and_who_could_give_the_others(tmp_path):
    with registered(tmp_path, "approvals = 2") as workspace:
        assert planned(workspace).consent.missing == 2
        for uid in (BO, CY):
            with being(uid):
                approve(workspace, version(workspace, 2), "champion", "looked")
        consent = planned(workspace).consent
        assert ([one.uid for one in consent.given], consent.missing) == ([BO, CY], 0)
        assert planned(workspace, 1).consent.missing == 2


def test_only_a_proven_word_of_a_second_person_lets_a_gate_fail(tmp_path):
    with registered(tmp_path, 'require = "val/auc >= 0.99"\noverride = "second-person"') as workspace:
        with being(BO):
            allow(workspace, version(workspace), "champion", ["require"], "ranked")
            assert dict(planned(workspace, 1).allowed) == {}
        assert list(planned(workspace, 1).allowed) == ["require: val/auc >= 0.99"]
        wish(Path(workspace.projects[0].root), 'require = "val/auc >= 0.99"\noverride = "never"')
        told = planned(workspace, 1)
        assert (told.override, dict(told.allowed)) == ("never", {})


def test_targets_that_follow_the_alias_are_named(tmp_path):
    with registered(tmp_path) as workspace:
        promoted(workspace, 1)
        deployed(workspace, 1, "tower")
        deployed(workspace, 1, "lab", alias="challenger")
        deployed(workspace, 3, "harbour")
        deployed(workspace, 2, "field", outcome="refused")
        told = planned(workspace)
        assert [(one.target, one.version) for one in told.targets] == [("harbour", 3), ("tower", 1)]
        assert [one.target for one in planned(workspace, 3).targets] == ["tower"]


def test_it_is_written_for_programs(tmp_path):
    with registered(tmp_path, "approvals = 1") as workspace:
        promoted(workspace, 1, alias="challenger")
        found = json.loads(json.dumps(planned(workspace, 2, "challenger").as_json()))
        assert (found["replaces"], found["way_back"], found["approvals"]["needed"]) == (1, 1, 0)
        assert json.dumps(planned(workspace).as_json())


@pytest.mark.parametrize(
    ("mode", "everyone", "group"), [(0o755, False, False), (0o775, False, True), (0o777, True, False)]
)
def test_who_may_decide_follows_from_the_folder(tmp_path, mode, everyone, group):
    (tmp_path / ".mlops-console/journal").mkdir(parents=True)
    (tmp_path / ".mlops-console/journal").chmod(mode)
    found = people_of(str(tmp_path))
    own = group_name(os.getgid())
    assert (found.everyone, found.group) == (everyone, own if group else "")


def test_who_may_decide_is_said():
    group = People(("ana", "bo", "cy"), group="lab")
    assert group.sentence("ana") == "bo, cy may (the group lab)"
    assert "nobody else is in the group lab" in group.sentence("ana", "bo", "cy")
    assert "init --shared GROUP" in People(("ana",)).sentence("ana")
    assert (
        People(("ana",), group="64320", unlisted=True).sentence("bo") == "whoever is in the group 64320 may"
    )
    assert people_of("/nowhere/at/all") == People()
