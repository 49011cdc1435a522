"""What counts as disagreement, however values are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.store.merging import Told, conflicts


def params(one, other):
    """What is told of a param that two readers give."""
    says = [Told(reader, ".", at, 1, {"params": {"p": value}})
            for at, (reader, value) in enumerate((("recorded", one), ("mlflow", other)))]  # fmt: skip
    return conflicts(says)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.001, "1e-3"),
        (True, "True"),
        ([1, 2], "[1, 2]"),
        (None, "None"),
        ("***", "secret"),
        ("a" * 300, "a" * 260),
    ],
)
def test_another_spelling_is_no_disagreement(one, other):
    assert params(one, other) == []


@pytest.mark.parametrize(
    "odd", ["{{}}", "{[]: 1}", "[{}, {[1]}]", "{{ name }}", '["\\d+"]', "[" * 900, "(" * 900]
)
def test_text_that_only_looks_like_a_value_is_text(odd):
    assert params(odd, odd) == []
    assert [found["key"] for found in params(odd, "other")] == ["p"]


@given(st.text(alphabet="[](){}\"'\\:,.1aeN x", max_size=40), st.text(max_size=10))
def test_no_text_is_too_odd(one, other):
    assert len(params(one, other)) <= 1
