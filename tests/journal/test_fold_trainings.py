"""Trainings that people started: folded in any order of arrival, with the model and before there is one."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal.fold_making import Person
from tests.journal.fold_stories import holds_in_any_order, steps, story

from mlops_console.journal.fold import Folding

BEGUN = {
    "model": "churn", "version_id": None, "version": None, "monitor": "loans", "window": "2013-10",
    "command": "python train.py", "reason": "harmed",
}  # fmt: skip
DONE = {"outcome": "done", "because": "", "code": 0, "seconds": 12.5}


def retrained(person, begun, **more):
    return person.write("retrained", {**DONE, "retrain": begun.id, **more})


def test_a_training_is_open_until_it_is_told_how_it_ended():
    ana = Person("ana")
    version = ana.register()
    first = ana.write("retrain", {**BEGUN, "version_id": version.id, "version": 1})
    second = ana.write("retrain", {**BEGUN, "version_id": version.id, "version": 1, "monitor": ""})
    end = retrained(ana, first, outcome="failed", code=2, because="exit code 2")
    newest, oldest = ana.registry.models["churn"].retrainings
    assert (newest.event.id, newest.outcome, newest.ended, newest.seconds) == (second.id, "open", None, None)
    assert (oldest.version_id, oldest.version, oldest.monitor, oldest.window) == (
        version.id, 1, "loans", "2013-10",
    )  # fmt: skip
    assert (oldest.outcome, oldest.code, oldest.because, oldest.ended, oldest.seconds) == (
        "failed", 2, "exit code 2", end.at, 12.5,
    )  # fmt: skip
    assert ana.registry.problems == ()


def test_before_a_model_is_registered_its_trainings_stand_by_themselves():
    ana = Person("ana")
    begun = ana.write("retrain", BEGUN)
    assert [one.event.id for one in ana.registry.trainings["churn"]] == [begun.id]
    assert (dict(ana.registry.models), ana.registry.problems) == ({}, ())
    folding = Folding.unpacked(_packed(ana.seen.values()))
    assert folding.registry() == ana.registry
    more = [retrained(ana, begun), ana.register()]
    folding.add(more)
    assert folding.registry() == ana.registry
    assert ana.registry.trainings == {}
    assert ana.registry.models["churn"].retrainings[0].outcome == "done"


def _packed(events):
    folding = Folding()
    folding.add(events)
    return folding.packed()


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"outcome": "won"}, "`outcome` is none of"),
        ({"seconds": -1}, "no length of time"),
        ({"seconds": "long"}, "no length of time"),
        ({"seconds": True}, "no length of time"),
        ({"seconds": 1e305}, "no length of time"),
        ({"seconds": 10**400}, "no length of time"),
        ({"code": 400}, "`code` is no whole number"),
        ({"retrain": "nobody"}, "is not here"),
    ],
)
def test_an_end_that_can_not_be_leaves_it_open(body, word):
    ana = Person("ana")
    ana.register()
    retrained(ana, ana.write("retrain", BEGUN), **body)
    assert [one.outcome for one in ana.registry.models["churn"].retrainings] == ["open"]
    assert [word in one for one in ana.registry.problems] == [True]


@pytest.mark.parametrize("more", [{"uid": 1001}, {"uid": 1000, "proven": False}])
def test_nobody_else_says_how_a_training_ended(more):
    ana = Person("ana")
    begun = ana.write("retrain", BEGUN)
    forged = replace(retrained(ana, begun, outcome="failed"), **more)
    folding = Folding()
    folding.add([begun, forged])
    assert [one.outcome for one in folding.registry().trainings["churn"]] == ["open"]
    assert "alone says how it ended" in folding.registry().problems[0]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"command": ""}, "`command` is no text"),
        ({"version": "two"}, "`version` is no whole number"),
        ({"window": "w" * 500}, "`window` has 500 characters"),
        ({"model": "../x"}, "the model's name"),
    ],
)
def test_a_beginning_that_can_not_be_is_a_sentence(body, word):
    ana = Person("ana")
    ana.write("retrain", {**BEGUN, **body})
    assert [word in one for one in ana.registry.problems] == [True]
    assert ana.registry.trainings == {}


def test_a_training_of_a_version_that_nobody_has_is_shown_and_said():
    ana = Person("ana")
    ana.register()
    ana.write("retrain", {**BEGUN, "version_id": "nobody", "version": 1})
    assert len(ana.registry.models["churn"].retrainings) == 1
    assert "no version of churn was registered" in ana.registry.problems[0]


def test_the_first_end_holds_and_none_is_taken_back():
    ana = Person("ana")
    begun = ana.write("retrain", BEGUN)
    retrained(ana, begun)
    retrained(ana, begun)
    retrained(ana, begun, outcome="late", code=None)
    ana.retract(begun)
    assert ana.registry.trainings["churn"][0].outcome == "done"
    assert ["closed before, as done" in ana.registry.problems[0], len(ana.registry.problems)] == [True, 2]
    assert "a training can't be retracted" in ana.registry.problems[1]


@pytest.mark.parametrize("kind", ["deployed", "retrained"])
@pytest.mark.parametrize("about", ["mute", "note"])
def test_an_end_of_what_has_none_is_a_sentence(kind, about):
    ana = Person("ana")
    body = {"monitor": "loans", "feature": "", "until": 5, "reason": "x", "text": "x",
            "subject": {"run": {"path": "r", "native": ""}}}  # fmt: skip
    other = ana.write(about, body)
    ana.write(kind, {"deploy": other.id, "retrain": other.id, **DONE})
    assert ["is no `" in one for one in ana.registry.problems] == [True]


def say(person, what, pick):
    begun = [one for one in person.seen.values() if one.kind == "retrain"]
    model = ("churn", "fraud")[pick % 2]
    if what == 0 and pick > 5:
        person.register(model)
    elif what < 2 or not begun:
        person.write("retrain", {**BEGUN, "model": model})
    else:
        retrained(person, begun[pick % len(begun)], outcome=("done", "failed", "won")[pick % 3])


@settings(max_examples=60)
@given(
    steps(st.integers(0, 3), st.integers(0, 9), most=12),
    st.randoms(use_true_random=False),
    st.integers(1, 5),
)
def test_whatever_the_order_of_arrival(steps, rng, size):
    holds_in_any_order(story(steps, say), rng, size)
