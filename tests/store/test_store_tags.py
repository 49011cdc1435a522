"""What people tag runs with: over what tools say, in filters and columns, in whichever store is open."""

import pytest
from store_making import PROJECT, asked, reading

from mlops_console.records import RunFacts, RunKey
from mlops_console.settings import remove_state, write_state
from mlops_console.store import open_store
from mlops_console.store.known import run_identity

A = RunKey("runs/a")
IDENTITY = run_identity(PROJECT.key, A)
SAID = reading("runs/a", RunFacts(A, tags={"team": "tool", "kept": "x"}, params={"lr": 1}), reset=True)


def tags(store):
    rows = asked(store, "SELECT key, text FROM \"values\" JOIN keys USING (key_id) WHERE kind = 'tag'")
    return dict(rows)


def keep(where, **said):
    write_state(where, "tags", IDENTITY, {"id": IDENTITY, "tags": said})


def test_they_win_over_a_tools_and_give_way_when_they_are_taken_back(store):
    store.apply([SAID])
    changed = store.user_tags(IDENTITY, {"team": "people", "baseline": ""})
    assert changed.runs == {IDENTITY}
    assert tags(store) == {"team": "people", "kept": "x", "baseline": ""}
    more = RunFacts(A, tags={"team": "again", "new": "y"})
    store.apply([reading("runs/a", more)])
    assert tags(store) == {"team": "people", "kept": "x", "baseline": "", "new": "y"}
    store.user_tags(IDENTITY, {})
    assert tags(store) == {"team": "again", "kept": "x", "new": "y"}
    assert asked(store, "SELECT count(*) FROM tagged") == [(0,)]


def test_they_hold_for_runs_that_are_read_later_and_for_stores_made_anew(where):
    keep(where, baseline="", team="people")
    for _ in range(2):
        store = open_store(where)
        store.put_project(PROJECT)
        store.apply([SAID])
        assert tags(store) == {"team": "people", "kept": "x", "baseline": ""}
        store.close()
        where.store.unlink()


@pytest.mark.parametrize("restart", [True, False])
def test_what_another_process_says_is_followed(store, where, restart):
    store.apply([SAID])
    keep(where, baseline="yes")
    if restart:
        store.close()
        store = open_store(where)
        changed = None
    else:
        changed = store.sweep(0, lambda process: None)
    assert tags(store)["baseline"] == "yes"
    assert changed is None or changed.runs == {IDENTITY}
    remove_state(where, "tags", IDENTITY)
    store.sweep(0, lambda process: None)
    assert tags(store) == {"team": "tool", "kept": "x"}
    store.close()


def test_a_follower_shows_them_too(store, where):
    store.apply([SAID])
    keep(where, baseline="")
    store.user_tags(IDENTITY, {"baseline": ""})
    follower = open_store(where)
    assert follower.role == "follower"
    assert tags(follower)["baseline"] == ""
    follower.user_tags(IDENTITY, {"mine": "1"})
    assert "mine" in tags(follower)
    follower.close()


def test_damaged_files_count_as_absent(store, where):
    store.apply([SAID])
    folder = where.state / "tags"
    folder.mkdir(parents=True)
    (folder / f"{IDENTITY}.json").write_text('{"tags": {"a": 1, "": "x", "b": "y"}, "id"')
    (folder / "other.json").write_text('{"tags": ["a"]}')
    store.sweep(0, lambda process: None)
    assert tags(store) == {"team": "tool", "kept": "x"}
    (folder / f"{IDENTITY}.json").unlink()
    keep(where, a=1, b="\ud800y")
    store.sweep(0, lambda process: None)
    assert tags(store) == {"team": "tool", "kept": "x", "b": "\\ud800y"}


def test_said_of_one_they_hold_for_the_run_it_is_shown_as(store):
    other = RunKey("mlruns/f")
    store.apply([reading(other.path, RunFacts(other, native_id="f"), reader="mlflow")])
    store.user_tags(run_identity(PROJECT.key, other), {"baseline": "", "team": "before"})
    same = RunFacts(A, same_as=(("mlflow", "f"),))
    store.apply([reading("runs/a", same, reader="recorded")])
    assert asked(store, "SELECT count(*) FROM runs") == [(1,)]
    assert tags(store) == {"baseline": "", "team": "before"}
    store.user_tags(IDENTITY, {"team": "now"})
    assert tags(store) == {"baseline": "", "team": "now"}
