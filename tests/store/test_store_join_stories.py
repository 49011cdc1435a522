"""A story of claims, withdrawals, vanished files and restarts ends as if all had been read at once."""

import json

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from store_making import NOW, PROJECT, asked, curve, reading

from mlops_console.records import RunFacts, RunKey, Status
from mlops_console.settings import places
from mlops_console.store import Store, open_store

PLACES = {"a": ("recorded", "runs/a"), "b": ("recorded", "runs/b"), "m": ("mlflow", "mlruns/m"),
          "n": ("mlflow", "mlruns/n"), "t": ("tensorboard", "runs/a"), "w": ("wandb", "w/w")}  # fmt: skip
CLAIMS = st.lists(
    st.sampled_from([("mlflow", "m"), ("mlflow", "n"), ("recorded", "a"), ("recorded", "b"), ("wandb", "w")]),
    max_size=2, unique=True,
)  # fmt: skip
TELLING = st.tuples(
    st.sampled_from(sorted(PLACES)),
    st.sampled_from(["said", "said", "withdrawn", "gone"]),
    CLAIMS,
    st.sampled_from([None, "m", "a"]),  # parent by the tool's id
    st.integers(1, 3),
    st.sampled_from([None, Status.FINISHED, Status.FAILED]),
)
STORIES = st.lists(st.lists(TELLING, min_size=1, max_size=4), min_size=1, max_size=7)


def telling(who: str, claims, parent, value: int, status):
    reader, path = PLACES[who]
    facts = RunFacts(
        RunKey(path), native_id=who if who != "t" else None, params={"p": value, who: value}, status=status,
        same_as=tuple(claims), parent_native_id=parent, tags={"by": who}, started=NOW + value,
        deleted=value == 3,
    )  # fmt: skip
    return reading(path, facts, metrics={"loss": curve([value]), who: curve([1])}, reader=reader, reset=True)


def projection(store: Store) -> dict[str, list[tuple]]:
    return {
        "runs": asked(store, 'SELECT id, name, native_id, "group", parent, parent_native_id, status_reason,'
            " declared, started, ended, readers, archived, deleted, gone FROM runs ORDER BY id"),
        "values": asked(store, 'SELECT id, kind, key, text FROM "values" JOIN keys USING (key_id)'
            " JOIN runs USING (run_id) ORDER BY ALL"),
        "series": asked(store, "SELECT id, key, s.count, last_value, shown FROM series s"
            " JOIN keys USING (key_id) JOIN runs USING (run_id) ORDER BY ALL"),
        "facts": asked(store, "SELECT r.id, s.reader, s.path FROM facts JOIN runs r USING (run_id)"
            " JOIN sources s USING (source_id) ORDER BY ALL"),
        "joined": asked(store, "SELECT j.id, r.id FROM joined j JOIN runs r USING (run_id) ORDER BY ALL"),
        "stray": asked(store, "SELECT run_id FROM facts WHERE run_id NOT IN (SELECT run_id FROM runs)"
            " UNION ALL SELECT run_id FROM series WHERE run_id NOT IN (SELECT run_id FROM runs)"
            ' UNION ALL SELECT run_id FROM "values" WHERE run_id NOT IN (SELECT run_id FROM runs)'),
    }  # fmt: skip


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story=STORIES, reopen=st.integers(0, 7))
def test_any_order_ends_alike(story, reopen, tmp_path_factory):
    folder = tmp_path_factory.mktemp("story")
    store = open_store(places(str(folder / "store.duckdb")))
    store.put_project(PROJECT)
    says: dict[str, tuple] = {}
    gone: set[str] = set()
    for turn, batch in enumerate(story):
        if turn == reopen:
            store.close()
            store = open_store(store.places)
        reads = []
        for who, what, *rest in batch:
            if what == "gone":
                continue
            gone.discard(who)
            if what == "withdrawn":
                says.pop(who, None)
                reader, path = PLACES[who]
                reads.append(reading(path, reader=reader, reset=True))
            else:
                says[who] = tuple(rest)
                reads.append(telling(who, *rest))
        store.apply(reads)
        for who, what, *_ in batch:
            if what == "gone" and who in says:
                gone.add(who)
                store.gone(PROJECT.key, [PLACES[who]], True)
    told = projection(store)
    store.close()
    at_once = open_store(places(str(folder / "other.duckdb")))
    at_once.put_project(PROJECT)
    at_once.apply([telling(who, *says[who]) for who in sorted(says, key="abmtnw".index)])
    if gone:
        at_once.gone(PROJECT.key, [PLACES[who] for who in sorted(gone)], True)
    expected = projection(at_once)
    at_once.close()
    assert told["stray"] == []
    assert json.loads(json.dumps(told)) == json.loads(json.dumps(expected))
