"""Runs that a tool says are one are one: whatever is read first, said anew, withdrawn or forgotten."""

from collections.abc import Mapping

import pytest
from store_making import NOW, PROJECT, asked, curve, reading

from mlops_console.records import Process, RunFacts, RunKey, Status
from mlops_console.settings import read_state, remove_state, write_state
from mlops_console.store import Store, open_store
from mlops_console.store.known import run_identity

OURS, THEIRS = "runs/a", "mlruns/1/f00"


def identity(path: str, native: str = "") -> str:
    return run_identity(PROJECT.key, RunKey(path, native))


def ours(path: str = OURS, claims: Mapping[str, str] | None = None, **facts):
    """What the recorder says of a run around one of MLflow's."""
    same = tuple((claims if claims is not None else {"mlflow": "f00"}).items())
    said = RunFacts(RunKey(path), native_id=path, params={"lr": 1, "ours": 1}, same_as=same, **facts)
    return reading(path, said, metrics={"loss": curve([1])}, reader="recorded")


def theirs(path: str = THEIRS, native: str = "f00", reset: bool = False, more: bool = False, **facts):
    """What MLflow says of it."""
    said = RunFacts(RunKey(path), native_id=native, name="theirs", params={"lr": "2", "theirs": "x"}, **facts)
    metrics = {"loss": curve([2]), "acc": curve([0.5])}
    return reading(path, said, metrics=metrics, reader="mlflow", reset=reset, more=more)


def runs(store: Store) -> list[tuple]:
    return asked(store, "SELECT path, readers FROM runs ORDER BY path")


def shown(store: Store) -> list[tuple]:
    return asked(
        store,
        "SELECT r.path, k.key, s.last_value FROM series s JOIN keys k USING (key_id)"
        " JOIN runs r USING (run_id) WHERE s.shown ORDER BY ALL",
    )


def params(store: Store) -> dict[str, str]:
    return dict(
        asked(store, 'SELECT key, text FROM "values" JOIN keys USING (key_id) JOIN runs USING (run_id)')
    )


ONE = [(OURS, "recorded,mlflow")]
TWO = [(THEIRS, "mlflow"), (OURS, "recorded")]
BOTH = [(OURS, "acc", 0.5), (OURS, "loss", 1.0)]


@pytest.mark.parametrize(
    "batches",
    [
        [[ours(), theirs()]], [[theirs(), ours()]], [[ours()], [theirs()]], [[theirs()], [ours()]],
        [[theirs()], [ours(claims={})], [ours()]],
    ],
)  # fmt: skip
def test_one_run_with_two_sources_whatever_is_read_first(store, batches):
    changed = [store.apply(batch) for batch in batches]
    assert runs(store) == ONE
    assert shown(store) == BOTH
    assert params(store) == {"lr": "1", "ours": "1", "theirs": "x"}
    assert asked(store, "SELECT id, name FROM runs") == [(identity(OURS), "theirs")]
    known = set().union(*(one.added for one in changed))
    assert identity(OURS) in known
    gone = known - {identity(OURS)}
    assert not gone or identity(THEIRS) in changed[-1].runs, "who shows the other run hears that it went"


def test_a_join_holds_across_a_restart_and_goes_on(store, where):
    store.apply([theirs()])
    store.apply([ours()])
    store.close()
    again = open_store(where)
    more = RunFacts(RunKey(THEIRS), params={"late": "1"})
    again.apply([reading(THEIRS, more, metrics={"loss": curve([7], 1), "new": curve([9])}, reader="mlflow")])
    assert runs(again) == ONE
    assert shown(again) == sorted([*BOTH, (OURS, "new", 9.0)])
    assert params(again)["late"] == "1"
    again.close()


