"""The filter language: what it lets through, how it complains, how it prints."""

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.workspace.desk_making import NOW, names, put, read_of

from mlops_console.errors import FilterError
from mlops_console.workspace.filters import DEEPEST, LONGEST, parse, quoted, written

ALL = ["vit (large)", "resnet-10", "resnet-2"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("", ALL),
        ("val/loss<0.25", ["resnet-10"]),
        ("val/loss <= 0.3", ["resnet-10", "resnet-2"]),
        ('"val/loss">.25', ["resnet-2"]),
        ("val/loss:.3", ["resnet-2"]),
        ("val/loss:nan", ["vit (large)"]),
        ("val/loss:0.1..0.25", ["resnet-10"]),
        ("best.val/loss<0.25", ["resnet-10"]),
        ("first.val/loss>=0.9", ["resnet-2"]),
        ("step.val/loss:1", ["resnet-10", "resnet-2"]),
        ("status:failed", ["resnet-10"]),
        ("status:failed|running", ["resnet-10"]),
        ("status!=failed", ["vit (large)", "resnet-2"]),
        ("-status:failed", ["vit (large)", "resnet-2"]),
        ("not status:failed", ["vit (large)", "resnet-2"]),
        ("optimizer:adam", ["vit (large)", "resnet-2"]),
        ("optimizer:ad*", ["vit (large)", "resnet-2"]),
        ('optimizer:"ad*"', []),
        ("optimizer!=adam", ["resnet-10"]),
        ("depth!=3", ["resnet-10"]),
        ("-depth:3", ["vit (large)", "resnet-10"]),
        ("depth:3|5", ["resnet-10", "resnet-2"]),
        ("depth>=3 depth<4", ["resnet-2"]),
        ("flag:true", ["vit (large)"]),
        ("name~NET", ["resnet-10", "resnet-2"]),
        ("name!~net", ["vit (large)"]),
        ('name:"vit (large)"', ["vit (large)"]),
        ("tag:baseline", ["resnet-2"]),
        ("tag:stage", ["resnet-2"]),
        ("tag.stage:baseline", ["resnet-2"]),
        ("group:sweep", ["resnet-10", "resnet-2"]),
        ("path:sweep", ["resnet-10", "resnet-2"]),
        ("path:sweep/run-2", ["resnet-2"]),
        ("project:demo", ALL),
        ("project:other", []),
        ("source:plain", ALL),
        ("source:tensorboard", []),
        ("acc>.9", ["vit (large)"]),
        ("summary.acc>.9", ["vit (large)"]),
        ("has:acc", ["vit (large)"]),
        ("has:tag", ["resnet-2"]),
        ("has:summary|tags", ["vit (large)", "resnet-2"]),
        ("-has:depth", ["vit (large)"]),
        ("has:model", []),
        ("has:problem", []),
        ("is:gone", []),
        ("is:archived", []),
        ("is:ended", ALL),
        ("age<90m", ["vit (large)"]),
        ("took>=1h", ["resnet-10", "resnet-2"]),
        ("started>2020-01-01", ALL),
        ("started<2020-01-01", []),
        ("started:2020-01-01", []),
        ("resnet", ["resnet-10", "resnet-2"]),
        ("sgd", ["resnet-10"]),
        ("baseline", ["resnet-2"]),
        ('"(large"', ["vit (large)"]),
        ("vit|sgd", ["vit (large)", "resnet-10"]),
        ("resnet sgd", ["resnet-10"]),
        ("resnet and not sgd", ["resnet-2"]),
        ("sgd or vit", ["vit (large)", "resnet-10"]),
        ("resnet (sgd or depth:3)", ["resnet-10", "resnet-2"]),
        ("-(sgd or vit)", ["resnet-2"]),
        ("VAL/LOSS<0.25", ["resnet-10"]),
    ],
)  # fmt: skip
def test_what_a_filter_lets_through(desk, where, found):
    assert names(desk, where) == found


def test_a_bare_key_is_the_metric_where_a_run_has_it_and_its_param_elsewhere(desk):
    assert names(desk, "lr<0.005") == ["vit (large)", "resnet-2"]
    assert names(desk, "param.lr<0.005") == ["vit (large)"]
    assert names(desk, "metric.lr<0.005") == ["resnet-2"]


def test_a_field_is_not_hidden_by_a_param_of_its_name(desk):
    put(desk, read_of(desk.projects[0], "mean", name="mean", params={"status": "ok", "name": "resnet"}))
    assert "mean" in names(desk, "status:finished")
    assert names(desk, "name~resnet") == ["resnet-10", "resnet-2"]
    assert names(desk, "param.status:ok") == ["mean"]
    assert names(desk, '"status":ok') == ["mean"]


