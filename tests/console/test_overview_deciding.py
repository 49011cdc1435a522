"""What is decided on the Overview: written into the journal with a reason, and taken back."""

from pathlib import Path
from typing import Any

import pytest
from tests.console import overview_stage as stage
from tests.console.runs_stage import Read, screen_text, settled, until

from mlops_console.workspace.attention.listing import attention
from mlops_console.workspace.attention.model import Attention, Place
from mlops_console.workspace.drifting import deciding, monitors


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found = stage.answers()
    stage.staged(monkeypatch, found)
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a model that nobody answers for: that needs attention."""
    folder = tmp_path / "churn"
    folder.mkdir()
    return folder


def text(app: Any) -> str:
    return "\n".join(screen_text(app))


def kinds(app: Any) -> list[str]:
    workspace = app.workspace
    return [event.kind for event in workspace.decisions.events(workspace.projects[0].key)]


def of_it(workspace: Any, what: str) -> Any:
    """A matter of the project that is there."""
    one = stage.item("drift", "bad", workspace.projects[0], "amounts", what, stage.HOUR)
    return Attention((stage.replace(one, place=Place("drift", workspace.projects[0].key, "amounts")),))


async def test_a_snooze_needs_an_end_and_a_reason_and_is_undone(told, root, tmp_path):
    told["attention"] = lambda workspace: stage.Needed(of_it(workspace, "amount has moved"), False, 1, 1)
    opens = lambda: Read([root], str(tmp_path / "s.duckdb"))  # noqa: E731
    async with stage.console(tmp_path, opens=opens) as (app, pilot):
        await pilot.press("m")
        await settled(pilot)
        assert "Snooze amounts" in text(app)
        assert "7d" in text(app)
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert not kinds(app)
        await pilot.press("tab", "ctrl+u", *"yesterday", "tab", *"the feed is late", "enter")
        await until(pilot, lambda: "no time" in text(app), 60)
        assert not kinds(app)
        await pilot.press("tab", "ctrl+u", *"3d", "tab", "enter")
        await until(pilot, lambda: kinds(app) == ["snooze"], 60)
        await until(pilot, lambda: "Snoozed: amounts" in text(app), 60)
        registry = app.workspace.decisions.registry(app.workspace.projects[0].key)
        (said,) = registry.snoozes["drift:amounts"]
        assert said.reason == "the feed is late"
        await pilot.press("u")
        await until(pilot, lambda: kinds(app) == ["snooze", "retract"], 60)
        await until(pilot, lambda: "Undone: Snoozed: amounts" in text(app), 60)
        registry = app.workspace.decisions.registry(app.workspace.projects[0].key)
        assert not registry.snoozes.get("drift:amounts")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: kinds(app) == ["snooze", "retract", "snooze"], 60)


async def test_an_alarm_is_acknowledged_with_a_reason(told, root, tmp_path, monkeypatch):
    told["attention"] = lambda workspace: stage.Needed(of_it(workspace, "amount has moved"), False, 1, 1)
    watched = stage.models()[0].monitor.watched
    seen = []

    def acknowledge(workspace: Any, one: Any, reason: str) -> Any:
        seen.append((one, reason))
        body = {"monitor": one.name, "window": "w", "start": None, "verdict": "DRIFT", "model": None,
                "features": [], "reason": reason}  # fmt: skip
        return workspace.decisions.append(workspace.projects[0].key, "acknowledge", body)

    monkeypatch.setattr(monitors, "watched_in", lambda projects, names=(): [watched])
    monkeypatch.setattr(deciding, "acknowledge", acknowledge)
    opens = lambda: Read([root], str(tmp_path / "s.duckdb"))  # noqa: E731
    async with stage.console(tmp_path, opens=opens) as (app, pilot):
        await pilot.press("x")
        await settled(pilot)
        assert "Acknowledge amounts" in text(app)
        assert "nothing is asked again until it is worse" in text(app)
        await pilot.press(*"seen", "enter")
        await until(pilot, lambda: kinds(app) == ["acknowledge"], 60)
        await until(pilot, lambda: "Acknowledged: amounts" in text(app), 60)
        assert seen == [(watched, "seen")]
        await pilot.press("u")
        await until(pilot, lambda: kinds(app) == ["acknowledge", "retract"], 60)


async def test_what_can_not_be_written_is_said_in_the_panel(told, root, tmp_path, monkeypatch):
    told["attention"] = lambda workspace: stage.Needed(of_it(workspace, "amount has moved"), False, 1, 1)
    opens = lambda: Read([root], str(tmp_path / "s.duckdb"))  # noqa: E731
    async with stage.console(tmp_path, opens=opens) as (app, pilot):
        await pilot.press("x", *"seen", "enter")
        await until(pilot, lambda: "there is no monitor amounts" in text(app), 60)
        assert not kinds(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "Acknowledge amounts" not in text(app)


async def test_a_snoozed_matter_is_woken(told, root, tmp_path):
    def listed(workspace: Any) -> Any:
        found = of_it(workspace, "amount has moved").items[0]
        said = workspace.decisions.registry(workspace.projects[0].key).snoozes.get(found.key, ())
        put_off = bool(said) and said[0].until is not None
        one = stage.replace(found, snoozed=said[0] if put_off else None)
        return stage.Needed(Attention((), (one,)) if put_off else Attention((one,)), False, 1, 1)

    told["attention"] = listed
    opens = lambda: Read([root], str(tmp_path / "s.duckdb"))  # noqa: E731
    async with stage.console(tmp_path, opens=opens) as (app, pilot):
        await pilot.press("m", "tab", *"it can wait", "enter")
        await until(pilot, lambda: "1 snoozed" in text(app) and "Nothing needs you" in text(app), 60)
        await pilot.press("v")
        await until(pilot, lambda: "snoozed by" in text(app), 60)
        await pilot.press("m")
        await settled(pilot)
        assert "Wake amounts" in text(app)
        await pilot.press(*"now", "enter")
        await until(pilot, lambda: kinds(app) == ["snooze", "snooze"], 60)
        await until(pilot, lambda: "amount has moved" in text(app), 60)


async def test_the_list_of_a_real_project_is_shown(root, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (root / "mlops-console.toml").write_text("[models.churn]\ngoal = 3\n")
    opens = lambda: Read([root], str(tmp_path / "s.duckdb"))  # noqa: E731
    with opens() as workspace:
        (matter,) = attention(workspace).items
    async with stage.console(tmp_path, opens=opens) as (app, _):
        assert stage.screen(app).item.key == matter.key
        assert "Enter edit" in text(app)
