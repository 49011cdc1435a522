"""Why: params by importance, the effect of one, and a sentence where the runs can't tell."""

from pathlib import Path

import pytest
from tests.console.among_stage import among, read_runs, said, sweep
from tests.console.compare_stage import text
from tests.console.runs_stage import settled

from mlops_console.console.compare.screen import CompareScreen


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_runs(tmp_path_factory.mktemp("sweep"), sweep())


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


async def test_the_params_that_make_the_metric_come_first_and_what_it_is_not_is_said(store, tmp_path):
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        shown = await said(app, pilot, "for runs not seen", "m")
        assert "auc over 60 runs" in shown
        rows = [line.replace("▌", " ").split() for line in shown.splitlines()]
        listed = [row[0] for row in rows if row and row[0] in {"lr", "opt", "depth", "noise", "seed"}]
        assert set(listed[:2]) == {"lr", "opt"}
        assert "not what causes it" in shown
        assert "seed" not in listed
        assert "Differences   Curves" in shown  # alone, in a wide terminal too
        await pilot.press("i")
        await settled(pilot)
        assert "shuffled among those runs" in text(app)


async def test_enter_shows_the_effect_of_a_param_and_escape_leads_back(store, tmp_path):
    async with among(store, tmp_path, ["s-000", "s-001"], (80, 24)) as (app, pilot):
        shown = await said(app, pilot, "for runs not seen", "m")
        first = next(line for line in shown.splitlines() if line.startswith("▌"))
        shown = await said(app, pilot, "association over these runs", "enter")
        assert f"by {first.replace('▌', ' ').split()[0]} " in shown
        assert "At " in shown
        other = "by opt" if "by lr" in shown else "by lr"
        await said(app, pilot, "not what causes it", "escape")
        shown = await said(app, pilot, other, "j", "enter")
        both = shown if "by opt" in shown else await said(app, pilot, "by opt", "escape", "k", "enter")
        assert "8 of 10 runs" in both or "adam" in both
        assert isinstance(app.screen, CompareScreen)


async def test_places_are_read_out(store, tmp_path):
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        await said(app, pilot, "for runs not seen", "m")
        before = await said(app, pilot, "association over these runs", "enter")
        await pilot.press("l")
        await settled(pilot)
        at = [
            next(line for line in one.splitlines() if line.startswith("  At ")) for one in (before, text(app))
        ]
        assert at[0] != at[1]


async def test_escape_leads_from_it_to_all_panes(store, tmp_path):
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        await said(app, pilot, "for runs not seen", "m")
        await pilot.press("escape")
        await settled(pilot)
        assert "Statistics" in text(app)
        assert "Curves   Statistics" not in text(app)


async def test_another_metric_has_another_answer(store, tmp_path):
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        await said(app, pilot, "auc over 60 runs, R2", "m")
        shown = await said(app, pilot, "latency over 60 runs, R2", "right_square_bracket")
        first = next(line for line in shown.splitlines() if line.startswith("▌"))
        assert "depth" in first


async def test_a_copy_is_a_table(store, tmp_path):
    async with among(store, tmp_path, ["s-000", "s-001"]) as (app, pilot):
        await said(app, pilot, "for runs not seen", "m")
        assert isinstance(app.screen, CompareScreen)
        kind, table = app.screen.body.why.copied() or ("", "")
        assert kind == "importance"
        assert table.splitlines()[0] == "param\timportance\tspread\tshare"
        assert len(table.splitlines()) == 5


REFUSALS = {
    "few": ([("one", {"lr": 1}, {"auc": 0.5}), ("two", {"lr": 2}, {"auc": 0.6})], "20 runs with this metric"),
    "constant": (
        [(f"r{at}", {"lr": 1, "opt": "adam"}, {"auc": at / 50}) for at in range(25)],
        "No param varies between these runs.",
    ),
    "equal": (
        [(f"r{at}", {"lr": at, "opt": "adam"}, {"auc": 0.5}) for at in range(25)],
        "The metric is the same in all runs.",
    ),
    "not numbers": (
        [(f"r{at}", {"lr": at}, {"auc": float("nan") if at % 2 else float("inf")}) for at in range(25)],
        "They have no metric.",
    ),
}


@pytest.mark.parametrize("case", sorted(REFUSALS))
async def test_where_the_runs_cannot_tell_a_sentence_says_why(tmp_path, case):
    runs, words = REFUSALS[case]
    names = [name for name, _, _ in runs[:2]]
    async with among(read_runs(tmp_path, runs), tmp_path / "own", names, (80, 24)) as (app, pilot):
        shown = await said(app, pilot, words[:30], "m")
        assert words in " ".join(shown.split())
        await pilot.press("enter", "j", "y", "p", "j", "l", "S", "j", "l")
        await settled(pilot)
        assert isinstance(app.screen, CompareScreen)


async def test_ten_thousand_params_and_words_among_numbers(tmp_path):
    wide = {f"p{at:05d}": at for at in range(10_000)}
    runs = [(f"r{at}", {"lr": at or "auto", **wide, "p00000": at}, {"auc": at / 9}) for at in range(4)]
    async with among(read_runs(tmp_path, runs), tmp_path / "own", ["r0", "r1"], (80, 24)) as (app, pilot):
        assert "there are 4" in " ".join((await said(app, pilot, "there are 4", "m")).split())
        shown = await said(app, pilot, "4 runs", "p")
        assert "lr" in shown
        assert "2 params" in shown
