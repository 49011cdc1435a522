"""Which times are believed of what is known to have happened in an order."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from mlops_console.workspace.kpis.reigns import Reigns, believed

TIMES = st.lists(st.integers(0, 12), max_size=9)


def longest(times):
    """By trying all of them."""
    return max(
        (
            size
            for size in range(len(times) + 1)
            if any(list(one) == sorted(one) for one in combinations(times, size))
        ),
        default=0,
    )


@given(TIMES)
def test_as_many_as_agree_with_the_order_are_believed(times):
    found = believed(times)
    assert found == sorted(found)
    assert sum(a == b for a, b in zip(found, times, strict=True)) >= longest(times)
    assert set(found) <= set(times)


def test_one_clock_far_ahead_or_behind_hurts_no_other():
    assert believed([10, 20, 99_999, 30, 40]) == [10, 20, 20, 30, 40]
    assert believed([10, 20, 0, 30, 40]) == [10, 20, 20, 30, 40]
    assert believed([99_999, 20, 30]) == [20, 20, 30]
    assert believed([]) == []


def test_who_was_champion():
    reigns = Reigns((10, 20, 30, 40), (1, 2, None, 1))
    assert [reigns.at(instant) for instant in (9, 10, 19, 20, 30, 41)] == [None, 1, 1, 2, None, 1]
    assert reigns.of(1) == (10, 40)
    assert reigns.first == 10
    assert Reigns((10, 20), (1, None)).first is None
    assert Reigns().first is None
    assert Reigns().at(5) is None
