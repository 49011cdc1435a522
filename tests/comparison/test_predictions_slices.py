"""Where two models differ."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.comparison.predictions import Table, calibration, match, slices
from mlops_console.comparison.predictions.binning import Parts, parts, readable_edges


def customers(n: int = 6_000) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict]:
    """Two equal models, of which the second fails on the plan `free`."""
    rng = np.random.default_rng(5)
    y = (rng.random(n) < 0.4).astype(int)
    plan = rng.choice(["free", "pro", "team"], n)
    columns = {
        "plan": plan,
        "age": rng.integers(18, 90, n).astype(float),
        "region": (rng.integers(0, 5, n).astype(np.int32), ("n", "e", "s", "w", "x")),
        "sex": rng.integers(0, 2, n).astype(bool),
        "constant": np.ones(n),
        "name": np.array([f"c{at}" for at in range(n)]),
    }
    base = rng.normal(size=n)
    base, other = base + rng.normal(size=n) * 0.1, base + rng.normal(size=n) * 0.1
    a = 1 / (1 + np.exp(-(base + 2 * y - 1)))
    b = 1 / (1 + np.exp(-(other + 2 * y * (plan != "free") - 1)))
    return y, a, b, columns


@pytest.mark.parametrize("metric", ["auc", "accuracy", "logloss", "f1", "ap", "brier", "rmse"])
def test_the_slice_on_which_b_fails_comes_first(metric: str) -> None:
    y, a, b, columns = customers()
    keys = np.arange(len(y))
    found = slices(match(Table("a", keys, y, a, columns), Table("b", keys, y, b)), metric)
    first = found.slices[0]
    assert (first.column, first.name) == ("plan", "plan = free")
    assert first.n == int((columns["plan"] == "free").sum())
    assert first.verdict == "worse"
    assert first.q is not None
    assert first.p is not None
    assert first.q >= first.p
    others = [one for one in found.slices if one.column == "plan" and one.name != "plan = free"]
    assert all(one.verdict == "not shown to differ" for one in others)
    assert found.looked == len(found.slices) == 3 + 5 + 5 + 2
    assert "Benjamini-Hochberg" in found.correction
    assert found.overall is not None
    assert first.difference is not None
    assert abs(found.overall) < abs(first.difference)
    assert dict(found.skipped) == {
        "constant": "is the same in every row",
        "name": "is different in nearly every row",
    }


def test_a_slice_of_one_class_is_said_and_comes_last() -> None:
    y, a, b, _ = customers()
    keys = np.arange(len(y))
    found = slices(match(Table("a", keys, y, a, {"churned": y}), Table("b", keys, y, b)), "auc")
    assert found.looked == 0
    assert [one.because for one in found.slices] == [
        "only 0 rows of the positive class",
        "only 0 rows of the negative class",
    ]
    assert "could not be judged" in found.notes[0]


def test_a_metric_that_cannot_be_computed_is_said() -> None:
    y = np.arange(9.5, 19.5)
    keys = np.arange(10)
    matched = match(Table("a", keys, y, y), Table("b", keys, y, y))
    assert slices(matched, "auc").problem is not None
    assert slices(matched, "fid").problem == "fid can't be computed from predictions"


def test_missing_values_are_a_slice_and_large_columns_are_cut() -> None:
    rng = np.random.default_rng(2)
    city = rng.choice([f"c{at:03}" for at in range(40)], 8_000)
    made = parts("city", city, 50)
    assert isinstance(made, Parts)
    assert len(made.names) == 25
    assert made.note == "of city only the 25 largest of 40 values were looked at"
    age = rng.normal(size=8_000)
    age[:100] = np.nan
    made = parts("age", age, 50)
    assert isinstance(made, Parts)
    assert made.names[-1] == "age is missing"
    assert (made.codes == len(made.names) - 1).sum() == 100
    assert parts("few", np.array([f"v{at % 300}" for at in range(900)]), 50) == (
        "has 300 values, none of them in 50 rows"
    )


def test_edges_can_be_read() -> None:
    rng = np.random.default_rng(3)
    assert readable_edges(np.sort(rng.integers(18, 90, 5_000).astype(float))) == [30, 45, 60, 75]
    made = parts("income", np.exp(rng.normal(size=5_000) + 10), 50)
    assert isinstance(made, Parts)
    assert all(len(name) < 40 for name in made.names)
    assert made.names[0].startswith("income < ")


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=60))
def test_every_row_is_in_at_most_one_part_that_says_so(values: list[float]) -> None:
    column = np.array(values)
    made = parts("x", column, 1)
    if isinstance(made, str):
        return
    assert len(set(made.names)) == len(made.names)
    assert made.codes.max() < len(made.names)
    assert (made.codes >= 0).all()


def test_calibration_of_scores_that_mean_what_they_say() -> None:
    rng = np.random.default_rng(4)
    scores = rng.random(20_000)
    y = (rng.random(20_000) < scores).astype(int)
    found = calibration(Table("a", None, y, scores))
    assert len(found.bins) == 10
    assert sum(part.ci[0] <= part.mean_score <= part.ci[1] for part in found.bins) >= 8
    assert found.ece is not None
    assert found.ece < 0.02
    assert calibration(Table("a", None, y, scores * 3)).problem is not None
    assert calibration(Table("a", None, np.empty(0), np.empty(0))).problem == "there are no rows"
    assert "of one class" in calibration(Table("a", None, np.ones(50), scores[:50])).notes[0]
