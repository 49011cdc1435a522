"""What three people write who hear of each other now and then, and what every fold of it must hold to."""

from hypothesis import strategies as st
from tests.journal.fold_making import Person, folded

from mlops_console.journal.event import Event
from mlops_console.journal.fold import Folding


def steps(*what, most=24):
    """Who says it, what, and whether they have heard of the others before."""
    return st.lists(st.tuples(st.integers(0, 2), *what, st.booleans()), max_size=most)


def story(steps, say):
    """All events of the steps, each once; `say` has one person write one of them."""
    people = [Person("ana"), Person("bo"), Person("cy")]
    for who, *what, hears in steps:
        if hears:
            people[who].fetch(*people)
        say(people[who], *what)
    return list({event.id: event for person in people for event in person.seen.values()}.values())


def holds_in_any_order(events, rng, size):
    """The registry is the same whatever the order of arrival, looked at, kept and taken up in between."""
    expected = folded(events)
    rng.shuffle(events)
    folding = Folding()
    for start in range(0, len(events), size):
        folding.add(events[start : start + size])
        if rng.random() < 0.3:
            folding = Folding.unpacked(folding.packed())
        if rng.random() < 0.5:
            folding.registry()
    assert folding.registry() == expected
    assert Folding.unpacked(folding.packed()).registry() == expected


def holds_without_some(events, rng):
    """What is gone leaves nothing behind, and can come again."""
    gone = rng.sample(events, len(events) // 3)
    folding = Folding()
    folding.add(events)
    folding.drop(event.id for event in gone)
    assert folding.registry() == folded([event for event in events if event not in gone])
    folding.add(gone)
    assert folding.registry() == folded(events)


def hostile(kinds, keys):
    """Events of these kinds that say anything at all under names that mean something."""
    words = st.sampled_from(("churn", "E0", "loans", "ab" * 32, "\x1b[31m", "x" * 2_000))
    numbers = st.integers(-(10**40), 10**40) | st.floats(allow_nan=False)
    value = st.recursive(
        st.none() | st.booleans() | numbers | st.text(max_size=4) | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(keys), inner, max_size=4),
        max_leaves=8,
    )
    body = st.dictionaries(st.sampled_from(keys), value, max_size=12)
    return st.lists(st.tuples(st.sampled_from(kinds), body), max_size=6)


def holds_whatever_is_said(said):
    """Nothing that an event says raises, and it says the same in every order, kept or not."""
    known = Person("ana")
    known.register()
    events = [*known.seen.values()]
    events += [
        Event(1, f"E{at}", at + 1, (), 0, "eve", 6, "box", kind, body, {}, f"sha{at}")
        for at, (kind, body) in enumerate(said)
    ]
    registry = folded(events)
    assert registry.events == len(events)
    assert folded(reversed(events)) == registry
    folding = Folding()
    folding.add(events)
    assert Folding.unpacked(folding.packed()).registry() == registry
