"""Importance and marginal effects: what is planted is found, what isn't is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_console.comparison.why.importance import importance
from mlops_console.comparison.why.marginal import marginal
from mlops_console.comparison.why.table import looks_log, table

json_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just([1])


def sweep(count=120, seed=0):
    """Runs in which the metric hangs on lr (on a log scale) and the optimizer, and on nothing else."""
    rng = np.random.default_rng(seed)
    lr = 10 ** rng.uniform(-5, -1, count)
    kind = rng.choice(["adam", "sgd", "lion"], count)
    noise = rng.normal(size=(count, 4))
    runs = [
        {"lr": f"{lr[at]:.3e}", "opt": str(kind[at]), "layers": 4, "decay": float(noise[at, 0]),
         "dropout": float(noise[at, 1]), "opt.betas": {"adam": "a", "sgd": "b", "lion": "c"}[str(kind[at])]}
        for at in range(count)
    ]  # fmt: skip
    values = np.abs(np.log10(lr) + 3) + np.where(kind == "sgd", 1.0, 0.0) + 0.1 * noise[:, 2]
    return runs, values


def test_what_was_planted_is_found():
    runs, values = sweep()
    told = importance(table(runs), values)
    assert told.refusal == ""
    assert [one.names for one in told.params[:2]] == [("lr",), ("opt", "opt.betas")]
    assert told.params[0].importance > 5 * told.params[2].importance
    assert told.score > 0.7
    assert told.correlation > 0.8
    assert "1 param the same in all runs left out" in told.notes
    assert sum(one.share for one in told.params) == pytest.approx(1)


def test_importance_is_that_of_scikit_learn():
    """The same ranking, and about the same loss of R2, as sklearn.inspection on its own split."""
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance

    rng = np.random.default_rng(3)
    x = rng.normal(size=(600, 4))
    y = 2 * x[:, 0] + x[:, 1] + 0.5 * rng.normal(size=600)
    told = importance(table([dict(zip("abcd", row, strict=True)) for row in x.tolist()]), y)
    forest = RandomForestRegressor(60, random_state=0).fit(x[:400], y[:400])
    theirs = permutation_importance(forest, x[400:], y[400:], n_repeats=5, random_state=0)
    ours = {one.names[0]: one.importance for one in told.params}
    assert [one.names[0] for one in told.params[:2]] == ["a", "b"]
    assert ours["a"] == pytest.approx(theirs.importances_mean[0], rel=0.25)
    assert ours["b"] == pytest.approx(theirs.importances_mean[1], rel=0.35)
    assert told.score == pytest.approx(forest.score(x[400:], y[400:]), abs=0.1)


def test_the_same_question_has_the_same_answer():
    runs, values = sweep(40)
    assert importance(table(runs), values) == importance(table(runs), values)


@pytest.mark.parametrize(("runs", "values", "why"), [
    ([{"lr": k} for k in range(19)], np.arange(19.0), "20 runs with this metric are needed, there are 19"),
    ([{"lr": k} for k in range(30)], np.full(30, np.nan), "20 runs with this metric are needed, there are 0"),
    ([{"lr": k} for k in range(30)], np.ones(30), "the metric is the same in all runs"),
    ([{"lr": 1}] * 30, np.arange(30.0), "no param varies between these runs"),
    ([{"id": f"run {k}"} for k in range(30)], np.arange(30.0), "no param varies between these runs"),
    ([{}] * 30, np.arange(30.0), "no param varies between these runs"),
])  # fmt: skip
def test_it_says_why_nothing_can_be_told(runs, values, why):
    told = importance(table(runs), values)
    assert (told.refusal, told.params, told.score) == (why, (), None)


def test_seeds_of_one_configuration_are_no_evidence_for_each_other():
    rng = np.random.default_rng(12)
    runs = [{"lr": k / 10, "depth": k % 3, "seed": s} for k in range(12) for s in range(6)]
    by_chance = np.repeat(rng.normal(size=12), 6) + 0.05 * rng.normal(size=72)
    assert importance(table(runs), by_chance).refusal.startswith("the runs can't tell")


def test_two_models_of_ten_seeds_tell_which_matters():
    rng = np.random.default_rng(0)
    runs = [{"model": m, "seed": s} for m in ("a", "b") for s in range(10)]
    told = importance(table(runs), np.repeat([0.0, 1.0], 10) + 0.2 * rng.normal(size=20))
    assert told.params[0].names == ("model",)
    assert told.notes == ("there are only 2 different configurations, seeds apart",)


def test_noise_is_refused():
    rng = np.random.default_rng(8)
    runs = [{"a": float(a), "b": float(b)} for a, b in rng.normal(size=(60, 2))]
    told = importance(table(runs), rng.normal(size=60))
    assert told.refusal.startswith("the runs can't tell: ")
    assert told.params == ()
    assert told.score is not None


def test_a_thousand_params_of_noise_are_refused_and_one_that_matters_is_found():
    rng = np.random.default_rng(9)
    noise = rng.normal(size=(40, 1000))
    runs = [{f"p{k}": float(v) for k, v in enumerate(row)} for row in noise]
    assert importance(table(runs), rng.normal(size=40)).refusal
    told = importance(table(runs), 5 * noise[:, 500] + rng.normal(size=40))
    assert told.params[0].names == ("p500",)
    assert "of 1,000 params only the 100" in told.notes[0]


def test_runs_without_a_number_and_far_out_ones_are_said():
    runs, values = sweep()
    values[:3] = np.nan, np.inf, 1e9
    told = importance(table(runs), values)
    assert told.runs == 118
    assert told.notes[0] == "2 of 120 runs have no number for it and were left out"
    assert told.notes[-1] == "1 run lies far from the others, so the order of the runs was explained"
    assert told.params[0].names == ("lr",)


def test_params_that_nearly_move_together_are_one():
    rng = np.random.default_rng(2)
    lr, other = rng.uniform(size=80).tolist(), rng.uniform(size=80).tolist()
    runs = [{"lr": a, "lr_end": a * 0.1 + 1e-4 * b, "z": b} for a, b in zip(lr, other, strict=True)]
    told = importance(table(runs), np.array(lr) + 0.05 * rng.normal(size=80))
    assert told.params[0].names == ("lr", "lr_end")
    assert len(told.params) == 2


def test_progress_rises_and_may_stop_it():
    runs, values = sweep(40)
    told = []
    importance(table(runs), values, told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) > 20

    class Stopped(Exception):
        pass

    def stop(_):
        raise Stopped

    with pytest.raises(Stopped):
        importance(table(runs), values, stop)


def test_the_marginal_effect_has_the_planted_shape():
    runs, values = sweep(300)
    params = table(runs)
    found = marginal(params, values, "lr")
    assert (found.refusal, found.numeric, found.log) == ("", True, True)
    effects = [place.effect for place in found.places]
    assert abs(np.log10(found.places[int(np.argmin(effects))].value) + 3) < 0.5
    assert effects[0] > min(effects) + 1
    assert sum(place.runs for place in found.places) == 300
    assert all(place.low <= place.effect <= place.high for place in found.places)
    kinds = {place.label: place for place in marginal(params, values, "opt").places}
    assert set(kinds) == {"adam", "sgd", "lion"}
    assert 0.6 < kinds["sgd"].effect - kinds["adam"].effect < 1.2
    sgd = np.array([run["opt"] == "sgd" for run in runs])
    assert kinds["sgd"].observed == pytest.approx(values[sgd].mean())
    assert "it always moves with opt.betas" in marginal(params, values, "opt").notes[-1]


def test_marginal_says_why_not():
    runs, values = sweep(40)
    assert marginal(table(runs), values, "layers").refusal == "it is the same in all runs"
    assert marginal(table(runs), values, "nothing").refusal == "no run has this param"
    assert marginal(table(runs), np.ones(40), "lr").refusal == "the metric is the same in all runs"


def test_columns_are_what_their_values_are():
    runs = [
        {"n": "1e-3", "mixed": "auto" if k % 5 == 0 else k, "flag": k % 2 == 0, "l": [k % 3]}
        for k in range(60)
    ]
    runs = [{**run, "n": 10.0 ** -(k % 6), **({"some": k} if k % 2 else {})} for k, run in enumerate(runs)]
    params = table(runs)
    assert params.column("n").levels is None
    assert params.column("n").log
    assert params.column("mixed").aside == 12
    assert params.column("flag").levels == ("true", "false")
    assert params.column("l").levels == ("[0]", "[1]", "[2]")
    assert params.column("some").set == 30
    assert not looks_log(np.arange(1000.0) + 1)


odd_runs = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys("abc", json_values)), min_size=20, max_size=24
)


@settings(max_examples=3)
@given(odd_runs, st.lists(st.floats(), min_size=24, max_size=24))
def test_no_sweep_is_too_odd(runs, values):
    params, measured = table(runs), np.array(values[: len(runs)])
    told = importance(params, measured)
    assert told.refusal or told.params
    found = marginal(params, measured, "a")
    assert found.refusal or found.places
