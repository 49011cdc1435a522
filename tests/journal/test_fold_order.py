"""The fold is the same in every order of arrival, and nothing that an event says breaks it."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal.fold_making import Person, folded

from mlops_console.journal.event import Event
from mlops_console.journal.fold import Folding

KINDS = st.sampled_from(
    ("register", "same", "move", "move", "off", "note", "tag", "run", "approve", "retract")
)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2), KINDS, st.sampled_from(("churn", "fraud")), st.integers(0, 99), st.booleans()
    ),
    max_size=24,
)  # fmt: skip


def story(steps):
    """What three people write who hear of each other only now and then."""
    people = [Person("ana"), Person("bo"), Person("cy")]
    for who, kind, model, pick, hears in steps:
        person = people[who]
        if hears:
            person.fetch(*people)
        versions = [e for e in person.seen.values() if e.kind == "register" and e.body["model"] == model]
        if kind == "register" or not versions:
            person.register(model)
        elif kind == "same":
            person.register(model, 1 + pick % 3)
        elif kind == "off":
            person.move(None, way="remove", model=model)
        elif kind == "run":
            person.write("note", {"subject": {"run": {"path": "r", "native": ""}}, "text": str(pick)})
        elif kind == "retract":
            person.retract([*person.seen.values()][pick % len(person.seen)])
        elif kind == "move":
            person.move(versions[pick % len(versions)], ("champion", "challenger")[pick % 2])
        else:
            version = versions[pick % len(versions)]
            person.about(kind, version, text="so", name="t", value=str(pick))
    return list({event.id: event for person in people for event in person.seen.values()}.values())


@settings(max_examples=150)
@given(STEPS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_whatever_the_order_of_arrival_the_registry_is_the_same(steps, rng, size):
    events = story(steps)
    expected = folded(events)
    rng.shuffle(events)
    folding = Folding()
    for start in range(0, len(events), size):
        folding.add(events[start : start + size])
        if rng.random() < 0.5:
            folding.registry()
    assert folding.registry() == expected
    assert Folding.unpacked(folding.packed()).registry() == expected


@settings(max_examples=60)
@given(STEPS, st.randoms(use_true_random=False))
def test_what_is_gone_leaves_nothing_behind(steps, rng):
    events = story(steps)
    gone = rng.sample(events, len(events) // 3)
    folding = Folding()
    folding.add(events)
    folding.drop(event.id for event in gone)
    left = [event for event in events if event not in gone]
    assert folding.registry() == folded(left)
    folding.add(gone)
    assert folding.registry() == folded(events)


KEYS = (
    "model", "version", "version_id", "alias", "way", "origin", "sha256", "files", "subject", "run", "path",
    "name", "value", "text", "event", "deploy", "gates", "target", "outcome", "from_version_id", "size",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4) | st.sampled_from(("churn", "E0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ("register", "alias", "approve", "allow", "note", "tag", "deploy", "deployed", "retract", "x")
            ),
            st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8),
        ),
        max_size=6,
    )
)
def test_nothing_that_an_event_says_raises(said):
    known = Person("ana")
    known.register()
    events = [
        Event(1, f"E{at}", at + 1, (), 0, "eve", 6, "box", kind, body, {}, f"sha{at}")
        for at, (kind, body) in enumerate(said)
    ]
    registry = folded([*known.seen.values(), *events])
    assert registry.events == len(events) + 1
    assert folded(reversed([*known.seen.values(), *events])) == registry
