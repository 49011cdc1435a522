"""A fold that goes on from what was kept is as one that never stopped, whatever is looked at when."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal.fold_making import Person, folded
from tests.journal.test_fold_order import STEPS, story

from mlops_console.journal import fold_shelf
from mlops_console.journal.fold import Folding


@settings(max_examples=150)
@given(STEPS, st.randoms(use_true_random=False), st.integers(0, 3))
def test_going_on_from_what_was_kept_is_as_never_stopping(steps, rng, stops):
    events = story(steps)
    expected = folded(events)
    rng.shuffle(events)
    folding, earlier = Folding(), []
    cuts = sorted(rng.randint(0, len(events)) for _ in range(stops))
    for start, end in zip([0, *cuts], [*cuts, len(events)], strict=True):
        for event in events[start:end]:
            folding.add([event])
        registry = folding.registry()
        earlier.append((registry, folded(events[:end]), end))
        if rng.random() < 0.5 and registry.models:
            registry.models[rng.choice([*registry.models])]
        folding = Folding.unpacked(folding.packed())
        assert len(folding) == end
        earlier.append((folding.registry(), folded(events[:end]), end))
    assert folding.registry() == expected
    assert folding.events() == sorted(
        (replace(event, evidence={}) for event in events), key=lambda event: event.order
    )
    for registry, as_then, _ in earlier:
        assert registry == as_then
    gone = rng.sample(events, len(events) // 3)
    folding = Folding.unpacked(folding.packed())
    folding.drop(event.id for event in gone)
    assert folding.registry() == folded(event for event in events if event not in gone)


def kept(*people):
    folding = Folding()
    folding.add(event for person in people for event in person.seen.values())
    return folding.packed()


def test_only_the_model_that_is_looked_at_is_unpacked(monkeypatch):
    ana = Person("ana")
    for name in ("churn", "fraud", "price"):
        ana.move(ana.register(name, params={"lr": 0.1}))
    ana.write("note", {"subject": {"run": {"path": "r", "native": ""}}, "text": "x"})
    packed = kept(ana)
    unpacked = []
    before = fold_shelf.unpack
    monkeypatch.setattr(fold_shelf, "unpack", lambda data: unpacked.append(data) or before(data))
    folding = Folding.unpacked(packed)
    registry = folding.registry()
    assert [*registry.models] == ["churn", "fraud", "price"]
    assert (len(unpacked), registry.events, "fraud" in registry.models) == (1, 7, True)
    fraud = registry.models["fraud"]
    assert fraud.versions[0].registered.body["params"] == {"lr": 0.1}
    assert len(unpacked) == 2
    touched = folding.add([ana.move(None, way="remove", model="churn")])
    assert (touched, len(unpacked)) == ({"churn"}, 3)
    assert registry.models["churn"].aliases["champion"].version is not None
    assert folding.registry().models["churn"].aliases["champion"].version is None
    assert folding.registry().models["fraud"] is fraud


def test_what_refers_to_something_kept_finds_it():
    ana = Person("ana")
    version, other = ana.register(), ana.register("fraud")
    ana.retract(ana.about("note", other, text="x"))
    odd = ana.write("dance", {})
    ana.retract(odd)
    folding = Folding.unpacked(kept(ana))
    assert folding.registry() == ana.registry
    folding.add([ana.retract(version), ana.retract(version), ana.register("late")])
    assert folding.registry() == ana.registry
    assert folding.event(other.id) is not None
    assert odd.id in folding
    assert "nothing" not in folding


def test_a_missing_event_that_comes_with_a_later_one_of_the_same_model_is_heard():
    ana, bo = Person("ana"), Person("bo")
    versions = [ana.register() for _ in range(3)]
    ana.move(versions[0])
    bo.fetch(ana)
    ana.move(versions[1])
    between = ana.register("fraud")
    bo.seen[between.id] = between
    wrong = bo.write(
        "alias",
        {"model": "churn", "alias": "champion", "way": "promote", "version_id": versions[2].id,
         "from_version_id": versions[0].id},
    )  # fmt: skip
    ana.fetch(bo)
    later = ana.about("note", versions[0], text="after")
    expected = ana.registry
    folding = Folding()
    folding.add(event for event in ana.seen.values() if event not in (between, later))
    assert folding.registry().models["churn"].aliases["champion"].contested
    folding = Folding.unpacked(folding.packed())
    folding.add([between, later])
    assert folding.registry() == expected
    assert wrong.id in expected.problems[0]


@pytest.mark.parametrize("steps", [0, 10**9])
def test_who_knew_what_is_the_same_prepared_or_walked(steps, monkeypatch):
    rng = random.Random(7)
    people = [Person(name) for name in ("ana", "bo", "cy")]
    for _ in range(4):
        people[0].register()
    for _ in range(120):
        one = rng.choice(people)
        if rng.random() < 0.4:
            one.fetch(rng.choice(people))
        versions = [event for event in one.seen.values() if event.kind == "register"]
        if not versions:
            one.fetch(people[0])
            continue
        body = {"model": "churn", "alias": rng.choice("abc"), "way": "promote"}
        to, back = rng.choice(versions).id, rng.choice([None, *versions])
        body |= {"version_id": to, "from_version_id": back.id if back else None}
        one.write("alias", body)
    events = list({event.id: event for person in people for event in person.seen.values()}.values())
    lost = rng.sample([event for event in events if event.kind == "alias"], 5)
    for some in (events, [event for event in events if event not in lost]):
        walked = folded(some)
        monkeypatch.setattr("mlops_console.journal.fold_ancestry._STEPS", steps - 1)
        monkeypatch.setattr("mlops_console.journal.fold_ancestry._FACTOR", 0)
        assert folded(some) == walked
        monkeypatch.undo()


def test_thousands_of_moves_from_the_wrong_place_are_folded_in_time_that_grows_with_them():
    ana = Person("ana")
    version, other = ana.register(), ana.register()
    heads, at = ana.heads, 3
    events = [*ana.seen.values()]
    for back in (None, "elsewhere"):
        for alias in range(1500):
            body = {"model": "churn", "alias": f"a{alias}", "way": "promote", "from_version_id": back}
            body["version_id"] = version.id if back is None else other.id
            event = replace(
                version, id=f"{at:08d}", clock=at, parents=heads, kind="alias", body=body, sha256=f"{at:064d}"
            )
            events.append(event)
            heads, at = (event.sha256,), at + 1
    folding = Folding()
    folding.add(events)
    assert len(folding.registry().problems) == 1500
    assert folding._ancestry.steps < 10 * len(events)
