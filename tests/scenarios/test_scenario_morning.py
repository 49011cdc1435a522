"""A morning in an open console: a month lands, then its labels; from the matter to what is done about it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.page_story import ROOT, Living, steps

PATIENCE = 60.0
PAGE = (ROOT / "docs" / "morning.md").read_text(encoding="utf-8")


@pytest.fixture
def ana(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Living]:
    """Somebody in August: all that the page does before its evening."""
    living = Living(tmp_path, capsys, monkeypatch)
    for step in steps(PAGE):
        if step.heading == "The year so far":
            living.live(step)
    yield living
    if living.terminal is not None:
        living.terminal.__exit__()


def objects(ana: Living, command: str) -> list[dict[str, Any]]:
    code, said = ana.say(f"{command} --json")
    assert code in (0, 1), said
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


class Morning:
    """The open console, and what is asked beside it."""

    def __init__(self, ana: Living) -> None:
        self.ana = ana
        self.terminal = ana.open("mlops-console --view overview .")

    def shown(self, *texts: str) -> None:
        self.terminal.until(lambda: all(text in self.terminal.text() for text in texts), PATIENCE)

    def typed(self, *keys: str) -> None:
        for key in keys:
            self.terminal.press(*([key] if key in ("enter", "escape") else key))
            self.terminal.settle()

    def matter(self) -> dict[str, Any]:
        (one,) = objects(self.ana, "mlops-console attention")
        return one


@pytest.mark.timeout(600)
def test_from_quiet_to_harm_and_back_while_the_console_is_open(ana: Living) -> None:
    assert objects(ana, "mlops-console attention") == []
    morning = Morning(ana)
    morning.shown("Nothing needs you", "watch")
    a_month_lands(morning)
    its_labels_come(morning)
    it_is_rolled_back(morning)
    assert morning.terminal.exit_code() == 0

    # All of it is in the journal, with its reason, each once; each window was judged once.
    said = objects(ana, "mlops-console audit log")
    assert sorted(one["kind"] for one in said[:2]) == ["acknowledge", "alias"]
    assert {"the weather service was called", "until the weather is right"} <= {reason(one) for one in said}
    judged = sorted(one.name[:7] for one in Path(".mlops-console/drift/schedule").glob("*.json"))
    assert judged[:2] == ["2013-08", "2013-09"]


def a_month_lands(morning: Morning) -> None:
    """The console judges it by itself; down to the feature, its histogram and who moved; acknowledged."""
    morning.ana.say("python score_months.py score --run trees --metric EWR later/2013-09.parquet")
    morning.shown("visib has moved", "affects v2 of delays")
    matter = morning.matter()
    assert (matter["kind"], matter["level"], matter["subject"]) == ("drift", "bad", "tower")
    assert (matter["owner"], matter["detail"]) == ("ana", "visib")
    morning.typed("enter")
    morning.shown("Drift › tower › visib", "share of rows", "origin = EWR")
    morning.typed("x")
    morning.shown("reason")
    morning.typed("the weather service was called", "enter")
    morning.shown("cknowledged")
    morning.typed("1")
    morning.shown("Nothing needs you")


def its_labels_come(morning: Morning) -> None:
    """That is another matter, and a worse one."""
    morning.ana.say("cp known/2013-09.parquet labels")
    morning.shown("harmful", "ranking worse than its floor")
    matter = morning.matter()
    assert (matter["kind"], matter["key"]) == ("harmful", "harmful:tower:2013-09")
    (kpi,) = objects(morning.ana, "mlops-console kpis")
    assert kpi["value"] == pytest.approx(0.678, abs=0.001)


def it_is_rolled_back(morning: Morning) -> None:
    """What could be done, and where; nothing happens by itself."""
    morning.typed("enter")
    morning.shown("delays@2 harmful")
    morning.typed("P")
    morning.shown("What could be done", "Train anew", "Roll back")
    morning.typed("j", "j", "enter")
    morning.shown("Models › delays", "Roll champion of delays back from v2 to v1")
    assert champion() == 2
    morning.typed("until the weather is right", "enter")
    morning.terminal.until(lambda: champion() == 1, PATIENCE)
    morning.typed("q")


def champion() -> int:
    return int(json.loads(Path(".mlops-console/models/delays/aliases/champion.json").read_text())["version"])


def reason(event: dict[str, Any]) -> str:
    return str(event.get("reason") or (event.get("body") or {}).get("reason") or "")
