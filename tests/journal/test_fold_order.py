"""The fold is the same in every order of arrival, and nothing that an event says breaks it."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal import fold_stories
from tests.journal.fold_stories import holds_in_any_order, holds_whatever_is_said, holds_without_some, hostile

KINDS = st.sampled_from(
    ("register", "same", "move", "move", "off", "note", "tag", "run", "approve", "retract")
)
STEPS = fold_stories.steps(KINDS, st.sampled_from(("churn", "fraud")), st.integers(0, 99))


def story(steps):
    """What is said of models."""
    return fold_stories.story(steps, _say)


def _say(person, kind, model, pick):
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
        person.about(kind, versions[pick % len(versions)], text="so", name="t", value=str(pick))


@settings(max_examples=150)
@given(STEPS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_whatever_the_order_of_arrival_the_registry_is_the_same(steps, rng, size):
    holds_in_any_order(story(steps), rng, size)


@settings(max_examples=60)
@given(STEPS, st.randoms(use_true_random=False))
def test_what_is_gone_leaves_nothing_behind(steps, rng):
    holds_without_some(story(steps), rng)


KEYS = (
    "model", "version", "version_id", "alias", "way", "origin", "sha256", "files", "subject", "run", "path",
    "name", "value", "text", "event", "deploy", "gates", "target", "outcome", "from_version_id", "size",
)  # fmt: skip
SAID = ("register", "alias", "approve", "allow", "note", "tag", "deploy", "deployed", "retract", "x")


@settings(max_examples=300)
@given(hostile(SAID, KEYS))
def test_nothing_that_an_event_says_raises(said):
    holds_whatever_is_said(said)
