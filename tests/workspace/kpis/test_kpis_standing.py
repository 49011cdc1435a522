"""How KPIs stand: by labels, as recorded, by nobody; which version was champion; floors, worth, reviews."""

import dataclasses
import json
import shutil
import time

import pytest
from scipy.stats import binomtest
from tests.workspace.decisions_making import moved
from tests.workspace.kpis_making import DAY, ROWS, WISH, champion, check, judged, micros, opened, put, version

from mlops_console.errors import UsageError
from mlops_console.journal import log
from mlops_console.journal.ulid import Ticks
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.kpis.kpi_json import kpi_json
from mlops_console.workspace.kpis.reviewing import review
from mlops_console.workspace.kpis.standing import kpis, lost_in, met

NOW = micros(20)
ALONE = WISH.partition("[monitors")[0]


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kpis")
    judged(folder)
    return folder


@pytest.fixture
def folder(once, tmp_path):
    shutil.copytree(once / "shop", tmp_path / "shop", symlinks=True)
    return tmp_path


def plain(tmp_path, wish=ALONE):
    (tmp_path / "shop").mkdir(exist_ok=True)
    (tmp_path / "shop/mlops-console.toml").write_text(wish)
    return opened(tmp_path)


def only(workspace, now=NOW):
    [found] = kpis(workspace, now=now)
    return found


def test_labels_go_before_what_was_recorded(folder, monkeypatch):
    with opened(folder) as workspace:
        champion(workspace, version(workspace, 0.95), micros(1), monkeypatch)
        found = only(workspace)
    assert found.value == pytest.approx(0.82)
    assert found.source == "labels of 2024-05-03"
    wilson = binomtest(round(0.82 * ROWS), ROWS).proportion_ci(method="wilson")
    assert found.interval == pytest.approx((wilson.low, wilson.high))
    assert (found.met, found.monitor, found.how) == ("kept", "calls", "")
    assert [one.value.value for one in found.windows] == pytest.approx([0.9, 0.7, 0.82])
    assert not any(one.estimated for one in found.windows)
    assert found.worth == pytest.approx(0.02 * 120_000)
    assert (found.versions[0].value, found.versions[0].champion_from) == (0.95, (micros(1),))


def test_each_window_names_who_was_champion_at_its_end(folder, monkeypatch):
    with opened(folder) as workspace:
        first, second = version(workspace, 0.8), version(workspace, 0.9)
        champion(workspace, first, micros(2, 1), monkeypatch)
        champion(workspace, second, micros(5), monkeypatch)
        found = only(workspace)
    assert [one.version for one in found.windows] == [None, 1, 1]
    assert found.version == 2
    assert found.source == "labels of 2024-05-03, of v1"


def test_a_window_that_is_still_to_come_is_not_the_newest(folder):
    with opened(folder) as workspace:
        moved(workspace, version(workspace, 0.95))
        found = only(workspace, micros(1, 12))
        assert (found.source, found.remarks) == (
            "labels of 2024-05-02",
            ("Labels of 2024-05-03 are not taken for its value: that is still to come.",),
        )
        # A clock that is behind everything is wrong itself.
        found = only(workspace, 1_000)
        assert (found.source, found.remarks) == ("labels of 2024-05-03", ())


def test_an_estimate_is_never_the_value(folder, monkeypatch):
    put(folder / "shop", 4, 0.85, labels=False)
    check(folder / "shop", folder)
    with opened(folder) as workspace:
        champion(workspace, version(workspace, 0.95), micros(1), monkeypatch)
        found = only(workspace)
    assert found.source == "labels of 2024-05-03"
    assert [one.estimated for one in found.windows] == [False, False, False, True]


def test_of_several_monitors_the_one_that_judges_by_it_is_taken(folder):
    more = WISH.partition("[monitors.calls]")[2].replace('reference = "', 'metric = "acc"\nreference = "')
    (folder / "shop/mlops-console.toml").write_text(WISH + "[monitors.later]" + more)
    check(folder / "shop", folder)
    with opened(folder) as workspace:
        version(workspace, 0.9)
        assert only(workspace).monitor == "later"


