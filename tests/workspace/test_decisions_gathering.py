"""What the store keeps of several journals is asked in one question, and changes nothing of what is known."""

from tests.workspace.desk_making import workspace_at

from mlops_console.workspace import open_workspace


def test_what_is_gathered_is_what_would_be_asked_for(tmp_path):
    roots = [tmp_path / name for name in ("a", "b", "c")]
    for root in roots:
        root.mkdir()
    store = str(tmp_path / "s.duckdb")
    with open_workspace(roots, store) as workspace:
        keys = [project.key for project in workspace.projects]
        for key in keys[:2]:
            for name in ("churn", "ltv"):
                workspace.decisions.append(key, "note", {"text": name, "subject": {"model": name}})
    with open_workspace(roots, store) as one_by_one:
        wanted = {key: one_by_one.decisions.registry(key) for key in keys}
        events = {key: one_by_one.decisions.events(key) for key in keys}
    with open_workspace(roots, store) as gathered:
        gathered.decisions.gather([*keys, "nobody"])
        assert {key: gathered.decisions.registry(key) for key in keys} == wanted
        assert {key: gathered.decisions.events(key) for key in keys} == events
    assert [len(events[key]) for key in keys] == [2, 2, 0]
    with open_workspace(roots, store) as again:
        assert again.decisions.registries() == wanted


def test_what_is_decided_after_gathering_is_known(tmp_path):
    with workspace_at(tmp_path) as workspace:
        key = workspace.projects[0].key
        workspace.decisions.gather([key, key])
        workspace.decisions.append(key, "note", {"text": "late", "subject": {"model": "churn"}})
        assert len(workspace.decisions.events(key)) == 1
