"""The Overview: what it shows, how it is walked, and how it looks."""

from dataclasses import replace
from typing import Any

import pytest
from tests.console import overview_stage as stage
from tests.console import snapshots
from tests.console.runs_stage import screen_text, settled, until

from mlops_console.journal.registry import Acknowledgement, Mute
from mlops_console.records import Changed
from mlops_console.workspace.attention.model import Attention
from mlops_console.workspace.overview.model import Figures, Lively


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found = stage.answers()
    stage.staged(monkeypatch, found)
    return found


def text(app: Any) -> str:
    return "\n".join(screen_text(app))


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_it_looks_as_it_was_kept(told, tmp_path, size):
    async with stage.console(tmp_path, size) as (app, _):
        snapshots.check(app, f"overview-{size[0]}x{size[1]}")


@pytest.mark.parametrize("theme", ["light", "contrast", "ansi"])
async def test_it_looks_as_it_was_kept_in_other_colours(told, tmp_path, theme):
    async with stage.console(tmp_path, theme=theme) as (app, _):
        snapshots.check(app, f"overview-{theme}")


async def test_without_utf8_nothing_but_ascii_is_drawn(told, tmp_path):
    async with stage.console(tmp_path, (80, 24), glyphs="ascii") as (app, pilot):
        for _ in range(5):
            assert text(app).isascii()
            await pilot.press("tab")
            await settled(pilot)
        snapshots.check(app, "overview-ascii")


async def test_the_matter_under_the_cursor_unfolds(told, tmp_path):
    async with stage.console(tmp_path) as (app, pilot):
        assert "estimated auc -.011 [-.019, -.004]" in text(app)
        assert "Enter drift   x acknowledge" in text(app)
        await pilot.press("j")
        await settled(pilot)
        assert "estimated auc" not in text(app)
        assert "Enter runs   m snooze" in text(app)
        await pilot.press("G")
        await settled(pilot)
        assert "Enter model   m snooze" in text(app)


async def test_tab_goes_round_the_panes_and_escape_leads_to_the_first(told, tmp_path):
    async with stage.console(tmp_path) as (app, pilot):
        body = stage.screen(app).body
        seen = []
        for _ in range(5):
            seen.append(body.pane.name)
            await pilot.press("tab")
        assert seen == ["Needs attention", "Production", "Running", "Projects", "Activity"]
        assert body.pane is body.attention
        await pilot.press("shift+tab", "escape")
        assert body.pane is body.attention


async def test_on_a_small_terminal_tab_leads_to_what_has_no_room(told, tmp_path):
    async with stage.console(tmp_path, (80, 24)) as (app, pilot):
        assert "Needs attention" in text(app)
        assert "Production" in text(app)
        assert "128 runs +31" in text(app)
        assert "mlp-wide" in text(app)
        assert "Projects" not in text(app)
        await pilot.press("tab", "tab", "tab")
        await settled(pilot)
        assert "Projects" in text(app)
        assert "Needs attention" not in text(app)
        await pilot.press("tab")
        await settled(pilot)
        assert "allowed v15 past a gate" in text(app)


@pytest.mark.parametrize("size", [(60, 18), (40, 10), (20, 5), (300, 80)])
async def test_no_size_is_too_odd(told, tmp_path, size):
    async with stage.console(tmp_path, size) as (app, pilot):
        for _ in range(5):
            await pilot.press("tab", "j", "z")
            await settled(pilot)
            await pilot.press("z")
        assert len(screen_text(app)) == size[1]


async def test_words_filter_the_list(told, tmp_path):
    async with stage.console(tmp_path) as (app, pilot):
        await pilot.press("slash", *"churn gate", "enter")
        await settled(pilot)
        assert stage.screen(app).item.kind == "gate"
        assert "1 with churn gate" in text(app)
        assert "amount has moved" not in text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "amount has moved" in text(app)
        await pilot.press("slash", *"nowhere", "enter")
        await settled(pilot)
        assert 'nothing listed has "nowhere"' in text(app)