def test_a_follower_and_who_takes_over_see_the_same_run(store, where):
    store.apply([theirs()])
    follower = open_store(where)
    assert follower.role == "follower"
    follower.apply([ours()])
    assert runs(follower) == ONE
    assert runs(store) == [(THEIRS, "mlflow")]
    store.apply([ours()])
    store.close()
    assert follower.try_become_owner()
    assert runs(follower) == ONE
    assert shown(follower) == BOTH
    follower.apply([theirs(reset=True)])
    assert runs(follower) == ONE
    assert shown(follower) == BOTH
    follower.close()


def test_what_is_said_no_longer_holds_no_longer(store):
    store.apply([theirs(), ours()])
    anew = ours(claims={})
    changed = store.apply([type(anew)(anew.project_key, anew.source, b"2", anew.chunk, read_anew=True)])
    assert runs(store) == TWO
    assert shown(store) == [(THEIRS, "acc", 0.5), (THEIRS, "loss", 2.0), (OURS, "loss", 1.0)]
    assert changed.runs == {identity(OURS), identity(THEIRS)}
    assert asked(store, "SELECT * FROM joined") == []
    store.apply([ours()])
    assert runs(store) == ONE


def test_a_source_said_anew_piece_by_piece_does_not_tear_the_run_apart(store):
    store.apply([theirs(), ours()])
    nothing = reading(THEIRS, reader="mlflow", reset=True, more=True)
    store.apply([nothing])
    assert [path for path, _ in runs(store)] == [OURS]
    assert shown(store) == [(OURS, "loss", 1.0)]
    store.apply([theirs()])
    assert runs(store) == ONE
    assert shown(store) == BOTH


def test_a_run_that_its_tool_no_longer_has_leaves_the_rest(store):
    store.apply([theirs(), ours()])
    store.apply([reading(THEIRS, reader="mlflow", reset=True)])
    assert runs(store) == [(OURS, "recorded")]
    store.apply([theirs()])
    assert runs(store) == ONE
    store.apply([reading(OURS, reader="recorded", reset=True)])
    assert runs(store) == [(THEIRS, "mlflow")]
    store.apply([ours()])
    assert runs(store) == ONE


def test_metrics_of_a_source_whose_files_are_gone_give_way(store):
    store.apply([theirs(), ours()])
    assert store.gone(PROJECT.key, [("recorded", OURS)], True).runs == {identity(OURS)}
    assert asked(store, "SELECT gone FROM runs") == [(False,)]
    assert (OURS, "loss", 2.0) in shown(store)
    assert store.gone(PROJECT.key, [("mlflow", THEIRS)], True).runs == {identity(OURS)}
    assert (OURS, "loss", 1.0) in shown(store), "with all files gone the better source's are shown"
    store.gone(PROJECT.key, [("mlflow", THEIRS)], False)
    assert runs(store) == ONE
    store.apply([ours()])
    assert (OURS, "loss", 1.0) in shown(store)


def test_metrics_are_ranked_otherwise_than_facts(store):
    key = RunKey("logs/v0")
    for reader, value in (("plain", 1), ("lightning", 2), ("tensorboard", 3), ("zz-plug-in", 4)):
        said = RunFacts(key, params={"lr": value})
        store.apply([reading("logs/v0", said, metrics={"loss": curve([value])}, reader=reader)])
    assert shown(store) == [("logs/v0", "loss", 3.0)]
    from mlops_console.store.merging import FACTS

    best = {"lightning": 2, "tensorboard": 3}[next(r for r in FACTS if r in ("lightning", "tensorboard"))]
    assert params(store) == {"lr": str(best)}


