"""Bad mornings: monitors that can't judge, mistakes, thousands of matters, clocks, many at once."""

import json
import os
import subprocess
import time
from pathlib import Path

import polars as pl
import pytest
from tests.scenarios.stage import PYTHON, Desk, console
from tests.workspace.monitor_making import WISH, add_day, project, put, rows

from mlops_console.ours import DRIFT, JOURNAL

PATIENCE = 90.0
DAY = 86_400
QUIET = "classifier = 1\n"
TROUBLES = (
    WISH
    + QUIET
    + """
[monitors.empty]
reference = "reference.parquet"
current = "nowhere"

[monitors.lost]
reference = "gone.parquet"
current = "logs"

[monitors.homeless]
model = "churn"
current = "logs"

[monitors.vanished]
reference = "reference.parquet"
current = "narrow"
classifier = 1

[monitors.writing]
reference = "reference.parquet"
current = "half"
classifier = 1

[monitors.mistaken]
reference = "reference.parquet"
current = "logs"
time = "at"
window = "fortnight"
"""
)
LINE = TROUBLES.splitlines().index('window = "fortnight"') + 1


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path / "store.duckdb", capsys)


def answers(desk, *words, code=0):
    """The objects of a command that says no."""
    return [json.loads(line) for line in desk.ask(*words, "--json", code=code).out.splitlines()]


def matters(desk):
    """(kind, subject) -> what needs attention."""
    return {(one["kind"], one["subject"]): one for one in desk.objects("attention")}


def shown(terminal, *texts):
    terminal.until(lambda: all(text in terminal.text() for text in texts), PATIENCE)


def on_overview(store, *folders, size=(120, 36)):
    return console(store, "--view", "overview", *folders, size=size)


