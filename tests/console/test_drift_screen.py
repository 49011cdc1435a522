"""The Drift view at work: from a monitor to what moved, why, and what is decided about it."""

from pathlib import Path

import pytest
from tests.console import drift_stage as stage
from tests.console.runs_stage import until

from mlops_console.console.drift import asking


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stage.stop_the_clock(monkeypatch)


async def test_the_answer_comes_first_then_what_it_goes_by(tmp_path: Path) -> None:
    async with stage.drift(stage.fraud(tmp_path)) as (app, _):
        shown = stage.text(app)
    assert "!! 2 of 10 features drift" in shown
    assert "alarm since 19 Nov, moving since 17 Nov, amount first" in shown
    assert "estimated auc −.011" in shown
    assert "september.parquet, 412,000 rows" in shown
    rows = [line for line in shown.splitlines() if "!! drift" in line or "! watch" in line]
    assert [line.split()[1] for line in rows if ".41" in line and "amount" in line] == ["amount"]
    # Thresholds of its own keep `hour` quiet although as much of it moved as of others that are watched.
    assert "hour" in next(line for line in shown.splitlines() if " hour " in line)
    assert "likely cause  merchant_group = travel  4% › 19% of rows" in shown
    assert "median" in shown
    assert "95th percentile" in shown


async def test_the_histogram_comes_from_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = stage.fraud(tmp_path)
    seen: list[tuple[int, bool]] = []
    plain = asking.Reading.newest

    def newest(self: asking.Reading, *given: object) -> object:
        found = plain(self, *given)  # type: ignore[arg-type]
        seen.append((len(found.course.steps), found.told is not None))
        return found

    monkeypatch.setattr(asking.Reading, "newest", newest)
    async with stage.drift(root) as (app, _):
        assert len(stage.screen(app).body.opened.course.steps) == stage.DAYS  # type: ignore[union-attr]
    assert seen[0] == (1, True)


async def test_earlier_windows_are_looked_at_and_left(tmp_path: Path) -> None:
    async with stage.drift(stage.fraud(tmp_path)) as (app, pilot):
        body = stage.screen(app).body
        await pilot.press(*["less_than_sign"] * 7)
        await until(pilot, lambda: body.opened.told.judged.window == "2026-11-15", 60)  # type: ignore[union-attr]
        assert "none of 10 features drifts" in stage.text(app)
        assert "7 newer: > leads there" in stage.text(app)
        await pilot.press("escape")
        await until(pilot, lambda: body.opened.told.judged.window == "2026-11-22", 60)  # type: ignore[union-attr]
        await pilot.press("greater_than_sign")
        assert "this is the newest window" in stage.text(app)


async def test_every_section_says_its_part(tmp_path: Path) -> None:
    async with stage.drift(stage.fraud(tmp_path)) as (app, pilot):
        await pilot.press("enter")
        assert "merchant_group = travel" in stage.text(app)
        await pilot.press("tab")
        shown = stage.text(app)
        assert "no labels for this window yet" in shown
        assert "estimated" in shown
        assert "reference" in shown
        await pilot.press("right_square_bracket")
        assert "logloss" in stage.text(app)
        await pilot.press("tab")
        assert "14 judged, 4 with an alarm" in stage.text(app)
        await pilot.press("j", "j", "enter")
        body = stage.screen(app).body
        await until(pilot, lambda: body.opened.told.judged.window == "2026-11-20", 60)  # type: ignore[union-attr]
        await pilot.press("H")
        shown = stage.text(app)
        assert "Heat map" in shown
        assert "█" in shown
        await pilot.press("escape")
        assert "Heat map  effect" not in stage.text(app)


async def test_bins_logarithm_and_span(tmp_path: Path) -> None:
    async with stage.drift(stage.fraud(tmp_path)) as (app, pilot):
        before = stage.text(app)
        await pilot.press("L")
        assert ", log" in stage.text(app)
        await pilot.press("L", "b")
        assert stage.text(app) != before
        await pilot.press("b", "b", "t")
        assert "windows are shown" in stage.text(app)
        await pilot.press("j", "b")
        assert "the levels that changed most first" in stage.text(app)


