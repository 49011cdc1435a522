"""What needs attention is put off and woken: with a reason, until it comes back."""

import pytest

from mlops_console.errors import UsageError
from mlops_console.workspace.attention.model import Item
from mlops_console.workspace.attention.snoozing import snooze, wake
from mlops_console.workspace.drifting.monitors import now

DAY = 86_400_000_000
KEY = "drift:loans:2013-03"


@pytest.fixture
def item(empty):
    return Item(KEY, "drift", "bad", empty.projects[0], "loans", "amount has moved: effect .41")


def standing(workspace):
    return workspace.decisions.registry(workspace.projects[0].key).snoozes.get(KEY, ())


def test_it_is_put_off_with_what_it_said_and_the_newest_end_holds(empty, item):
    key = empty.projects[0].key
    end = now() + DAY
    event = snooze(empty, key, item, end, " ana is on it ")
    [found] = standing(empty)
    assert (found.what, found.until, found.reason) == (
        "loans: amount has moved: effect .41", end, "ana is on it",
    )  # fmt: skip
    assert found.id == event.id
    snooze(empty, key, item, end + DAY, "longer")
    assert [one.until for one in standing(empty)] == [end + DAY, end]


def test_it_is_woken_once(empty, item):
    key = empty.projects[0].key
    with pytest.raises(UsageError, match="is not snoozed"):
        wake(empty, key, KEY, "now")
    snooze(empty, key, item, now() + DAY, "later")
    wake(empty, key, KEY, "it can't wait")
    newest = standing(empty)[0]
    assert (newest.until, newest.what) == (None, "loans: amount has moved: effect .41")
    with pytest.raises(UsageError, match="is not snoozed"):
        wake(empty, key, KEY, "again")


def test_it_needs_a_reason_and_an_end_to_come(empty, item):
    key = empty.projects[0].key
    with pytest.raises(UsageError, match="reason"):
        snooze(empty, key, item, now() + DAY, "  ")
    with pytest.raises(UsageError, match="reason"):
        wake(empty, key, KEY, "")
    with pytest.raises(UsageError, match="is past"):
        snooze(empty, key, item, now() - 1, "so")
    assert standing(empty) == ()


def test_however_much_it_says_the_event_stays_small(empty):
    item = Item(KEY, "errors", "warn", empty.projects[0], "x" * 5_000, "y" * 50_000)
    snooze(empty, empty.projects[0].key, item, now() + DAY, "so")
    assert len(standing(empty)[0].what) == 1_000
