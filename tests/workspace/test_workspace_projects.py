"""Which project a folder is, also after it moved; what is watched; what is said of it."""

import os

import pytest
from tests.workspace.desk_making import names, put, read_of

from mlops_console.errors import UsageError
from mlops_console.settings import read_state
from mlops_console.workspace import open_workspace
from mlops_console.workspace.attention.listing import attention
from mlops_console.workspace.details import resolve
from mlops_console.workspace.layouts import Layout, load_layout, save_layout
from mlops_console.workspace.overview.projects import projects as overview_projects
from mlops_console.workspace.problems import problems
from mlops_console.workspace.projects import project_at_hand


@pytest.fixture
def store(tmp_path):
    return str(tmp_path / "kept" / "store.duckdb")


def opened(store, *folders, watch=False):
    return open_workspace(folders, store, watch=watch)


def folder(tmp_path, name):
    (tmp_path / name).mkdir(parents=True)
    return tmp_path / name


def test_a_folder_that_moved_keeps_its_key_and_runs(tmp_path, store):
    old = folder(tmp_path, "old")
    with opened(store, old) as workspace:
        key = workspace.projects[0].key
        put(workspace, read_of(workspace.projects[0], "r", name="mine"))
    (tmp_path / "elsewhere").mkdir()
    new = old.rename(tmp_path / "elsewhere" / "new")
    with opened(store, new) as workspace:
        assert workspace.projects[0].key == key
        assert workspace.projects[0].root == str(new)
        assert any("keeps its runs" in notice for notice in workspace.notices)
        assert names(workspace) == ["mine"]
    with opened(store, new) as workspace:
        assert workspace.notices == ()


def test_a_new_folder_at_the_old_place_is_another_project(tmp_path, store):
    old = folder(tmp_path, "old")
    with opened(store, old) as workspace:
        key = workspace.projects[0].key
    new = old.rename(tmp_path / "new")
    with opened(store, new):
        pass
    folder(tmp_path, "old")
    with opened(store, tmp_path / "old") as workspace:
        assert workspace.projects[0].key != key
    with opened(store, new) as workspace:
        assert workspace.projects[0].key == key


def test_a_watched_folder_renamed_beside_its_old_place_is_found_again(tmp_path, store):
    old = folder(tmp_path, "old")
    with opened(store, old, watch=True) as workspace:
        key = workspace.projects[0].key
    old.rename(tmp_path / "new")
    with opened(store, watch=True) as workspace:
        assert [(p.key, p.root) for p in workspace.projects] == [(key, str(tmp_path / "new"))]
    assert read_state(workspace.places, "watched")[key]["root"] == str(tmp_path / "new")


def test_a_watched_folder_that_is_gone_keeps_its_place_and_is_told(tmp_path, store):
    gone = folder(tmp_path, "gone")
    with opened(store, gone, watch=True):
        pass
    gone.rmdir()
    with opened(store, watch=True) as workspace:
        assert [project.root for project in workspace.projects] == [str(gone)]
        assert any("is not there" in notice for notice in workspace.notices)
        [found] = problems(workspace)
        assert (found.project, found.problem.path) == ("gone", ".")
        assert "is not there; its runs are kept" in found.problem.what
        [item] = attention(workspace).items
        assert (item.word, item.level, item.subject) == ("config", "warn", "gone")
        assert "is not there" in item.what
        assert item.place is not None
        assert item.place.command == f"mlops-console unwatch {gone}"
        [row] = overview_projects(workspace)
        assert "is not there" in row.trouble
        workspace.scan()
        assert [one.problem.path for one in problems(workspace)] == ["."]
    gone.mkdir()
    with opened(store, watch=True) as workspace:
        workspace.scan()
        assert problems(workspace) == []
        assert attention(workspace).items == ()


def test_only_watching_remembers(tmp_path, store):
    with opened(store, folder(tmp_path, "a")) as workspace:
        assert read_state(workspace.places, "watched") == {}
    with opened(store, folder(tmp_path, "b"), watch=True) as workspace:
        assert len(read_state(workspace.places, "watched")) == 1
    with opened(store, watch=True) as workspace:
        assert [project.name for project in workspace.projects] == ["b"]
    with opened(store) as workspace:
        assert {project.name for project in workspace.projects} == {"a", "b"}


def test_nested_folders_are_shown_once(tmp_path, store):
    outer, inner = folder(tmp_path, "outer"), folder(tmp_path, "outer/inner")
    with opened(store, inner, outer, outer, watch=True) as workspace:
        assert [project.root for project in workspace.projects] == [str(outer)]
        assert any("lies in" in notice for notice in workspace.notices)
    with opened(store, folder(tmp_path, "outer2")) as workspace:
        assert len(workspace.projects) == 1