async def test_features_are_found_by_name(tmp_path: Path) -> None:
    async with stage.drift(stage.fraud(tmp_path)) as (app, pilot):
        await pilot.press("slash", "c", "a", "r", "d")
        await until(pilot, lambda: "1 of 10" in stage.text(app), 60)
        await pilot.press("enter")
        assert stage.screen(app).body.feature.measured.name == "card_type"  # type: ignore[union-attr]
        await pilot.press("escape")
        assert stage.screen(app).body.features.count == 10


async def test_everything_is_explained(tmp_path: Path) -> None:
    async with stage.drift(stage.fraud(tmp_path)) as (app, pilot):
        await pilot.press("i")
        shown = stage.text(app)
        assert "DRIFT: it moved by its limit or more" in shown
        assert "population stability index" in shown
        await pilot.press("escape", "I")
        assert "3 of the last 3 say DRIFT" in stage.text(app)
        await pilot.press("escape", "tab", "tab", "i")
        assert "share that it had in the reference" in stage.text(app)


async def test_an_alarm_is_acknowledged_with_a_reason_and_that_is_undone(tmp_path: Path) -> None:
    root = stage.fraud(tmp_path)
    async with stage.drift(root) as (app, pilot):
        body = stage.screen(app).body
        await pilot.press("x", "enter")
        assert not stage.events(root)
        await pilot.press("slash", *"holidays", "enter")
        await until(pilot, lambda: body.opened.state.acknowledged is not None, 60)  # type: ignore[union-attr]
        assert "acknowledged by" in stage.text(app)
        assert "/holidays" in stage.text(app)
        assert [one["kind"] for one in stage.events(root)] == ["acknowledge"]
        await pilot.press("u")
        await until(pilot, lambda: body.opened.state.acknowledged is None, 60)  # type: ignore[union-attr]
        assert [one["kind"] for one in stage.events(root)] == ["acknowledge", "retract"]
        await pilot.press("ctrl+r")
        await until(pilot, lambda: body.opened.state.acknowledged is not None, 60)  # type: ignore[union-attr]


async def test_a_mute_needs_an_end_and_a_reason(tmp_path: Path) -> None:
    root = stage.fraud(tmp_path)
    async with stage.drift(root) as (app, pilot):
        body = stage.screen(app).body
        await pilot.press("M", *["backspace"] * 4, *"2001-01-01", "enter")
        await until(pilot, lambda: "is past" in stage.text(app), 60)
        await pilot.press(*["backspace"] * 12, *"9999-01-01", "enter", *"why", "enter")
        await until(pilot, lambda: body.opened.said.mutes, 60)  # type: ignore[union-attr]
        assert stage.events(root)[0]["body"]["feature"] == "amount"
        await until(pilot, lambda: "- muted" in stage.text(app), 60)
        await pilot.press("M")
        await until(pilot, lambda: "Let amount of fraud speak again" in stage.text(app), 60)
        await pilot.press("escape")
        await until(pilot, lambda: "Let amount" not in stage.text(app), 60)


async def test_thresholds_are_replayed_before_they_are_written(tmp_path: Path) -> None:
    root = stage.fraud(tmp_path)
    file = root / "mlops-console.toml"
    before = file.read_text(encoding="utf-8")
    async with stage.drift(root) as (app, pilot):
        quiet = stage.screen(app).body.quiet
        await pilot.press("T")
        await until(pilot, lambda: quiet.trials, 60)
        await pilot.pause()
        shown = stage.text(app)
        assert "what would make the alarm of 2026-11-22 go quiet" in shown
        assert "[monitors.fraud]" in shown
        first = quiet.trials[0]
        assert first.quiet >= 1
        await pilot.press("plus")
        await until(pilot, lambda: quiet.trials[-1].keys == (("drift", "0.11"),), 60)
    assert file.read_text(encoding="utf-8") == before