async def test_the_cursor_stays_on_its_matter_when_the_list_changes(told, tmp_path):
    async with stage.console(tmp_path) as (app, pilot):
        await pilot.press("j", "j")
        assert stage.screen(app).item.kind == "stale"
        told["attention"] = Attention((stage.items()[3], *stage.items()[:3]))
        app.pass_on(Changed(drift=frozenset({"key-ltv"})))
        await until(pilot, lambda: stage.screen(app).body.attention.items[0].kind == "gate", 60)
        assert stage.screen(app).item.kind == "stale"
        told["attention"] = Attention(())
        app.pass_on(Changed(decisions=frozenset({"key-ltv"})))
        await until(pilot, lambda: "Nothing needs you" in text(app), 60)
        assert stage.screen(app).item is None


async def test_only_what_may_be_different_is_asked_again(told, tmp_path):
    asked: list[str] = []
    for part, answer in list(told.items()):
        told[part] = lambda _, part=part, answer=answer: (asked.append(part), _needed(answer))[1]
    async with stage.console(tmp_path) as (app, pilot):
        body = stage.screen(app).body
        assert sorted(asked) == sorted(stage.PARTS)
        asked.clear()
        app.pass_on(Changed(drift=frozenset({"key-ltv"})))
        await until(pilot, lambda: body.feed.idle and asked, 60)
        assert sorted(asked) == ["attention", "production"]
        asked.clear()
        app.pass_on(Changed(health=True))
        await settled(pilot)
        assert not asked


def _needed(answer: Any) -> Any:
    return stage.Needed(answer, False, 4, 3) if isinstance(answer, Attention) else answer


async def test_five_thousand_matters_scroll_at_once(told, tmp_path):
    one = stage.items()[0]
    told["attention"] = Attention(
        tuple(replace(one, key=f"drift:{at}", subject=f"m{at}", what=f"matter {at}") for at in range(5_000))
    )
    async with stage.console(tmp_path) as (app, pilot):
        assert "5,000   5,000 bad" in text(app)
        await pilot.press("G")
        await settled(pilot)
        assert "matter 4999" in text(app)
        await pilot.press("pageup", "g", "pagedown")
        await settled(pilot)
        assert "matter 4999" not in text(app)
        await pilot.press("slash", *"4321", "enter")
        await settled(pilot)
        assert stage.screen(app).item.subject == "m4321"


async def test_where_nothing_needs_anybody_it_says_what_is_watched(told, tmp_path):
    told["attention"] = Attention(())
    told["lively"] = Lively()
    async with stage.console(tmp_path) as (app, _):
        assert "Nothing needs you." in text(app)
        said = "Watching 4 projects, 100,000 runs, 3 models in production and 3 monitors."
        assert said in text(app)
        assert "no run is on its way" in text(app)
        snapshots.check(app, "overview-quiet")


async def test_where_nothing_is_watched_it_says_how_to(told, tmp_path):
    told.update(
        figures=Figures(), attention=Attention(()), production=(), lively=Lively(), projects=(), activity=()
    )
    async with stage.console(tmp_path) as (app, _):
        assert "Nothing is watched yet" in text(app)
        assert "mlops-console DIR" in text(app)


async def test_a_part_that_has_no_answer_says_why_and_the_others_are_there(told, tmp_path):
    def broken(_: Any) -> Any:
        raise ValueError("the disk is on holiday")

    told["projects"] = broken
    async with stage.console(tmp_path) as (app, _):
        assert "the disk is on holiday" in text(app)
        assert "amount has moved" in text(app)
        assert "allowed v15 past a gate" in text(app)


async def test_projects_that_can_not_be_looked_at_are_named(told, tmp_path):
    told["attention"] = Attention((), (), ("ltv: mlops-console.toml line 3: `floor` is no number",))
    async with stage.console(tmp_path) as (app, _):
        assert "line 3: `floor` is no number" in text(app)