def test_keys_that_look_like_scopes_are_found_whole_first(desk):
    put(desk, read_of(desk.projects[0], "hydra", name="hydra", params={"metric.loss": "mse"}))
    assert names(desk, "metric.loss:mse") == ["hydra"]


def test_archived_runs_are_hidden_unless_spoken_of(desk):
    from mlops_console.workspace.details import resolve

    desk.archive([resolve(desk, "odd")])
    assert names(desk) == ["resnet-10", "resnet-2"]
    assert names(desk, "vit") == []
    assert names(desk, "is:archived") == ["vit (large)"]
    assert names(desk, "-is:archived") == ["resnet-10", "resnet-2"]
    assert names(desk, "vit or is:archived") == ["vit (large)"]
    assert names(desk, archived=True) == ALL


@pytest.mark.parametrize(
    ("where", "position", "hint"),
    [
        ("val/los<1", 0, "val/loss"),
        ("resnet accc>1", 7, "acc"),
        ("status:runing", 7, "running"),
        ("is:finishd", 3, "finished"),
        ("param.nothing:1", 0, ""),
        ("has:nothing", 4, ""),
        ("val/loss<abc", 9, "0.2"),
        ("depth<abc", 6, ""),
        ("name<3", 0, "name:"),
        ("val/loss~3", 9, "<"),
        ("age<soon", 4, "10m"),
        ("took>", 5, ""),
        ("started>tomorrow", 8, "2026"),
        ("started~2026", 8, "<"),
        ("is>archived", 0, ""),
        ("(a", 0, ")"),
        ("a)", 1, ""),
        ("()", 0, ""),
        ('name:"x', 5, '"'),
        ("<3", 0, ""),
        ("a or", 4, ""),
        ("or a", 0, ""),
        ("and a", 4, ""),
        ("a | b", 2, ""),
        ("a|", 2, ""),
        ("- a", 0, ""),
        ("not", 0, ""),
        ("(" * (DEEPEST + 5) + "a", DEEPEST + 1, ""),
        ("-" * (DEEPEST + 5) + "a", DEEPEST + 1, ""),
        ("a" * (LONGEST + 1), LONGEST, ""),
    ],
)
def test_a_wrong_filter_points_at_the_place(desk, where, position, hint):
    with pytest.raises(FilterError) as caught:
        names(desk, where)
    assert caught.value.position == position
    assert hint in caught.value.hint


ODD = st.text(st.sampled_from('ab1. -|:=!~<>()"\\\n\t*é\ud800'), max_size=30)


@settings(deadline=None)
@given(ODD | st.text(max_size=40))
@example("1< =")
@example("! ~1")
def test_reading_raises_nothing_but_filter_errors(text):
    error = None
    try:
        condition = parse(text)
    except FilterError as raised:
        error = raised
    if error is not None:
        assert 0 <= error.position <= len(text)
        return
    assert parse(written(condition)) == condition
    assert written(parse(written(condition))) == written(condition)


PIECES = st.sampled_from(
    ["a", "-", "not ", "or ", "and ", "(", ")", "loss<1", 'x:"y z"', "k~v|w", " ", '"q"', "n!=2"]
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=14))
def test_what_is_read_prints_and_reads_back_the_same(pieces):
    try:
        condition = parse("".join(pieces))
    except FilterError:
        return
    assert parse(written(condition)) == condition


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_quoted_text_is_one_word_again(text):
    (word,) = parse(quoted(text)).values
    assert word.text == text


@settings(deadline=None, max_examples=60)
@given(ODD)
def test_the_store_answers_or_points_at_the_place(text):
    with contextlib.suppress(FilterError):
        names(_shared_desk(), text)


_SHARED = []


def _shared_desk():
    return _SHARED[0]


@pytest.fixture(autouse=True, scope="module")
def _one_desk_for_all_examples(tmp_path_factory):
    from tests.workspace.desk_making import three, workspace_at

    with workspace_at(tmp_path_factory.mktemp("shared")) as workspace:
        three(workspace)
        _SHARED[:] = [workspace]
        yield


def test_times_are_taken_as_utc_and_whole_days(desk):
    from mlops_console.display import iso

    day = (iso(NOW) or "")[:10]
    assert "vit (large)" in names(desk, f"started>={day} or started:{day} or started<={day}")
    assert names(desk, f"started:{(iso(NOW - 60_000_000) or '')[:16]}") == ["vit (large)"]
