"""Decisions of kinds that the program which kept the fold did not know."""

from tests.workspace.desk_making import workspace_at

from mlops_console.journal import fold, fold_packing
from mlops_console.workspace.audit import Wanted, history

MUTE = {"monitor": "loans", "feature": "", "until": 10**15, "reason": "so"}
SEEN = {
    "monitor": "loans", "window": "2013-03", "start": None, "verdict": "DRIFT", "model": "HARMFUL",
    "features": ["amount"], "reason": "seen",
}  # fmt: skip


def said(workspace):
    return workspace.decisions.registry(workspace.projects[0].key).monitors


def test_a_fold_that_knew_fewer_kinds_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(fold_packing, "EDITION", b"mlops-console fold 3\n")
    monkeypatch.setattr(fold, "_OF_TOPICS", frozenset())
    with workspace_at(tmp_path) as workspace:
        workspace.decisions.append(workspace.projects[0].key, "mute", MUTE)
        assert said(workspace) == {}
    monkeypatch.undo()
    for _ in range(2):  # made anew, and then as it was kept
        with workspace_at(tmp_path) as workspace:
            assert said(workspace)["loans"].muted(0).reason == "so"
            assert workspace.decisions.registry(workspace.projects[0].key).problems == ()


def test_the_verdict_on_a_model_that_was_acknowledged_is_no_model(tmp_path):
    with workspace_at(tmp_path) as workspace:
        key = workspace.projects[0].key
        workspace.decisions.append(key, "acknowledge", SEEN)
        assert history(workspace, Wanted(model="HARMFUL")).entries == ()
        assert workspace.decisions.events(key, models=("HARMFUL",)) == ()
        [entry] = history(workspace).entries
        assert (entry.model, entry.unusable) == ("", "")
        assert said(workspace)["loans"].acknowledgements[0].model == "HARMFUL"
    with workspace_at(tmp_path) as again:
        assert said(again)["loans"].acknowledgements[0].window == "2013-03"
