"""The fold: what events come to, one by one and in every order."""

import random
from dataclasses import replace

import pytest
from tests.journal.fold_making import Person, folded

from mlops_console.journal.fold import Folding


def test_a_registered_version_is_as_its_event_says():
    ana = Person("ana", 7)
    event = ana.register(params={"lr": 0.1})
    [version] = ana.registry.models["churn"].versions
    assert (version.id, version.label, version.claimed, version.size) == (event.id, "churn@1", 1, 5)
    assert [(file.path, file.size) for file in version.files] == [("m.onnx", 5)]
    assert version.registered.body["params"] == {"lr": 0.1}
    assert (version.origin, version.copied, version.artifact) == ("run", True, "out/m.onnx")


def test_a_number_taken_twice_stays_with_the_earlier_and_nobody_loses_a_claim():
    ana, bo = Person("ana"), Person("bo")
    one = ana.register()
    bo.fetch(ana)
    two, other = ana.register(), bo.register()
    three = ana.register()
    ana.fetch(bo)
    model = ana.registry.models["churn"]
    assert {v.id: (v.number, v.claimed) for v in model.versions} == {
        one.id: (1, 1), two.id: (2, 2), three.id: (3, 3), other.id: (4, 2),
    }  # fmt: skip
    assert [v.number for v in model.versions] == [4, 3, 2, 1]
    assert model.remarks == (
        "churn@4: bo registered it as 2, which somebody else had taken at the same time",
    )


def test_an_alias_stands_where_the_last_move_put_it():
    ana = Person("ana")
    one, two = ana.register(), ana.register()
    ana.move(one)
    last = ana.move(two)
    model = ana.registry.models["churn"]
    state = model.aliases["champion"]
    assert (state.version.number, state.by, state.since, state.contested) == (2, "ana", last.at, False)
    assert [(move.version.number, move.holds) for move in model.moves] == [(2, True), (1, True)]
    assert [version.aliases for version in model.versions] == [("champion",), ()]
    ana.move(None, way="remove")
    assert ana.registry.models["churn"].aliases["champion"].version is None
    assert [version.aliases for version in ana.registry.models["churn"].versions] == [(), ()]


def apart():
    """Two people move the same alias without knowing of each other."""
    ana, bo = Person("ana"), Person("bo")
    versions = [ana.register() for _ in range(4)]
    ana.move(versions[0])
    bo.fetch(ana)
    return ana, bo, versions


def test_a_concurrent_move_is_contested_until_somebody_who_knows_both_moves_again():
    ana, bo, versions = apart()
    theirs = ana.move(versions[1])
    other = bo.move(versions[2])
    ana.fetch(bo)
    model = ana.registry.models["churn"]
    assert theirs.order < other.order
    state = model.aliases["champion"]
    assert (state.version.number, state.by, state.contested) == (3, "bo", True)
    assert [(m.event.by, m.contested, m.holds) for m in model.moves[:2]] == [
        ("bo", True, True), ("ana", True, False),
    ]  # fmt: skip
    assert model.moves[1].because.startswith("bo moved it at the same time")
    assert model.remarks[0].startswith("champion is contested")
    assert "ana moved it to v2 (" in model.remarks[0]
    assert "bo moved it to v3 (" in model.remarks[0]
    assert "it stands on v3" in model.remarks[0]
    ana.move(versions[3])
    model = ana.registry.models["churn"]
    assert (model.aliases["champion"].version.number, model.aliases["champion"].contested) == (4, False)
    assert model.remarks == ()


def test_who_knew_only_one_of_the_rivals_settles_nothing():
    ana, bo, versions = apart()
    ana.move(versions[1])
    bo.move(versions[2])
    cy = Person("cy")
    cy.fetch(bo)
    cy.move(versions[3])
    ana.fetch(bo, cy)
    state = ana.registry.models["churn"].aliases["champion"]
    assert (state.version.number, state.contested) == (4, True)


def test_two_who_move_it_to_the_same_version_do_not_contest():
    ana, bo, versions = apart()
    ana.move(versions[1])
    bo.move(versions[1])
    ana.fetch(bo)
    state = ana.registry.models["churn"].aliases["champion"]
    assert (state.version.number, state.contested) == (2, False)
    assert ana.registry.problems == ()


