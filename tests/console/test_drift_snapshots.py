"""The Drift view as it looks, at three sizes and in every theme."""

from pathlib import Path

import pytest
from tests.console import drift_stage as stage
from tests.console import snapshots
from tests.console.runs_stage import until


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stage.stop_the_clock(monkeypatch)


@pytest.mark.parametrize(
    ("name", "size", "theme", "glyphs", "keys"),
    [
        ("120x36", (120, 36), "dark", "unicode", ()),
        ("80x24", (80, 24), "dark", "unicode", ()),
        ("80x24-histogram", (80, 24), "dark", "unicode", ("enter",)),
        ("200x50", (200, 50), "dark", "unicode", ()),
        ("light-levels", (120, 36), "light", "unicode", ("j",)),
        ("contrast-model", (120, 36), "contrast", "unicode", ("enter", "tab")),
        ("16-colours", (120, 36), "ansi", "unicode", ()),
        ("ascii", (120, 36), "dark", "ascii", ()),
        ("ascii-80x24-levels", (80, 24), "ansi", "ascii", ("j", "enter")),
        ("heat", (120, 36), "dark", "unicode", ("H",)),
        ("windows", (120, 36), "dark", "unicode", ("shift+tab",)),
        ("mute", (120, 36), "dark", "unicode", ("m",)),
    ],
)
async def test_as_it_was_kept(
    name: str, size: tuple[int, int], theme: str, glyphs: str, keys: tuple[str, ...], tmp_path: Path
) -> None:
    async with stage.drift(stage.fraud(tmp_path), size, theme, glyphs) as (app, pilot):
        await pilot.press(*keys)
        await stage.ready(pilot, app)
        snapshots.check(app, f"drift-{name}")


async def test_thresholds_as_they_were_kept(tmp_path: Path) -> None:
    async with stage.drift(stage.fraud(tmp_path)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: stage.screen(app).body.quiet.trials, 60)
        await stage.ready(pilot, app)
        snapshots.check(app, "drift-thresholds")
