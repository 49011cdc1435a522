"""What is drawn over time: which feature is shown, by which limits, and how figures are written."""

from types import SimpleNamespace

import numpy as np
import pytest
from tests.console.drift_stage import NOW, WISHES, measured

from mlops_console import display
from mlops_console.console.drawing import Line
from mlops_console.console.drift.figures import facts
from mlops_console.console.drift.listing import MonitorsPane
from mlops_console.console.drift.measures import measures
from mlops_console.console.drift.state import Listed, Opened, Shown
from mlops_console.console.glyphs import choose
from mlops_console.console.theme import PALETTES
from mlops_console.drift.model import Feature, Measured
from mlops_console.journal.registry import MonitorSaid, Mute
from mlops_console.records import Project
from mlops_console.workspace.drifting.judged import Key
from mlops_console.workspace.drifting.monitors import watched_in
from mlops_console.workspace.drifting.states.trail import VERDICTS, Course, Figures, Step

NAMES = {"amount": 0, "hour": 1, "vanished": 2}


def step(day, *features):
    effects, words = zip(*features, strict=True)
    codes = np.array([VERDICTS.index(word) for word in words], np.uint8)
    figures = Figures(
        dict(zip(NAMES, range(len(words)), strict=False)), np.array(effects, np.float32),
        np.zeros(len(words), np.float32), codes,
    )  # fmt: skip
    verdict = VERDICTS[max(codes)]
    key = Key(f"d{day}", "r", "s")
    return Step(key, f"d{day}", day, day, 100, verdict, "", False, figures, None, None, (), "", day)


@pytest.fixture
def watched(tmp_path):
    (tmp_path / "mlops-console.toml").write_text(WISHES)
    return watched_in([Project("p", "payments", str(tmp_path), 0, 0)])[0]


def effect(watched, *steps, mutes=()):
    said = MonitorSaid(mutes=tuple(Mute("", one, NOW + 1, "", "ana", NOW - 1) for one in mutes))
    opened = Opened(watched, Course(steps), at=len(steps) - 1, said=said)
    return measures(opened, NOW)[0]


def test_the_largest_effect_is_told_by_its_own_word_and_limits(watched):
    quiet = step(0, (0.02, "STABLE"), (0.01, "STABLE"))
    one = effect(watched, quiet, step(1, (0.41, "DRIFT"), (0.12, "WATCH")))
    assert (one.name, one.said, one.word) == ("largest effect", ".41", "drift")
    assert one.limits == ((0.05, ".05"), (0.10, ".10"))
    np.testing.assert_allclose(one.values, [0.02, 0.41], rtol=1e-6)
    # A feature with limits of its own has those of its own drawn beside it.
    one = effect(watched, quiet, step(1, (0.02, "STABLE"), (0.45, "DRIFT")))
    assert (one.said, one.limits) == (".45", ((0.10, ".10"), (0.30, ".30")))


def test_another_feature_is_shown_where_it_is_more_of_its_limit(watched):
    one = effect(watched, step(0, (0.03, "STABLE"), (0.2, "WATCH")), step(1, (0.15, "DRIFT"), (0.2, "WATCH")))
    assert (one.name, one.said, one.word) == ("amount, of its limit", "1.5", "drift")
    np.testing.assert_allclose(one.values, [0.3, 1.5], rtol=1e-6)
    assert one.limits == ((1.0, "1"),)


def test_muted_features_are_set_aside_and_those_without_an_effect(watched):
    last = step(1, (0.41, "DRIFT"), (0.12, "WATCH"), (float("nan"), "DRIFT"))
    one = effect(watched, last, mutes=["amount"])
    assert (one.name, one.said, one.word) == ("largest effect", ".12", "watch")
    one = effect(watched, step(1, (float("nan"), "NOT JUDGED")))
    assert (one.name, one.said, one.word) == ("largest effect", "-", "ok")


def test_a_name_that_two_projects_have_is_told_with_the_project(watched, tmp_path):
    (tmp_path / "mlops-console.toml").write_text('[monitors.fraud]\ncurrent = "a"\n[monitors.own]\n')
    others = watched_in([Project("q", "ltv", str(tmp_path), 0, 0)])
    shown = Shown(tuple(Listed(one) for one in (watched, *others)))
    assert shown.twins() == {"fraud"}
    pane = MonitorsPane(SimpleNamespace(colours=PALETTES["dark"], glyphs=choose("ascii"), now=NOW), print)
    pane.show(shown)
    lines = {width: Line(PALETTES["dark"], "bg") for width in (80, 120)}
    for width, line in lines.items():
        pane.row(0, line, width)
    narrow, wide = ("".join(text for text, _ in line.runs) for line in lines.values())
    assert "fraud payments  " in narrow
    assert "fraud payments  " not in wide


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, ".00"), (0.004, "<.01"), (0.41, ".41"), (0.994, ".99"), (0.997, ">.99"), (1.0, "1.00"),
        (None, "-"), (float("nan"), "-"),
    ],
)  # fmt: skip
def test_a_share_is_neither_none_nor_all_unless_it_is(value, said):
    assert display.share(value) == said


def test_limits_are_written_as_they_were_wished():
    assert [display.limit(one) for one in (0.1, 0.05, 0.025, 1.0)] == [".10", ".05", ".025", "1.00"]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [(0.03, 0.062, "+3.2 points"), (0.2, 0.08, "−12 points"), (0.0, 0.001, "+.1 points"), (0.1, 0.1001, "")],
)
def test_missing_values_changed_by_points(before, now, said):
    plain = measured("amount", 0.3)
    one = Measured(plain.name, plain.kind, 10, 10, before, now, dtype_ref="a", dtype_cur="a")
    [missing] = [fact for fact in facts(Feature(one, "STABLE", 0.0, None, "")) if fact.label == "missing"]
    assert missing.change == said
