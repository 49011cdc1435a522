"""Whatever readers say in whatever pieces, the tables hold exactly it."""

import json
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from store_making import NOW, PROJECT, asked, curve, history, reading

from mlops_console.errors import StoreError
from mlops_console.records import NO_TIME, Problem, RunFacts, RunKey, Status
from mlops_console.settings import places
from mlops_console.store import open_store
from mlops_console.store.known import run_identity

NUMBERS = st.floats(width=32, allow_subnormal=False) | st.sampled_from([math.nan, math.inf, -math.inf, 0.1])


def test_a_run_appears_with_all_that_was_said(store):
    changed = store.apply([
        reading("runs/a", RunFacts(RunKey("runs/a"), name="first", params={"lr": 0.1, "layers": [1, 2],
                "on": True, "note": "x", "none": None}, tags={"team": "é"}, summary={"acc": math.nan}),
                metrics={"loss": curve([3, 2, 1])}, problems=[Problem("runs/a/events", "cut off", 17)],
                anew=True),
    ])  # fmt: skip
    identity = run_identity(PROJECT.key, RunKey("runs/a"))
    assert changed.runs == changed.added == {identity}
    assert changed.problems
    assert asked(store, "SELECT id, path, native, name, readers, gone, archived FROM runs") == [
        (identity, "runs/a", "", "first", "tensorboard", False, False)
    ]
    values = asked(
        store, 'SELECT kind, key, text, number FROM "values" JOIN keys USING (key_id) ORDER BY kind, key'
    )
    assert [row for row in values if row[1] != "acc"] == [
        ("param", "layers", "[1, 2]", None), ("param", "lr", "0.1", 0.1), ("param", "none", "null", None),
        ("param", "note", "x", None), ("param", "on", "true", None), ("tag", "team", "é", None),
    ]  # fmt: skip
    assert [(row[2], math.isnan(row[3])) for row in values if row[1] == "acc"] == [("NaN", True)]
    assert asked(
        store,
        "SELECT count, first_step, first_value, last_step, last_value, min, max, min_step, max_step"
        " FROM series",
    ) == [(3, 0, 3.0, 2, 1.0, 1.0, 3.0, 2, 0)]
    assert history(store, "runs/a", "loss") == curve([3, 2, 1])
    assert asked(store, "SELECT path, byte_offset, what FROM problems") == [("runs/a/events", 17, "cut off")]


def test_what_was_read_is_known_at_the_next_start(store, where):
    store.apply([reading("runs/a", metrics={"loss": curve([1])}, cursor=b"\0\xff", fingerprint=b"\x01")])
    store.close()
    again = open_store(where)
    [known] = again.known(PROJECT.key)
    assert (known.cursor, known.fingerprint, known.gone, known.deaths) == (b"\0\xff", b"\x01", False, 0)
    assert known.source == reading("runs/a").source
    again.apply([reading("runs/a", metrics={"loss": curve([2], 1, NOW + 1_000_000)}, cursor=b"2")])
    assert history(again, "runs/a", "loss") == curve([1, 2])
    again.close()


def test_names_that_are_not_utf8_come_back_as_they_were(store, where):
    path = "runs/\udcff\n\x1b[31m\0x"
    facts = RunFacts(RunKey(path), name="\ud800", params={"k\udc80": "v\udcfe"})
    store.apply([reading(path, facts, metrics={"m\udc99": curve([1])})])
    store.put_looks(PROJECT.key, {path: (b"\xff", b"\0")})
    store.close()
    again = open_store(where)
    assert again.known(PROJECT.key)[0].source == reading(path).source
    assert again.looks(PROJECT.key) == {path: (b"\xff", b"\0")}
    assert asked(again, "SELECT name FROM runs") == [("\\ud800",)]
    assert asked(again, "SELECT key FROM keys ORDER BY kind, key") == [("m\\x99",), ("k\\x80",)]
    said = json.loads(asked(again, "SELECT facts FROM facts")[0][0])
    assert said["params"] == {"k\udc80": "v\udcfe"}
    again.apply([reading(path, metrics={"m\udc99": curve([2], 1, NOW + 1_000_000)})])
    assert history(again, "runs/\\xff\n\x1b[31m\0x", "m\\x99") == curve([1, 2])
    again.close()


