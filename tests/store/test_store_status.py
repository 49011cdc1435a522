"""Several sources of one run; status; forgotten and archived runs; projects; what discovery says."""

import json

import pytest
from store_making import NOW, PROJECT, asked, curve, history, reading

from mlops_console.records import Problem, Process, Project, RunFacts, RunKey, Status
from mlops_console.settings import remove_state, write_state
from mlops_console.store import open_store
from mlops_console.store.known import run_identity

SILENCE = 600_000_000
A = RunKey("runs/a")


def identity(path: str) -> str:
    return run_identity(PROJECT.key, RunKey(path))


def test_of_two_sources_of_a_run_the_better_is_believed(store):
    plain = RunFacts(A, name="plain", started=NOW - 5, params={"lr": 1, "only": 2}, active=NOW + 9)
    board = RunFacts(
        A, name="board", started=NOW, params={"lr": 3}, status=Status.FINISHED, ended=NOW + 5, active=NOW
    )
    own = RunFacts(A, started=NOW + 1, tags={"by": "own"})
    store.apply([
        reading("runs/a", plain, metrics={"loss": curve([1])}, reader="plain"),
        reading("runs/a", board, metrics={"loss": curve([2])}, reader="tensorboard"),
    ])  # fmt: skip
    look = "SELECT name, started, ended, active, declared, readers FROM runs"
    assert asked(store, look) == [("board", NOW - 5, NOW + 5, NOW + 9, "finished", "tensorboard,plain")]
    store.apply([reading("runs/a", own, metrics={"loss": curve([3])}, reader="recorded")])
    assert asked(store, look) == [
        ("board", NOW + 1, NOW + 5, NOW + 9, "finished", "recorded,tensorboard,plain")
    ]
    assert dict(asked(store, 'SELECT key, text FROM "values" JOIN keys USING (key_id)')) == {
        "lr": "3",
        "only": "2",
        "by": "own",
    }
    assert history(store, "runs/a", "loss") == curve([3])
    assert asked(store, "SELECT last_value FROM series WHERE NOT shown ORDER BY 1") == [(1.0,), (2.0,)]
    store.apply([reading("runs/a", reader="recorded", reset=True)])
    assert history(store, "runs/a", "loss") == curve([2])
    said = {reader: json.loads(facts) for reader, facts in
            asked(store, "SELECT reader, facts FROM facts JOIN sources USING (source_id)")}  # fmt: skip
    assert said["plain"]["params"] == {"lr": 1, "only": 2}


def test_facts_of_a_source_accumulate(store):
    store.apply([reading("runs/a", RunFacts(A, name="one", params={"a": 1}, group="g"))])
    store.apply([reading("runs/a", RunFacts(A, name="two", params={"b": 2}, parent=RunKey("runs")))])
    assert asked(store, 'SELECT name, "group", parent FROM runs') == [("two", "g", identity("runs"))]
    assert dict(asked(store, 'SELECT key, text FROM "values" JOIN keys USING (key_id)')) == {
        "a": "1",
        "b": "2",
    }


HERE = Process("here", "boot", 4711, 99)


@pytest.mark.parametrize(
    ("facts", "alive", "later", "status", "reason"),
    [
        (
            RunFacts(A, status=Status.FAILED, status_reason="ValueError", active=NOW),
            None,
            9e9,
            "failed",
            "ValueError",
        ),
        (RunFacts(A, status=Status.RUNNING, process=HERE, active=NOW), True, 9e9, "running", None),
        (
            RunFacts(A, status=Status.RUNNING, process=HERE, active=NOW),
            False,
            1,
            "killed",
            "process 4711 is gone",
        ),
        (RunFacts(A, status=Status.RUNNING, process=HERE, active=NOW), None, 1, "running", None),
        (
            RunFacts(A, status=Status.RUNNING, process=HERE, active=NOW),
            None,
            9e9,
            "running",
            "stale since 2025-10-09",
        ),
        (RunFacts(A, status=Status.RUNNING, active=NOW), None, 1, "running", None),
        (
            RunFacts(A, status=Status.RUNNING, active=NOW),
            None,
            9e9,
            "unknown",
            "says running, silent since 2025-10-09",
        ),
        (RunFacts(A, active=NOW), None, 1, "running", None),
        (RunFacts(A, active=NOW), None, 9e9, "unknown", "no end seen, silent since 2025-10-09"),
        (RunFacts(A), None, 1, "unknown", "no end seen, silent since it was found"),
    ],
)
def test_status_follows_from_evidence(where, facts, alive, later, status, reason, monkeypatch):
    monkeypatch.setattr("time.time_ns", lambda: NOW * 1000)
    for reopened in (False, True):
        store = open_store(where)
        store.put_project(PROJECT)
        if not reopened:
            store.apply([reading("runs/a", facts)])
        store.sweep(NOW + int(later), lambda process: alive)
        [(got, why)] = asked(store, "SELECT status, status_reason FROM runs")
        assert (got, why and why.partition("T")[0]) == (status, reason)
        assert not store.sweep(NOW + int(later), lambda process: alive)
        store.close()