async def test_an_alarm_of_labels_is_told_as_such_and_what_could_be_done(tmp_path: Path) -> None:
    root = stage.fraud(tmp_path, days=11)
    # Labels of the day before say that the model is harmed; those of the newest have not come.
    stage.write_window(root, 11, model=stage.harmed())
    stage.write_window(root, 12)
    async with stage.drift(root) as (app, pilot):
        assert "model harmful   auc −.066 [−.071, −.061] by labels of 20 Nov" in stage.text(app)
        await pilot.press("B")
        assert "New reference for fraud: the rows of 2026-11-21" in stage.text(app)
        await pilot.press("escape", "P")
        await until(pilot, lambda: "What could be done" in stage.text(app), 60)
        await pilot.press("escape", "less_than_sign")
        await until(pilot, lambda: stage.screen(app).body.opened.told.harmful, 60)  # type: ignore[union-attr]
        await pilot.press("T")
        await until(pilot, lambda: "rests on labels" in stage.text(app), 60)
        shown = stage.text(app)
        assert "Realised AUC .902 on 96,300 rows" in shown
        assert "No limit of features ends an alarm that labels raise" in shown
        assert "m  mute the monitor until a day" in shown


async def test_what_could_be_done_is_shown(tmp_path: Path) -> None:
    root = stage.fraud(tmp_path, days=11)
    stage.write_window(root, 11, model=stage.harmed())
    async with stage.drift(root) as (app, pilot):
        await pilot.press("P")
        await until(pilot, lambda: "Train on" in stage.text(app), 60)


async def test_a_narrow_terminal_shows_one_thing_at_a_time(tmp_path: Path) -> None:
    async with stage.drift(stage.fraud(tmp_path), (80, 24)) as (app, pilot):
        shown = stage.text(app)
        assert "effect .41 !! drift" in shown
        assert "61 › 91.8" in shown
        await pilot.press("enter")
        shown = stage.text(app)
        assert "in both" in shown
        assert "median" in shown
        await pilot.press("escape")
        assert "61 › 91.8" in stage.text(app)


async def test_several_monitors_are_listed_the_worst_first(tmp_path: Path) -> None:
    more = '\n[monitors.aside]\nreference = "september.parquet"\ncurrent = "other"\nwindow = "file"\n'
    root = stage.fraud(tmp_path, wishes=stage.WISHES + more)
    async with stage.drift(root) as (app, pilot):
        await until(pilot, lambda: stage.screen(app).body.monitors.shown.monitors[0].state is not None, 60)
        await pilot.pause()
        shown = stage.text(app)
        assert shown.index("fraud") < shown.index("aside")
        assert "!! drift" in shown
        await pilot.press("enter")
        await until(pilot, lambda: stage.screen(app).body.opened is not None, 60)
        await stage.ready(pilot, app)
        assert "2 of 10 features drift" in stage.text(app)
        await pilot.press("escape")
        assert "Monitors" in stage.text(app)
        await pilot.press("j", "enter")
        await stage.ready(pilot, app)
        assert "No window is judged yet" in stage.text(app) or "can't judge" in stage.text(app)


async def test_no_monitor_says_what_to_write(tmp_path: Path) -> None:
    root = stage.fraud(tmp_path, days=0, wishes="[monitor.fraud]\ncurrent = 3\n")
    async with stage.drift(root) as (app, pilot):
        shown = stage.text(app)
        assert "No monitor watches anything yet" in shown
        assert "[monitors.loans]" in shown
        assert "mlops-console drift check" in shown
        await pilot.press("x")
        assert "there is no monitor" in stage.text(app)


async def test_a_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    root = stage.fraud(tmp_path, days=0, wishes='[monitors.fraud]\nreference = "a.csv"\n')
    async with stage.drift(root) as (app, pilot):
        shown = stage.text(app)
        await pilot.press("H")
        assert "no window is judged yet" in stage.text(app)
    assert "It can't judge" in shown
    assert "current" in shown
    assert "E opens mlops-console.toml at this monitor" in shown
    # Only keys that do something there.
    assert shown.splitlines()[-1].split("   ")[:4] == ["  E edit the file", "m mute", "i explain", "? keys"]