def test_children_follow_their_parent(store):
    child = RunFacts(RunKey("mlruns/1/child"), native_id="child", parent_native_id="f00")
    by_key = RunFacts(RunKey("mlruns/1/other"), parent=RunKey(THEIRS))
    store.apply([reading("mlruns/1/child", child, reader="mlflow")])
    assert asked(store, "SELECT parent, parent_native_id FROM runs") == [(None, "f00")]
    store.apply([reading("mlruns/1/other", by_key, reader="mlflow")])
    found = "SELECT DISTINCT parent FROM runs WHERE path LIKE 'mlruns/1/%o%' OR path LIKE '%child'"
    assert identity("mlruns/1/child") in store.apply([theirs()]).runs
    assert asked(store, "SELECT DISTINCT parent FROM runs WHERE path <> ?", THEIRS) == [(identity(THEIRS),)]
    changed = store.apply([ours()])
    assert changed.runs >= {identity("mlruns/1/child"), identity("mlruns/1/other"), identity(OURS)}
    assert asked(store, found) == [(identity(OURS),)]
    anew = ours(claims={})
    store.apply([type(anew)(anew.project_key, anew.source, b"2", anew.chunk, read_anew=True)])
    assert asked(store, found) == [(identity(THEIRS),)]


def test_a_parent_of_another_tool_or_project_is_none(store):
    store.apply([theirs(), reading("w/1", RunFacts(RunKey("w/1"), parent_native_id="f00"), reader="wandb")])
    assert asked(store, "SELECT parent FROM runs WHERE path = 'w/1'") == [(None,)]


def test_a_key_that_is_unknown_gives_way_to_the_tools_id(store):
    child = RunFacts(RunKey("c"), parent=RunKey("moved/away"), parent_native_id="f00")
    store.apply([reading("c", child, reader="mlflow")])
    store.apply([theirs()])
    assert asked(store, "SELECT parent FROM runs WHERE path = 'c'") == [(identity(THEIRS),)]
    store.apply([reading("moved/away", RunFacts(RunKey("moved/away")), reader="mlflow")])
    assert asked(store, "SELECT parent FROM runs WHERE path = 'c'") == [(identity("moved/away"),)]


def test_two_that_claim_the_same_run_leave_it_alone(store):
    store.apply([ours(), theirs()])
    store.apply([ours("runs/b")])
    assert runs(store) == [(THEIRS, "mlflow"), (OURS, "recorded"), ("runs/b", "recorded")]
    store.apply([reading("runs/b", reader="recorded", reset=True)])
    assert runs(store) == ONE


def test_one_that_claims_two_of_a_tools_runs_is_neither(store):
    store.apply([theirs(), theirs("mlruns/1/bar", "bar"), ours()])
    assert len(runs(store)) == 2
    both = RunFacts(RunKey(OURS), same_as=(("mlflow", "f00"), ("mlflow", "bar")))
    store.apply([reading(OURS, both, reader="recorded")])
    assert len(runs(store)) == 3


def test_of_copies_the_nearest_is_it(store):
    copy = ours("backup/runs/a")
    said = type(copy.chunk.facts[0])(RunKey("backup/runs/a"), native_id=OURS, same_as=(("mlflow", "f00"),))
    store.apply([reading("backup/runs/a", said, reader="recorded")])
    store.apply([theirs(), theirs("backup/mlruns/1/f00"), ours()])
    assert runs(store) == [("backup/runs/a", "recorded,mlflow"), (OURS, "recorded,mlflow")]


def test_rings_and_chains_end(store):
    store.apply([
        reading("w", RunFacts(RunKey("w"), native_id="w", same_as=(("recorded", OURS),)), reader="wandb"),
        theirs(same_as=(("wandb", "w"),)),
        ours(),
    ])  # fmt: skip
    assert runs(store) == [(OURS, "recorded,mlflow,wandb")]
    itself = RunFacts(RunKey("x"), native_id="x", same_as=(("mlflow", "x"),))
    store.apply([reading("x", itself, reader="mlflow")])
    assert ("x", "mlflow") in runs(store)


def test_a_crowd_that_claims_one_run_costs_no_more_than_it_must(store):
    store.apply([theirs()])
    for start in range(0, 3000, 1000):
        store.apply([ours(f"runs/{number}") for number in range(start, start + 1000)])
    assert asked(store, "SELECT count(*) FROM runs") == [(3001,)]


