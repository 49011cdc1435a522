"""Stored windows read by other thresholds."""

from mlops_console.drift.domain import asking
from mlops_console.drift.model import Domain, Rules, Side
from mlops_console.workspace.drifting import replaying, standing
from mlops_console.workspace.drifting.judged import JudgedWindow, Key
from mlops_console.workspace.drifting.standing import Thresholds, told

LITTLE = "A classifier tells the rows apart a little, less than counts (AUC .60): AUC .57."


def window(domain):
    side = Side(5_000, 3, "x")
    return JudgedWindow(
        Key("w", "0" * 16, "0" * 12), "w", None, None, side, side, (), {}, "me", "here", 1, domain=domain
    )


def by(classifier):
    return Thresholds(Rules(), classifier, (1, 1))


def test_a_lower_limit_of_the_classifier_does_not_cite_the_usual_one():
    found = told(window(Domain(0.57, 1e-9, 2_000, False, because=LITTLE)), by(0.55))
    assert found.verdict == "DRIFT"
    assert "less than counts" not in found.because
    assert "together they do (AUC .57)" in found.because


def test_limits_of_the_classifier_are_those_it_was_measured_by():
    assert (standing.P, replaying.CLASSIFIER) == (asking.P, asking.AUC)
