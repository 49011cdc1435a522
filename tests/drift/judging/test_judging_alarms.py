"""How often verdicts cry wolf, and what they find: `benchmarks/drift_alarms.py` in small, seeded."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.drift.judging.drift_recipes import MOVED, QUIET, TINY, real_window, said, window

from mlops_console.drift.judging.judge import judge
from mlops_console.drift.model import Rules

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(("n", "m"), [(500, 500), (1_000, 200), (2_000, 500)])
def test_windows_in_which_nothing_drifts_are_quiet(n: int, m: int) -> None:
    rng, alarmed = np.random.default_rng([1, n, m]), 0
    for _ in range(25):
        alarmed += any(one.verdict == "DRIFT" for one in judge(window(QUIET, n, m, rng), Rules()))
    assert alarmed <= 2


def test_injected_drifts_are_found_and_tiny_ones_are_not_called_drift() -> None:
    rng, seen = np.random.default_rng(2), Counter[tuple[str, str]]()
    for _ in range(6):
        for one in judge(window((*MOVED, TINY), 10_000, 1_000, rng), Rules()):
            seen[one.measured.name.partition(" ")[2], one.verdict] += 1
    assert seen["mean .3", "DRIFT"] >= 16
    assert seen["scale 1.5", "DRIFT"] == 18
    assert seen["mix .12", "DRIFT"] >= 15
    assert seen[TINY, "DRIFT"] == 0


def test_what_is_visible_and_does_not_matter_reads_negligible() -> None:
    found = judge(window((TINY,) * 4, 400_000, 400_000, np.random.default_rng(3)), Rules())
    assert {one.verdict for one in found} == {"NEGLIGIBLE"}


@pytest.mark.parametrize(
    ("recipe", "verdict", "check", "words"),
    [
        ("scale 1.5", "DRIFT", "distribution", "of rows moved"),
        ("gone level", "DRIFT", "gone_levels", "which no row has now"),
        ("mean .2", "WATCH", "distribution", "watched from 5% on"),
        ("bimodal", "WATCH", "distribution", "of rows moved"),
        ("mix_2", "WATCH", "distribution", "of rows moved"),
        ("new level", "WATCH", "new_levels", "which the reference has not"),
        ("nulls to .2", "DRIFT", "missing", "20% of rows have no value, before "),
        ("tail", "WATCH", "tails", "times as many"),
    ],
)
def test_whatever_happens_to_a_column_has_a_line_of_its_own(
    recipe: str, verdict: str, check: str, words: str
) -> None:
    measured = window((recipe, *QUIET), 100_000, 100_000, np.random.default_rng(4))
    features = judge(measured, Rules())
    assert features[0].measured.name == f"0 {recipe}", said(measured)
    assert features[0].verdict == verdict
    line = next(one for one in features[0].checks if one.raw.name == check)
    assert line.verdict == verdict
    assert words in line.because
    assert not [one.measured.name for one in features[1:] if one.verdict in ("DRIFT", "WATCH")]


@pytest.mark.parametrize("which", range(10))
def test_car_loan_is_quiet_and_then_loud(which: int) -> None:
    found = judge(real_window(DATA, f"car-loan/0{which}"), Rules())
    alarms = {one.measured.name: one.verdict for one in found if one.verdict in ("DRIFT", "WATCH")}
    loud = dict.fromkeys(("car_value", "repaid_loan_on_prev_car", "loan_length"), "DRIFT")
    loud["salary_range"] = "WATCH"
    assert alarms == (loud if which >= 5 else {})


def test_two_halves_of_one_table_are_the_same() -> None:
    found = judge(real_window(DATA, "breast-cancer-aa/aa"), Rules())
    assert {one.verdict for one in found} <= {"STABLE", "TOO FEW ROWS"}
