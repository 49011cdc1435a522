"""Packages, code, data and costs of two runs in the words that a reader sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.comparison.differing.code import code_change
from mlops_console.comparison.differing.costs import costs
from mlops_console.comparison.differing.data import as_values
from mlops_console.comparison.differing.packages import packages

names = st.dictionaries(st.text(max_size=6), st.none() | st.text(max_size=8) | st.integers(), max_size=5)


def test_packages_have_one_name_however_they_are_written_down():
    before = packages({"Torch": "2.1.0", "scikit_learn": "1.5.0", "x": None, "y": 2})
    after = packages(
        ["torch==2.1.2+cu121", "scikit-learn[all] == 1.4; python_version>'3'", "x @ file:b", 3, "#"]
    )
    assert before == {"torch": "2.1.0", "scikit-learn": "1.5.0", "x": "", "y": "2"}
    assert after == {"torch": "2.1.2+cu121", "scikit-learn": "1.4", "x": "file:b"}


@given(names)
def test_no_list_of_packages_is_too_odd(said):
    assert set(map(type, packages(said).values())) <= {str}


@pytest.mark.parametrize(("before", "after", "patches", "said"), [
    ({}, {}, (None, None), "neither run says which code it ran"),
    ({"git.commit": "a" * 40}, {}, (None, ""),
     ("only one of them says its commit, aaaaaaaa; "
      "whether there were uncommitted changes is not recorded for the first")),
    ({"git.commit": "a" * 40, "git.dirty": False}, {"git.commit": "b" * 40, "git.dirty": False}, (None, None),
     "commits aaaaaaaa..bbbbbbbb, nothing uncommitted"),
    ({"git.commit": "a" * 40}, {"git.commit": "a" * 12}, ("+x", "+x"),
     "the same commit aaaaaaaa, the same uncommitted changes"),
    ({"git.commit": "a" * 40}, {"git.commit": "a" * 40}, ("", "+x"),
     "the same commit aaaaaaaa, uncommitted changes only after"),
    ({"git.commit": "a" * 40, "git.branch": "main"}, {"git.commit": "a" * 40, "git.branch": "try"},
     ("+y", "+x"), "the same commit aaaaaaaa, other uncommitted changes; branch main became try"),
])  # fmt: skip
def test_code_in_a_sentence(before, after, patches, said):
    assert code_change(before, after, *patches).words == said


def test_uncommitted_changes_are_held_against_each_other():
    found = code_change({"git.commit": "a"}, {"git.commit": "a"}, "+one\n+two", "+one\n+three")
    assert [tuple(line) for line in found.diff] == [(" ", "+one"), ("-", "+two"), ("+", "+three")]
    assert (found.same_commit, found.same_diff, found.commits) == (True, False, "")


def test_data_by_hash_and_rows_else_by_where_it_comes_from():
    said = [{"name": "train", "sha256": "ab", "rows": 1100}, {"name": "val", "rows": 10}, {"path": "who.csv"},
            {"name": "val", "md5": "1" * 32, "path": "a"}, {"rows": True}]  # fmt: skip
    assert as_values(said) == {
        "train": "ab  1,100 rows", "val": "10 rows", "who.csv": "who.csv", "val (2)": "1" * 12, "data": "",
    }  # fmt: skip


def test_costs_beside_the_base():
    found = costs([(0, 10_000_000), (0, 25_000_000), (5, None)], [{"peak GB": 2.0}, {"peak GB": 1.2}, {}])
    assert [(cost.key, cost.values, cost.words) for cost in found] == [
        ("duration", (10.0, 25.0, None), ("", "2.5x as much", "")),
        ("peak GB", (2.0, 1.2, None), ("", "40% less", "")),
    ]
    assert costs([(None, None)], [{}]) == ()
