"""The gate `drift_quiet` on what monitors say."""

import pytest

from mlops_console.promotion.gates.drift_quiet import GATE
from mlops_console.promotion.model import DriftSeen, Evidence
from mlops_console.wishes.model import ModelWishes

DAY = 86_400.0


def seen(health, name="tower", age=DAY, window="2013-07"):
    return DriftSeen(name, health, f"it is {health}.", window, age)


def said(wish, *monitors):
    evidence = Evidence("delays", "champion", 2, ModelWishes("delays"), 1, "ana", drift=monitors)
    return [(one.gate, one.verdict, one.measured) for one in GATE.check(wish, evidence)]


@pytest.mark.parametrize(
    ("level", "health", "verdict"),
    [
        ("drift", "ok", "pass"), ("drift", "watch", "pass"), ("drift", "drift", "fail"),
        ("drift", "harmful", "fail"), ("watch", "watch", "fail"), ("watch", "ok", "pass"),
        ("harmful", "drift", "pass"), ("harmful", "harmful", "fail"), ("drift", "stale", "unknown"),
        ("drift", "unjudged", "unknown"), ("harmful", "none", "unknown"),
    ],
)  # fmt: skip
def test_a_level_says_what_fails(level, health, verdict):
    measured = {"unknown": "-"}.get(verdict, "quiet" if health == "ok" else health)
    assert said({"level": level}, seen(health)) == [("drift_quiet: tower", verdict, measured)]


def test_where_no_monitor_judged_the_versions_data_nobody_knows():
    assert said(True) == [("drift_quiet", "unknown", "-")]
    evidence = Evidence("delays", "champion", 2, ModelWishes("delays"), 1, "ana")
    assert GATE.check(True, evidence)[0].verdict == "unknown"


def test_the_newest_window_may_be_so_old():
    assert said({"max_age": "2d"}, seen("ok"))[0][1] == "pass"
    assert said({"max_age": "12h"}, seen("ok"))[0][1] == "unknown"
    assert said({"max_age": "12h"}, seen("drift"))[0][1] == "unknown"
    assert said({"max_age": "12h"}, seen("ok", age=None))[0][1] == "unknown"


def test_only_the_monitors_that_are_named():
    two = seen("drift"), seen("ok", "schedule")
    assert said({"monitors": ["schedule"]}, *two) == [("drift_quiet: schedule", "pass", "quiet")]
    assert [one[1] for one in said(True, *two)] == ["fail", "pass"]
    [(gate, verdict, _)] = said({"monitors": "shedule"}, *two)
    assert (gate, verdict) == ("drift_quiet: shedule", "unknown")


@pytest.mark.parametrize(
    "wish", [False, 1, "drift", {"level": "loud"}, {"max_age": "soon"}, {"age": "3d"}, {"monitors": 1}]
)
def test_what_is_no_wish(wish):
    assert GATE.mistakes(wish)
