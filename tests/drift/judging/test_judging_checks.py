"""What is checked of two samples, down to data that nobody wants."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drift.judging.drift_recipes import measured

from mlops_console.drift.judging.checks import checks_of
from mlops_console.drift.judging.judge import judge
from mlops_console.drift.measures.registry import statistics_of
from mlops_console.drift.model import SEVERITY, Measured, Raw, Rules
from mlops_console.drift.pair import Pair
from mlops_console.drift.sample import LevelSample, NumericSample, level_sample, numeric_sample
from mlops_console.drift.tables.model import ColumnAbout

RNG = np.random.default_rng(11)
NORMAL = RNG.standard_normal(5_000)


def numbers(values: object, missing: int = 0) -> NumericSample:
    return numeric_sample(np.asarray(values, np.float64), missing)


def levels(missing: int = 0, **counts: int) -> LevelSample:
    return level_sample(list(counts), list(counts.values()), sum(counts.values()) + missing, missing)


def checked(one: NumericSample | LevelSample, other: NumericSample | LevelSample) -> dict[str, Raw]:
    return {raw.name: raw for raw in measured("x", one, other).checks}


def test_a_move_says_how_far_and_from_where() -> None:
    found = checked(numbers(NORMAL), numbers(RNG.standard_normal(5_000) + 0.5))["distribution"]
    assert found.effect == pytest.approx(0.197, abs=0.03)
    assert found.p is not None
    assert found.p < 1e-50
    assert found.said.startswith(("19% of rows moved: KS .", "2"))
    assert "median" in found.said


def test_missing_values_are_tested_not_dropped() -> None:
    found = checked(numbers(NORMAL, 100), numbers(NORMAL, 2_000))["missing"]
    assert found.effect == pytest.approx(2_000 / 7_000 - 100 / 5_100)
    assert found.said == "29% of rows have no value, before 1.96%"
    assert "missing" not in checked(numbers(NORMAL), numbers(NORMAL))


def test_a_new_level_is_found_and_rare_levels_of_a_long_tail_are_not() -> None:
    found = checked(levels(a=9_000, b=1_000), levels(a=870, b=100, new=30))["new_levels"]
    assert found.effect == pytest.approx(0.03)
    assert found.p is not None
    assert found.p < 1e-25
    assert found.said == '3% of rows have the level "new" which the reference has not'
    p = 1 / np.arange(1, 1_001)
    sides = []
    for _ in range(2):
        counts = RNG.multinomial(2_000, p / p.sum())
        there = np.flatnonzero(counts)
        sides.append(level_sample([f"v{at}" for at in there], counts[there].tolist(), 2_000, 0))
    quiet = checked(*sides)
    assert (quiet["new_levels"].p or 0) > 1e-3
    assert (quiet["gone_levels"].p or 0) > 1e-3
    assert "likely" in quiet["new_levels"].said


def test_of_two_levels_the_one_that_grew_is_named() -> None:
    for no, yes in ((3_000, 7_000), (7_000, 3_000)):
        found = checked(levels(no=5_000, yes=5_000), levels(no=no, yes=yes))["distribution"]
        assert found.said.endswith(f'most of all "{"yes" if yes > no else "no"}", 50% to 70%')


def test_gone_levels_have_the_share_that_they_had() -> None:
    found = checked(levels(a=6_000, b=3_000, c=1_000), levels(a=700, b=300))["gone_levels"]
    assert found.effect == pytest.approx(0.1)
    assert found.said == '10% of the reference\'s rows have the level "c" which no row has now'


def test_levels_that_the_reference_does_not_list_are_not_called_new_lightly() -> None:
    reference = LevelSample(("a", "b"), np.array([900, 40]), 1_000, 0, others=60, distinct=30)
    rare = LevelSample(("a", "b", "c"), np.array([950, 45, 5]), 1_000, 0)
    many = LevelSample(("a", "b", "c"), np.array([600, 45, 355]), 1_000, 0)
    assert (checked(reference, rare)["new_levels"].p or 0) > 0.05
    assert (checked(reference, many)["new_levels"].p or 1) < 1e-30


def test_tails_say_how_many_times_as_many() -> None:
    wide = np.where(NORMAL > 2.0537, NORMAL * 4, NORMAL)
    found = checked(numbers(RNG.standard_normal(5_000)), numbers(wide))["tails"]
    assert found.effect == pytest.approx(0.018, abs=0.006)
    assert found.p is not None
    assert found.p < 1e-6
    assert "times as many" in found.said


def test_one_wild_value_is_told_and_is_no_evidence() -> None:
    quiet = checked(numbers(NORMAL), numbers(NORMAL[:1_000]))
    for wild in (1e308, -1e308, 1e4):
        found = checked(numbers(NORMAL), numbers(np.append(NORMAL[:1_000], wild)))
        assert found["distribution"].effect == pytest.approx(quiet["distribution"].effect, abs=2e-3)
        assert found["range"].said.startswith("1 row (.1%)")
        assert (found["range"].p or 0) > 0.05
    found = checked(numbers(NORMAL), numbers(np.append(NORMAL[:1_000], np.inf)))
    assert (found["infinite"].p or 0) > 0.05
    assert found["infinite"].said.startswith("1 row (.1%)")


def test_one_row_is_no_constant() -> None:
    many = [float(value) for value in range(1_500)]
    assert checked(numbers(many), numbers([7.0]))["constant"].p == 1.0
    assert checked(numbers([7.0]), numbers(many))["constant"].p == 1.0
    assert checked(levels(a=500, b=500), levels(a=1))["constant"].p == 1.0


def test_a_constant_that_is_none_any_more_is_tested() -> None:
    found = checked(numbers([3.0] * 5_000), numbers([3.0] * 900 + [4.0] * 100))["constant"]
    assert found.effect == pytest.approx(0.1)
    assert found.said == "Was always 3; 10% of rows have other values now"
    rare = checked(levels(no=500), levels(no=499, yes=1))["constant"]
    assert (rare.p or 0) > 0.4
    became = checked(levels(a=500, b=500), levels(a=800))["constant"]
    assert became.effect == pytest.approx(0.5)
    assert (became.p or 1) < 1e-100


def about(name: str, dtype: str, kind: str = "numeric") -> ColumnAbout:
    return ColumnAbout(name, dtype, kind)  # type: ignore[arg-type]


def test_types_are_certain_and_their_widths_are_not() -> None:
    said = checks_of(about("x", "integer"), about("x", "text", "categorical"), None, {})
    assert [(raw.name, raw.certain) for raw in said] == [("type", True)]
    assert said[0].said == "The type changed from integer to text"
    pair = Pair(numbers(NORMAL), numbers(NORMAL))
    said = checks_of(about("x", "integer"), about("x", "decimal number"), pair, statistics_of(pair))
    assert not any(raw.certain for raw in said)
    assert {raw.name for raw in said} == {"type", "distribution", "tails", "range"}


def test_columns_on_one_side_only() -> None:
    gone = checks_of(about("x", "integer"), None, None, {})
    assert [(raw.certain, raw.effect) for raw in gone] == [(True, 1.0)]
    new = checks_of(None, about("x", "integer"), None, {})
    assert [(raw.certain, raw.p) for raw in new] == [(False, None)]
    assert checks_of(about("id", "integer", "key"), None, None, {}) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (numbers([]), numbers([])),
        (numbers([]), numbers(NORMAL)),
        (numbers([], 10), numbers([1.0])),
        (numbers([1.0]), numbers([1.0])),
        (numbers([np.inf, np.nan]), numbers([-np.inf])),
        (numbers([1e308, -1e308]), numbers([1e308] * 3)),
        (levels(), levels(a=3)),
        (levels(5), levels(a=3)),
        (levels(a=1), levels(b=1)),
        (levels(a=10_000), levels(a=500)),
    ],
)
def test_what_nobody_wants_gets_a_sentence(
    one: NumericSample | LevelSample, other: NumericSample | LevelSample
) -> None:
    feature = judge([measured("x", one, other)], Rules())[0]
    assert feature.because.endswith(".")
    figures_are_sound(feature.measured)


def figures_are_sound(one: Measured) -> None:
    for raw in one.checks:
        for figure in (raw.effect, raw.p, raw.visible):
            assert figure is None or (math.isfinite(figure) and 0.0 <= figure <= 1.0), raw
        assert "nan" not in raw.said, raw


_floats = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=64),
    st.sampled_from([0.0, -0.0, 1.0, 1e308, -1e308, 5e-324, math.inf, math.nan]),
    st.integers(-3, 3).map(float),
)


@given(st.lists(_floats, max_size=60), st.lists(_floats, max_size=60), st.integers(0, 5), st.integers(0, 5))
def test_no_figure_is_ever_nan(one: list[float], other: list[float], absent: int, more: int) -> None:
    found = measured("x", numbers(one, absent), numbers(other, more))
    figures_are_sound(found)
    judge([found], Rules())


_counts = st.dictionaries(st.text(max_size=3), st.integers(1, 200), max_size=12)


@given(_counts, _counts, st.integers(0, 5), st.integers(0, 5))
def test_no_figure_of_levels_is_ever_nan(
    one: dict[str, int], other: dict[str, int], absent: int, more: int
) -> None:
    sides = [
        level_sample(list(side), list(side.values()), sum(side.values()) + away, away)
        for side, away in ((one, absent), (other, more))
    ]
    found = measured("x", *sides)
    figures_are_sound(found)
    judge([found], Rules())


@given(
    st.lists(st.integers(0, 9), min_size=20, max_size=80),
    st.lists(st.integers(0, 9), min_size=20, max_size=80),
)
def test_more_rows_that_say_the_same_never_say_it_quieter(one: list[int], other: list[int]) -> None:
    """Evidence that repeats itself fourfold: no effect is smaller, and no drift turns into less."""
    few = measured("x", numbers(one), numbers(other))
    many = measured("x", numbers(one * 4), numbers(other * 4))
    for before, after in zip(few.checks, many.checks, strict=True):
        if before.name == "distribution":
            assert (after.effect or 0) >= (before.effect or 0) - 1e-9
    before, after = judge([few], Rules())[0], judge([many], Rules())[0]
    if before.verdict in ("DRIFT", "WATCH"):
        assert SEVERITY[after.verdict] >= SEVERITY[before.verdict]
