"""Columns that say the same in another spelling or unit; factors: NIST SP 811 (2008), appendix B."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.model import Measured
from mlops_console.drift.rewritten import rewritten

RNG = np.random.default_rng(7)
WEIGHTS = RNG.gamma(4.0, 20.0, 4_000)
LATER = RNG.gamma(4.0, 20.0, 4_000) * 1.001


def numbers(before, now):
    statistics = {}
    for side, values in (("ref", before), ("cur", now)):
        statistics |= {
            f"median_{side}": float(np.median(values)), f"mean_{side}": float(np.mean(values)),
            f"sd_{side}": float(np.std(values)),
        }  # fmt: skip
    return Measured("x", "numeric", len(before), len(now), 0.0, 0.0, statistics)


def levels(before, new, gone=()):
    shapes = {"levels": [*before, *new], "reference": [9] * len(before) + [0] * len(new)}
    return Measured(
        "x", "categorical", 900, 900, 0.0, 0.0, {"new_levels": new, "gone_levels": gone}, shapes=shapes
    )


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1000.0, "1,000 times"), (0.01, "1/100 times"), (0.45359237, "pounds and kilograms"),
        (1.609344, "miles and kilometres"), (2.54, "inches and centimetres"), (3600.0, "hours and seconds"),
    ],
)  # fmt: skip
def test_another_unit_is_seen(factor, said):
    assert said in rewritten(numbers(WEIGHTS, WEIGHTS * factor))


def test_degrees_are_seen():
    celsius = RNG.normal(12.0, 9.0, 4_000)
    assert "Fahrenheit now" in rewritten(numbers(celsius, celsius * 1.8 + 32))
    assert "Celsius now" in rewritten(numbers(celsius * 1.8 + 32, celsius))
    assert "Kelvin now" in rewritten(numbers(celsius, celsius + 273.15))


@pytest.mark.parametrize("factor", [1.0, 1.2, 1.5, 2.0, 3.0, 7.0])
def test_other_moves_are_the_worlds(factor):
    assert rewritten(numbers(WEIGHTS, LATER * factor)) == ""
    assert rewritten(numbers(WEIGHTS, WEIGHTS + 60.0 * factor)) == ""


def test_few_rows_and_constants_say_nothing():
    assert rewritten(numbers(WEIGHTS[:50], WEIGHTS[:50] * 1000)) == ""
    assert rewritten(numbers(np.full(500, 3.0), np.full(500, 3000.0))) == ""


@pytest.mark.parametrize(
    ("before", "new"),
    [
        (["north", "south"], ["North", "SOUTH "]),
        (["Köln", "Bonn"], ["KÃ¶ln"]), (["1", "2"], ["1.0", "2.0"]),
        (["new york", "boston"], ["new_york"]), (["e-mail"], ["email"]),
    ],
)  # fmt: skip
def test_another_spelling_is_seen(before, new):
    assert f'"{new[0]}" for "{before[0]}"' in rewritten(levels(before, new))


def test_levels_that_are_new_are_the_worlds():
    assert rewritten(levels(["north", "south"], ["east", "west", "North"])) == ""
    assert rewritten(levels(["-1", "1"], ["2"])) == ""


@given(st.lists(st.text(max_size=6), max_size=4), st.lists(st.text(max_size=6), max_size=4))
def test_whatever_levels_are_called(before, new):
    rewritten(levels(before, new))
