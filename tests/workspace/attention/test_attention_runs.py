"""What runs ask of people: those of one error together, nobody asked about what is mended."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workspace.decisions_making import moved, registered
from tests.workspace.desk_making import HOUR, NOW, names, put, read_of, workspace_at

from mlops_console.records import RunKey, Status
from mlops_console.workspace.attention.listing import attention
from mlops_console.workspace.attention.runs import last_day

DAY = 24 * HOUR
OOM = "OutOfMemoryError: CUDA out of memory. Tried to allocate {}.00 GiB"


SAME = OOM.format(2)


def failed(workspace, path, ago=1.0, why=SAME, status=Status.FAILED, **facts):
    ended = NOW - round(ago * HOUR)
    return read_of(
        workspace.projects[0], path, status=status, status_reason=why,
        started=ended - HOUR // 10, ended=ended, active=ended, **facts,
    )  # fmt: skip


def listed(workspace, now=NOW):
    return attention(workspace, now=now).items


def test_hundreds_of_one_error_are_one_matter(empty):
    sweep = [
        failed(empty, f"runs/{n:03}", ago=1 + n / 300, group="sweep7", why=OOM.format(n)) for n in range(300)
    ]
    put(empty, *sweep, failed(empty, "runs/x", group="sweep7", why="KeyError: 'age'"))
    [odd, many] = sorted(listed(empty), key=lambda one: one.what)[::-1]
    assert many.what.startswith("300 runs failed with the same error: OutOfMemoryError: CUDA out of memory.")
    assert (many.kind, many.level, many.subject) == ("errors", "warn", "sweep7")
    assert many.since == NOW - HOUR - round(299 / 300 * HOUR)
    assert (odd.subject, odd.what) == ("runs/x", "failed: KeyError: 'age'")
    assert odd.place.view == "run"
    # Not those of the same error that were a matter of another day.
    put(empty, *(failed(empty, f"old/{n}", ago=80, group="sweep7", why=OOM.format(n)) for n in range(5)))
    assert len(names(empty, many.place.subject)) == 300
    assert many.place.command.startswith("mlops-console runs ")


def test_one_error_in_several_groups_is_one_matter(empty):
    put(empty, *(failed(empty, f"g{n}/run", group=f"g{n}") for n in range(4)))
    # One group had it before as well, another has mended it since: neither is meant.
    put(empty, failed(empty, "g0/old", ago=80, group="g0"), failed(empty, "g9/run", group="g9", ago=2))
    put(empty, failed(empty, "g9/ok", ago=1, group="g9", status=Status.FINISHED, why=None))
    [item] = listed(empty)
    assert item.what.startswith("4 runs failed with the same error")
    assert (item.subject, item.effect) == ("demo", "in 4 groups")
    assert len(names(empty, item.place.subject)) == 4


def test_it_opens_runs_of_its_own_project_and_is_called_by_what_tells(empty):
    put(empty, *(failed(empty, f"runs/{n}") for n in range(3)))
    [item] = listed(empty)
    assert item.subject == "demo"
    assert item.place.subject.startswith("project:demo status:failed ")
    assert item.place.subject in item.place.command


def test_what_nobody_explained_is_told_by_group(empty):
    put(empty, *(failed(empty, f"{g}/{n}", group=g, why=None) for g in ("a", "b") for n in range(3)))
    assert sorted((one.subject, one.what) for one in listed(empty)) == [
        ("a", "3 runs failed; nothing was written of why"),
        ("b", "3 runs failed; nothing was written of why"),
    ]


def test_a_later_run_of_the_group_that_finished_mends_it(empty):
    put(empty, failed(empty, "runs/1", ago=2, group="train"), failed(empty, "runs/2", ago=2, group="other"))
    before = failed(empty, "runs/0", ago=3, group="train", status=Status.FINISHED, why=None)
    put(empty, before)
    assert len(listed(empty)) == 1
    assert listed(empty)[0].what.startswith("2 runs")
    put(empty, failed(empty, "runs/3", ago=1, group="train", status=Status.FINISHED, why=None))
    [item] = listed(empty)
    assert item.subject == "runs/2"


def test_a_sweep_that_goes_on_is_told_with_all_that_failed_in_it(empty):
    """Others that finish in between mend nothing as long as the same error comes back."""
    put(
        empty,
        *(failed(empty, f"r/{n}", ago=3 - n / 10, group="s") for n in range(10)),
        failed(empty, "r/ok", ago=2.5, group="s", status=Status.FINISHED, why=None),
    )
    [item] = listed(empty)
    assert item.what.startswith("10 runs")


def test_a_sweep_that_failed_by_its_parts_is_told_once(empty):
    put(
        empty,
        failed(empty, "sweep", why="RuntimeError: 3 of 3 parts failed"),
        *(failed(empty, f"sweep/{n}", parent=RunKey("sweep")) for n in range(3)),
    )
    [item] = listed(empty)
    assert item.what.startswith("3 runs failed with the same error")
    assert item.subject == "sweep"
    assert len(names(empty, item.place.subject)) == 3


def test_what_a_person_did_is_no_matter(empty):
    put(
        empty,
        failed(empty, "a", status=Status.KILLED, why="interrupted from the keyboard"),
        failed(empty, "b"),
        failed(empty, "c", why="x", deleted=True),
    )
    [item] = listed(empty)
    assert item.subject == "b"
    empty.archive([item.place.subject])
    assert listed(empty) == ()


def test_what_was_killed_says_so(empty):
    put(empty, *(failed(empty, f"r/{n}", status=Status.KILLED, why="SIGTERM") for n in range(2)))
    [item] = listed(empty)
    assert item.what == "2 runs were killed: SIGTERM"
    put(empty, failed(empty, "r/3", why="SIGTERM"))
    assert listed(empty)[0].what == "3 runs failed or were killed with the same error: SIGTERM"


def test_what_crashed_says_so(empty):
    put(
        empty, *(failed(empty, f"r/{n}", status=Status.KILLED, why=f"process {n} is gone") for n in (7, 4711))
    )
    [item] = listed(empty)
    assert item.what == "2 runs crashed: no process is left"
    assert len(names(empty, item.place.subject)) == 2


def test_it_is_over_after_a_day(empty):
    put(empty, failed(empty, "a"))
    assert len(listed(empty)) == 1
    assert listed(empty, NOW + 4 * DAY) == ()


def test_clocks_that_are_wrong_keep_nothing_for_ever(empty):
    put(empty, failed(empty, "a", ago=-24 * 365), failed(empty, "b", ago=24 * 365 * 40))
    later = max(NOW, *(one.since for one in attention(empty).items)) + HOUR
    [item] = listed(empty, later)
    assert item.subject == "a"
    assert item.since <= later
    assert listed(empty, later + 4 * DAY) == ()


def test_a_clock_that_jumped_back_is_said_and_lists_nothing(empty):
    moved(empty, registered(empty))
    put(empty, failed(empty, "a"))
    found = attention(empty, now=NOW - 400 * DAY)
    assert {one.kind for one in found.items} == {"owner", "monitor", "card"}
    assert {one.since for one in found.items} == {NOW - 400 * DAY}
    [said] = found.problems
    assert said.startswith("this machine's clock says ")


def test_runs_that_fell_silent_are_told_if_they_said_that_they_run(empty):
    project = empty.projects[0]
    quiet = {"started": NOW - 3 * HOUR, "active": NOW - 2 * HOUR}
    put(
        empty,
        *(read_of(project, f"r/{n}", status=Status.RUNNING, group="g", **quiet) for n in range(3)),
        read_of(project, "plain", status=None, **quiet),
    )
    empty.sweep()
    [item] = listed(empty)
    assert (item.kind, item.level, item.subject) == ("silent", "warn", "g")
    assert item.what == "3 runs say they run, no sign of life for 2 h or longer"
    assert len(names(empty, item.place.subject)) == 3


def test_keys_are_the_same_for_everybody(tmp_path):
    keys = []
    for person in ("ana", "bo"):
        (tmp_path / person).mkdir()
        with workspace_at(tmp_path / person) as workspace:
            put(
                workspace,
                failed(workspace, "runs/1", group="Sweep: 7 (ü)"),
                failed(workspace, "runs/2", why=None),
                failed(workspace, "other", why=OOM.format(7), name="x"),
            )
            keys.append([one.key for one in listed(workspace)])
    assert keys[0] == keys[1]
    assert all(Path(key).name == key and key.isascii() and " " not in key for key in keys[0])


def test_hostile_words_stay_text(empty):
    put(empty, failed(empty, "a", why="Error: \x1b[2J\u202e[/red]\n\x07", group='g" or "'))
    [item] = listed(empty)
    assert "\x1b" not in item.what
    assert "\u202e" not in item.what
    put(empty, failed(empty, "b", why="Error: \x1b[2J\u202e[/red]\n\x07", group='g" or "'))
    [item] = listed(empty)
    assert len(names(empty, item.place.subject)) == 2


@pytest.mark.parametrize(
    ("day", "began"),
    [
        ("2026-11-24T09:00", "2026-11-23T09:00"),  # Tuesday
        ("2026-11-23T09:00", "2026-11-20T09:00"),  # Monday
        ("2026-11-22T12:00", "2026-11-20T00:00"),  # Sunday
        ("2026-11-21T00:00", "2026-11-20T00:00"),  # Saturday begins
    ],
)
def test_a_weekend_does_not_count(day, began):
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    since = last_day(round(at.timestamp() * 1e6))
    assert datetime.fromtimestamp(since / 1e6, UTC).strftime("%Y-%m-%dT%H:%M") == began


@given(st.integers(0, 4_000_000_000))
def test_a_day_of_work_has_24_hours(second):
    now = datetime.fromtimestamp(second, UTC)
    since = datetime.fromtimestamp(last_day(second * 1_000_000) / 1e6, UTC)
    assert timedelta(days=1) <= now - since <= timedelta(days=3)
    # Counted minute by minute against the calendar, not by the rule under test.
    step = timedelta(minutes=30)
    worked = sum(1 for n in range(int((now - since) / step)) if (since + n * step + step / 2).weekday() < 5)
    assert abs(worked * step - timedelta(days=1)) <= step