def test_new_data_wakes_a_silent_run(store, monkeypatch):
    monkeypatch.setattr("time.time_ns", lambda: NOW * 1000)
    store.apply([reading("runs/a", RunFacts(A, active=NOW - 2 * SILENCE))])
    assert asked(store, "SELECT status FROM runs") == [("unknown",)]
    store.apply([reading("runs/a", RunFacts(A, active=NOW))])
    assert asked(store, "SELECT status, status_reason FROM runs") == [("running", None)]
    changed = store.sweep(NOW + 2 * SILENCE, lambda process: None)
    assert changed.runs == {identity("runs/a")}


def test_each_project_has_its_own_patience(store, monkeypatch):
    other = Project("0" * 12, "other", "/else", 1, 2)
    store.put_project(other)
    read = reading("runs/a", RunFacts(A, active=NOW))
    elsewhere = type(read)(other.key, read.source, read.fingerprint, read.chunk)
    look = "SELECT status FROM runs ORDER BY project_id, run_id"
    later = NOW + 2 * SILENCE
    monkeypatch.setattr("time.time_ns", lambda: later * 1000)
    store.apply([read, elsewhere])
    assert asked(store, look) == [("unknown",), ("unknown",)]
    store.allow_silence(other.key, 3 * SILENCE)
    assert store.sweep(later, lambda process: None).runs == {run_identity(other.key, A)}
    assert asked(store, look) == [("unknown",), ("running",)]
    assert not store.sweep(later, lambda process: None)
    store.apply([reading("runs/b", RunFacts(RunKey("runs/b"), active=NOW))])
    store.apply([type(read)(other.key, read.source, b"new", read.chunk, read_anew=True)])
    assert asked(store, look) == [("unknown",), ("unknown",), ("running",)]
    store.sweep(NOW + 4 * SILENCE, lambda process: None)
    assert asked(store, "SELECT DISTINCT status FROM runs") == [("unknown",)]


def test_runs_whose_files_vanish_stay_and_say_so(store):
    store.apply(
        [reading("runs/a", metrics={"loss": curve([1])}), reading("runs/a", RunFacts(A), reader="plain")]
    )
    assert not store.gone(PROJECT.key, [("plain", "runs/a")], True)
    changed = store.gone(PROJECT.key, [("tensorboard", "runs/a"), ("nobody", "nowhere")], True)
    assert changed.runs == {identity("runs/a")}
    assert asked(store, "SELECT gone FROM runs") == [(True,)]
    assert {known.gone for known in store.known(PROJECT.key)} == {True}
    assert store.gone(PROJECT.key, [("plain", "runs/a")], False).runs == {identity("runs/a")}
    assert asked(store, "SELECT gone FROM runs") == [(False,)]


def test_a_forgotten_run_stays_away_until_it_is_asked_back(store, where):
    both = {("runs/a", "loss"): curve([1]), ("runs/b", "loss"): curve([2])}
    store.apply([reading("runs", series=both)])
    write_state(where, "forgotten", identity("runs/a"), {})
    assert store.forget([identity("runs/a"), "0" * 12]) == 1
    assert asked(store, "SELECT path FROM runs") == [("runs/b",)]
    assert asked(
        store,
        "SELECT (SELECT count(*) FROM series), (SELECT count(*) FROM packed), (SELECT count(*) FROM facts)",
    ) == [(1, 1, 1)]
    more = {key: curve([3], 1, NOW + 1_000_000) for key in both}
    changed = store.apply([reading("runs", series=more)])
    assert changed.runs == {identity("runs/b")}
    store.close()
    store = open_store(where)
    store.apply([reading("runs", series={("runs/a", "loss"): curve([4], 2)})])
    assert asked(store, "SELECT path FROM runs") == [("runs/b",)]
    remove_state(where, "forgotten", identity("runs/a"))
    store.sweep(NOW, lambda process: None)
    [known] = store.known(PROJECT.key)
    assert (known.cursor, known.fingerprint) == (None, b"")
    store.apply([reading("runs", series=both, anew=True)])
    assert asked(store, "SELECT path FROM runs ORDER BY path") == [("runs/a",), ("runs/b",)]
    assert history(store, "runs/b", "loss") == curve([2])
    store.close()