def test_a_forgotten_run_stays_away_with_all_its_sources(store, where):
    store.apply([theirs(), ours()])
    write_state(where, "forgotten", identity(OURS), {"id": identity(OURS)})
    store.forget([identity(OURS)])
    assert runs(store) == []
    assert asked(store, "SELECT count(*) FROM facts") == asked(store, "SELECT count(*) FROM series") == [(0,)]
    store.apply([theirs(), ours()])
    assert runs(store) == []
    store.close()
    where.store.unlink()
    anew = open_store(where)
    anew.put_project(PROJECT)
    anew.apply([theirs()])
    anew.apply([ours()])
    assert runs(anew) == []
    remove_state(where, "forgotten", identity(OURS))
    anew.sweep(NOW, lambda process: None)
    assert read_state(where, "forgotten") == {}
    anew.apply([theirs(), ours()])
    assert runs(anew) == ONE
    anew.close()


def test_what_was_archived_before_it_was_joined_stays_so_until_it_is_taken_back(store, where):
    store.apply([theirs()])
    write_state(where, "archived", identity(THEIRS), {"id": identity(THEIRS)})
    store.archive([identity(THEIRS)], True)
    store.apply([ours()])
    assert asked(store, "SELECT path, archived FROM runs") == [(OURS, True)]
    store.archive([identity(OURS)], False)
    assert asked(store, "SELECT archived FROM runs") == [(False,)]
    assert read_state(where, "archived") == {}


def test_a_run_that_its_tool_deleted_is_out_of_sight_unless_a_person_says_otherwise(store, where):
    store.apply([theirs(deleted=True)])
    assert asked(store, "SELECT archived, deleted FROM runs") == [(True, "mlflow")]
    assert store.archive([identity(THEIRS)], False) == 1
    assert asked(store, "SELECT archived, deleted FROM runs") == [(False, "mlflow")]
    store.apply([theirs(reset=True, deleted=True)])
    store.close()
    again = open_store(where)
    again.apply([theirs(deleted=True, started=NOW)])
    assert asked(again, "SELECT archived FROM runs") == [(False,)]
    again.archive([identity(THEIRS)], True)
    assert asked(again, "SELECT archived FROM runs") == [(True,)]
    assert read_state(where, "unarchived") == {}
    again.archive([identity(THEIRS)], False)
    again.apply([theirs(deleted=False)])
    assert asked(again, "SELECT archived, deleted FROM runs") == [(False, None)]
    again.close()


def test_ends_beat_words_and_records_beat_traces(store):
    process = Process("host", "boot", 4711, 5)
    live = RunFacts(RunKey(OURS), status=Status.RUNNING, process=process, active=NOW)

    def declared(*says: tuple[str, Status, Process | None]):
        key = RunKey("x/" + "-".join(f"{reader}{status}" for reader, status, _ in says))
        store.apply([
            reading(key.path, RunFacts(key, status=status, process=at), reader=reader)
            for reader, status, at in says
        ])  # fmt: skip
        return asked(store, "SELECT declared, status_reason FROM runs WHERE path = ?", key.path)[0]

    assert live.process is not None
    run, done, failed = Status.RUNNING, Status.FINISHED, Status.FAILED
    assert declared(("recorded", run, None), ("mlflow", done, None)) == ("finished", None)
    assert declared(("recorded", run, process), ("mlflow", done, None))[0] == "running"
    assert declared(("mlflow", run, None), ("plain", done, None))[0] == "running"
    assert declared(("recorded", done, None), ("mlflow", failed, None)) == ("finished", "mlflow says failed")
    assert declared(("recorded", failed, None), ("mlflow", done, None)) == ("failed", "mlflow says finished")
    assert declared(("tensorboard", run, None), ("plain", failed, None)) == ("failed", None)
