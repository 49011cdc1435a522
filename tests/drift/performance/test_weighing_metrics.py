"""Several metrics of one model: what is said of one that is large but, among so many, may be chance."""

from mlops_console.drift.performance.metrics import Reading
from mlops_console.drift.performance.weighing import performances


def reading(value, se):
    return Reading(value, se, value - 2 * se, value + 2 * se, 400)


def test_what_only_the_family_silences_is_not_called_too_small():
    names = ("balanced_accuracy", "f1", "brier", "logloss")
    before = {"auc": reading(0.8, 0.01)} | dict.fromkeys(names, reading(0.5, 0.01))
    # 2.7 standard errors: p .007, above Holm's .01 / 4; a fifth more of what it gets wrong.
    now = {"auc": reading(0.8, 0.01), **dict.fromkeys(names, reading(0.5, 0.01)), "f1": reading(0.4, 0.0357)}
    found = {one.metric: one for one in performances(before, now, {}, 1.0, "auc")}
    assert found["f1"].verdict == "same"
    assert "less than what matters" not in found["f1"].because
    assert "no difference beyond chance" in found["f1"].because


def test_the_chosen_metric_alone_is_tested_at_the_whole_level():
    before, now = {"f1": reading(0.5, 0.01)}, {"f1": reading(0.4, 0.0357)}
    (found,) = performances(before, now, {}, 1.0, "f1")
    assert found.verdict == "worse"
