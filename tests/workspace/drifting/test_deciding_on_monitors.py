"""What people say of monitors: acknowledged, muted, each with a reason, refused where it makes no sense."""

import json
import os
import time
from pathlib import Path

import pytest
from tests.workspace.monitor_making import WISH, project

from mlops_console.analysis.jobs import function
from mlops_console.errors import JournalError, UsageError
from mlops_console.journal import places as journal_places
from mlops_console.journal.event import RETRACT
from mlops_console.workspace import open_workspace
from mlops_console.workspace.drifting.checking import judge, look
from mlops_console.workspace.drifting.deciding import acknowledge, features_of, mute
from mlops_console.workspace.drifting.monitors import now, watched_in
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.states.listing import state

DAY = 86_400_000_000
SHOP = WISH + "classifier = 1\n"


def work(name, given):
    return json.loads(function(name)(request=given))


def shop(tmp_path, *days):
    """Its files came two hours ago: they have rested, and no other is due."""
    root = project(tmp_path / "shop", SHOP, days=days)
    came = time.time() - 7_200
    for file in (root / "logs").iterdir():
        os.utime(file, (came, came))
    return root


def judged(workspace):
    found = look(watched(workspace), workspace.places, References(lambda: workspace))
    assert all(judge(found, new, work) for new in found.new)


@pytest.fixture
def desk(tmp_path):
    """A monitor whose newest window says DRIFT of amount."""
    with open_workspace([shop(tmp_path, 0.0, 3.0)], str(tmp_path / "kept" / "store.duckdb")) as workspace:
        judged(workspace)
        yield workspace


def watched(workspace):
    [found] = watched_in(workspace.projects)
    return found


def said(workspace):
    return workspace.decisions.registry(workspace.projects[0].key).monitors["shop"]


def now_of(workspace):
    return state(workspace, workspace.projects[0].key, "shop")


def test_an_alarm_that_was_acknowledged_asks_nobody(desk):
    assert now_of(desk).needs
    event = acknowledge(desk, watched(desk), "  the campaign, ana knows  ")
    assert event.body["window"] == "2024-05-02"
    assert (event.body["verdict"], event.body["features"]) == ("DRIFT", ["amount"])
    assert event.body["reason"] == "the campaign, ana knows"
    seen = now_of(desk)
    assert (seen.acknowledged.id, seen.needs) == (event.id, False)
    desk.decisions.append(desk.projects[0].key, RETRACT, {"event": event.id, "reason": "a mistake"})
    assert now_of(desk).needs


def test_where_nothing_alarms_there_is_nothing_to_acknowledge(tmp_path):
    with open_workspace([shop(tmp_path, 0.0)], str(tmp_path / "kept" / "store.duckdb")) as workspace:
        with pytest.raises(UsageError, match="nothing to acknowledge"):
            acknowledge(workspace, watched(workspace), "seen")
        judged(workspace)
        assert now_of(workspace).health == "ok"
        with pytest.raises(UsageError, match=r"nothing to acknowledge: .*None of 3 features"):
            acknowledge(workspace, watched(workspace), "seen")


def test_a_muted_monitor_asks_nobody_until_it_is_muted_no_more(desk):
    mute(desk, watched(desk), now() + DAY, "the campaign")
    assert now_of(desk).muted.reason == "the campaign"
    assert not now_of(desk).needs
    mute(desk, watched(desk), None, "it is over")
    assert now_of(desk).muted is None
    assert now_of(desk).needs
    with pytest.raises(UsageError, match="shop is not muted"):
        mute(desk, watched(desk), None, "again")


def test_of_a_muted_feature_nobody_is_asked_and_it_is_muted_by_itself(desk):
    mute(desk, watched(desk), now() + DAY, "its sensor is repaired", "amount")
    assert [one.feature for one in now_of(desk).muted_features] == ["amount"]
    assert not now_of(desk).needs
    with pytest.raises(UsageError, match="shop is not muted") as refused:
        mute(desk, watched(desk), None, "all of it")
    assert "amount" in refused.value.hint
    mute(desk, watched(desk), None, "repaired", "amount")
    assert now_of(desk).muted_features == ()


def test_a_feature_that_is_none_is_refused_with_the_one_that_was_meant(desk):
    assert set(features_of(desk, watched(desk))) >= {"amount", "age", "plan"}
    with pytest.raises(UsageError, match="no feature amuont") as refused:
        mute(desk, watched(desk), now() + DAY, "so", "amuont")
    assert "did you mean `amount`?" in refused.value.hint
    with pytest.raises(UsageError, match="no feature") as refused:
        mute(desk, watched(desk), now() + DAY, "so", "\x1b[31m")
    assert "\x1b" not in str(refused.value) + refused.value.hint


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 5_000])
def test_everything_needs_a_reason(desk, reason):
    for decide in (
        lambda: acknowledge(desk, watched(desk), reason),
        lambda: mute(desk, watched(desk), now() + DAY, reason),
        lambda: mute(desk, watched(desk), None, reason),
    ):
        with pytest.raises(UsageError, match="reason"):
            decide()
    assert desk.decisions.events(desk.projects[0].key) == ()


def test_a_mute_needs_an_end_that_is_to_come(desk):
    for end in (now() - 1, 0, 10**30):
        with pytest.raises(UsageError, match=r"is past|after the year"):
            mute(desk, watched(desk), end, "so")
    assert desk.decisions.events(desk.projects[0].key) == ()


def test_a_monitor_that_went_meanwhile_is_refused(desk):
    before = watched(desk)
    wish = Path(desk.projects[0].root, "mlops-console.toml")
    wish.write_text(SHOP.replace("[monitors.shop]", "[monitors.shops]"))
    for decide in (lambda: acknowledge(desk, before, "so"), lambda: mute(desk, before, now() + DAY, "so")):
        with pytest.raises(UsageError, match="no monitor shop") as refused:
            decide()
        assert "shops" in refused.value.hint


def test_two_people_who_mute_at_once_both_said_it_and_one_end_holds(desk, tmp_path):
    root = Path(desk.projects[0].root)
    with open_workspace([root], str(tmp_path / "other" / "store.duckdb")) as other:
        other.decisions.registry(other.projects[0].key)
        mute(desk, watched(desk), now() + DAY, "mine")
        mute(other, watched(other), now() + 2 * DAY, "yours")
        desk.decisions.refresh()
        ends = {workspace: said(workspace).muted(now()).until for workspace in (desk, other)}
        assert ends[desk] == ends[other]
        assert {one.reason for one in said(desk).mutes} == {"mine", "yours"}


def test_where_the_project_cannot_be_written_only_this_user_is_asked_no_more(desk, tmp_path, monkeypatch):
    root = Path(desk.projects[0].root)
    monkeypatch.setattr(journal_places, "_writable", lambda _root: False)
    with open_workspace([root], str(tmp_path / "other" / "store.duckdb")) as reader:
        mute(reader, watched(reader), now() + DAY, "not mine to write")
        assert not now_of(reader).needs
    monkeypatch.undo()
    desk.decisions.refresh()
    assert now_of(desk).needs


def test_what_cannot_be_written_is_not_decided(desk, monkeypatch):
    def full(*_args, **_more):
        raise JournalError("no room is left")

    monkeypatch.setattr("mlops_console.journal.log.Log.append", full)
    with pytest.raises(JournalError, match="no room"):
        mute(desk, watched(desk), now() + DAY, "so")
    assert now_of(desk).muted is None
