"""The list of failed runs against the rules of docs/attention.md, written down once more in plain Python."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.workspace.desk_making import NOW, put, read_of

from mlops_console.records import Status
from mlops_console.workspace.attention.listing import attention

MINUTE = 60_000_000
TURN = count()


@dataclass(frozen=True)
class Ran:
    """A run of a group, in minutes before now; an empty group: it lies in a folder."""

    group: str
    folder: str
    error: str | None
    status: Status
    began: int
    took: int

    @property
    def kin(self):
        return ("group", self.group) if self.group else ("folder", self.folder)

    @property
    def ended(self):
        return self.began - self.took


RUNS = st.lists(
    st.builds(
        Ran,
        group=st.sampled_from(["", "g", "h"]),
        folder=st.sampled_from(["a", "b"]),
        error=st.sampled_from([None, "KeyError: age", "MemoryError"]),
        status=st.sampled_from([Status.FAILED, Status.KILLED, Status.FINISHED]),
        began=st.integers(40, 600),
        took=st.integers(0, 30),
    ),
    max_size=14,
)


def expected(runs):
    """(error or kin) -> (how many, how many of them killed, minutes since the first ended)."""
    alike = defaultdict(list)
    for one in runs:
        if one.status != Status.FINISHED:
            alike[one.kin, one.error].append(one)
    found = defaultdict(list)
    for (kin, error), some in alike.items():
        newest = min(one.ended for one in some)
        mended = any(one.status == Status.FINISHED and one.kin == kin and one.began < newest for one in runs)
        if not mended:
            found[error or kin] += some
    return sorted(
        (len(some), sum(one.status == Status.KILLED for one in some), max(one.ended for one in some))
        for some in found.values()
    )


def told(items):
    """The same, as the list says it."""
    found = []
    for item in items:
        words = item.what.split()
        runs = int(words[0]) if words[0].isdigit() else 1
        both = "failed or were killed" in item.what
        killed = None if both else runs if "killed" in item.what else 0
        found.append((runs, killed, (NOW - item.since) // MINUTE))
    return sorted(found, key=lambda one: (one[0], one[1] or 0, one[2]))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RUNS)
def test_the_list_is_what_the_rules_say(empty, runs):
    """Each example has errors, groups and folders of its own in the one store."""
    mark = "zz" + "".join("ghjklmnpqr"[int(digit)] for digit in f"{next(TURN):04}")
    put(
        empty,
        *(
            read_of(
                empty.projects[0],
                f"{mark}-{one.folder}/{place}",
                status=one.status,
                status_reason=None if one.error is None else f"{one.error} {mark}",
                group=f"{one.group}-{mark}" if one.group else None,
                started=NOW - one.began * MINUTE,
                ended=NOW - one.ended * MINUTE,
                active=NOW - one.ended * MINUTE,
            )
            for place, one in enumerate(runs)
        ),
    )
    items = [
        one
        for one in attention(empty, now=NOW).items
        if mark in f"{one.key}{one.what}{one.subject}{one.place}"
    ]
    assert len({one.key for one in items}) == len(items)
    wanted, got = expected(runs), told(items)
    assert sorted((n, since) for n, _, since in got) == sorted((n, since) for n, _, since in wanted)
    assert sum(n for n, killed, _ in got if killed == n) == sum(n for n, killed, _ in wanted if killed == n)
