"""What differs between subjects: rows, and diffs of single values."""

import difflib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.comparison.differing import (
    Absent,
    Line,
    Several,
    merged,
    rows,
    value_diff,
    worth_a_diff,
)
from mlops_console.comparison.differing.facts import flat
from mlops_console.comparison.differing.same import same
from mlops_console.comparison.differing.values import MOST_LINES, lines_diff

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
params = st.dictionaries(st.text(max_size=8), json_values, max_size=6)


def compared(*of, base=0):
    return rows([{"params": one} for one in of], base)


@pytest.mark.parametrize(("one", "other"), [
    (1e-3, "0.001"), ("1e-3", "0.001"), (1, 1.0), ("1", 1.0), ("+5.", "5.0"), (True, "True"),
    (False, "false"), (None, "None"), (float("nan"), "NaN"), (float("nan"), float("nan")),
    ([1, "2"], [1.0, 2]), ({"a": 1}, {"a": "1.0"}), (10**30, str(10**30)), (-0.0, 0),
    ("  3 ", 3), (".5", 0.5),
])  # fmt: skip
def test_values_that_say_the_same(one, other):
    assert same(one, other)
    assert compared({"k": one}, {"k": other}).different == ()


@pytest.mark.parametrize(("one", "other"), [
    (True, 1), (False, 0), ("007", 7), ("1_000", 1000), ("", None), (0, None), ([1, 2], [2, 1]),
    ([True], [1]), ("a", "A"), (0.1 + 0.2, 0.3), (10**20, 10**20 + 1), ("0x10", 16),
    ("12e4567g", "12e4567"), ({}, []),
])  # fmt: skip
def test_values_that_do_not(one, other):
    assert not same(one, other)
    assert len(compared({"k": one}, {"k": other}).different) == 1


def test_versions_are_no_numbers():
    found = rows([{"packages": {"torch": "2.1"}}, {"packages": {"torch": "2.10"}}])
    assert found.count("packages") == (1, 1)
    assert rows([{"environment": {"python": "3.1"}}, {"environment": {"python": "3.10"}}]).count() == (1, 1)


def test_what_differs_comes_first_and_groups_stay_together():
    base = {"model.layers.2": 1, "model.layers.10": 1, "lr": 0.1, "opt.name": "adam", "model.dropout": 0.1}
    other = {**base, "model.layers.10": 2, "model.layers.2": 3, "lr": 0.2, "new": None}
    found = compared(base, other)
    keys = [row.key for row in found.rows]
    assert keys == ["lr", "model.layers.2", "model.layers.10", "new", "model.dropout", "opt.name"]
    assert [row.group for row in found.different] == ["", "model.layers", "model.layers", ""]
    assert found.rows[3].values == (Absent.ABSENT, None)
    assert found.count() == (4, 6)


def test_each_subject_is_held_against_the_base():
    found = compared({"lr": 1}, {"lr": "1.0"}, {"lr": 2}, {}, base=1)
    assert found.rows[0].differs == (False, False, True, True)
    assert found.base == 1
    with pytest.raises(IndexError):
        rows([], 0)


def test_a_group_says_what_its_runs_agree_on():
    group = merged([{"params": {"lr": 0.1, "seed": seed}} for seed in (1, 2, "2.0", 3)])
    assert group["params"] == {"lr": 0.1, "seed": Several((1, 2, 3))}
    other = merged([{"params": {"lr": "1e-1", "seed": seed}} for seed in (3, 2, 1)])
    assert rows([group, other]).different == ()
    lacking = merged([{"params": {"a": 1}}, {"params": {}}])
    assert lacking["params"]["a"] == Several((1, Absent.ABSENT))


def test_nested_configs_become_dotted_keys():
    nested = {"a": {"b": {"c": 1}, "d": [1, {"x": 2}]}, "e": {}, "a.d": 5}
    assert flat(nested) == {"a.b.c": 1, "a.d": [1, {"x": 2}], "e": {}, "a.d (2)": 5}
    deep = 1
    for _ in range(500):
        deep = {"k": deep}
    assert len(flat({"a": deep})) == 1


