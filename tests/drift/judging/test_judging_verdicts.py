"""Which verdict follows from what was measured, whatever measured it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mlops_console.drift.judging.family import adjusted
from mlops_console.drift.judging.judge import judge
from mlops_console.drift.judging.overall import overall
from mlops_console.drift.judging.words import chance, listed, percent
from mlops_console.drift.model import SEVERITY, CheckName, Domain, Feature, Measured, Raw, Rules


def feature(name: str, *checks: Raw, n: int = 50_000, m: int = 5_000) -> Measured:
    return Measured(name, "numeric", n, m, 0.0, 0.0, checks=checks)


def moved(effect: float, p: float | None = 1e-30, name: CheckName = "distribution") -> Raw:
    return Raw(name, effect, p, 0.03, f"{percent(effect)} of rows moved")


def one(raw: Raw, rules: Rules | None = None, *, n: int = 50_000, m: int = 5_000) -> Feature:
    return judge([feature("x", raw, n=n, m=m)], rules or Rules())[0]


@pytest.mark.parametrize(
    ("effect", "p", "verdict"),
    [
        (0.10, 1e-9, "DRIFT"),
        (0.0999, 1e-9, "WATCH"),
        (0.05, 1e-9, "WATCH"),
        (0.0499, 1e-9, "NEGLIGIBLE"),
        (0.30, 0.2, "STABLE"),
        (0.0, 1.0, "STABLE"),
    ],
)
def test_words_follow_from_effect_certainty_and_power(effect: float, p: float, verdict: str) -> None:
    assert one(moved(effect, p)).verdict == verdict


def test_too_few_rows_say_what_they_could_have_shown() -> None:
    found = one(moved(0.08, 0.2), n=1_000, m=120)
    assert found.verdict == "TOO FEW ROWS"
    assert found.visible is not None
    limit = percent(found.visible)
    assert found.because.startswith(f"120 rows against 1,000 could only have shown a move of {limit}")


def test_what_matters_for_the_data_is_watched_from_one_row_in_a_hundred() -> None:
    said = [one(moved(effect, 1e-9, "new_levels")).verdict for effect in (0.12, 0.03, 0.01, 0.009)]
    assert said == ["DRIFT", "WATCH", "WATCH", "NEGLIGIBLE"]
    assert one(moved(0.03, 0.5, "new_levels")).verdict in ("STABLE", "TOO FEW ROWS")


def test_what_is_certain_needs_no_test_and_comes_first() -> None:
    gone = feature("gone", Raw("type", 1.0, None, said="The column vanished", certain=True))
    found = judge([feature("x", moved(0.5)), gone], Rules())
    assert [it.measured.name for it in found] == ["gone", "x"]
    assert found[0].verdict == "DRIFT"
    assert found[0].q is None
    assert overall(found, None)[1].startswith("2 of 2 features drifted: gone (vanished) and x (50%).")


def test_a_column_that_the_reference_has_not_alarms_nobody() -> None:
    extra = feature("extra", Raw("type", None, None, said="The reference has no such column"))
    found = judge([feature("x", moved(0.0, 1.0)), extra], Rules())
    assert [it.verdict for it in found] == ["STABLE", "NOT JUDGED"]
    assert found[1].because == "The reference has no such column."


def test_the_sentence_has_the_figures_and_the_limit() -> None:
    found = one(moved(0.184, 1e-41))
    assert found.because == "18% of rows moved (q 5e-41, n 50,000 v 5,000); 10% is the limit."


def test_a_floor_is_a_limit_for_the_distribution_only() -> None:
    rules = Rules(floors={"x": 0.2})
    assert one(moved(0.18), rules).verdict == "WATCH"
    assert one(moved(0.09), rules).verdict == "NEGLIGIBLE"
    assert "moves that much by itself" in one(moved(0.21), rules).because
    assert one(moved(0.18, name="missing"), rules).verdict == "DRIFT"
    assert one(moved(0.18), Rules(floors={"x": 0.2}, overrides={"x": (0.01, 0.05)})).verdict == "DRIFT"


def test_importance_orders_what_drifts() -> None:
    both = [feature("a", moved(0.5)), feature("b", moved(0.2))]
    assert [it.measured.name for it in judge(both, Rules())] == ["a", "b"]
    ranked = judge(both, Rules(), {"a": 1.0, "b": 9.0})
    assert [it.measured.name for it in ranked] == ["b", "a"]
    assert [it.severity for it in ranked] == pytest.approx([0.18, 0.05])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.integers(0, 20))
def test_what_is_rejected_is_what_scipy_rejects(p: list[float], more: int) -> None:
    size = len(p) + more
    wanted = stats.false_discovery_control([*p, *[1.0] * more], method="bh")[: len(p)]
    mine = np.array(adjusted(p, size, "bh", 0.05))
    assert ((mine <= 0.05) == (wanted <= 0.05)).all()
    # What is rejected lies below all that is not, and has scipy's figure.
    assert mine[wanted <= 0.05] == pytest.approx(wanted[wanted <= 0.05])
    assert (mine >= wanted - 1e-12).all()


def test_holm_is_stepwise() -> None:
    # Holm (1979): sorted p times the number of those left, never falling.
    assert adjusted([0.01, 0.04, 0.03, 0.005], 4, "holm", 0.05) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_no_evidence_in_one_column_moves_no_figure_of_another() -> None:
    others = [feature(f"f{at}", moved(0.2, 10.0**-at), moved(0.0, 0.3, "tails")) for at in range(2, 9)]
    before = judge([*others, feature("x", moved(0.01, 0.4))], Rules())
    after = judge([*others, feature("x", moved(0.02, 0.2), moved(1e-4, 0.09, "infinite"))], Rules())
    assert [it for it in before if it.measured.name != "x"] == [it for it in after if it.measured.name != "x"]


def test_a_column_that_vanishes_moves_no_limit_of_another() -> None:
    others = [feature(f"f{at}", moved(0.01, 0.3)) for at in range(5)]
    before = judge([*others, feature("x", moved(0.01, 0.4))], Rules())
    gone = feature("x", Raw("type", 1.0, None, said="The column vanished", certain=True))
    after = judge([*others, gone], Rules())
    assert [it for it in before if it.measured.name != "x"] == [it for it in after if it.measured.name != "x"]


_raw = st.builds(
    moved, st.floats(0, 1), st.none() | st.floats(0, 1),
    st.sampled_from(["distribution", "missing", "tails", "range", "new_levels", "infinite"]),
)  # fmt: skip
_measured = st.lists(st.lists(_raw, max_size=4, unique_by=lambda raw: raw.name), max_size=8).map(
    lambda found: [feature(f"f{at}", *checks, n=500, m=300) for at, checks in enumerate(found)]
)


@given(_measured, st.randoms())
def test_the_order_of_the_features_plays_no_part(measured: list[Measured], random: object) -> None:
    shuffled = list(measured)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert judge(shuffled, Rules()) == judge(measured, Rules())


@given(_measured)
def test_the_worst_comes_first_and_says_why(measured: list[Measured]) -> None:
    found = judge(measured, Rules())
    ranks = [SEVERITY[it.verdict] for it in found]
    assert ranks == sorted(ranks, reverse=True)
    for it in found:
        assert it.because.endswith(".")
        assert "nan" not in it.because
    verdict, why = overall(found, None)
    assert why.endswith(".")
    if ranks and ranks[0] >= SEVERITY["NEGLIGIBLE"]:
        assert verdict == found[0].verdict


def overall_of(*verdicts: str) -> str:
    raws = {
        "DRIFT": moved(0.5), "WATCH": moved(0.07), "NEGLIGIBLE": moved(0.01), "STABLE": moved(0.01, 1.0),
        "TOO FEW ROWS": Raw("distribution", None, None, said="No row has a value"),
    }  # fmt: skip
    return overall(judge([feature(f"f{at}", raws[it]) for at, it in enumerate(verdicts)], Rules()), None)[0]


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        (("STABLE", "WATCH", "DRIFT"), "DRIFT"),
        (("STABLE", "WATCH", "NEGLIGIBLE"), "WATCH"),
        (("STABLE", "NEGLIGIBLE", "TOO FEW ROWS"), "NEGLIGIBLE"),
        (("STABLE", "TOO FEW ROWS"), "STABLE"),
        (("TOO FEW ROWS", "TOO FEW ROWS"), "TOO FEW ROWS"),
        ((), "NOT JUDGED"),
    ],
)
def test_the_whole_is_as_bad_as_its_worst(verdicts: Sequence[str], whole: str) -> None:
    assert overall_of(*verdicts) == whole


def test_a_classifier_alone_can_say_drift() -> None:
    quiet = judge([feature("x", moved(0.01, 1.0))], Rules())
    told = Domain(
        0.97, 1e-9, 2_000, True, (("x", 0.7), ("y", 0.3)), "A classifier tells them apart (AUC .97)."
    )
    verdict, why = overall(quiet, told)
    assert verdict == "DRIFT"
    assert why == "No feature drifted by itself, but a classifier tells them apart (AUC .97)."
    assert overall(quiet, replace(told, drifted=False))[0] == "STABLE"


def test_figures_are_written_honestly() -> None:
    shares = (0, 0.0000012, 0.0042, 0.0499, 0.05, 0.0999, 0.1, 0.2999, 0.42, 0.9999, 1)
    assert [percent(share) for share in shares] == [
        "0%", ".00012%", ".42%", "4.99%", "5%", "9.99%", "10%", "29.9%", "42%", "99.99%", "100%",
    ]  # fmt: skip
    chances = (0.0, 2e-40, 0.031, 0.2, 1.0)
    assert [chance(q) for q in chances] == ["below 1e-300", "2e-40", ".031", ".2", "1"]
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""
    assert listed([str(at) for at in range(9)], 2) == "0, 1 and 7 more"
