"""What people say of monitors, what they put off, reviews, importance: folded in any order of arrival."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal import fold_stories
from tests.journal.fold_making import Person, folded
from tests.journal.fold_stories import (
    holds_in_any_order,
    holds_whatever_is_said,
    holds_without_some,
    hostile,
    story,
)

from mlops_console.journal.event import Event
from mlops_console.journal.fold import Folding

DAY = 86_400_000_000
SEEN = {
    "monitor": "loans", "window": "2013-03", "start": 5, "verdict": "DRIFT", "model": "HARMFUL",
    "features": ["amount"], "reason": "the campaign",
}  # fmt: skip
MUTE = {"monitor": "loans", "feature": "", "until": 10 * DAY, "reason": "until the campaign is over"}
REFERENCE = {
    "monitor": "loans", "window": "2013-04", "replaces": "d1", "sha256": "ab" * 32, "size": 9, "rows": 5,
    "columns": 2, "source": {"path": "x.csv", "sha256": "cd" * 32}, "reason": "prices rose",
}  # fmt: skip
SNOOZE = {"item": "drift:loans:2013-03", "what": "loans: amount moved", "until": 10 * DAY, "reason": "later"}
REVIEW = {"model": "churn", "kpi": "auc", "version": 1, "value": 0.91, "reason": "as agreed"}
WEIGHED = {
    "model": "churn", "version": 1, "metric": "auc", "features": {"amount": [0.2, 0.01]}, "left_out": 3,
    "rows": 100, "repeats": 5, "sha256": "ab" * 32, "source": {"path": "x.csv", "sha256": ""},
}  # fmt: skip


def test_what_was_said_of_a_monitor_is_shown_the_newest_first():
    ana, bo = Person("ana"), Person("bo")
    ana.write("acknowledge", SEEN)
    bo.fetch(ana)
    bo.write("acknowledge", {**SEEN, "window": "2013-04", "model": None})
    said = bo.registry.monitors["loans"]
    assert [(one.window, one.by, one.model) for one in said.acknowledgements] == [
        ("2013-04", "bo", ""), ("2013-03", "ana", "HARMFUL"),
    ]  # fmt: skip
    seen = said.acknowledgements[1]
    assert (seen.start, seen.verdict, seen.features, seen.reason) == (
        5, "DRIFT", ("amount",), "the campaign",
    )  # fmt: skip


def test_a_mute_holds_until_it_ends_or_is_taken_back_each_feature_by_itself():
    ana = Person("ana")
    ana.write("mute", MUTE)
    ana.write("mute", {**MUTE, "feature": "amount", "until": 20 * DAY})
    said = ana.registry.monitors["loans"]
    assert said.muted(10 * DAY - 1).until == 10 * DAY
    assert said.muted(10 * DAY) is None
    assert said.muted(11 * DAY, "amount").feature == "amount"
    assert said.muted(0, "income") is None
    ana.write("mute", {**MUTE, "until": None})
    said = ana.registry.monitors["loans"]
    assert (said.muted(0), said.muted(0, "amount") is None) == (None, False)
    assert [one.until for one in said.mutes] == [None, 20 * DAY, 10 * DAY]


def test_of_two_people_who_mute_at_once_the_later_in_order_holds_and_both_are_known():
    ana, bo = Person("ana"), Person("bo")
    first = ana.write("mute", MUTE)
    second = bo.write("mute", {**MUTE, "until": 3 * DAY})
    assert first.clock == second.clock
    for people in ((ana, bo), (bo, ana)):
        one = Person("cy")
        one.fetch(*people)
        said = one.registry.monitors["loans"]
        assert said.muted(0).by == "bo"
        assert [mute.by for mute in said.mutes] == ["bo", "ana"]


def test_each_of_them_can_be_taken_back():
    ana = Person("ana")
    version = ana.register()
    events = [
        ana.write("acknowledge", SEEN),
        ana.write("mute", MUTE),
        ana.write("reference", REFERENCE),
        ana.write("snooze", SNOOZE),
        ana.write("review", REVIEW),
        ana.write("importance", {**WEIGHED, "version_id": version.id}),
    ]
    there = ana.registry
    assert there.models["churn"].versions[0].importance.features == {"amount": (0.2, 0.01)}
    assert [one.kpi for one in there.models["churn"].reviews] == ["auc"]
    assert there.problems == ()
    for event in events:
        ana.retract(event)
    gone = ana.registry
    said = gone.monitors["loans"]
    assert (said.acknowledgements, said.mutes, said.references) == ((), (), ())
    assert said.turned == next(
        e.id for e in ana.seen.values() if e.kind == "retract" and e.body["event"] == events[2].id
    )
    assert gone.snoozes == {}
    assert gone.models["churn"].reviews == ()
    assert gone.models["churn"].versions[0].importance is None
    assert gone.problems == ()
    ana.retract(events[1])
    assert "taken back already" in ana.registry.problems[0]


def test_the_importance_before_holds_again_when_the_newest_is_taken_back():
    ana = Person("ana")
    version = ana.register()
    ana.write("importance", {**WEIGHED, "version_id": version.id, "metric": "f1"})
    newest = ana.write("importance", {**WEIGHED, "version_id": version.id})
    assert ana.registry.models["churn"].versions[0].importance.metric == "auc"
    ana.retract(newest)
    assert ana.registry.models["churn"].versions[0].importance.metric == "f1"


def test_a_reference_and_the_way_back_turn_what_is_judged_by():
    ana = Person("ana")
    pinned = ana.write("reference", REFERENCE)
    assert ana.registry.monitors["loans"].turned == pinned.id
    back = ana.write("reference", {"monitor": "loans", "sha256": None, "reason": "the sensor"})
    said = ana.registry.monitors["loans"]
    assert [one.sha256 for one in said.references] == ["", "ab" * 32]
    assert said.turned == back.id


def test_what_was_packed_is_there_again_and_goes_on():
    ana = Person("ana")
    version = ana.register()
    ana.write("note", {"subject": {"run": {"path": "r", "native": ""}}, "text": "so"})
    for kind, body in (("acknowledge", SEEN), ("mute", MUTE), ("reference", REFERENCE), ("snooze", SNOOZE)):
        ana.write(kind, body)
    ana.write("review", REVIEW)
    ana.write("importance", {**WEIGHED, "version_id": version.id})
    first = Folding()
    first.add(ana.seen.values())
    kept = Folding.unpacked(first.packed())
    assert kept.registry() == first.registry()
    again = Folding.unpacked(Folding.unpacked(kept.packed()).packed())
    more = [
        ana.write("mute", {**MUTE, "until": None}),
        ana.write("snooze", {**SNOOZE, "until": None}),
        ana.write("review", {**REVIEW, "kpi": ""}),
    ]
    again.add(more)
    assert again.registry() == folded(ana.seen.values())
    assert Folding.unpacked(again.packed()).registry() == again.registry()


def test_a_fold_that_an_edition_without_these_kinds_kept_is_not_misread():
    ana = Person("ana")
    ana.write("mute", MUTE)
    packed = Folding()
    packed.add(ana.seen.values())
    edition, rest = packed.packed().split(b"\n", 1)
    with pytest.raises(ValueError, match="another edition"):
        Folding.unpacked(b"mlops-console fold 3\n" + rest)
    assert edition == b"mlops-console fold 5"


def test_an_event_of_a_newer_format_is_told_and_counts_for_nothing():
    ana = Person("ana")
    event = ana.write("mute", MUTE)
    registry = folded([replace(event, v=2)])
    assert registry.monitors == {}
    assert "newer mlops-console" in registry.problems[0]


def test_a_mute_by_a_clock_far_ahead_can_be_read():
    ana = Person("ana")
    ana.write("mute", {**MUTE, "until": 253_000_000_000_000_000})
    assert ana.registry.monitors["loans"].muted(0) is not None


def test_many_items_that_are_put_off_are_each_there():
    ana = Person("ana")
    kind = "snooze"
    events = [
        Event(1, f"E{at:05}", at + 1, (), at, "a", 1, "b", kind, {**SNOOZE, "item": f"k{at}"}, {}, f"s{at}")
        for at in range(5_000)
    ]  # fmt: skip
    folding = Folding()
    folding.add(events)
    kept = Folding.unpacked(folding.packed())
    assert len(kept.registry().snoozes) == 5_000
    assert kept.registry().snoozes["k4999"][0].until == 10 * DAY
    kept.add([ana.write("snooze", {**SNOOZE, "item": "k7", "until": None})])
    assert kept.registry().events == 5_001


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("acknowledge", {**SEEN, "monitor": ""}, "`monitor`"),
        ("acknowledge", {**SEEN, "monitor": ["loans"]}, "`monitor`"),
        ("acknowledge", {**SEEN, "monitor": "x" * 401}, "characters"),
        ("acknowledge", {**SEEN, "verdict": None}, "`verdict`"),
        ("acknowledge", {**SEEN, "features": "amount"}, "`features`"),
        ("acknowledge", {**SEEN, "features": [1]}, "`features`"),
        ("acknowledge", {**SEEN, "start": 10**30}, "`start`"),
        ("acknowledge", {**SEEN, "model": 5}, "`model`"),
        ("mute", {**MUTE, "until": "tomorrow"}, "`until`"),
        ("mute", {**MUTE, "until": 10**30}, "`until`"),
        ("mute", {**MUTE, "until": True}, "`until`"),
        ("mute", {**MUTE, "until": 1.5}, "`until`"),
        ("mute", {"monitor": "loans"}, "`until` is not there"),
        ("mute", {**MUTE, "feature": 7}, "`feature`"),
        ("mute", {**MUTE, "feature": "x" * 1_001}, "characters"),
        ("reference", {**REFERENCE, "sha256": "../../x"}, "`sha256`"),
        ("reference", {**REFERENCE, "sha256": 5}, "`sha256`"),
        ("reference", {**REFERENCE, "rows": -1}, "`rows`"),
        ("reference", {**REFERENCE, "replaces": None}, "`replaces`"),
        ("snooze", {**SNOOZE, "item": None}, "`item`"),
        ("snooze", {**SNOOZE, "item": "x" * 1_001}, "characters"),
        ("snooze", {**SNOOZE, "until": -1}, "`until`"),
        ("review", {**REVIEW, "kpi": None}, "`kpi`"),
        ("review", {**REVIEW, "value": "NaN"}, "`value`"),
        ("review", {**REVIEW, "value": 10**400}, "`value`"),
        ("review", {**REVIEW, "version": 0}, "`version`"),
        ("review", {**REVIEW, "model": "../x"}, "the model's name"),
        ("review", {**REVIEW, "model": "nobody"}, "no version of nobody"),
        ("importance", {**WEIGHED, "version_id": "nobody"}, "no version"),
    ],
)
def test_one_that_cannot_be_used_is_told_and_nothing_else_is_harmed(kind, body, said):
    ana = Person("ana")
    ana.register()
    ana.write("acknowledge", SEEN)
    ana.write("snooze", SNOOZE)
    before = ana.registry
    ana.write(kind, body)
    after = ana.registry
    assert said in after.problems[0]
    assert (after.monitors, after.snoozes, after.models) == (before.monitors, before.snoozes, before.models)


@pytest.mark.parametrize(
    "features",
    [
        {},
        [],
        None,
        {"a": 5},
        {"a": [1]},
        {"a": [1, "x"]},
        {"a": [1, -1]},
        {"a": [10**400, 1]},
        {"a": [True, 1]},
    ],
)
def test_importance_that_is_none_is_told(features):
    ana = Person("ana")
    version = ana.register()
    ana.write("importance", {**WEIGHED, "version_id": version.id, "features": features})
    assert ana.registry.models["churn"].versions[0].importance is None
    assert "`features`" in ana.registry.problems[0] or "importance" in ana.registry.problems[0]


KINDS = st.sampled_from(
    (
        "acknowledge", "mute", "mute", "off", "reference", "back", "snooze", "wake", "review", "importance",
        "retract", "retract", "register", "move", "note",
    )
)  # fmt: skip
STEPS = fold_stories.steps(KINDS, st.integers(0, 99))
MONITORS, ITEMS = ("loans", "churn", "r"), ("drift:loans:3", "churn", "loans")
"""Also names that are a model's, and a run's: they must not be mistaken for each other."""


def _say(person, kind, pick):
    monitor, item = {"monitor": MONITORS[pick % 3]}, {"item": ITEMS[pick % 3]}
    versions = [one for one in person.seen.values() if one.kind == "register"]
    if kind == "register" or (kind in ("move", "importance") and not versions):
        person.register()
    elif kind == "retract":
        if person.seen:
            person.retract([*person.seen.values()][pick % len(person.seen)])
    elif kind == "move":
        person.move(versions[pick % len(versions)])
    elif kind == "note":
        person.write("note", {"subject": {"run": {"path": "loans", "native": ""}}, "text": str(pick)})
    elif kind == "importance":
        person.write("importance", {**WEIGHED, "version_id": versions[pick % len(versions)].id, "rows": pick})
    elif kind in ("mute", "off"):
        end = None if kind == "off" else pick * DAY
        person.write("mute", {**MUTE, **monitor, "feature": ("", "amount")[pick % 2], "until": end})
    elif kind in ("snooze", "wake"):
        person.write("snooze", {**SNOOZE, **item, "until": None if kind == "wake" else pick})
    else:
        back = {"sha256": None} if kind == "back" else {}
        name = "reference" if kind == "back" else kind
        body = {"acknowledge": SEEN, "reference": REFERENCE, "review": REVIEW}[name]
        person.write(name, {**body, **monitor, **back} if name != "review" else {**body, "value": pick})


@settings(max_examples=150)
@given(STEPS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_whatever_the_order_of_arrival_the_registry_is_the_same(steps, rng, size):
    holds_in_any_order(story(steps, _say), rng, size)


@settings(max_examples=60)
@given(STEPS, st.randoms(use_true_random=False))
def test_what_is_gone_leaves_nothing_behind(steps, rng):
    holds_without_some(story(steps, _say), rng)


KEYS = (
    "monitor", "window", "start", "verdict", "model", "features", "feature", "until", "replaces", "sha256",
    "size", "rows", "columns", "source", "item", "what", "kpi", "version", "value", "version_id", "metric",
    "repeats", "left_out", "reason", "event",
)  # fmt: skip
SAID = ("acknowledge", "mute", "reference", "snooze", "review", "importance", "retract")


@settings(max_examples=300)
@given(hostile(SAID, KEYS))
def test_nothing_that_an_event_says_raises(said):
    holds_whatever_is_said(said)