def test_a_monitor_of_another_alias_says_nothing_of_production(folder):
    (folder / "shop/mlops-console.toml").write_text(WISH + 'alias = "challenger"\n')
    with opened(folder) as workspace:
        moved(workspace, version(workspace, 0.9))
        found = only(workspace)
    assert (found.source, found.windows, found.interval) == ("recorded with v1", (), None)
    assert found.met == "reached"
    assert found.how == 'For labels of production: [monitors.NAME] with model = "churn", score and label.'


def test_labels_that_mean_something_else_are_not_taken(folder):
    file = folder / "shop/mlops-console.toml"
    file.write_text(WISH.replace('goal = "max"', 'goal = "min"').replace("target = 0.85", "target = 0.75"))
    with opened(folder) as workspace:
        moved(workspace, version(workspace, 0.9))
        found = only(workspace)
        assert (found.source, found.windows) == ("recorded with v1", ())
        assert found.remarks == (
            'Labels are not taken for it: of accuracy more is better, and it says goal = "min".',
        )
        file.write_text(WISH.replace("test/accuracy", "test/r2"))
        assert only(workspace).how == "For labels of production: those of calls don't tell r2."
        file.write_text(WISH.replace('label = "left"\n', ""))
        assert only(workspace).source == "labels of 2024-05-03"


def test_nobody_measures_it_and_how_to_get_it(tmp_path):
    with plain(tmp_path) as workspace:
        found = only(workspace)
        assert (found.value, found.met, found.source) == (None, "unknown", "no version is registered")
        assert "mlops-console register RUN churn" in found.how
        event = version(workspace, None, **{"test/accurracy": 0.9})
        assert "v1 is the newest, registered without `test/accuracy`" in only(workspace).source
        assert "promote churn@1 champion" in only(workspace).how
        moved(workspace, event)
        found = only(workspace)
        assert found.source == (
            "nobody measures `test/accuracy`: v1 was registered without it, it has `test/accurracy`"
        )
        assert "[monitors.NAME]" in found.how
        (tmp_path / "shop/mlops-console.toml").write_text(
            "[models.churn.kpis.complaints]\ngoal = 'min'\nfloor = 3\n"
        )
        assert "--metric complaints=VALUE" in only(workspace).how


@pytest.mark.parametrize(
    ("goal", "floor", "target", "value", "stands"),
    [
        ("max", 0.8, 0.9, 0.9, "reached"),
        ("max", 0.8, 0.9, 0.8, "kept"),
        ("max", 0.8, 0.9, 0.79, "not kept"),
        ("min", 12, 10, 9, "reached"),
        ("min", 12, 10, 12, "kept"),
        ("min", 12, 10, 12.1, "not kept"),
        ("min", 12, None, float("nan"), "not kept"),
        ("max", None, None, float("nan"), "unknown"),
        ("max", None, 0.9, 0.1, "kept"),
        ("max", 0.8, None, None, "unknown"),
    ],
)
def test_floors_and_targets_both_ways(tmp_path, goal, floor, target, value, stands):
    with plain(tmp_path) as workspace:
        kpi = only(workspace).kpi
    assert met(dataclasses.replace(kpi, goal=goal, floor=floor, target=target), value) == stands


def test_worth_where_less_is_better(tmp_path):
    wish = "[models.churn.kpis.cost]\ngoal='min'\nfloor=12\nworth=10\n"
    with plain(tmp_path, wish) as workspace:
        moved(workspace, version(workspace, cost=15.0))
        assert only(workspace).worth == pytest.approx(-30)
        (tmp_path / "shop/mlops-console.toml").write_text(wish.replace("floor=12\n", ""))
        assert only(workspace).worth is None


def test_a_review_puts_the_next_one_off(tmp_path, monkeypatch):
    with plain(tmp_path) as workspace:
        event = version(workspace, 0.9)
        assert (only(workspace).due, only(workspace).overdue) == (None, False)
        champion(workspace, event, micros(1), monkeypatch)
        found = only(workspace, micros(31))
        assert (found.due, found.overdue, found.reviewed) == (micros(31), True, None)
        assert not only(workspace, micros(31) - 1).overdue
        with monkeypatch.context() as clock:
            clock.setattr(time, "time_ns", lambda: micros(30) * 1_000)
            review(workspace, workspace.projects[0].key, "churn", "hits", " as planned ")
        found = only(workspace, micros(31))
        assert (found.due, found.overdue) == (micros(30) + 30 * DAY, False)
        assert found.reviewed is not None
        assert (found.reviewed.reason, found.reviewed.value, found.reviewed.version) == ("as planned", 0.9, 1)