async def test_a_damaged_verdict_is_told_and_the_others_are_shown(tmp_path: Path) -> None:
    root = stage.fraud(tmp_path)
    files = sorted((root / ".mlops-console" / "drift" / "fraud").glob("*.json"))
    files[-1].write_bytes(b'{"form": 1, ')
    async with stage.drift(root) as (app, _):
        shown = stage.text(app)
        assert len(stage.screen(app).body.opened.course.steps) == stage.DAYS - 1  # type: ignore[union-attr]
    assert "is damaged" in shown
    assert "features drift" in shown


async def test_odd_columns_are_shown(tmp_path: Path) -> None:
    from mlops_console.drift.model import Measured, Raw

    gone = Raw("type", None, None, certain=True, said="The column is not there any more")
    same = {"edges": [3.0, 3.0], "reference": [0, 10, 0], "current": [0, 10, 0]}
    ones = [1] * 1000
    thousand = {"levels": [f"level {n}" for n in range(1000)], "reference": ones, "current": ones}
    days = {"edges": [1.78e9 + n * 1e6 for n in range(11)], "reference": [0, *range(10), 0]}
    late = {"median_ref": 1.79e9, "median_cur": 1.79e9 + 86_400.0 * 40}
    still = {"median_ref": 3.0, "median_cur": 3.0, "sd_ref": 0.0}
    word = "text"
    odd = [
        Measured("gone", "numeric", 10, 0, 0.0, 1.0, {}, (gone,), "integer", None),
        Measured("always", "numeric", 10, 10, 0.0, 0.0, still, (), "integer", "integer", shapes=same),
        Measured(
            "many", "categorical", 1000, 1000, 0.0, 0.0, {}, (), word, word,
            shapes={**thousand, "others": [0, 0]},
        ),
        Measured("id", "key", 10, 10, 0.0, 0.0, {}, (), word, word, "It is another in every row"),
        Measured(
            "when", "date", 10, 10, 0.0, 0.0, late, (), "date", "date",
            shapes={**days, "current": [0, *range(10), 5]},
        ),
        Measured("[/red]\x1b[31m", "text", 10, 10, 0.0, 0.0, {}, (), word, word),
    ]  # fmt: skip
    root = stage.fraud(tmp_path, days=0)
    stage.write_window(root, 0, features=odd)
    for size in ((120, 36), (80, 24)):
        async with stage.drift(root, size) as (app, pilot):
            body = stage.screen(app).body
            for one in odd:
                assert body.go_feature(one.name)
                body.moved()
                body.go_to(body.sight)
                await pilot.pause()
                shown = stage.text(app)
                assert "\x1b" not in shown
                if one.name == "many":
                    assert "more" in shown
                    assert "level 1" in shown
                    await pilot.press("G")
                    assert "level 999" in stage.text(app)
                if one.name == "id":
                    assert "another in every row" in shown


async def test_two_thousand_features(tmp_path: Path) -> None:
    many = [stage.measured("amount", 0.02), *(stage.measured("weekday", 0.01) for _ in range(2))]
    from dataclasses import replace

    features = [replace(many[n % 3], name=f"feature_{n:04d}") for n in range(2000)]
    root = stage.fraud(tmp_path, days=0)
    for day in range(3):
        stage.write_window(root, day, features=features)
    async with stage.drift(root) as (app, pilot):
        assert "2,000 features" in stage.text(app)
        await pilot.press("G")
        assert stage.screen(app).body.features.at == 1999
        await pilot.press("H")
        assert "Heat map" in stage.text(app)


async def test_from_elsewhere_to_a_feature_and_back(tmp_path: Path) -> None:
    from mlops_console.console.drift.opening import open_drift

    async with stage.drift(stage.fraud(tmp_path)) as (app, pilot):
        app.show_view("audit")
        await until(pilot, lambda: app.current_mode == "audit", 60)
        assert app.workspace is not None
        open_drift(app, app.workspace.projects[0].key, "fraud", "channel")
        await until(pilot, lambda: app.current_mode == "drift" and app.screen.query("DriftBody"), 60)
        await stage.ready(pilot, app)
        body = app.screen.query_one("DriftBody")
        await until(pilot, lambda: body.feature is not None, 60)  # type: ignore[attr-defined]
        assert body.feature.measured.name == "channel"  # type: ignore[attr-defined]
        await pilot.press("escape")
        await until(pilot, lambda: app.current_mode == "audit", 60)
