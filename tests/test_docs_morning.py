"""The story of `docs/morning.md`: every command and every screen of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.page_story import ROOT, Living, steps

PAGE = (ROOT / "docs" / "morning.md").read_text(encoding="utf-8")


@pytest.fixture
def ana(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Living]:
    living = Living(tmp_path, capsys, monkeypatch)
    yield living
    if living.terminal is not None:
        living.terminal.__exit__()


@pytest.mark.timeout(600)
def test_the_morning_happens_as_it_is_told(ana: Living) -> None:
    told = steps(PAGE)
    assert len(told) > 40
    for step in told:
        ana.live(step)
    ana.quit()
