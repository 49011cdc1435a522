"""Runs as a frame: values, order, changes; the same whether fetched anew or brought up to date."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workspace.desk_making import HOUR, NOW, names, put, read_of, three

from mlops_console.errors import StoreError, UsageError
from mlops_console.records import NO_TIME, Changed, Status
from mlops_console.workspace.columns import FIELDS, column_of, columns_of
from mlops_console.workspace.details import detail, resolve
from mlops_console.workspace.ordering import ordered
from mlops_console.workspace.runs import RunQuery, load, sparks


def everything(workspace):
    return [info.column for info in columns_of(workspace)]


def test_values_are_in_view_order_with_gaps_marked(desk):
    frame = load(desk, RunQuery(), everything(desk))
    assert frame.total == 3
    assert list(frame.values["name"]) == ["vit (large)", "resnet-10", "resnet-2"]
    assert list(frame.values["status"]) == ["finished", "failed", "finished"]
    assert list(frame.values["param:optimizer"]) == ["Adam", "sgd", "adam"]
    np.testing.assert_array_equal(frame.values["param:depth"], [np.nan, 5, 3])
    np.testing.assert_array_equal(frame.values["metric:val/loss"], [np.nan, 0.2, 0.3])
    np.testing.assert_array_equal(frame.values["summary:acc"], [0.91, np.nan, np.nan])
    assert list(frame.values["tag:stage"]) == ["", "", "baseline"]
    assert frame.values["ended"][0] == NO_TIME
    assert list(frame.values["project"]) == ["demo"] * 3
    assert len(set(frame.ids)) == 3


def test_figures_of_metrics(desk):
    keys = [
        "best:val/loss",
        "min:val/loss",
        "max:val/loss",
        "first:val/loss",
        "step:val/loss",
        "count:val/loss",
    ]
    frame = load(desk, RunQuery("resnet-2"), [column_of(key) for key in keys])
    assert [frame.values[key][0] for key in keys] == [0.3, 0.3, 0.9, 0.9, 1, 2]


def test_sparks_are_fetched_for_a_window(desk):
    frame = load(desk, RunQuery(), [column_of("spark:train/loss")])
    assert "spark:train/loss" not in frame.values
    window = sparks(desk, frame, "spark:train/loss", 0, 2)
    assert window[0] == b""
    np.testing.assert_allclose(np.frombuffer(window[1], "<f4"), [0.7, 0.2], rtol=1e-6)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ((("age", False),), ["vit (large)", "resnet-10", "resnet-2"]),
        ((("age", True),), ["resnet-2", "resnet-10", "vit (large)"]),
        ((("name", True),), ["resnet-2", "resnet-10", "vit (large)"]),
        ((("name", False),), ["vit (large)", "resnet-10", "resnet-2"]),
        ((("metric:val/loss", True),), ["resnet-10", "resnet-2", "vit (large)"]),
        ((("metric:val/loss", False),), ["resnet-2", "resnet-10", "vit (large)"]),
        ((("depth", True),), ["resnet-2", "resnet-10", "vit (large)"]),
        ((("status", True),), ["vit (large)", "resnet-2", "resnet-10"]),
        ((("status", False), ("name", True)), ["resnet-10", "resnet-2", "vit (large)"]),
        ((("tag:stage", False),), ["resnet-2", "vit (large)", "resnet-10"]),
        ((("ended", True),), ["resnet-2", "resnet-10", "vit (large)"]),
    ],
)
def test_order_with_gaps_last_and_numbers_in_names_as_numbers(desk, sort, order):
    assert names(desk, sort=sort) == order
    frame = load(desk, RunQuery(), [FIELDS["name"], *everything(desk)])
    if all(key in frame.values for key, _ in sort):
        assert list(frame.resort(sort).values["name"]) == order


def test_a_column_that_was_not_loaded_is_not_sorted_by(desk):
    frame = load(desk, RunQuery(), [FIELDS["name"]])
    with pytest.raises(UsageError):
        frame.resort((("param:lr", True),))
    with pytest.raises(UsageError):
        load(desk, RunQuery(sort=(("spark:val/loss", True),)), [FIELDS["name"]])


@given(
    st.lists(st.floats(allow_nan=True) | st.sampled_from([0.0, 1.0]), min_size=1, max_size=30), st.booleans()
)
def test_sorting_agrees_with_python(values, ascending):
    column = np.array(values)
    rows = ordered(np.arange(len(values)), {"x": column}, (("x", ascending),))
    found = [values[row] for row in rows]
    numbers = sorted((v for v in values if v == v), reverse=not ascending)
    assert [v for v in found if v == v] == numbers
    assert all(v != v for v in found[len(numbers) :])


def test_a_limit_and_a_choice_of_rows(desk):
    frame = load(desk, RunQuery(limit=2), [FIELDS["name"]])
    assert list(frame.values["name"]) == ["vit (large)", "resnet-10"]
    assert frame.total == 3
    assert list(frame.only([False, True]).values["name"]) == ["resnet-10"]


def test_a_frame_stays_as_it_was_while_runs_change(desk):
    before = load(desk, RunQuery(), everything(desk))
    put(desk, read_of(desk.projects[0], "odd", {"val/loss": [0.05]}, name="vit (huge)", started=NOW))
    assert "vit (large)" in before.values["name"]
    after = load(desk, RunQuery(), everything(desk))
    assert after.values["name"][0] == "vit (huge)"
    assert after.values["metric:val/loss"][0] == 0.05


def changes():
    project_run = st.integers(0, 5).map(lambda i: f"r{i}")
    metrics = st.dictionaries(
        st.sampled_from(["loss", "acc"]), st.lists(st.floats(0, 1), min_size=1, max_size=3)
    )
    params = st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from([1, 2.5, "x", None]))
    return st.lists(st.tuples(project_run, metrics, params, st.sampled_from(list(Status))), max_size=6)


@settings(deadline=None, max_examples=12)
@given(st.lists(changes(), min_size=1, max_size=4))
def test_bringing_up_to_date_equals_fetching_anew(tmp_path_factory, batches):
    from tests.workspace.desk_making import workspace_at

    with workspace_at(tmp_path_factory.mktemp("w")) as workspace:
        three(workspace)
        load(workspace, RunQuery(), everything(workspace))
        forgotten = 0
        for batch in batches:
            put(
                workspace, *(read_of(workspace.projects[0], p, m, params=v, status=s) for p, m, v, s in batch)
            )
            columns = everything(workspace)
            patched = load(workspace, RunQuery(), columns)
            same_frames(workspace, patched, columns)
            if forgotten < 2 and len(patched.ids) > 2:
                forgotten += 1
                workspace.forget([patched.ids[1]])
                same_frames(workspace, load(workspace, RunQuery(), columns), columns)


def same_frames(workspace, patched, columns):
    workspace.shelf.clear()
    fresh = load(workspace, RunQuery(), columns)
    assert list(patched.ids) == list(fresh.ids)
    for key in fresh.values:
        if key != "took":
            np.testing.assert_array_equal(patched.values[key], fresh.values[key], key)


def test_runs_added_beyond_the_room_there_was(desk):
    load(desk, RunQuery(), everything(desk))
    many = [read_of(desk.projects[0], f"more/{i}", {"val/loss": [i]}, started=NOW + i) for i in range(300)]
    put(desk, *many)
    frame = load(desk, RunQuery(sort=(("metric:val/loss", False),)), everything(desk))
    assert frame.total == 303
    assert frame.values["metric:val/loss"][0] == 299


def test_a_running_run_has_taken_the_time_since_its_start(desk):
    now = time.time_ns() // 1000
    run = read_of(
        desk.projects[0], "live", name="live", status=Status.RUNNING, started=now - 5_000_000, active=now
    )
    put(desk, run)
    frame = load(desk, RunQuery("live"), [FIELDS["took"], FIELDS["status"]])
    assert frame.values["status"][0] == "running"
    assert 5_000_000 <= frame.values["took"][0] < 600_000_000


def test_a_run_that_goes_on_has_no_end_yet(desk):
    now = time.time_ns() // 1000
    put(desk, read_of(desk.projects[0], "live", name="live", status=None, active=now, ended=now))
    frame = load(desk, RunQuery("live"), [FIELDS["ended"], FIELDS["status"]])
    assert (frame.values["status"][0], frame.values["ended"][0]) == ("running", NO_TIME)
    assert detail(desk, resolve(desk, "live")).ended is None
    assert "live" not in names(desk, "ended>2020-01-01")
    desk.store.sweep(now + HOUR, lambda process: None)
    desk.shelf.clear()
    assert "live" in names(desk, "ended>2020-01-01")
    assert detail(desk, resolve(desk, "live")).ended == now


def test_an_interrupted_question_ends_with_an_error_and_the_next_is_answered(desk):
    connection = desk.store.connect()
    connection.close()
    with pytest.raises(StoreError):
        load(desk, RunQuery("resnet"), [FIELDS["name"]], connection)
    assert names(desk, "resnet") == ["resnet-10", "resnet-2"]


def test_listeners_hear_of_changes_until_they_end_it(desk):
    heard: list[Changed] = []
    end = desk.subscribe(heard.append)
    put(desk, read_of(desk.projects[0], "new"))
    end()
    end()
    put(desk, read_of(desk.projects[0], "newer"))
    assert len(heard) == 1
    assert len(heard[0].added) == 1