def test_a_review_from_the_future_puts_nothing_off(tmp_path, monkeypatch):
    with plain(tmp_path) as workspace:
        champion(workspace, version(workspace, 0.9), micros(1), monkeypatch)
        with monkeypatch.context() as clock:
            clock.setattr(time, "time_ns", lambda: micros(1) * 40_000)
            # Times of ids only rise: this process would write the year 4143 from now on.
            clock.setattr(log, "_TICKS", Ticks())
            review(workspace, workspace.projects[0].key, "churn", "", "all of them")
        found = only(workspace, micros(31))
        assert found.overdue
        assert "still to come" in found.remarks[0]
        assert only(workspace, micros(1) * 40).remarks == ()


def test_a_review_of_a_clock_that_stands_still_takes_none_back(tmp_path, monkeypatch):
    with plain(tmp_path) as workspace:
        champion(workspace, version(workspace, 0.9), micros(1), monkeypatch)
        for at in (micros(25), micros(1) // 50):
            with monkeypatch.context() as clock:
                clock.setattr(time, "time_ns", lambda at=at: at * 1_000)
                review(workspace, workspace.projects[0].key, "churn", "hits", "seen")
        found = only(workspace, micros(31))
        assert (found.due, found.overdue) == (micros(25) + 30 * DAY, False)
        assert "before the one that it followed" in found.remarks[0]


def test_a_clock_that_fell_back_makes_nothing_overdue(tmp_path, monkeypatch):
    with plain(tmp_path) as workspace:
        champion(workspace, version(workspace, 0.9), micros(1), monkeypatch)
        assert not only(workspace, now=1_000).overdue


def test_what_can_not_be_reviewed_is_a_sentence(tmp_path):
    with plain(tmp_path) as workspace:
        key = workspace.projects[0].key
        for model, kpi, reason, said in (
            ("churn", "hits", "seen", "nothing to review"),
            ("churn", "hits", "  ", "needs a reason"),
        ):
            with pytest.raises(UsageError, match=said):
                review(workspace, key, model, kpi, reason)
        version(workspace, 0.9)
        with pytest.raises(UsageError, match="has no KPI hist") as told:
            review(workspace, key, "churn", "hist", "seen")
        assert "hits" in told.value.hint
        (tmp_path / "shop/mlops-console.toml").write_text("[models.churn]\nowner = 'ana'\n")
        with pytest.raises(UsageError, match="has no KPI"):
            review(workspace, key, "churn", "", "seen")


def test_a_mistake_in_one_kpi_leaves_the_others(tmp_path):
    wish = ALONE + "[models.churn.kpis.odd]\nflor = 3\ngoal = 'max'\n"
    with plain(tmp_path, wish) as workspace:
        version(workspace, 0.9)
        assert [one.kpi.name for one in kpis(workspace)] == ["hits"]
        [said] = lost_in(workspace)
    assert said.startswith("shop, mlops-console.toml:16: models.churn.kpis.odd.flor: is not known")


@pytest.mark.parametrize(
    "wrong",
    [
        "[models.churn.kpi.x]\ngoal = 'max'",
        "[modles.churn.kpis.x]\ngoal = 'max'",
        "[[",
        "[models.churn.kpis.x]",
    ],
)
def test_a_kpi_that_is_lost_is_told(tmp_path, wrong):
    with plain(tmp_path, wrong + "\n") as workspace:
        assert kpis(workspace) == ()
        assert "mlops-console.toml:1: " in lost_in(workspace)[0]


def test_mistakes_elsewhere_are_told_elsewhere(tmp_path):
    wish = ALONE + "[models.churn.gates.champion]\nrequire = 3\nkpiss = 3\n"
    with plain(tmp_path, wish) as workspace:
        assert read_wishes(tmp_path / "shop").mistakes
        assert lost_in(workspace) == ()


def test_json_holds_all_of_it(folder):
    with opened(folder) as workspace:
        moved(workspace, version(workspace, float("inf")))
        said = json.loads(json.dumps(kpi_json(only(workspace)), allow_nan=False))
    assert said["versions"][0]["value"] == "Infinity"
    assert said["windows"][1]["value"] == pytest.approx(0.7)
    assert {"project", "model", "kpi", "source", "met", "worth", "overdue", "due", "owner"} <= said.keys()
