"""`[monitors.NAME]`: what is read, and that a mistake in what is judged by keeps a monitor from judging."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.model import Rules
from mlops_console.wishes.monitors import USUAL
from mlops_console.wishes.reading import read_bytes

LEAST = '[monitors.a]\nmodel = "m"\ncurrent = "logs"\n'


def read(text):
    return read_bytes(text.encode()).wishes


def one(text):
    return read(LEAST + text).monitors["a"]


def told(text):
    return [(mistake.line, mistake.key, mistake.what, mistake.hint) for mistake in read(text).mistakes]


def test_the_least_that_can_be_said():
    monitor = one("")
    assert (monitor.model, monitor.alias, monitor.current) == ("m", "champion", "logs")
    assert (monitor.window, monitor.zone, monitor.confirm, monitor.unusable) == ("file", "UTC", (1, 1), "")
    assert read(LEAST).mistakes == ()


def test_everything_that_can_be_said():
    monitor = one(
        'alias = "blue"\nowner = "ana"\nreference = "data/ref.parquet"\ntime = "at"\nwindow = "week"\n'
        'zone = "Europe/Berlin"\nprediction = "p"\nscore = "s"\nlabel = "y"\nlabels = "labels"\nkey = "id"\n'
        'delay = "14d"\nmetric = "auc"\nfeatures = ["x"]\nignore = ["z"]\ncategorical = ["c"]\n'
        'numeric = ["n"]\nsegments = ["c"]\ndrift = 0.2\nwatch = 0.1\nq = 0.01\nconfirm = "2 of 3"\n'
        'action = "Look."\nsettle = "5m"\n'
        "[monitors.a.thresholds]\namount = { watch = 0.1, drift = 0.3 }\n"
        '"a b" = { drift = 0.05 }\nlate = { watch = 0.25 }\n'
    )
    assert monitor.unusable == ""
    assert (monitor.window, monitor.zone, monitor.confirm) == ("week", "Europe/Berlin", (2, 3))
    assert (monitor.delay_seconds, monitor.settle_seconds) == (14 * 86_400, 300)
    assert (monitor.drift, monitor.watch, monitor.q) == (0.2, 0.1, 0.01)
    assert monitor.thresholds == {"amount": (0.1, 0.3), "a b": (0.05, 0.05), "late": (0.25, 0.25)}
    assert (monitor.features, monitor.ignore, monitor.segments) == (("x",), ("z",), ("c",))


def test_windows_of_rows():
    assert (one("window = { rows = 5000 }").window, one("window = { rows = 5000 }").rows) == ("rows", 5000)


@pytest.mark.parametrize(
    ("line", "key", "what"),
    [
        ('window = "daily"', "window", 'is "daily"'),
        ('window = "day"', "time", "is missing"),
        ("window = { rows = 0 }", "window.rows", "must be a whole number"),
        ("window = { days = 3 }", "window.days", "is not known here"),
        ('zone = "Mars/Olympus"', "zone", '"Mars/Olympus" is no time zone'),
        ('zone = "../../etc/passwd"', "zone", "is no time zone"),
        ('zone = "America"', "zone", "is no time zone"),
        ('confirm = "3 of 2"', "confirm", "can't be met"),
        ("confirm = 2", "confirm", "is 2"),
        ("drift = 1.5", "drift", "is 1.5"),
        ("drift = 0.01", "drift", "is 0.01 where `watch` is 0.05"),
        ("watch = 0.2", "watch", "is 0.2 where `drift` is 0.1"),
        ("q = 0", "q", "is 0"),
        ("q = nan", "q", "is nan"),
        ('labels = "labels"\nlabel = "y"', "key", "is missing"),
        ('labels = "labels"\nkey = "id"', "label", "is missing"),
        ('categorical = ["x"]\nnumeric = ["x"]', "numeric", "which `categorical` has too"),
        ('reference = "../secrets"', "reference", "has a .. in it"),
        ('reference = " "', "reference", "names no file"),
        ("reference = 3", "reference", "must be text"),
        ("thresholds = 3", "thresholds", "must be a table"),
        ("thresholds.x = 3", "thresholds.x", "must be a table"),
        ("thresholds.x = {}", "thresholds.x", "names neither"),
        ("thresholds.x = { drift = 2 }", "thresholds.x.drift", "is 2"),
        ("thresholds.x = { drift = 0.1, watch = 0.2 }", "thresholds.x.watch", "is 0.2"),
        ('treshold = "x"', "treshold", "is not known here"),
        ('delay = "soon"', "delay", "is no length of time"),
        ('alias = "3"', "alias", "looks like the number of a version"),
    ],
)
def test_a_mistake_is_named_and_keeps_it_from_judging(line, key, what):
    mistakes = told(LEAST + line)
    assert [found for found in mistakes if found[1] == f"monitors.a.{key}" and what in found[2]], mistakes
    assert one(line).unusable
    assert mistakes[0][0] is not None


@pytest.mark.parametrize("line", ["owner = 3", "action = []", 'ownr = "ana"'])
def test_a_mistake_in_what_is_only_told_costs_itself(line):
    assert one(line).unusable == ""
    assert len(told(LEAST + line)) == 1


def test_what_a_monitor_can_not_do_without():
    keys = [key for _, key, _, _ in told("[monitors.a]\n")]
    assert keys == ["monitors.a.current", "monitors.a.reference"]


def test_others_hold_where_one_is_wrong():
    wishes = read(f'{LEAST}[monitors.b]\nwindow = 3\n[monitors."b c"]\n')
    assert wishes.monitors["a"].unusable == ""
    assert wishes.monitors["b"].unusable
    assert "b c" not in wishes.monitors
    assert read("monitors = 3\n").monitors == {}
    assert read("[monitors]\na = 3\n").monitors["a"].unusable


def test_the_usual_thresholds_are_those_of_the_engine():
    assert (Rules().watch, Rules().drift) == USUAL


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["model", "current", "window", "time", "zone", "confirm", "drift", "thresholds", "settle", "key"]
        ),
        _ANY,
        max_size=6,
    )
)
def test_nothing_that_stands_there_raises(values):
    from mlops_console.wishes.locating import NOWHERE
    from mlops_console.wishes.monitors import read_monitors
    from mlops_console.wishes.tables import Mistakes, Table

    mistakes = Mistakes(NOWHERE)
    found = read_monitors(Table((), {"monitors": {"a": values}}, mistakes))
    assert found["a"].unusable or not [one for one in mistakes.found if "owner" not in one.key]