async def test_clocks_that_jump_give_words_and_no_nonsense(told, tmp_path):
    ahead = [replace(one, since=stage.NOW + 3 * stage.DAY) for one in stage.items()]
    told["attention"] = Attention((*ahead, replace(stage.items()[0], key="none", since=None)))
    told["activity"] = tuple(replace(one, at=10**18) for one in stage.acts())
    told["lively"] = Lively(tuple(replace(one, started=10**18, at=-(10**17)) for one in stage.runs().runs), 2)
    told["projects"] = tuple(replace(one, last=10**18) for one in stage.rows())
    async with stage.console(tmp_path) as (app, pilot):
        assert "ahead" in text(app)
        assert "nan" not in text(app)
        await pilot.press("i")
        await settled(pilot)
        assert "2026-11-26" in text(app)


async def test_hostile_words_are_made_visible(told, tmp_path):
    evil = "a\x1b[31m\u202eb[red]\n"
    one = replace(stage.items()[0], subject=evil, what=evil * 40, effect=evil, owner=evil)
    told["attention"] = Attention((one,))
    told["projects"] = tuple(replace(row, by=evil, metric=evil) for row in stage.rows())
    told["lively"] = Lively(tuple(replace(run, name=evil, reason=evil) for run in stage.runs().runs), 2)
    told["activity"] = tuple(replace(act, by=evil, what=evil) for act in stage.acts())
    async with stage.console(tmp_path) as (app, pilot):
        for key in ("x", "escape", "m", "escape", "i"):
            await pilot.press(key)
            await settled(pilot)
            assert "\x1b" not in text(app)
            assert "\u202e" not in text(app)


async def test_a_key_that_does_nothing_says_why(told, tmp_path):
    async with stage.console(tmp_path) as (app, pilot):
        await pilot.press("j", "x")
        await settled(pilot)
        assert "only alarms of monitors are acknowledged" in screen_text(app)[-1]
        await pilot.press("u")
        await settled(pilot)
        assert "nothing decided here yet" in screen_text(app)[-1]
        await pilot.press("v")
        await settled(pilot)
        assert "nothing is snoozed" in screen_text(app)[-1]


async def test_a_sheet_tells_everything_with_who_snoozed_it(told, tmp_path):
    told["attention"] = Attention(stage.items()[1:], (stage.snoozed(stage.items()[0]),))
    async with stage.console(tmp_path) as (app, pilot):
        assert "1 snoozed" in text(app)
        await pilot.press("v")
        await settled(pilot)
        assert "snoozed by bo: the new feed" in text(app)
        assert "Enter drift   m wake" in text(app)
        await pilot.press("i")
        await settled(pilot)
        assert "bo: snoozed until 2026-11-30 14:02:00 UTC: the new feed comes on Monday" in text(app)
        assert "mlops-console drift windows amounts" in text(app)


async def test_production_says_why_a_model_stands_as_it_does(told, tmp_path):
    first, second, *others = stage.models()
    seen = Acknowledgement("e1", "2026-11-22", None, "DRIFT", "", (), "known", "bo", stage.NOW)
    mute = Mute("e2", "", stage.NOW + stage.DAY, "a holiday", "ana", stage.NOW)
    first = replace(first, monitor=replace(first.monitor, acknowledged=seen))
    second = replace(second, monitor=replace(second.monitor, muted=mute))
    told["production"] = (first, second, *others)
    async with stage.console(tmp_path) as (app, pilot):
        assert "!! drift, acknowledged" in text(app)
        assert "! stale, muted" in text(app)
        await pilot.press("tab", "i")
        await settled(pilot)
        assert "health" in text(app)
        assert "because" in text(app)
        assert "the worst of" in text(app)


async def test_keys_say_all_of_their_reason_on_a_narrow_terminal(told, tmp_path):
    async with stage.console(tmp_path, size=(80, 24)) as (app, pilot):
        await pilot.press("G", "question_mark", *"acknowledge")
        await settled(pilot)
        assert "m snoozes it" in " ".join(text(app).split())
