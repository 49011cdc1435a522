"""The verdict on rows: the same in any order, the opposite from the other side, never an exception."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_console.comparison.predictions import (
    METRICS,
    Table,
    calibration,
    judge_rows,
    match,
    metric_named,
    slices,
)

RNG = np.random.default_rng(11)


def pair(labels, a, b, keys=None, **more):
    keys = np.arange(len(labels)) if keys is None else keys
    return match(Table("a", keys, labels, a, **more), Table("b", keys, labels, b))


def risks(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.3).astype(int)
    common = rng.normal(size=n) + 1.2 * y - 1
    a, b = (1 / (1 + np.exp(-(common + rng.normal(size=n) * 0.5))) for _ in range(2))
    return y, a, b


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("method", ["usual", "bootstrap"])
def test_the_other_way_round_says_the_opposite(metric: str, method: str) -> None:
    y, a, b = risks(300)
    one, other = (
        judge_rows(pair(y, a, b), metric, method=method),
        judge_rows(pair(y, b, a), metric, method=method),
    )
    assert one.difference is not None
    assert other.difference is not None
    assert one.ci is not None
    assert other.ci is not None
    assert other.difference == pytest.approx(-one.difference, abs=1e-12)
    assert other.ci == pytest.approx((-one.ci[1], -one.ci[0]), abs=1e-9)
    assert other.p == pytest.approx(one.p)
    assert (one.mean_a, one.mean_b) == pytest.approx((other.mean_b, other.mean_a))
    turned = {"better": "worse", "worse": "better"}
    assert other.verdict == turned.get(one.verdict, one.verdict)


@pytest.mark.parametrize("metric", METRICS)
def test_the_order_of_rows_changes_nothing(metric: str) -> None:
    y, a, b = risks(200)
    order = RNG.permutation(200)
    one, other = judge_rows(pair(y, a, b), metric), judge_rows(pair(y[order], a[order], b[order]), metric)
    assert other.difference == pytest.approx(one.difference, abs=1e-12)
    assert other.ci == pytest.approx(one.ci, abs=1e-9)
    assert other.p == pytest.approx(one.p, rel=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_a_clear_difference_is_shown(metric: str) -> None:
    y, a, _ = risks(2_000)
    noise = np.where(np.arange(2_000) % 3 == 0, 0.9 - 0.8 * y, a)
    found = judge_rows(pair(y, a, noise), metric)
    assert found.verdict == "worse"
    assert found.unit == "rows"
    assert found.pairs == found.n_a == found.n_b == 2_000
    assert found.notes[0].startswith(
        "the interval covers which rows happened to be in the data, not the chance of training"
    )
    assert found.p is not None
    assert found.p < 1e-3
    better = judge_rows(pair(y, a, noise), metric, "max" if METRICS[metric].goal == "min" else "min")
    assert better.verdict == "better"


@pytest.mark.parametrize("metric", METRICS)
def test_a_model_beside_itself_does_not_differ(metric: str) -> None:
    y, a, _ = risks(400)
    found = judge_rows(pair(y, a, a), metric)
    assert found.difference == 0
    assert found.p == 1
    assert found.verdict == "not shown to differ"
    assert judge_rows(pair(y, a, a), metric, margin=0.05).verdict == "equivalent"
    # Twenty rows that agree can't rule out 5%.
    assert judge_rows(pair(y[:20], a[:20], a[:20]), metric, margin=0.05).verdict == "not shown to differ"


@pytest.mark.parametrize("metric", ["auc", "ap"])
@pytest.mark.parametrize("label", [0, 1])
def test_labels_of_one_class_are_said(metric: str, label: int) -> None:
    found = judge_rows(pair(np.full(30, label), RNG.random(30), RNG.random(30)), metric)
    assert found.verdict == "not shown to differ"
    assert found.test == "none"
    assert f"all 30 labels are of the {'positive' if label else 'negative'} class" in found.because


@pytest.mark.parametrize(
    ("labels", "a", "metric", "said"),
    [
        (
            ["x", "y"] * 20,
            RNG.normal(size=40) * 9,
            "logloss",
            "outside 0 to 1: mean log loss needs probabilities",
        ),
        ([0, 1] * 20, RNG.normal(size=40) * 9, "f1", "F1 needs a threshold"),
        (
            [0.5, 1.5] * 20,
            RNG.normal(size=40),
            "auc",
            "is for a task of two classes; this is a task of numbers",
        ),
        (["x", "y", "z", "z"] * 10, ["x", "y", "z", "z"] * 10, "auc", "this is a task of several classes"),
        (["x", "y"] * 20, ["x", "y"] * 20, "rmse", "labels or scores are words"),
        ([0, 1] * 20, ["no", "yes"] * 20, "accuracy", "none of them is a label"),
        ([0, 1] * 20, RNG.random(40), "fid", "fid can't be computed from predictions"),
        ([3.5] * 40, RNG.random(40), "r2", "all labels are the same"),
    ],
)
def test_what_cannot_be_computed_is_said(labels: list, a: list, metric: str, said: str) -> None:
    found = judge_rows(pair(np.array(labels), np.array(a), np.array(a)), metric)
    assert found.difference is None
    assert found.p is None
    assert said in found.because


def test_words_for_two_classes() -> None:
    y, a, b = risks(300)
    numbers = judge_rows(pair(y, a, b), "auc")
    for no, yes in (("no", "yes"), ("stays", "zleaves"), ("True", "False")):
        found = judge_rows(pair(np.where(y, yes, no), a, b), "auc")
        if yes == "False":
            assert found.mean_a == pytest.approx(1 - numbers.mean_a)
            assert "both rank worse than chance: is True the positive class?" in found.notes
        else:
            assert found.mean_a == pytest.approx(numbers.mean_a)
            assert f"`{yes}` is taken for the positive class" in found.notes


def test_predicted_labels_of_the_file_come_before_a_threshold() -> None:
    y, a, b = risks(500)
    own = [Table(n, np.arange(500), y, s, predicted=(s > 0.3).astype(int)) for n, s in (("a", a), ("b", b))]
    found = judge_rows(match(*own), "accuracy")
    assert found.mean_a == pytest.approx(((a > 0.3) == y).mean())
    assert not any("scores of .5" in note for note in found.notes)
    assert any("scores of .5" in note for note in judge_rows(pair(y, a, b), "accuracy").notes)


def test_rows_that_belong_together_widen_the_interval() -> None:
    y, a, b = risks(100)
    many = [np.repeat(values, 20) for values in (y, a, b)]
    users = {"user": np.repeat(np.arange(100), 20)}
    alone, together = (
        judge_rows(pair(*many, columns=users), "auc", cluster=cluster) for cluster in (None, "user")
    )
    once = judge_rows(pair(y, a, b), "auc")
    width = [found.ci[1] - found.ci[0] for found in (alone, together, once) if found.ci is not None]
    assert width[0] < 0.3 * width[2]
    assert width[1] == pytest.approx(width[2], rel=0.15)
    assert together.test == "cluster bootstrap"
    assert judge_rows(pair(*many), "auc", cluster="nobody").difference is None


def test_progress_is_told_and_can_give_up() -> None:
    told: list[float] = []
    y, a, b = risks(500)
    judge_rows(pair(y, a, b), "ap", progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1

    class GivenUp(Exception):
        pass

    def stop(done: float) -> None:
        raise GivenUp

    y, a, b = risks(60_000)
    with pytest.raises(GivenUp):
        judge_rows(pair(y, a, b), "ap", progress=stop)


@pytest.mark.parametrize(
    ("key", "metric"),
    [
        ("val/roc_auc", "auc"), ("AUC", "auc"), ("test_accuracy", "accuracy"), ("eval/f1", "f1"),
        ("metrics.rmse", "rmse"), ("best_val_acc", "accuracy"), ("val_logloss_mean", "logloss"),
        ("train_auc", None), ("lr", None), ("", None), ("loss", None),
    ],
)  # fmt: skip
def test_logged_names_of_metrics(key: str, metric: str | None) -> None:
    assert metric_named(key) == metric


NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, 0.5, -1.0, float("nan"), float("inf"), 1e308, -1e308, 1e-320, 2.0]),
    st.floats(0, 1),
)
COLUMN = st.integers(0, 30).flatmap(
    lambda n: st.tuples(
        st.one_of(
            st.lists(st.sampled_from([0.0, 1.0]), min_size=n, max_size=n),
            st.lists(NUMBERS, min_size=n, max_size=n),
            st.lists(st.sampled_from(["yes", "no", "", "x"]), min_size=n, max_size=n),
        ),
        *[
            st.one_of(
                st.lists(NUMBERS, min_size=n, max_size=n),
                st.lists(st.sampled_from(["yes", "no"]), min_size=n, max_size=n),
            )
            for _ in range(2)
        ],
    )
)


@settings(max_examples=150)
@given(COLUMN, st.sampled_from(sorted(METRICS)), st.sampled_from([None, 0.01]))
def test_nothing_raises(data: tuple, metric: str, margin: float | None) -> None:
    labels, a, b = (np.array(part) for part in data)
    matched = pair(labels, a, b, columns={"c": b, "d": labels})
    found = judge_rows(matched, metric, margin=margin)
    for number in (found.difference, found.p, *(found.ci or ())):
        assert number is None or np.isfinite(number)
    assert found.because
    if found.p is not None:
        assert 0 <= found.p <= 1
        assert found.ci is not None
        assert found.difference is not None
        assert found.ci[0] <= found.difference + 1e-9
        assert found.difference <= found.ci[1] + 1e-9
    found.as_json()
    parts = slices(matched, metric, least=3)
    assert all(one.q is None or one.q >= (one.p or 0) - 1e-12 for one in parts.slices)
    calibration(Table("a", None, labels, a))
