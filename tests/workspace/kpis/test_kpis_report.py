"""The KPI report, and KPIs in words."""

import re
from xml.etree import ElementTree as ET

import pytest

from mlops_console.display import figures
from mlops_console.drift.model import Interval
from mlops_console.journal.registry import Review
from mlops_console.records import Project
from mlops_console.wishes.model import Kpi
from mlops_console.workspace.kpis import words
from mlops_console.workspace.kpis.acting import acts
from mlops_console.workspace.kpis.headline import answer
from mlops_console.workspace.kpis.model import ByVersion, ByWindow, KpiState
from mlops_console.workspace.kpis.report import html, markdown

DAY = 86_400_000_000
NOW = 20_000 * DAY
"""2024-10-04."""


def state(name="retention", value=0.6, met="kept", **more):
    kpi = Kpi(
        name, "test/auc", more.pop("goal", "max"), more.pop("floor", 0.55), more.pop("target", None),
        worth=more.pop("unit", None), currency="EUR", per="month", review_days=30,
        purpose=more.pop("purpose", ""),
    )  # fmt: skip
    said = {
        "version": 2, "interval": None, "source": "recorded with v2", "at": NOW, "versions": (),
        "windows": (),
        "worth": None, "reviewed": None, "due": NOW + 60 * DAY, "owner": "ana",
    }  # fmt: skip
    model = more.pop("model", "churn")
    return KpiState(Project("k", "shop", "/shop", 1, 1), model, kpi, value=value, met=met, **{**said, **more})


def window(name, value, estimated=False, version=None):
    return ByWindow(name, None, None, version, Interval(value, value - 0.02, value + 0.02, 400), estimated)


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([], "No KPI is named."),
        ([state()], "The KPI holds."),
        ([state(met="reached"), state(met="reached")], "All 2 KPIs hold, and have reached their targets."),
        ([state(met="reached"), state()], "All 2 KPIs hold, and 1 has reached the target."),
        ([state(value=None, met="unknown")], "Nobody measures retention."),
        ([state(value=None, met="unknown")] * 2, "Nobody measures any of the 2 KPIs."),
        ([state(), state(value=None, met="unknown")], "The KPI holds. 1 is not measured."),
        (
            [state(value=0.5, met="not kept"), state(overdue=True)],
            "1 of 2 KPIs is worse than its floor: retention (.5). 1 review is overdue.",
        ),
        (
            [state(value=0.5, met="not kept", model=f"m{one}") for one in range(5)],
            (
                "5 of 5 KPIs are worse than their floors: retention of m0 (.5), retention of m1 (.5),"
                " retention of m2 (.5) and 2 more."
            ),
        ),
    ],
)
def test_the_first_sentence(states, said):
    assert answer(states) == said


def test_who_does_what_by_when():
    found = acts(
        [
            state("a", due=NOW + 3 * DAY),
            state("b", value=0.5, met="not kept", interval=(0.4, 0.56)),
            state("c", due=NOW - 3 * DAY, overdue=True, owner=""),
            state("d", value=None, met="unknown", how="Log it."),
        ],
        NOW,
    )
    told = [(one.what.partition(" of ")[0], one.who, one.late) for one in found]
    assert told == [
        ("Decide how b", "ana", True),
        ("Look at c", "nobody", True),
        ("Have d", "ana", False),
        ("Name who answers for c", "nobody", False),
        ("Look at a", "ana", False),
    ]
    assert "wait for more labels" in found[0].what
    assert found[1].command == "mlops-console kpis review churn c --reason TEXT"


def charts(page):
    return [ET.fromstring(one) for one in re.findall(r"<svg xmlns=.*?</svg>\n?(?=</figure>)", page, re.S)]


