"""Packages, code, data and costs of two runs in the words that a reader sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.comparison.differing.code import code_change
from mlops_console.comparison.differing.costs import costs
from mlops_console.comparison.differing.data import as_values, data_changes
from mlops_console.comparison.differing.packages import in_words, package_changes, packages

names = st.dictionaries(st.text(max_size=6), st.none() | st.text(max_size=8) | st.integers(), max_size=5)


def test_packages_by_how_far_they_moved():
    before = packages({"Torch": "2.1.0", "numpy": "1.26.4", "scikit_learn": "1.5.0", "old": "1", "x": "a"})
    after = packages(["torch==2.1.2+cu121", "numpy==2.0.0", "scikit-learn==1.4", "new==3.0", "x @ file:b"])
    found = package_changes(before, after)
    assert [(one.name, one.move, one.part) for one in found] == [
        ("numpy", "up", "major"), ("scikit-learn", "down", "minor"), ("torch", "up", "patch"),
        ("x", "other", ""), ("new", "added", ""), ("old", "removed", ""),
    ]  # fmt: skip
    assert in_words(found) == "4 packages changed, 1 added, 1 removed"
    assert in_words(()) == ""


def test_a_version_of_ten_is_newer_than_nine():
    (one,) = package_changes({"a": "1.9"}, {"a": "1.10"})
    assert (one.move, one.part) == ("up", "minor")
    assert package_changes({"a": "1.10"}, {"a": "1.10"}) == ()
    (one,) = package_changes({"a": "1.0"}, {"a": "1.0.0"})
    assert one.move == "other"


@given(names, names)
def test_no_list_of_packages_is_too_odd(one, other):
    package_changes(packages(one), packages(other))
    assert package_changes(packages(one), packages(one)) == ()


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


def test_data_by_hash_then_rows_then_place():
    before = [{"name": "train", "sha256": "ab", "rows": 100}, {"name": "val", "rows": 10}, {"name": "gone"},
              {"name": "same", "md5": "1", "path": "a"}, {"path": "who.csv"}]  # fmt: skip
    after = [{"name": "train", "sha256": "cd", "rows": 120}, {"name": "val", "rows": 11}, {"name": "new"},
             {"name": "same", "md5": "1", "path": "b"}, {"path": "who.csv"}]  # fmt: skip
    assert [change.words for change in data_changes(before, after)] == [
        "train has another sha256, +20 rows (100 became 120)",
        "val changed, +1 rows (10 became 11)",
        "gone is only in the first",
        "new is only in the second",
        "whether who.csv changed is not known: neither has a hash",
        "same is the same by its md5, from another place",
    ]
    assert as_values(before)["train"] == "ab  100 rows"


def test_costs_beside_the_base():
    found = costs([(0, 10_000_000), (0, 25_000_000), (5, None)], [{"peak GB": 2.0}, {"peak GB": 1.2}, {}])
    assert [(cost.key, cost.values, cost.words) for cost in found] == [
        ("duration", (10.0, 25.0, None), ("", "2.5x as much", "")),
        ("peak GB", (2.0, 1.2, None), ("", "40% less", "")),
    ]
    assert costs([(None, None)], [{}]) == ()