@pytest.mark.usefixtures("calm")
def test_ten_thousand_params_of_fifty_subjects():
    base = {f"group{k % 90}.key{k}": (k * 0.1, str(k), f"text {k}", k)[k % 4] for k in range(10_000)}
    subjects = []
    for number in range(50):
        own = json.loads(json.dumps(base))
        own.update({f"group{k % 90}.key{k}": f"other {k}" for k in range(number * 7, number * 7 + 100)})
        subjects.append({"params": own})
    begun = time.process_time()
    found = rows(subjects)
    taken = time.process_time() - begun
    assert found.count("params")[1] == 10_000
    assert taken < 0.4  # 0.15 CPU s where nothing else runs


@given(st.lists(params, min_size=1, max_size=4))
def test_no_params_are_too_odd(several):
    found = rows([{"params": flat(one)} for one in several])
    assert all(not row.differs[0] for row in found.rows)
    again = rows([{"params": flat(json.loads(json.dumps(one)))} for one in several])
    assert [row.key for row in again.rows] == [row.key for row in found.rows]
    assert [row.differs for row in again.rows] == [row.differs for row in found.rows]
    merged([{"params": one} for one in several])


@given(json_values, json_values)
def test_sameness_is_what_the_rows_say(one, other):
    assert same(one, other) == same(other, one)
    assert bool(compared({"k": one}, {"k": other}).different) != same(one, other)


@given(json_values, json_values)
def test_any_two_values_have_a_diff(one, other):
    lines = value_diff(one, other)
    assert all(isinstance(line, Line) and line.mark in "+- @" for line in lines)
    assert value_diff(one, one) == () or one != one or isinstance(one, (list, dict))
    worth_a_diff(one, other)


@given(st.lists(st.sampled_from("abcd"), max_size=30), st.lists(st.sampled_from("abcd"), max_size=30))
def test_a_diff_leads_from_one_to_the_other(before, after):
    lines = lines_diff(before, after, context=1000)
    if before != after:
        assert [line.text for line in lines if line.mark in "- "] == before
        assert [line.text for line in lines if line.mark in "+ "] == after
    else:
        assert lines == ()


def test_a_diff_shows_what_that_of_the_standard_library_does():
    before = [f"line {k}" for k in range(100)]
    after = [*before[:20], "new", *before[25:70], "changed", *before[71:]]
    ours = [f"{line.mark}{line.text}" for line in lines_diff(before, after) if line.mark != "@"]
    theirs = list(difflib.unified_diff(before, after, lineterm=""))[2:]
    assert ours == [line for line in theirs if not line.startswith("@@")]
    assert [line.text for line in lines_diff(before, after) if line.mark == "@"] == [
        "17 equal lines", "39 equal lines", "26 equal lines",
    ]  # fmt: skip


def test_lists_by_elements_and_texts_by_lines_or_words():
    assert value_diff([64, 64, 32], [64, 128, 32]) == ((" ", "64"), ("-", "64"), ("+", "128"), (" ", "32"))
    assert value_diff("a\nb\n", "a\nc\n") == ((" ", "a"), ("-", "b"), ("+", "c"))
    long = "You are a helpful assistant that answers questions about churn in one sentence."
    assert [(line.mark, line.text) for line in value_diff(long, long.replace("one", "two"))] == [
        (" ", long[: long.index("one")]), ("-", "one"), ("+", "two"), (" ", " sentence."),
    ]  # fmt: skip
    assert value_diff(Absent.ABSENT, [1]) == (("+", "1"),)
    assert value_diff(1, 2) == (("-", "1"), ("+", "2"))
    assert worth_a_diff([1])
    assert not worth_a_diff("adam", 0.1, None)


@pytest.mark.usefixtures("calm")
def test_what_is_too_long_is_said():
    before, after = [str(k) for k in range(10_000)], [str(k) for k in range(5, 10_005)]
    begun = time.process_time()
    lines = lines_diff(before, after)
    assert time.process_time() - begun < 1
    assert lines[-1].mark == "@"
    assert lines[-1].text.startswith(f"only the first {MOST_LINES:,} lines were compared; there are 10,000 ")


@pytest.mark.usefixtures("calm")
def test_lines_that_repeat_take_no_quadratic_time():
    begun = time.process_time()
    lines_diff(["x", "y"] * 50_000, ["y", "x", "x"] * 30_000)
    value_diff("x y " * 50_000, "y x x " * 30_000)
    assert time.process_time() - begun < 3