def test_numbers_that_no_column_holds_are_unknown(store):
    facts = RunFacts(
        RunKey("runs/a"),
        started=2**70,
        ended=-(2**64),
        active=NOW,
        params={"big": 10**400, "exact": 2**60 + 1},
    )
    store.apply([reading("runs/a", facts)])
    assert asked(store, "SELECT started, ended, active FROM runs") == [(None, None, NOW)]
    assert dict(asked(store, 'SELECT key, text FROM "values" JOIN keys USING (key_id)'))["exact"] == str(
        2**60 + 1
    )


def test_values_without_end_are_cut_short(store):
    deep: list = []
    for _ in range(3000):
        deep = [deep]
    store.apply(
        [reading("runs/a", RunFacts(RunKey("runs/a"), params={"huge": 16**9000, "deep": deep, "lr": 1}))]
    )
    texts = dict(asked(store, 'SELECT key, text FROM "values" JOIN keys USING (key_id)'))
    assert texts["lr"] == "1"
    assert texts["huge"].startswith('"0x1000')
    assert len(texts["deep"]) < 200


def test_a_project_must_be_known(store):
    read = reading("runs/a")
    with pytest.raises(StoreError, match="nothing is known of project 000"):
        store.apply([type(read)("000", read.source, b"", read.chunk)])


def test_reading_anew_forgets_what_was_said(store):
    store.apply([reading("runs/a", RunFacts(RunKey("runs/a"), params={"lr": 1, "old": 2}),
                         metrics={"loss": curve([1, 2, 3]), "acc": curve([1])})])  # fmt: skip
    store.apply(
        [
            reading(
                "runs/a",
                RunFacts(RunKey("runs/a"), params={"lr": 3}),
                metrics={"loss": curve([9])},
                reset=True,
            )
        ]
    )
    assert history(store, "runs/a", "loss") == curve([9])
    assert asked(store, 'SELECT key, text FROM "values" JOIN keys USING (key_id)') == [("lr", "3")]
    assert asked(store, "SELECT count(*) FROM series") == [(1,)]


def test_a_source_read_anew_within_one_batch(store):
    batch = [
        reading("runs/a", metrics={"loss": curve([1, 2])}, cursor=b"1"),
        reading("runs/b", metrics={"loss": curve([5])}),
        reading("runs/a", metrics={"loss": curve([7])}, cursor=b"2", reset=True),
        reading("runs/a", metrics={"loss": curve([8], 1, NOW + 1_000_000)}, cursor=b"3"),
    ]
    store.apply(batch)
    assert history(store, "runs/a", "loss") == curve([7, 8])
    assert history(store, "runs/b", "loss") == curve([5])
    assert {known.source.path: known.cursor for known in store.known(PROJECT.key)}["runs/a"] == b"3"


def test_a_run_that_its_source_no_longer_holds_goes_once_the_source_is_read_to_its_end(store):
    both = {("runs/a/1", "loss"): curve([1]), ("runs/a/2", "loss"): curve([2])}
    store.apply([reading("runs/a", series=both)])
    store.apply([reading("runs/a", series={}, reset=True, more=True)])
    assert asked(store, "SELECT count(*) FROM runs WHERE gone") == [(2,)]
    changed = store.apply([reading("runs/a", series={("runs/a/2", "loss"): curve([2])})])
    assert asked(store, "SELECT path, gone FROM runs") == [("runs/a/2", False)]
    assert run_identity(PROJECT.key, RunKey("runs/a/1")) in changed.runs


def test_nothing_is_kept_of_a_batch_that_breaks(store):
    store.apply([reading("runs/a", metrics={"loss": curve([1])})])
    broken = reading("runs/b", RunFacts(RunKey("runs/b"), params={"x": object()}))  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        store.apply([reading("runs/a", metrics={"loss": curve([2], 1)}, cursor=b"later"), broken])
    assert history(store, "runs/a", "loss") == curve([1])
    assert [known.cursor for known in store.known(PROJECT.key)] == [b"cursor"]
    store.apply([reading("runs/a", metrics={"loss": curve([2], 1, NOW + 1_000_000)})])
    assert history(store, "runs/a", "loss") == curve([1, 2])


