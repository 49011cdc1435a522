"""Which rows two models both predicted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.comparison.predictions import Table, match


def table(name, keys, labels, scores, **more):
    return Table(
        name,
        None if keys is None else np.array(keys, **({"dtype": object} if None in keys else {})),
        np.array(labels),
        np.array(scores),
        **more,
    )


def test_rows_are_paired_by_key_whatever_their_order() -> None:
    found = match(
        table("a", [3, 1, 2], [1, 0, 1], [0.3, 0.1, 0.2]), table("b", [1, 2, 3], [0, 1, 1], [1, 2, 3])
    )
    assert found.matched == 3
    assert dict(zip(found.scores_a.tolist(), found.scores_b.tolist(), strict=True)) == {
        0.3: 3,
        0.1: 1,
        0.2: 2,
    }
    assert found.problem is None
    assert found.notes == ()


def test_what_cannot_be_paired_is_counted() -> None:
    a = table("a", [1, 2, 3, 4, 4, 5, 6, np.nan], [1, 0, 1, 0, 0, 1, 1, 1], [0.1] * 5 + [np.nan, 0.2, 0.3])
    b = table("b", [1, 2, 3, 4, 5, 6, 9], [1, 0, 0, 0, 1, np.nan, 1], [0.5] * 7)
    found = match(a, b)
    assert (found.matched, found.only_a, found.only_b) == (2, 0, 1)
    assert (found.duplicate_a, found.duplicate_b, found.keyless_a) == (2, 1, 1)
    assert (found.disagree, found.missing_a, found.unlabelled) == (1, 1, 1)
    assert found.notes[0].startswith("serious: in 1 row the labels of a and b disagree")
    assert found.notes[1] == "2 rows matched, of 8 in a and 7 in b (29% of the smaller)"


@pytest.mark.parametrize("other", [["1", "2", "x"], [1.0, 2.0, 7.0], [1, 2, 7]])
def test_keys_are_the_same_however_they_are_written(other: list) -> None:
    found = match(table("a", [1, 2, 3], [1, 0, 1], [1, 2, 3]), table("b", other, [1, 0, 1], [1, 2, 3]))
    assert (found.matched, found.only_a, found.only_b) == (2, 1, 1)


def test_words_as_keys_and_labels() -> None:
    coded = (np.array([1, 0, -1], np.int32), ("cat", "dog"))
    a = Table("a", np.array(["x", "y", None], object), coded, np.array([0.1, 0.2, 0.3]))
    b = table("b", ["y", "x", "z"], ["cat", "dog", "dog"], [1, 2, 3])
    found = match(a, b)
    assert (found.matched, found.keyless_a, found.only_b, found.disagree) == (2, 1, 1, 0)


def test_without_keys_the_order_counts_where_every_label_agrees() -> None:
    a, b = table("a", None, [1, 0, 1], [1, 2, 3]), table("b", [7, 8, 9], [1, 0, 1], [1, 2, 3])
    found = match(a, b)
    assert found.matched == 3
    assert found.by == "row order"
    assert "a has no key column: rows were matched by their order" in found.notes[0]
    shorter = match(a, table("b", None, [1, 0], [1, 2]))
    assert shorter.problem is not None
    assert "a has 3, b 2" in shorter.problem
    wrong = match(a, table("b", None, [1, 1, 1], [1, 2, 3]))
    assert wrong.problem is not None
    assert "1 of 3 labels differ" in wrong.problem


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (([1, 2], [0, 1], [1, 2]), ([3, 4], [0, 1], [1, 2]), "no key of a (1 …) occurs in b (3 …)"),
        (([1, 2], [0, 1], [1, 2]), ([1, 2], [1, 0], [1, 2]), "no label agrees"),
        (([1, 2], [0, 1], [np.nan] * 2), ([1, 2], [0, 1], [1, 2]), "no row has a label and a score"),
        (([1, 1], [0, 1], [1, 2]), ([1, 1], [0, 1], [1, 2]), "does not tell rows apart"),
        (([], [], []), ([1], [0], [1]), "a has no rows"),
    ],
)
def test_nothing_to_compare_is_said(a: tuple, b: tuple, said: str) -> None:
    found = match(table("a", *a), table("b", *b))
    assert found.matched == 0
    assert found.problem is not None
    assert said in found.problem


def test_a_column_that_the_files_say_differently_is_no_fact_of_the_row() -> None:
    a = table("a", [1, 2], [0, 1], [1, 2], columns={"fold": np.array([1, 2]), "age": np.array([5, np.nan])})
    b = table(
        "b",
        [2, 1],
        [1, 0],
        [1, 2],
        columns={"fold": np.array([1, 2]), "age": np.array([np.nan, 5]), "sex": np.array(["f", "m"])},
    )
    found = match(a, b)
    assert set(found.columns) == {"age", "sex"}
    assert found.columns_differ == (("fold", 2),)
    assert list(found.columns["sex"]) == ["m", "f"]


KEYS = st.lists(st.one_of(st.none(), st.integers(0, 12), st.sampled_from(["a", "b", "1", ""])), max_size=20)


@given(KEYS, KEYS)
def test_matching_counts_every_row_once(a: list, b: list) -> None:
    tables = [
        Table(name, np.array([*keys], object), np.zeros(len(keys)), np.ones(len(keys)))
        for name, keys in (("a", a), ("b", b))
    ]
    found = match(*tables)
    texts = [[str(k) for k in keys if k is not None and k != ""] for keys in (a, b)]
    once = [{k for k in keys if keys.count(k) == 1} for keys in texts]
    twice = {k for keys in texts for k in keys if keys.count(k) > 1}
    assert found.matched == len(once[0] & once[1])
    assert found.duplicate_a == sum(k in twice for k in texts[0])
    assert found.only_a == len(once[0] - set(texts[1]))
    assert found.keyless_a == len(a) - len(texts[0])
    assert found.matched + found.duplicate_a + found.only_a + found.keyless_a == len(a)