def test_who_knew_better_but_says_otherwise_moves_nothing():
    ana, _, versions = apart()
    ana.move(versions[1])
    wrong = ana.move(versions[2], from_version_id=versions[0].id)
    registry = ana.registry
    model = registry.models["churn"]
    assert model.aliases["champion"].version.number == 2
    assert (model.moves[0].event.id, model.moves[0].holds) == (wrong.id, False)
    assert registry.problems == (
        f"alias by ana ({wrong.id}): it does not move champion from where it stood, though its author knew",
    )


def test_a_retracted_move_puts_the_alias_back_where_it_stood():
    ana, bo, versions = apart()
    two = ana.move(versions[1])
    bo.fetch(ana)
    bo.retract(two, "wrong data")
    model = bo.registry.models["churn"]
    assert model.aliases["champion"].version.number == 1
    assert (model.moves[0].holds, model.moves[0].because) == (False, "retracted: wrong data (bo)")
    bo.move(versions[2])
    assert bo.registry.models["churn"].aliases["champion"].version.number == 3
    assert bo.registry.problems == ()


def test_when_the_winner_is_retracted_the_rival_holds_and_nothing_is_contested():
    ana, bo, versions = apart()
    ana.move(versions[1])
    other = bo.move(versions[2])
    ana.fetch(bo)
    ana.retract(other)
    state = ana.registry.models["churn"].aliases["champion"]
    assert (state.version.number, state.contested) == (2, False)


def test_a_missing_event_that_comes_late_clears_a_wrong_suspicion():
    ana, bo, versions = apart()
    ana.move(versions[1])
    between = ana.register("fraud")
    bo.fetch(ana)
    bo.move(versions[2], from_version_id=versions[0].id)
    events = [event for event in bo.seen.values() if event is not between]
    folding = Folding()
    folding.add(events)
    assert folding.registry().models["churn"].aliases["champion"].contested
    assert folding.add([between]) == {"churn", "fraud"}
    assert folding.registry() == folded(bo.seen.values())
    assert not folding.registry().models["churn"].aliases["champion"].contested


def test_approvals_stay_and_may_be_taken_back():
    ana, bo = Person("ana"), Person("bo", 2000)
    version = ana.register()
    bo.fetch(ana)
    first = bo.about("approve", version, reason="seen")
    bo.about("allow", version, gates=["size"], reason="it is fine")
    approvals = bo.registry.models["churn"].approvals
    assert [(a.by, a.uid, a.gates, a.reason) for a in approvals] == [
        ("bo", 2000, (), "seen"), ("bo", 2000, ("size",), "it is fine"),
    ]  # fmt: skip
    bo.move(version)
    assert len(bo.registry.models["churn"].approvals) == 2
    bo.retract(first)
    assert [a.gates for a in bo.registry.models["churn"].approvals] == [("size",)]


def test_deployments_are_closed_by_their_end():
    ana = Person("ana")
    version = ana.register()
    told = {"target": "prod", "folder": "/srv/churn", "sha256": "ab" * 32, "from_sha256": None}
    first, second = ana.about("deploy", version, **told), ana.about("deploy", version, **told)
    ana.write("deployed", {"deploy": first.id, "outcome": "returned", "because": "unhealthy", "sha256": ""})
    assert [(d.event.id, d.outcome, d.because) for d in ana.registry.models["churn"].deployments] == [
        (second.id, "open", ""), (first.id, "returned", "unhealthy"),
    ]  # fmt: skip


def test_notes_and_tags_of_versions_and_runs():
    ana = Person("ana")
    version = ana.register()
    run = {"run": {"path": "runs/a", "native": "7", "name": "a"}}
    ana.about("note", version, text="good")
    gone = ana.about("note", version, text="bad")
    ana.retract(gone)
    ana.about("tag", version, name="stage", value="one")
    second = ana.about("tag", version, name="stage", value="two")
    ana.write("tag", {"subject": run, "name": "keep", "value": ""})
    ana.write("note", {"subject": run, "text": "look"})
    registry = ana.registry
    [shown] = registry.models["churn"].versions
    assert [note.text for note in shown.notes] == ["good"]
    assert [(tag.name, tag.value) for tag in shown.tags] == [("stage", "two")]
    assert [tag.name for tag in registry.run_tags["runs/a", "7"]] == ["keep"]
    assert [note.text for note in registry.run_notes["runs/a", "7"]] == ["look"]
    ana.retract(second)
    ana.write("tag", {"subject": run, "name": "keep", "value": None})
    assert [tag.value for tag in ana.registry.models["churn"].versions[0].tags] == ["one"]
    assert ana.registry.run_tags == {}