def test_dribbles_gather_into_blocks(store):
    values = np.arange(1000.0).tolist()
    for i in range(0, 1000, 7):
        rows = [(j, NO_TIME, values[j]) for j in range(i, min(i + 7, 1000))]
        store.apply([reading("runs/a", metrics={"loss": rows})])
    assert [value for _, _, value in history(store, "runs/a", "loss")] == values
    assert asked(store, "SELECT count(*) FROM tail")[0][0] < 400
    store.apply([reading("runs/a", RunFacts(RunKey("runs/a"), status=Status.FINISHED))])
    store.sweep(NOW + 10**9, lambda process: None)
    assert asked(store, "SELECT count(*) FROM tail") == [(0,)]
    assert [value for _, _, value in history(store, "runs/a", "loss")] == values


BATCHES = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),  # run
            st.sampled_from(["tensorboard", "plain"]),
            st.booleans() | st.just(False),  # read anew
            st.dictionaries(st.sampled_from(["loss", "acc"]), st.lists(NUMBERS, max_size=100), max_size=2),
            st.dictionaries(st.sampled_from(["p", "q"]), st.integers(0, 3), max_size=2),
        ),
        min_size=1, max_size=3,
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batches=BATCHES, reopen=st.integers(0, 5))
def test_any_story_told_by_two_readers_ends_as_a_simple_model_says(batches, reopen, tmp_path_factory):
    where = places(str(tmp_path_factory.mktemp("story") / "store.duckdb"))
    store = open_store(where)
    store.put_project(PROJECT)
    model: dict[tuple[str, str], tuple[dict[str, list[float]], dict[str, int]]] = {}
    for turn, batch in enumerate(batches):
        if turn == reopen:
            store.close()
            store = open_store(where)
        reads = []
        for run, reader, anew, metrics, params in batch:
            said, known = model.setdefault((run, reader), ({}, {}))
            if anew:
                said.clear()
                known.clear()
            known.update(params)
            rows = {}
            for name, values in metrics.items():
                rows[name] = [(step, NO_TIME, v) for step, v in enumerate(values, len(said.get(name, ())))]
                if values:
                    said.setdefault(name, []).extend(values)
            reads.append(
                reading(run, RunFacts(RunKey(run), params=params), metrics=rows, reader=reader, reset=anew)
            )
        store.apply(reads)
    _compare(store, model)
    store.close()


def _compare(store, model):
    for run in ("a", "b"):
        best: dict[str, list[float]] = {}
        params: dict[str, int] = {}
        for reader in ("plain", "tensorboard"):
            said, known = model.get((run, reader), ({}, {}))
            best |= said
            params |= known
        for name in ("loss", "acc"):
            got = history(store, run, name)
            assert [step for step, _, _ in got] == list(range(len(best.get(name, ()))))
            assert repr([v for _, _, v in got]) == repr([float(v) for v in best.get(name, ())])
            _compare_figures(store, run, name, [float(v) for v in best.get(name, ())])
        assert params == {
            key: int(number)
            for key, number in asked(
                store,
                'SELECT key, number FROM "values" JOIN keys USING (key_id)'
                " JOIN runs USING (run_id) WHERE path = ?",
                run,
            )
        }


def _compare_figures(store, run, name, values):
    rows = asked(
        store,
        "SELECT count, first_value, last_step, last_value, min, max, nan_count, spark FROM series"
        " JOIN runs USING (run_id) JOIN keys USING (key_id) WHERE path = ? AND key = ? AND shown", run, name,
    )  # fmt: skip
    if not values:
        assert rows == []
        return
    there = [v for v in values if not math.isnan(v)]
    stride = 1
    while -(-len(values) // stride) > 64:
        stride *= 2
    with np.errstate(over="ignore"):
        spark = np.array(values[::stride]).astype("<f4").tobytes()
    assert repr(rows) == repr([
        (len(values), values[0], len(values) - 1, values[-1],
         min(there, default=None), max(there, default=None), len(values) - len(there), spark)
    ])  # fmt: skip
