"""Permutation importance against scikit-learn's own, and against models whose truth is known."""

import hashlib
import io

import joblib
import numpy as np
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from mlops_console.drift.diagnosis.asking import ask
from mlops_console.drift.diagnosis.model import ModelError, Order

ROWS = 400


def frame():
    rng = np.random.default_rng(4)
    return pl.DataFrame(
        {"a": rng.normal(size=ROWS), "b": rng.normal(size=ROWS), "c": rng.integers(0, 4, ROWS).astype(float)}
    )


def packed(model):
    file = io.BytesIO()
    joblib.dump(model, file)
    return file.getvalue()


def weighed(model, rows, label="y", usual=("a", "b", "c"), **more):
    data = packed(model)
    order = Order("pickle", len(data), hashlib.sha256(data).hexdigest(), label, usual, **more)
    return ask(order, data, rows)


@pytest.mark.parametrize(("metric", "scoring"), [("auc", "roc_auc"), ("accuracy", "accuracy"), ("f1", "f1")])
def test_classifiers_agree_with_scikit_learn_to_the_last_digit(metric, scoring):
    rows = frame()
    y = (rows["a"] + 0.4 * rows["b"] > 0).cast(pl.Int64)
    x = rows.to_numpy()
    model = RandomForestClassifier(12, max_depth=3, random_state=0).fit(x, y.to_numpy())
    found = weighed(model, rows.with_columns(y=y), metric=metric, repeats=4, seed=7)
    # Source: sklearn.inspection.permutation_importance with the same seed.
    theirs = permutation_importance(model, x, y.to_numpy(), scoring=scoring, n_repeats=4, random_state=7)
    for at, name in enumerate(rows.columns):
        assert found.features[name] == pytest.approx(
            (theirs.importances_mean[at], theirs.importances_std[at]), abs=1e-12
        )
    assert (found.metric, found.rows, found.repeats) == (metric, ROWS, 4)


@pytest.mark.parametrize(("metric", "scoring"), [("mae", "neg_mean_absolute_error"), ("r2", "r2")])
def test_numbers_agree_with_scikit_learn(metric, scoring):
    rows = frame()
    y = 3 * rows["a"] - rows["c"]
    model = LinearRegression().fit(rows.to_numpy(), y.to_numpy())
    found = weighed(model, rows.with_columns(y=y), metric=metric)
    theirs = permutation_importance(
        model, rows.to_numpy(), y.to_numpy(), scoring=scoring, n_repeats=5, random_state=0
    )
    means = [found.features[name][0] for name in rows.columns]
    assert means == pytest.approx(theirs.importances_mean.tolist(), abs=1e-12)


def test_a_model_of_one_column_hangs_on_that_alone():
    rows = frame()
    y = rows["b"] * 2
    model = LinearRegression().fit(rows.to_numpy(), y.to_numpy())
    model.coef_ = np.array([0.0, 2.0, 0.0])
    model.intercept_ = 0.0
    found = weighed(model, rows.with_columns(y=y))
    assert found.features["a"] == found.features["c"] == (0.0, 0.0)
    # Two draws of a standard normal are 2 / sqrt(pi) apart on average; the model doubles that.
    assert found.features["b"][0] == pytest.approx(4 / np.sqrt(np.pi), rel=0.1)


def test_a_pipeline_finds_its_columns_by_name():
    rows = frame().with_columns(
        plan=pl.col("c").cast(pl.Int64).replace_strict({0: "x", 1: "x", 2: "y", 3: "z"})
    )
    y = ((rows["a"] > 0) ^ (rows["plan"] == "y")).cast(pl.Int64)
    turn = make_column_transformer((StandardScaler(), ["a"]), (OneHotEncoder(), ["plan"]))
    model = make_pipeline(turn, LogisticRegression()).fit(rows.select("plan", "a"), y.to_numpy())
    shuffled = rows.select("b", "c", "a", "plan").with_columns(y=y)
    found = weighed(model, shuffled)
    assert list(found.features) == ["plan", "a"]
    assert found.features["a"][0] > 0.1
    assert found.model == "Pipeline"


def test_labels_of_text_mean_the_models_classes():
    rows = frame()
    y = pl.Series("y", np.where(rows["a"].to_numpy() > 0, "yes", "no"))
    model = LogisticRegression().fit(rows.to_numpy(), y.to_numpy())
    said = rows.with_columns(y=y.set(pl.Series(np.arange(ROWS) % 50 == 0), "maybe"))
    found = weighed(model, said)
    assert found.rows == ROWS - 8
    assert "8 rows have a label that the model never learned" in found.notes[0]


def refused(model, rows, **more):
    with pytest.raises(ModelError) as told:
        weighed(model, rows, **more)
    return str(told.value)


def test_what_does_not_fit_is_a_sentence():
    rows = frame()
    y = (rows["a"] > 0).cast(pl.Int64)
    named = LogisticRegression().fit(rows.rename({"a": "income"}), y.to_numpy())
    assert "no column income" in refused(named, rows.with_columns(y=y))
    nameless = LogisticRegression().fit(rows.select("a", "b").to_numpy(), y.to_numpy())
    assert "takes 2 columns without names, the data has 3 (a, b, c)" in refused(
        nameless, rows.with_columns(y=y)
    )
    assert "one class" in refused(nameless, rows.with_columns(y=y * 0), usual=("a", "b"))
    text = rows.with_columns(pl.Series("a", ["red"] * ROWS), y=y)
    assert "does not take these rows" in refused(nameless, text, usual=("a", "b"))
    assert "predicts nothing" in refused([1, 2], rows.with_columns(y=y))


@pytest.mark.parametrize(
    ("answer", "why"), [(np.nan, "no number for 400 of 400"), ([1.0, 2.0], "400 x 2 values")]
)
def test_answers_that_are_none(answer, why):
    rows = frame().with_columns(y=pl.col("a"))
    model = DummyRegressor().fit(np.zeros((4, 3)), np.zeros(4))
    model.constant_ = np.array([np.atleast_1d(answer)])
    model.n_outputs_ = np.size(answer)
    assert why in refused(model, rows)