def test_what_another_process_wrote_is_followed(store, where):
    store.apply([reading(path, metrics={"loss": curve([1])}) for path in ("runs/a", "runs/b")])
    write_state(where, "forgotten", identity("runs/a"), {})
    write_state(where, "archived", identity("runs/b"), {})
    assert store.sweep(NOW, lambda process: None).runs == {identity("runs/a"), identity("runs/b")}
    assert asked(store, "SELECT path, archived FROM runs") == [("runs/b", True)]
    store.close()
    write_state(where, "archived", identity("runs/c"), {})
    store = open_store(where)
    store.apply([reading("runs/c", metrics={"loss": curve([1])})])
    assert asked(store, "SELECT path FROM runs WHERE archived ORDER BY path") == [("runs/b",), ("runs/c",)]
    assert store.archive([identity("runs/b")], False) == 1
    assert asked(store, "SELECT path FROM runs WHERE archived") == [("runs/c",)]
    store.close()


def test_a_source_that_kills_its_reader_is_counted(store):
    source = reading("runs/a").source
    assert store.note_death(PROJECT.key, source, "the reader died on it") == 1
    assert store.note_death(PROJECT.key, source, "the reader died on it again") == 2
    assert store.known(PROJECT.key)[0].deaths == 2
    assert store.known(PROJECT.key)[0].cursor is None
    assert asked(store, "SELECT what FROM problems") == [("the reader died on it again",)]
    store.clear_deaths(PROJECT.key, source)
    assert store.known(PROJECT.key)[0].deaths == 0
    store.apply([reading("runs/a", metrics={"loss": curve([1])}, anew=True)])
    assert asked(store, "SELECT count(*) FROM problems") == [(0,)]


def test_problems_are_replaced_by_those_that_stand_now(store):
    assert store.found_problems(PROJECT.key, [Problem("x", "unreadable"), Problem("y", "a loop")]).problems
    store.apply([reading("runs/a", problems=[Problem("runs/a/events", "torn", 5)])])
    assert asked(store, "SELECT count(*) FROM problems") == [(3,)]
    assert store.found_problems(PROJECT.key, []).problems
    assert not store.found_problems(PROJECT.key, []).problems
    assert store.apply([reading("runs/a")]).problems
    assert not store.apply([reading("runs/a")]).problems
    assert asked(store, "SELECT count(*) FROM problems") == [(0,)]


def test_projects_keep_apart_and_go_whole(store):
    other = Project("0" * 12, "other", "/else\udcff", 2**63, 3)
    store.put_project(other)
    store.put_project(Project("0" * 12, "renamed", "/else\udcff", 1, 2))
    read = reading(
        "runs/a", RunFacts(A, params={"x": 1}), metrics={"loss": curve([1])}, problems=[Problem("a", "b")]
    )
    elsewhere = type(read)(other.key, read.source, read.fingerprint, read.chunk)
    assert len(store.apply([read, elsewhere]).added) == 2
    store.put_looks(other.key, {"p": (b"1", b"2")})
    store.put_looks(other.key, {"q": (b"3", b"4"), "p": (b"5", b"6")})
    assert store.looks(other.key) == {"p": (b"5", b"6"), "q": (b"3", b"4")}
    assert asked(store, "SELECT name, device FROM projects ORDER BY project_id") == [
        ("demo", 5),
        ("renamed", 1),
    ]
    store.drop_project(PROJECT.key)
    for table in ("runs", "facts", '"values"', "series", "packed", "sources", "problems", "projects"):
        assert asked(store, f"SELECT count(*) FROM {table}") == [(1,)], table
    store.put_project(PROJECT)
    store.apply([read])
    assert asked(store, "SELECT count(*) FROM runs") == [(2,)]
