"""What needs attention comes in parts: what is known at once is listed while the rest is read."""

import threading
from typing import Any

import pytest
from tests.console import overview_stage as stage
from tests.console.runs_stage import screen_text, settled, until

from mlops_console.console.app import ConsoleApp
from mlops_console.console.overview.asking import Listing
from mlops_console.settings import UserSettings
from mlops_console.workspace.attention.model import Attention


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found = stage.answers()
    stage.staged(monkeypatch, found)
    return found


def text(app: Any) -> str:
    return "\n".join(screen_text(app))


@pytest.mark.parametrize("moves", [False, True], ids=["left alone", "moved"])
async def test_what_is_known_at_once_is_listed_while_the_rest_is_read(told, tmp_path, moves):
    every, reads = stage.items(), threading.Event()
    told["beginning"] = Attention(every[-2:])

    def whole(_):
        reads.wait(60)
        return stage.Needed(Attention(every), False, 4, 3)

    told["attention"] = whole
    app = ConsoleApp(stage.opening(tmp_path), settings=UserSettings(), view="overview")
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: "2 so far" in text(app), 60)
            pane = stage.screen(app).body.attention
            assert not stage.screen(app).body.complete
            if moves:
                await pilot.press("j")
            chosen = stage.screen(app).item
            assert chosen == every[-1 if moves else -2]
            reads.set()
            await until(pilot, lambda: stage.screen(app).body.complete, 60)
            await settled(pilot)
            assert "2 so far" not in text(app)
            assert pane.items == every
            assert stage.screen(app).item == (chosen if moves else every[0])
    finally:
        reads.set()
        app.close_workspace()


async def test_nothing_is_said_of_what_has_not_come(told, tmp_path):
    reads = threading.Event()
    told["beginning"] = Attention()

    def whole(_):
        reads.wait(60)
        return stage.Needed(Attention(), False, 4, 3)

    told["attention"] = whole
    app = ConsoleApp(stage.opening(tmp_path), settings=UserSettings(), view="overview")
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: "41 GB" in text(app), 60)
            assert "Nothing needs you" not in text(app)
            reads.set()
            await until(pilot, lambda: "Nothing needs you" in text(app), 60)
    finally:
        reads.set()
        app.close_workspace()


def test_the_beginning_is_asked_once_and_the_whole_goes_on_from_it(tmp_path):
    with stage.opening(tmp_path)() as workspace:
        listing = Listing()
        assert listing.beginning(workspace) == Attention()
        assert listing.beginning(workspace) is None
        assert listing.whole(workspace).projects == 1
        assert listing.whole(workspace).attention == Attention()
        late = Listing()
        assert late.whole(workspace).projects == 1
        assert late.beginning(workspace) is None
