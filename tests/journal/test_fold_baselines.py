"""Baselines that were pinned to versions: the newest that was not taken back holds."""

import pytest
from tests.journal.fold_making import Person, folded

from mlops_console.journal.fold import Folding


def pin(person, version, **more):
    body = {
        "model": "churn", "version_id": version.id, "version": 1, "sha256": "cd" * 32, "size": 300,
        "rows": 1_000, "columns": 12, "source": {"path": "data/x.parquet", "sha256": "ef" * 32},
        "way": "command", "reason": "the data of March",
    }  # fmt: skip
    return person.write("baseline", {**body, **more})


def of(person):
    return person.registry.models["churn"].versions[0]


def test_a_version_has_none_until_one_is_pinned():
    ana = Person("ana")
    version = ana.register()
    assert (of(ana).baseline, of(ana).baselines) == (None, ())
    event = pin(ana, version)
    found = of(ana).baseline
    assert (found.id, found.sha256, found.size, found.rows, found.columns) == (
        event.id, "cd" * 32, 300, 1_000, 12,
    )  # fmt: skip
    assert (found.source, found.source_sha256) == ("data/x.parquet", "ef" * 32)
    assert (found.way, found.reason, found.by, found.at) == ("command", "the data of March", "ana", event.at)


def test_the_newest_holds_and_the_one_before_when_it_is_taken_back():
    ana = Person("ana")
    version = ana.register()
    pin(ana, version, rows=1)
    second = pin(ana, version, rows=2)
    assert [one.rows for one in of(ana).baselines] == [2, 1]
    ana.retract(second)
    assert of(ana).baseline.rows == 1
    ana.retract(second)
    assert of(ana).baseline.rows == 1
    assert any("taken back already" in what for what in ana.registry.problems)


def test_a_move_of_an_alias_shows_the_version_with_its_baseline():
    ana = Person("ana")
    version = ana.register()
    ana.move(version)
    pin(ana, version)
    model = ana.registry.models["churn"]
    assert model.aliases["champion"].version.baseline is not None
    assert model.moves[0].version.baseline is not None


def test_what_was_packed_goes_on():
    ana = Person("ana")
    version = ana.register()
    pin(ana, version)
    first = Folding()
    first.add(ana.seen.values())
    kept = Folding.unpacked(first.packed())
    assert kept.registry().models["churn"].versions[0].baseline.rows == 1_000
    kept.add([pin(ana, version, rows=5)])
    assert [one.rows for one in kept.registry().models["churn"].versions[0].baselines] == [5, 1_000]


def test_it_folds_to_the_same_whatever_order_events_come_in():
    ana = Person("ana")
    version = ana.register()
    pin(ana, version, rows=1)
    ana.retract(pin(ana, version, rows=2))
    assert folded(reversed(list(ana.seen.values()))).models == ana.registry.models


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"sha256": "../../x"}, "`sha256`"),
        ({"sha256": 5}, "`sha256`"),
        ({"size": -1}, "`size`"),
        ({"rows": 1.5}, "`rows`"),
        ({"columns": True}, "`columns`"),
        ({"source": "x"}, "`source`"),
        ({"way": "somehow"}, "`way`"),
        ({"version_id": "nobody"}, "no version"),
    ],
)
def test_one_that_cannot_be_used_is_told_and_the_one_before_holds(more, said):
    ana = Person("ana")
    version = ana.register()
    pin(ana, version)
    pin(ana, version, **more)
    assert len(of(ana).baselines) == 1
    assert said in ana.registry.problems[0]
