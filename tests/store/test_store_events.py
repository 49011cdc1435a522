"""What the store keeps of journals: events and folds, which go with their project and survive it all."""

from store_making import PROJECT, asked

from mlops_console.records import Project
from mlops_console.store.events import EventRow, Journaled, KeptFold, kept_fold, texts


def row(name, text="{}", **more):
    said = {"clock": 1, "kind": "note", "model": "churn", "by": "ana", "at": 5, "name": f"{name}.json"}
    return EventRow(id=name, sha256="ab", text=text, **{**said, **more})


def test_what_is_kept_is_found_again(store):
    fold = KeptFold("/p/.mlops-console/journal", "h1 h2", b"known\0", b"packed\xff")
    odd = row("E2", '{"text": "\\ud800 \\u0000 caf\u00e9"}', by="\udcff")
    store.keep_journal(Journaled(PROJECT.key, [row("E1", "one"), odd], fold=fold, anew=True))
    con = store.connect()
    assert kept_fold(con, PROJECT.key) == fold
    assert texts(con, PROJECT.key, ["E2", "E9", "E1"]) == {"E1": "one", "E2": odd.text}
    assert kept_fold(con, "other") is None


def test_more_is_added_and_the_same_event_is_kept_once(store):
    store.keep_journal(Journaled(PROJECT.key, [row("E1", "one"), row("E2")], anew=True))
    fold = KeptFold("p", "h", b"", b"1")
    store.keep_journal(Journaled(PROJECT.key, [row("E1", "again"), row("E3")], fold=fold))
    store.keep_journal(Journaled(PROJECT.key, [row("E4")]))
    assert asked(store, "SELECT id, text FROM events ORDER BY id") == [
        ("E1", "again"), ("E2", "{}"), ("E3", "{}"), ("E4", "{}"),
    ]  # fmt: skip
    assert kept_fold(store.connect(), PROJECT.key) == fold
    store.keep_journal(Journaled(PROJECT.key, gone=["E2", "E3"]))
    assert asked(store, "SELECT id FROM events ORDER BY id") == [("E1",), ("E4",)]


def test_a_journal_read_anew_replaces_all_and_only_its_own(store):
    other = Project("other", "other", "/elsewhere", 1, 2)
    store.put_project(other)
    store.keep_journal(Journaled(other.key, [row("E1")], fold=KeptFold("o", "", b"", b"")))
    store.keep_journal(Journaled(PROJECT.key, [row("E1"), row("E2")]))
    store.keep_journal(Journaled(PROJECT.key, [row(f"F{at}") for at in range(2_500)], anew=True))
    assert asked(store, "SELECT project_id, count(*) FROM events GROUP BY ALL ORDER BY ALL") == [
        (1, 2500), (2, 1),
    ]  # fmt: skip
    store.drop_project(PROJECT.key)
    assert asked(store, "SELECT count(*) FROM events") == [(1,)]
    assert kept_fold(store.connect(), other.key) is not None


def test_nothing_is_kept_for_a_project_that_nobody_knows(store):
    store.keep_journal(Journaled("nobody", [row("E1")]))
    assert asked(store, "SELECT count(*) FROM events") == [(0,)]
