"""A morning in an open console: a month lands, then its labels; from the matter to what is done about it."""

import json
from collections.abc import Iterator
from pathlib import Path

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


def objects(ana: Living, command: str) -> list[dict]:
    code, said = ana.say(f"{command} --json")
    assert code in (0, 1), said
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


@pytest.mark.timeout(600)
def test_from_quiet_to_harm_and_back_while_the_console_is_open(ana: Living) -> None:
    assert objects(ana, "mlops-console attention") == []
    terminal = ana.open("mlops-console --view overview .")

    def shown(*texts: str) -> None:
        terminal.until(lambda: all(text in terminal.text() for text in texts), PATIENCE)

    def typed(*keys: str) -> None:
        for key in keys:
            terminal.press(*([key] if key in ("enter", "escape") else key))
            terminal.settle()

    shown("Nothing needs you", "watch")
    # A month lands: the console judges it by itself.
    ana.say("python score_months.py score --run trees --metric EWR later/2013-09.parquet")
    shown("visib has moved", "affects v2 of delays")
    (matter,) = objects(ana, "mlops-console attention")
    assert (matter["kind"], matter["level"], matter["subject"]) == ("drift", "bad", "tower")
    assert (matter["owner"], matter["detail"]) == ("ana", "visib")

    # Down to the feature, its histogram and who moved.
    typed("enter")
    shown("Drift › tower › visib", "share of rows", "origin = EWR")
    typed("x")
    shown("reason")
    typed("the weather service was called", "enter")
    shown("cknowledged")
    typed("1")
    shown("Nothing needs you")

    # Labels come: that is another matter, and a worse one.
    ana.say("cp known/2013-09.parquet labels")
    shown("harmful", "ranking worse than its floor")
    (matter,) = objects(ana, "mlops-console attention")
    assert (matter["kind"], matter["key"]) == ("harmful", "harmful:tower:2013-09")
    (kpi,) = objects(ana, "mlops-console kpis")
    assert kpi["value"] == pytest.approx(0.678, abs=0.001)

    # What could be done, and where; nothing happens by itself.
    typed("enter")
    shown("delays@2 harmful")
    typed("P")
    shown("What could be done", "Train anew", "Roll back")
    typed("j", "enter")
    shown("Models › delays")
    typed("R")
    shown("Roll champion of delays back from v2 to v1")
    typed("until the weather is right", "enter")
    terminal.until(lambda: champion() == 1, PATIENCE)
    typed("q")
    assert terminal.exit_code() == 0

    # All of it is in the journal, with its reason, each once; each window was judged once.
    said = objects(ana, "mlops-console audit log")
    ours = [one["kind"] for one in said][:2]
    assert sorted(ours) == ["acknowledge", "alias"]
    assert {"the weather service was called", "until the weather is right"} <= {reason(one) for one in said}
    judged = sorted(one.name[:7] for one in Path(".mlops-console/drift/schedule").glob("*.json"))
    assert judged[:2] == ["2013-08", "2013-09"]


def champion() -> int:
    return int(json.loads(Path(".mlops-console/models/delays/aliases/champion.json").read_text())["version"])


def reason(event: dict) -> str:
    return str(event.get("reason") or (event.get("body") or {}).get("reason") or "")