def test_a_project_of_its_own_stays_one_where_a_folder_above_is_watched(tmp_path, store, monkeypatch):
    outer, inner = folder(tmp_path, "outer"), folder(tmp_path, "outer/[in]ner")
    plain, alike = folder(tmp_path, "outer/plain"), folder(tmp_path, "outer/plain/[in]ner")
    (inner / "mlops-console.toml").write_text("[models.churn]\n")
    for place in (inner, plain, alike):
        (place / "run").mkdir()
        (place / "run" / "metrics.csv").write_text("step,loss\n0,1.0\n1,0.5\n")
    copy = plain / "run" / "code"
    copy.mkdir()
    (copy / "mlops-console.toml").write_text("[models.churn]\n")
    with opened(str(tmp_path / "other.duckdb"), outer) as workspace:
        workspace.scan()
        [told] = problems(workspace)
        assert told.problem.path == "[in]ner/mlops-console.toml"
        assert f"`mlops-console '{inner}'` watches it" in told.problem.what
    for asked in ((inner, outer), (outer, inner)):
        with opened(store, *asked, watch=True) as workspace:
            assert {project.root for project in workspace.projects} == {str(outer), str(inner)}
            assert not [notice for notice in workspace.notices if "lies in" in notice]
    with opened(store, watch=True) as workspace:
        workspace.scan()
        names = {one.key: one.name for one in workspace.projects}
        rows = workspace.connection().rows(
            "SELECT p.key, r.path FROM runs r JOIN projects p USING (project_id) ORDER BY r.path"
        )
        assert sorted((names[key], path) for key, path in rows) == [
            ("[in]ner", "run"), ("outer", "plain/[in]ner/run"), ("outer", "plain/run"),
        ]  # fmt: skip
        assert problems(workspace) == []
    monkeypatch.chdir(inner / "run")
    with opened(store, outer) as workspace:
        found = project_at_hand(workspace.projects)
    assert found is not None
    assert found.root == str(inner)
    monkeypatch.chdir(plain)
    assert project_at_hand(workspace.projects) is None


def test_links_to_folders_are_the_folder(tmp_path, store):
    real = folder(tmp_path, "real")
    os.symlink(real, tmp_path / "link")
    with opened(store, tmp_path / "link", real) as workspace:
        assert [project.root for project in workspace.projects] == [str(real)]


def test_what_is_no_folder_is_told_in_a_sentence(tmp_path, store):
    (tmp_path / "file").write_text("x")
    os.symlink(tmp_path / "loop", tmp_path / "loop")
    for name, word in (("file", "is a file"), ("nowhere", "no folder"), ("loop", "can't be opened")):
        with pytest.raises(UsageError, match=word):
            opened(store, tmp_path / name)


def test_the_scope_is_what_was_asked_for(tmp_path, store):
    one, two = folder(tmp_path, "one"), folder(tmp_path, "two")
    with opened(store, one, two) as workspace:
        put(workspace, *(read_of(project, "r", name=project.name) for project in workspace.projects))
        assert sorted(names(workspace)) == ["one", "two"]
    with opened(store, one) as workspace:
        assert names(workspace) == ["one"]
        assert workspace.unread == ()
    with opened(store) as workspace:
        assert sorted(names(workspace)) == ["one", "two"]


def test_damaged_state_counts_as_absent(tmp_path, store):
    with opened(store, folder(tmp_path, "a"), watch=True) as workspace:
        watched = workspace.places.state / "watched"
    for name, text in (
        ("x", "{"),
        ("y", "[]"),
        ("z", '{"name": 3}'),
        ("w", '{"root": "relative", "name": "w"}'),
    ):
        (watched / f"{name}.json").write_text(text)
    with opened(store, watch=True) as workspace:
        assert [project.name for project in workspace.projects] == ["a"]


def test_forgotten_runs_stay_away_also_from_a_new_store(tmp_path, store):
    with opened(store, folder(tmp_path, "a")) as workspace:
        project = workspace.projects[0]
        put(workspace, read_of(project, "r"), read_of(project, "s"))
        run = resolve(workspace, "r")
        workspace.forget([run])
        assert names(workspace) == ["s"]
        put(workspace, read_of(project, "r"))
        assert names(workspace) == ["s"]
        assert workspace.recall([run, "unknown"]) == [run]


def test_a_layout_is_kept_per_project(tmp_path, store):
    layout = Layout(
        ("run", "param:lr"), ("age",), ("run",), (("param:lr", False),), "loss<1", "param:lr", True
    )
    with opened(store, folder(tmp_path, "a")) as workspace:
        assert load_layout(workspace) is None
        save_layout(workspace, layout)
        assert load_layout(workspace) == layout
        (file,) = (workspace.places.state / "layouts").iterdir()
        file.write_text('{"columns": 3, "sort": [["a"], ["b", true], 4], "where": [], "group": {}}')
        assert load_layout(workspace) == Layout(sort=(("b", True),))
    with opened(store, folder(tmp_path, "b")) as workspace:
        assert load_layout(workspace) is None
