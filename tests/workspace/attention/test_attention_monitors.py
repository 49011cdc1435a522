"""What monitors ask of people: one matter each, the same until it is another."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workspace.decisions_making import moved, registered
from tests.workspace.desk_making import HOUR, NOW

from mlops_console.drift.model import Interval, ModelReport, Performance, Rules, Side
from mlops_console.journal.registry import Acknowledgement, Mute
from mlops_console.records import Project
from mlops_console.wishes.model import Mistake, ModelWishes, Monitor, Wishes
from mlops_console.workspace.attention import monitors
from mlops_console.workspace.attention.asked import Asked
from mlops_console.workspace.attention.listing import attention
from mlops_console.workspace.attention.model import Attention, Quiet
from mlops_console.workspace.drifting.judged import JudgedWindow, Key
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Onset, Standing, Thresholds, told
from mlops_console.workspace.drifting.states.model import Brief, Health, MonitorState

PROJECT = Project("key", "shop", "/shop", 0, 0)
WISHES = Wishes(models={"churn": ModelWishes("churn", owner="ana")})
ASKED = Asked(None, (PROJECT,), NOW, {"key": WISHES}, {})
HEALTHS = get_args(Health)
NEEDS = ("harmful", "drift", "unjudged", "stale")


def brief(name, verdict="STABLE", *, alarm=False, harmful=False):
    return Brief(name, None, verdict, 0.4, "amount", alarm, harmful, 1_000)


QUIET = tuple(brief(f"2013-0{n}") for n in range(1, 4))


def state(health, windows=QUIET, *, onset=None, monitor=None, model=None, **more):
    watched = Watched(PROJECT, monitor or Monitor("loans", model="churn"))
    newest = None
    if model is not None:
        side = Side(1_000, 3, "x")
        judged = JudgedWindow(
            Key("w", "0" * 16, "0" * 12), "w", None, None, side, side, (), {}, "me", "here", 1
        )
        newest = replace(told(judged, Thresholds(Rules(), None, (1, 1))), model=model)
    standing = Standing(watched, newest, 1, "x", onset)
    made = MonitorState(watched, health, "amount has moved: effect .41, limit .10.", NOW - HOUR, standing,
                        windows, 1, 3, "churn@31")  # fmt: skip
    return replace(made, **more)


def items(*states):
    return list(monitors.items(ASKED, states))


@given(st.lists(st.sampled_from(HEALTHS), max_size=8))
def test_each_monitor_is_one_matter_or_none(healths):
    some = [state(health, monitor=Monitor(f"m{n}", model="churn")) for n, health in enumerate(healths)]
    found = items(*some)
    assert [(one.subject, one.kind) for one in found] == [
        (f"m{n}", health) for n, health in enumerate(healths) if health in NEEDS
    ]
    assert len({one.key for one in found}) == len(found)


@pytest.mark.parametrize(
    ("health", "level"), [("harmful", "bad"), ("drift", "bad"), ("unjudged", "warn"), ("stale", "warn")]
)
def test_it_says_what_for_whom_and_where(health, level):
    [item] = items(state(health))
    assert (item.kind, item.level, item.owner, item.since) == (health, level, "ana", NOW - HOUR)
    assert item.what == "amount has moved: effect .41, limit .10"
    assert item.effect.startswith("affects v31 of churn")
    assert (item.place.view, item.place.subject) == ("drift", "loans")
    assert item.place.command == "mlops-console drift windows loans"


def test_a_harmful_monitor_says_what_it_costs():
    loans = state("harmful")
    [item] = monitors.items(ASKED, [loans], {loans.key: "ranking worse than its floor of .68"})
    assert item.effect == "affects v31 of churn, ranking worse than its floor of .68"


def test_nothing_in_production_is_no_harm_to_production():
    [item] = items(state("drift", version=""))
    assert (item.level, item.effect) == ("warn", "")
    [item] = items(state("drift", version="", monitor=Monitor("loans")))
    assert item.level == "bad"


def performance(verdict, **figures):
    return ModelReport("BENIGN", "x", (Performance("auc", "max", verdict=verdict, **figures),))


def test_labels_that_say_the_model_holds_make_drift_a_warning():
    before, now = Interval(0.968, 0.96, 0.97, 900), Interval(0.957, 0.949, 0.964, 900)
    [item] = items(state("drift", model=performance("same", reference=before, realised=now)))
    assert item.level == "warn"
    assert item.effect == "affects v31 of churn, by labels auc .957 [.949, .964], was .968"
    [item] = items(state("drift", model=performance("same", reference=before, estimated=now)))
    assert item.level == "bad"
    assert item.effect == "affects v31 of churn, estimated auc .957 [.949, .964], was .968"


def test_muted_and_acknowledged_ones_ask_nobody():
    mute = Mute("i", "", NOW + HOUR, "known", "bo", NOW)
    seen = Acknowledgement("i", "w", None, "DRIFT", "", (), "known", "bo", NOW)
    [first, second] = items(state("harmful", muted=mute), state("drift", acknowledged=seen))
    assert first.quiet == Quiet("muted", "bo", NOW, "known", NOW + HOUR)
    assert second.quiet == Quiet("acknowledged", "bo", NOW, "known", None)
    found = Attention((), (first,), (), (second, first, second))
    assert found.away == ((2, "acknowledged"), (1, "muted"), (1, "snoozed"))


def test_a_mistake_in_the_file_tells_what_it_costs():
    mistaken = Watched(
        PROJECT, Monitor("loans", unusable="`window` is none"), (Mistake("monitors.loans.window", "x", 3),)
    )
    assert items(replace(state("unjudged"), watched=mistaken)) == []
    assert len(items(replace(state("stale"), watched=mistaken))) == 1


def alarms(*names):
    return tuple(brief(name, "DRIFT", alarm=True) for name in names)


def key(*states):
    [item] = items(*states)
    return item.key


def test_the_key_stays_until_it_is_another_alarm():
    first = state("drift", (*QUIET, *alarms("2013-04")), onset=Onset("2013-04", 1, "amount"))
    later = state("drift", (*QUIET, *alarms("2013-04", "2013-05")), onset=Onset("2013-04", 2, "amount"))
    again = state("drift", (*QUIET, *alarms("2013-07")), onset=Onset("2013-07", 1, "amount"))
    assert key(first) == key(later) == "drift:loans:2013-04"
    assert key(again) == "drift:loans:2013-07"


def test_harm_is_another_matter_than_drift_and_has_its_own_beginning():
    harm = [brief(name, "DRIFT", alarm=True, harmful=True) for name in ("2013-05", "2013-06")]
    one = state("harmful", (*QUIET, *alarms("2013-04"), *harm))
    unlabelled = state("harmful", (*one.windows, *alarms("2013-07")))
    assert key(one) == key(unlabelled) == "harmful:loans:2013-05"


def test_a_stale_monitor_is_another_matter_after_the_next_window():
    assert key(state("stale")) == "stale:loans:2013-03"
    assert key(state("stale", (*QUIET, brief("2013-04")))) == "stale:loans:2013-04"


def test_what_cannot_be_judged_is_one_matter_as_long_as_it_lasts():
    blind = [brief(name, "TOO FEW ROWS") for name in ("2013-04", "2013-05")]
    assert key(state("unjudged", (*QUIET, blind[0]))) == key(state("unjudged", (*QUIET, *blind)))
    assert key(state("unjudged")) == "unjudged:loans"
    assert key(state("unjudged", ())) == "unjudged:loans"


def test_times_of_the_future_are_now():
    [item] = items(state("drift", since=NOW + 24 * HOUR))
    assert item.since == NOW


def test_a_champion_with_a_monitor_that_cannot_judge_is_one_matter(empty):
    """Its monitor is there: that it has no reference is said once, by itself."""
    registered(empty)
    from pathlib import Path

    Path(empty.projects[0].root, "mlops-console.toml").write_text(
        '[models.churn]\nowner = "ana"\npurpose = "x"\nlimits = "y"\n'
        '[monitors.loans]\nmodel = "churn"\ncurrent = "logs"\n'
    )
    event = registered(empty)
    moved(empty, event)
    found = attention(empty).items
    assert [(one.kind, one.subject) for one in found] == [("unjudged", "loans")]
    assert found[0].owner == "ana"