@pytest.fixture
def troubled(tmp_path):
    """One monitor that judges, and one for everything that can be wrong with a monitor."""
    folder = project(tmp_path / "shop", TROUBLES, days=(0.0, 0.0, 3.0))
    put(rows(1, 1_000), folder / "narrow/1.parquet")
    put(rows(2, 1_000).drop("amount"), folder / "narrow/2.parquet")
    whole = put_bytes(folder / "half/1.parquet", (folder / "narrow/1.parquet").read_bytes())
    put_bytes(folder / "half/2.parquet", whole[: len(whole) // 2], at=time.time())
    return folder


def put_bytes(path: Path, data: bytes, at: float = 0.0) -> bytes:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (at or time.time() - DAY,) * 2)
    return data


def test_what_can_not_be_judged_says_why_and_everything_else_works(desk, troubled):
    desk.scan(troubled)
    said = {one["monitor"]: one for one in answers(desk, "drift", "check", "--project", troubled, code=1)}
    assert said["shop"]["verdict"] == "DRIFT"
    assert (said["empty"]["code"], "nowhere" in said["empty"]["because"]) == (2, True)
    assert (said["lost"]["code"], "gone.parquet" in said["lost"]["because"]) == (2, True)
    assert (said["homeless"]["code"], "churn" in said["homeless"]["because"]) == (2, True)
    assert "amount" in said["vanished"]["because"]
    assert said["writing"]["window"]["window"] == "1.parquet"
    assert said["writing"]["awaited"]["window"] == "2.parquet"
    assert said["mistaken"]["because"].startswith(f"mlops-console.toml:{LINE}: ")
    found = matters(desk)
    assert {subject for kind, subject in found if kind == "unjudged"} >= {"empty", "lost", "homeless"}
    assert ("drift", "shop") in found
    assert ("drift", "vanished") in found
    mistake = next(one for (kind, _), one in found.items() if kind == "wishes")
    assert mistake["detail"] == str(LINE)
    assert "fortnight" in mistake["what"]
    assert not any(subject == "writing" for _, subject in found)


def test_the_console_shows_such_a_project_and_stays_usable(desk, troubled):
    desk.scan(troubled)
    desk.ask("drift", "check", "--project", troubled, code=1)
    with on_overview(desk.store, troubled) as terminal:
        shown(terminal, "Needs attention", "drift", "vanished", "homeless", "lost")
        terminal.press("5")
        shown(terminal, "homeless", "mistaken", "writing")
        for _ in range(6):
            terminal.press("j")
        terminal.press("enter")
        terminal.settle()
        terminal.press("1")
        shown(terminal, "Needs attention")
        # What was half there is whole: judged without a word from anybody.
        whole = (troubled / "half/1.parquet").read_bytes()
        put_bytes(troubled / "half/2.parquet", whole)
        terminal.until(lambda: len(kept(troubled, "writing")) == 2, PATIENCE)
        terminal.press("q")
        assert terminal.exit_code() == 0


def kept(folder: Path, monitor: str = "shop") -> list[str]:
    below = folder / DRIFT / monitor
    return sorted(one.name for one in below.glob("*.json")) if below.is_dir() else []


# Thousands of matters


def test_five_thousand_matters_are_listed_ranked_and_gone_through(desk, tmp_path):
    words = ("alpha", "bravo", "carbon", "delta", "ember", "fjord", "gravel", "harbor", "island", "jungle")
    folder = tmp_path / "many"
    now = time.time()
    for at in range(5_000):
        error = " ".join(words[at // 10**place % 10] for place in range(4))
        run = folder / f"runs/r{at:04d}"
        run.mkdir(parents=True)
        begun = {"format": "mlops-console-run", "version": 1, "name": f"r{at}", "started": now - 7_200 - at}
        ended = {
            "ended": now - 3_600 - at,
            "status": "failed",
            "error": {"type": "OSError", "message": error},
        }
        (run / "run.json").write_text(json.dumps(begun))
        (run / "end.json").write_text(json.dumps(ended))
    desk.scan(folder)
    found = desk.objects("attention")
    assert len(found) == 5_000
    assert len({one["key"] for one in found}) == 5_000
    assert found == desk.objects("attention")
    with on_overview(desk.store, folder) as terminal:
        shown(terminal, "5,000")
        first = terminal.text()
        terminal.press("G")
        terminal.until(lambda: terminal.text() != first, PATIENCE)
        terminal.press("g")
        terminal.settle()
        terminal.press("q")
        assert terminal.exit_code() == 0


# Clocks that jump


def test_events_and_files_of_the_future_harm_nothing(desk, tmp_path):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0, 3.0))
    desk.scan(folder)
    desk.ask("drift", "check", "--project", folder, code=1)
    desk.ask("drift", "acknowledge", "shop", "--reason", "seen", "--project", folder)
    assert ("drift", "shop") not in matters(desk)
    ahead = later_by_a_year(folder)
    assert int(ahead["at"]) > time.time() * 1e6 + 300 * DAY * 1e6
    assert ("drift", "shop") not in matters(desk)
    assert "seen" in desk.ask("audit", "log").out
    add_day(folder, 3, 0.0)
    tomorrow = time.time() + DAY
    os.utime(folder / "logs/03.parquet", (tomorrow, tomorrow))
    (said,) = desk.objects("drift", "check", "--project", folder)
    assert (said["window"]["window"], said["verdict"]) == ("2024-05-03", "STABLE")
    assert len(kept(folder)) == 3
    assert not [one for one in matters(desk).values() if one["level"] == "bad"]


def later_by_a_year(folder: Path) -> dict[str, int]:
    """The newest event, as a machine would have written it whose clock is ahead by a year."""
    (newest,) = (folder / JOURNAL).glob("*/*.json")
    said = json.loads(newest.read_text())
    said["at"] += 365 * DAY * 1_000_000
    newest.chmod(0o644)
    newest.write_text(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
    return said


def test_data_of_tomorrow_wait_until_it_is_over(desk, tmp_path):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0,))
    frame = pl.read_parquet(folder / "logs/01.parquet")
    later = pl.lit(int((time.time() + 3 * DAY) * 1e6)).cast(pl.Datetime("us"))
    put(frame.with_columns(later.alias("at")), folder / "logs/later.parquet")
    desk.scan(folder)
    (said,) = desk.objects("drift", "check", "--project", folder)
    assert said["window"]["window"] == "2024-05-01"
    assert any("of the future" in one for one in said["problems"])
    assert len(kept(folder)) == 1


# Many at once


def test_two_consoles_and_cron_judge_each_window_once_and_all_show_it(tmp_path, desk):
    folder = project(tmp_path / "shop", WISH + QUIET, days=(0.0,))
    desk.scan(folder)
    other = tmp_path / "other.duckdb"
    with on_overview(desk.store, folder) as one, on_overview(other, folder) as two:
        for terminal in (one, two):
            shown(terminal, "Needs attention")
        for day in (2, 3, 4):
            add_day(folder, day, 3.0)
        checks = [check(folder, tmp_path / f"cron{number}.duckdb") for number in range(2)]
        for running in checks:
            _, err = running.communicate(timeout=PATIENCE)
            assert running.returncode == 1, err
        for terminal in (one, two):
            shown(terminal, "drift", "shop")
        assert [name[:10] for name in kept(folder)] == [f"2024-05-0{day}" for day in (1, 2, 3, 4)]
        for terminal in (one, two):
            terminal.press("q")
            assert terminal.exit_code() == 0
    assert len(kept(folder)) == 4


def check(folder: Path, store: Path) -> subprocess.Popen[str]:
    words = [PYTHON, "-m", "mlops_console", "--store", str(store), "drift", "check", "--quiet"]
    return subprocess.Popen(
        [*words, "--project", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