def test_the_page_stands_alone_and_shows_the_trend():
    windows = (
        window("2024-07", 0.61, version=1),
        window("2024-08", 0.5, version=2),
        window("2024-09", 0.6, True),
    )
    versions = (ByVersion(1, 0.6, NOW, (NOW,)), ByVersion(2, 0.62, NOW, (NOW,)), ByVersion(3, None, NOW))
    one = state("<b>", windows=windows, versions=versions, purpose="\x1b[31m<script>alert(1)</script>")
    page = html([one], NOW)
    assert "<script" not in page
    assert "<b>" not in re.sub(r"<b>[^<]*</b>|<b class=", "", page)
    assert "\x1b" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=", page)
    over_time, over_versions = charts(page)
    text = " ".join(over_time.itertext())
    assert "2024-08 .500" in text
    assert "floor .55" in text
    assert "v2" in text
    assert "open circles: estimated" in text
    assert " ".join(over_versions.itertext()).count("v3") == 0


def test_markdown_has_tables_in_place_of_charts():
    one = state(windows=(window("2024-07", 0.61, version=1), window("2024-08", 0.6, True)), met="reached")
    said = markdown([one, state("cost", value=None, met="unknown", how="Log `cost`.")], NOW)
    assert said.startswith("# KPI report of shop, 2024-10-04\n\n**The KPI holds")
    assert "| 2024-07 | labels | v1 | .610 | \\[.590, .630\\] | 400 |" in said
    assert "| 2024-08 | estimated |" in said
    assert "Have cost of churn measured. Log cost." in said


def test_a_report_of_nothing_says_so():
    assert "No KPI is named" in html([], NOW)
    assert "No KPI is named" in markdown([], NOW)


@pytest.mark.parametrize(
    ("value", "interval", "said"),
    [
        (0.61234, (0.58111, 0.6421), (".612", ".581", ".642")),
        (0.49, (0.4, 0.58), (".490", ".400", ".580")),
        (1234.5, (1100.0, 1369.0), ("1,234", "1,100", "1,369")),
        (0.5, None, (".5",)),
        (-0.02, (-0.05, 0.01), ("\N{MINUS SIGN}.020", "\N{MINUS SIGN}.050", ".010")),
        (1.0, (1.0, 1.0), ("1", "1", "1")),
        (float("nan"), None, ("nan",)),
        (float("nan"), (0.1, 0.2), ("nan", ".1", ".2")),
        (3e200, (1e200, 4e200), ("3.0e200", "1.0e200", "4.0e200")),
        (2.1e-6, (1e-6, 3e-6), ("2.1e-6", "1.0e-6", "3.0e-6")),
    ],
)
def test_digits_are_those_that_mean_something(value, interval, said):
    assert figures(value, interval) == said


def test_kpis_in_words():
    assert words.value(state(value=None)) == "-"
    assert words.short(state(value=0.54999999, floor=0.55)) == ".54999999"
    assert words.unsure(state(interval=(0.5, 0.6)))
    assert not words.unsure(state(interval=(0.56, 0.6)))
    assert words.worth(state(worth=-2_400.0, unit=120_000)) == "\N{MINUS SIGN}2,400 EUR per month"
    assert words.worth(state(worth=2_432.0, unit=120_000, interval=(0.5, 0.6))) == "+2,400 EUR per month"
    assert words.worth(state()) == ""
    assert words.review(state(due=NOW - 3 * DAY, overdue=True), NOW) == "overdue 3d"
    assert words.review(state(due=NOW, overdue=True), NOW) == "due today"
    assert words.review(state(due=NOW + DAY), NOW) == "due 2024-10-05"
    assert words.review(state(due=None), NOW) == ""
    assert words.reviewed(state()) == "never"
    seen = Review("1", "", 2, 0.5, "fine", "ben", NOW)
    assert words.reviewed(state(reviewed=seen)) == "2024-10-04 by ben"
    assert [words.every(days) for days in (0.5, 1, 30)] == ["every 12 hours", "every day", "every 30 days"]
    assert words.standing(state(floor=None)) == "no floor"
    bad = state(value=0.5, met="not kept", interval=(0.4, 0.56), target=0.7)
    assert words.sentence(bad) == (
        ".500, worse than its floor of .55, which may be chance, target .7 (recorded with v2)"
    )
