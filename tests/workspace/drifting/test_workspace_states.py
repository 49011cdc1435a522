"""How monitors stand: health, since when, what is muted and acknowledged, when one is stale."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.workspace.monitor_making import OLD, WISH, add_day, project, put, rows

from mlops_console.cli import run_command
from mlops_console.ours import DRIFT
from mlops_console.workspace import open_workspace
from mlops_console.workspace.drifting.judged import JudgedFolder
from mlops_console.workspace.drifting.standing import history
from mlops_console.workspace.drifting.states import listing as states

QUIET = "classifier = 1\n"
NOW = int(datetime(2024, 6, 1, 12, tzinfo=UTC).timestamp() * 1e6)
DAY = 86_400_000_000


class Shop:
    """A project with one monitor, its commands and its state."""

    def __init__(self, folder, store):
        self.folder, self.store = folder, str(store)

    def check(self):
        run_command(["drift", "check", "--quiet", "--project", str(self.folder), "--store", self.store])

    def days(self, *shifts, first=1):
        for number, shift in enumerate(shifts, first):
            add_day(self.folder, number, shift)
        self.check()

    def said(self, kind, **body):
        with open_workspace([self.folder], self.store) as workspace:
            workspace.decisions.append(workspace.projects[0].key, kind, {"monitor": "shop", **body})

    def state(self, now=NOW):
        with open_workspace([self.folder], self.store) as workspace:
            [one] = states.states(workspace, now=now)
            [again] = states.states(workspace, now=now)
            assert (again.health, again.because, again.windows) == (one.health, one.because, one.windows)
            assert states.state(workspace, workspace.projects[0].key, "shop", now=now).health == one.health
            return one


@pytest.fixture
def shop(tmp_path):
    folder = project(tmp_path / "shop", WISH + QUIET, days=())
    return Shop(folder, tmp_path / "store.duckdb")


def test_a_monitor_without_windows(shop):
    (shop.folder / "logs").mkdir()
    one = shop.state()
    assert (one.health, one.because, one.windows) == ("unjudged", "logs holds no data files.", ())
    (shop.folder / "logs").rmdir()
    assert (shop.state().health, shop.state().because) == ("unjudged", "logs is not there.")
    (shop.folder / "reference.parquet").unlink()
    one = shop.state()
    assert one.health == "unjudged"
    assert one.because.startswith("the reference can't be read")
    assert one.needs


def test_a_mistake_in_the_file_is_told_with_its_line(shop):
    (shop.folder / "mlops-console.toml").write_text(WISH.replace('"day"', '"dya"'))
    one = shop.state()
    assert one.health == "unjudged"
    assert one.because.startswith("mlops-console.toml:5: ")


def test_quiet_then_a_shift(shop):
    shop.days(0.0, 0.0)
    one = shop.state(now=NOW - 30 * DAY)
    assert (one.health, one.features_drifting, one.features_judged, one.needs) == ("ok", 0, 3, False)
    begun = time.time_ns() // 1000
    shop.days(3.0, 3.0, first=3)
    one = shop.state()
    assert (one.health, one.features_drifting, one.needs) == ("drift", 1, True)
    assert one.because.startswith("amount has moved: effect .8")
    assert one.because.endswith(", limit .10, since 2024-05-03 (2 windows).")
    assert begun <= one.since <= time.time_ns() // 1000
    assert [(each.window, each.alarm, each.feature) for each in one.windows[-2:]] == [
        ("2024-05-03", True, "amount"), ("2024-05-04", True, "amount"),
    ]  # fmt: skip
    assert one.standing.onset.window == "2024-05-03"


def test_thresholds_that_change_hold_for_windows_that_were_judged(shop):
    shop.days(0.0, 3.0)
    assert shop.state().health == "drift"
    (shop.folder / "mlops-console.toml").write_text(WISH + QUIET + "drift = 0.95\n")
    assert shop.state(now=NOW - 30 * DAY).health == "watch"
    (shop.folder / "mlops-console.toml").write_text(WISH + QUIET + 'confirm = "2 of 3"\n')
    one = shop.state(now=NOW - 30 * DAY)
    assert one.health == "watch"
    assert "; an alarm is 2 of 3 windows." in one.because


def test_an_acknowledgement_covers_an_alarm_until_it_is_another_or_worse(shop):
    shop.days(0.0, 3.0)
    seen = {"window": "2024-05-02", "start": None, "verdict": "DRIFT", "model": None, "reason": "known"}
    shop.said("acknowledge", features=["amount"], **seen)
    one = shop.state()
    assert (one.acknowledged.reason, one.needs, one.health) == ("known", False, "drift")
    shop.days(3.0, first=3)
    assert not shop.state().needs
    put(
        rows(9, 1_000, datetime(2024, 5, 4, tzinfo=UTC), shift=3.0).with_columns(
            age=rows(8, 1_000)["age"] + 60
        ),
        shop.folder / "logs/04.parquet",
    )
    shop.check()
    one = shop.state()
    assert (one.features_drifting, one.acknowledged, one.needs) == (2, None, True)


def test_an_alarm_after_two_quiet_windows_is_another_one(shop):
    shop.days(3.0)
    seen = {"window": "2024-05-01", "start": None, "verdict": "DRIFT", "model": None, "reason": "known"}
    shop.said("acknowledge", features=["amount"], **seen)
    shop.days(0.0, 3.0, first=2)
    assert not shop.state().needs
    shop.days(0.0, 0.0, 3.0, first=4)
    assert shop.state().needs


def test_a_mute_asks_nobody_and_one_of_a_feature_sets_it_aside(shop):
    shop.days(0.0, 3.0)
    shop.said("mute", feature="", until=NOW + DAY, reason="a sale")
    assert (shop.state().health, shop.state().needs) == ("drift", False)
    assert shop.state(now=NOW + 2 * DAY).needs
    shop.said("mute", feature="", until=None, reason="over")
    assert shop.state().needs
    shop.said("mute", feature="amount", until=NOW + DAY, reason="prices rise")
    early = NOW - 30 * DAY
    one = shop.state(now=early)
    assert (one.health, one.features_drifting, one.windows[-1].feature != "amount") == ("ok", 0, True)
    assert one.because == "2024-05-02: only what is muted drifted (amount)."
    assert [each.reason for each in one.muted_features] == ["prices rise"]


def test_a_day_that_does_not_come_makes_it_stale(shop):
    shop.days(0.0, 0.0)
    arrived = OLD * 1_000_000
    due = arrived + DAY + DAY // 2
    assert shop.state(now=due - 1).health == "ok"
    one = shop.state(now=due)
    assert (one.health, one.stale_since, one.since, one.needs) == ("stale", due, due, True)
    assert one.because.startswith("no window since 2024-05-02, the next was due on 2024-06-02.")
    body = {"window": "2024-05-02", "start": None, "verdict": "STABLE", "model": None, "features": []}
    shop.said("acknowledge", reason="a holiday", **body)
    assert not shop.state(now=int(datetime(2050, 1, 1, tzinfo=UTC).timestamp() * 1e6)).needs


def test_files_are_due_at_the_distance_at_which_they_come(tmp_path):
    wish = '[monitors.shop]\nreference = "reference.parquet"\ncurrent = "logs"\n' + QUIET
    folder = project(tmp_path / "shop", wish, days=())
    for number in range(4):
        put(rows(number, 1_000), folder / f"logs/{number}.parquet", at=OLD - (4 - number) * 7_200)
    shop = Shop(folder, tmp_path / "store.duckdb")
    shop.check()
    last = (OLD - 7_200) * 1_000_000
    assert shop.state(now=last + 6 * 3_600_000_000 - 1).health == "ok"
    assert shop.state(now=last + 6 * 3_600_000_000).health == "stale"


def test_clocks_that_jump_are_told(shop):
    shop.days(0.0)
    one = shop.state(now=NOW - 60 * DAY)
    assert one.health == "ok"
    assert "2024-05-01 was judged in the future, by this machine's clock." in one.because.replace("  ", " ")


def test_a_damaged_verdict_is_told_and_hurts_no_other(shop):
    shop.days(0.0, 0.0, 3.0)
    place = max((shop.folder / DRIFT / "shop").glob("*.json"))
    place.chmod(0o644)
    place.write_text("{}")
    one = shop.state(now=NOW - 30 * DAY)
    assert [each.window for each in one.windows] == ["2024-05-01", "2024-05-02"]
    assert any("is damaged" in each for each in one.standing.problems)


def test_what_is_kept_in_the_cache_says_the_same_and_may_be_lost_or_damaged(shop, tmp_path):
    shop.days(0.0, 3.0)
    first = shop.state()
    kept = list(tmp_path.rglob("told/*/*.json"))
    assert len(kept) == 3
    assert shop.state().because == first.because
    for text in ("{}", "[1]", "not json", json.dumps({"words": "x", "windows": {"a": 1}, "stamp": 1})):
        for one in kept:
            one.write_text(text)
        assert shop.state().because == first.because
    (summed,) = [one for one in kept if one.name == "summed.json"]
    for hurt in ({"figures": [["x", "WRONG", 1.0, 1.0]]}, {"figures": 1}, {"held": [["auc", "max", "same"]]}):
        form = json.loads(summed.read_text())
        for _, window in form["windows"].values():
            window.update(hurt)
        summed.write_text(json.dumps(form))
        assert shop.state().windows == first.windows
    for one in kept:
        one.unlink()
    assert shop.state().windows == first.windows


def test_all_windows_in_full(shop):
    shop.days(0.0, 3.0)
    with open_workspace([shop.folder], shop.store) as workspace:
        watched = states.states(workspace)[0].watched
        found = states.windows(workspace, watched)
        assert [(one.judged.window, one.verdict, one.alarm) for one in found] == [
            ("2024-05-01", found[0].verdict, False), ("2024-05-02", "DRIFT", True),
        ]  # fmt: skip
        assert states.windows(workspace, watched) is found
    assert found[1].features[0].checks[0].raw in found[1].features[0].measured.checks


def test_a_past_that_is_gone_through_again_is_not_stale(shop):
    shop.days(0.0)
    later = OLD * 1_000_000 + int(timedelta(hours=30).total_seconds() * 1e6)
    assert shop.state(now=later).health == "ok"


def test_what_the_child_finds_is_what_is_found_here(shop):
    shop.days(0.0, 0.1, 3.0)
    with open_workspace([shop.folder], shop.store) as workspace:
        watched = states.states(workspace)[0].watched
        folder = JudgedFolder(watched.project, watched.name, workspace.places)
        assert list(states.windows(workspace, watched)) == history(watched, folder)


def test_a_column_that_vanished_or_changed_its_type_is_told(shop):
    first = datetime(2024, 5, 1, tzinfo=UTC)
    put(rows(1, 1_000, first).drop("age"), shop.folder / "logs/01.parquet")
    shop.check()
    one = shop.state()
    assert (one.health, one.features_drifting) == ("drift", 1)
    assert "age" in one.because
    texts = rows(2, 1_000, first + timedelta(days=1)).with_columns(amount=rows(3, 1_000)["plan"])
    put(texts, shop.folder / "logs/02.parquet")
    shop.check()
    one = shop.state()
    assert one.health == "drift"
    assert one.because.startswith("amount: ")
    # Something else raised the alarm before: it is as old as that.
    assert one.because.endswith(", alarm since 2024-05-01, moving since 2024-05-02 (1 window).")