def test_a_withdrawn_version_says_why_and_by_whom():
    ana, bo = Person("ana"), Person("bo")
    version = ana.register()
    bo.fetch(ana)
    bo.retract(version, "leaks the target")
    assert bo.registry.models["churn"].versions[0].retracted == "leaks the target (bo)"


@pytest.mark.parametrize(
    ("kind", "body", "what"),
    [
        ("register", {"model": "../etc", "version": 1}, "may hold letters"),
        ("register", {"model": "churn", "version": 0, "origin": "run", "sha256": "a"}, "`version`"),
        ("register", {"model": "churn", "version": 9, "origin": "ftp", "sha256": "a"}, "`origin`"),
        (
            "register",
            {"model": "churn", "version": 9, "origin": "run", "sha256": "a", "files": [{"path": "../x"}]},
            "lies outside of its model",
        ),
        (
            "alias",
            {"model": "churn", "alias": "v3", "version_id": None, "way": "remove"},
            "number of a version",
        ),
        (
            "alias",
            {"model": "churn", "alias": "champion", "version_id": "E", "way": "promote"},
            "no version of",
        ),
        ("approve", {"model": "churn", "alias": "champion"}, "`version_id`"),
        ("allow", {"model": "churn", "version_id": "1", "alias": "champion"}, "no version of churn"),
        ("note", {"text": "x"}, "no subject"),
        ("tag", {"subject": {"run": {"path": 3}}}, "no path"),
        ("retract", {"event": "nowhere"}, "is not here"),
        ("deployed", {"deploy": 3}, "is not here"),
    ],
)
def test_what_can_t_be_used_is_said_and_costs_nothing_else(kind, body, what):
    ana = Person("ana")
    ana.register()
    ana.write(kind, body)
    registry = ana.registry
    [said] = registry.problems
    assert what in said
    assert said.startswith(f"{kind} by ana (")
    assert [version.number for version in registry.models["churn"].versions] == [1]


def test_unknown_kinds_count_and_newer_formats_are_told():
    ana = Person("ana")
    ana.write("dance", {"model": "churn"})
    assert (ana.registry.events, ana.registry.problems) == (1, ())
    folding = Folding()
    folding.add([replace(event, v=2) for event in ana.seen.values()])
    assert "newer mlops-console (format 2)" in folding.registry().problems[0]


def test_two_events_of_one_id_are_told_and_settled_alike_in_every_order():
    ana = Person("ana")
    event = ana.register()
    other = replace(event, sha256="0" * 64, body={**event.body, "format": "other"})
    registries = [folded(pair) for pair in ([event, other], [other, event])]
    assert registries[0] == registries[1]
    assert registries[0].models["churn"].versions[0].format == "other"
    assert "another event has the same id" in registries[0].problems[0]


def test_heads_are_what_nobody_names():
    ana, bo, versions = apart()
    first, second = ana.move(versions[1]), bo.move(versions[2])
    ana.fetch(bo)
    assert ana.registry.heads == tuple(sorted((first.sha256, second.sha256)))


def test_a_packed_fold_that_is_damaged_or_of_another_edition_is_refused():
    ana = Person("ana")
    ana.register(params={"name": "caf\udce9"})
    folding = Folding()
    folding.add(ana.seen.values())
    packed = folding.packed()
    assert Folding.unpacked(packed).registry() == folding.registry()
    with pytest.raises(ValueError, match="damaged"):
        Folding.unpacked(packed[:-1] + b"?")
    with pytest.raises(ValueError, match="edition"):
        Folding.unpacked(b"mlops-console fold 0\n" + packed)


def test_an_event_that_sorts_last_touches_only_its_model_and_earlier_registries_stay():
    ana = Person("ana")
    version = ana.register()
    ana.register("fraud")
    folding = Folding()
    folding.add(ana.seen.values())
    before = folding.registry()
    assert folding.add([ana.about("note", version, text="new")]) == {"churn"}
    after = folding.registry()
    assert before.models["churn"].versions[0].notes == ()
    assert after.models["churn"].versions[0].notes[0].text == "new"
    assert after.models["fraud"] is before.models["fraud"]


def test_two_branches_with_hundreds_of_moves_each_are_merged_in_time_that_grows_with_them():
    rng = random.Random(5)
    ana, bo, versions = apart()
    for _ in range(150):
        ana.move(rng.choice(versions))
        bo.move(rng.choice(versions))
    ana.fetch(bo)
    state = ana.registry.models["churn"].aliases["champion"]
    assert state.contested
    assert len(ana.registry.models["churn"].moves) == 301
