"""What is told of a decision when it is unfolded, whatever its event holds."""

from mlops_console.console.audit.telling import facts, told
from mlops_console.journal.event import Event
from mlops_console.records import Project

PROJECT = Project("k", "lab", "/lab", 1, 1)


def lines(kind, body):
    event = Event(1, "E1", 1, (), 0, "ana", 1, "box", kind, body)
    [one] = told(PROJECT, [event])
    return {label: text for label, _, text in facts(one, event)}


def test_what_was_decided_on_a_monitor_is_told():
    seen = lines("acknowledge", {
        "monitor": "loans", "window": "2013-03", "verdict": "DRIFT", "model": "HARMFUL",
        "features": ["amount", "income"], "reason": "the campaign",
    })  # fmt: skip
    assert (seen["window"], seen["features"]) == ("2013-03", "amount, income")
    muted = lines("mute", {"monitor": "loans", "feature": "amount", "until": 1_796_083_200_000_000})
    assert muted["feature"] == "amount"
    assert muted["until"].startswith("2026-1")


def test_the_importance_of_features_is_told_the_most_important_first():
    features = {"age": [0.08, 0.01], "amount": [0.2134, 0.01], "odd": "x", "huge": [10**400, 1]}
    assert lines("importance", {"features": features})["features"] == "amount .213, age .08"
    many = {f"f{at:03}": [1 / (at + 1), 0.0] for at in range(60)}
    assert lines("importance", {"features": many})["features"].endswith(" and 40 more")


def test_times_that_no_calendar_holds_are_told_as_none():
    assert lines("mute", {"monitor": "loans", "until": 10**40})["until"] == "-"
