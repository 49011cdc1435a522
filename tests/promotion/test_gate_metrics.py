"""Gates over figures: require, kpis, significant, slices."""

import math
from dataclasses import replace

import pytest
from tests.promotion.gate_making import WISHES, ask, one, seen

from mlops_console.promotion.model import Judged, SliceFound
from mlops_console.wishes.model import Kpi, ModelWishes

BETTER = Judged("auc", "max", "better", 0.004, (0.0011, 0.0069), 0.006, "5 seeds", "Higher by .0040.", "runs")
ALIKE = Judged(
    "auc", "max", "not shown to differ", 0.001, (-0.003, 0.005), 0.4, "20,000 rows", "Not shown.", "rows"
)


@pytest.mark.parametrize(
    ("text", "verdict", "measured", "required"),
    [
        ("auc >= 0.85", "pass", ".9171", ">= .85"),
        ("auc > 0.95", "fail", ".9171", "> .95"),
        ("loss <= 0.3", "fail", ".31", "<= .3"),
        ("loss < champion", "pass", ".31", "< .33"),
        ("auc >= champion - 0.002", "pass", ".9171", ">= .9111"),
        ("auc >= champion * 1.1", "fail", ".9171", ">= 1.004"),
    ],
)
def test_a_requirement_is_held_against_its_bound(text, verdict, measured, required) -> None:
    result = one("require", [text])
    assert (result.verdict, result.measured, result.required) == (verdict, measured, required)
    assert result.gate.startswith("require: ")


def test_each_requirement_has_a_verdict_of_its_own_also_beside_one_that_cannot_be_read() -> None:
    found = ask("require", ["auc >= 0.85", "auc is great", "auc >= 0.99"])
    assert [result.verdict for result in found] == ["pass", "unknown", "fail"]
    assert "auc is great" in found[1].because


def test_what_nobody_holds_yet_is_no_hurdle() -> None:
    first = one("require", ["auc >= champion - 0.002"], champion=None, champion_metrics=None, aliases={})
    assert (first.verdict, first.evidence) == ("pass", "first")
    other = one("require", ["auc >= challenger"], aliases={})
    assert other.verdict == "pass"


def test_the_last_holder_counts_where_nobody_holds_the_alias_and_is_called_so() -> None:
    off = seen(taken_off=frozenset({"champion"}), judgements=(), aliases={"champion": {"auc": 0.9131}})
    said = one("require", ["auc >= champion - 0.002"], off)
    assert (said.verdict, said.evidence) == ("pass", "v3 (the last champion) has .9131")
    assert said.because.endswith("No version is champion now: the last that was counts.")
    nothing = one("require", ["f1 >= champion"], off, candidate_metrics={"f1": 0.5})
    assert (nothing.verdict, nothing.because[:30]) == ("unknown", "The last champion has no `f1`;")
    other = one("require", ["auc >= champion"], replace(off, alias="challenger", champion=None))
    assert (other.verdict, other.evidence) == ("pass", "the last champion has .9131")


def test_a_slip_in_an_alias_does_not_pass_as_first_for_ever() -> None:
    result = one("require", ["auc >= champoin - 0.002"])
    assert result.verdict == "unknown"
    assert "did you mean `champion`" in result.because


def test_another_alias_is_asked_by_its_name() -> None:
    result = one("require", ["auc >= shadow"], aliases={"shadow": {"auc": 0.95}})
    assert (result.verdict, result.required) == ("fail", ">= .95")


def test_a_missing_metric_names_what_is_near() -> None:
    result = one("require", ["acu >= 0.85"])
    assert result.verdict == "unknown"
    assert "there is auc" in result.because


def test_no_number_meets_nothing_and_nothing_is_held_against_one() -> None:
    assert one("require", ["auc >= 0.1"], candidate_metrics={"auc": math.nan}).verdict == "fail"
    assert one("require", ["auc >= 0.1"], candidate_metrics={"auc": math.inf}).verdict == "fail"
    broken = one("require", ["auc >= champion"], champion_metrics={"auc": math.nan})
    assert (broken.verdict, "nan" in broken.because) == ("unknown", True)


def test_figures_that_differ_never_look_alike() -> None:
    result = one("require", ["auc >= 0.85"], candidate_metrics={"auc": 0.8499999})
    assert (result.verdict, result.measured, result.required) == ("fail", ".8499999", ">= .85")


def churn_with(*kpis: Kpi) -> ModelWishes:
    return ModelWishes("churn", metric="auc", goal="max", kpis=kpis)


RETENTION = Kpi(
    "retention",
    "auc",
    "max",
    floor=0.9,
    target=0.93,
    owner="bo",
    worth=1_000_000,
    currency="EUR",
    per="month",
)


def test_a_kpi_is_told_in_business_terms() -> None:
    result = one("kpis", wishes=churn_with(RETENTION))
    assert (result.gate, result.verdict, result.required) == ("kpis: retention", "pass", ">= .9")
    assert "worth 17,100 EUR per month more than at the floor" in result.because
    assert "The target of .93 is not reached." in result.because
    assert "Against v3: +.0040, 4,000 EUR per month." in result.because


def test_a_kpi_below_its_floor_names_its_owner() -> None:
    result = one("kpis", wishes=churn_with(RETENTION), candidate_metrics={"auc": 0.88})
    assert result.verdict == "fail"
    assert "20,000 EUR per month less" in result.because
    assert "bo owns this KPI" in result.because


def test_less_is_better_where_the_goal_says_so() -> None:
    cost = Kpi("cost", "loss", "min", floor=0.32)
    assert one("kpis", wishes=churn_with(cost)).verdict == "pass"
    assert one("kpis", wishes=churn_with(cost), candidate_metrics={"loss": 0.33}).verdict == "fail"


def test_kpis_that_are_not_there_are_unknown() -> None:
    assert one("kpis", wishes=WISHES).verdict == "unknown"
    assert one("kpis", ["retentoin"], wishes=churn_with(RETENTION)).because.count("retention") == 1
    assert one("kpis", ["bare"], wishes=churn_with(Kpi("bare", "auc", "max"))).verdict == "unknown"


def test_significant_repeats_what_the_comparison_says() -> None:
    result = one("significant", judgements=(BETTER,))
    assert (result.verdict, result.measured, result.required, result.evidence) == (
        "pass", ".006", "p < .05", "5 seeds",
    )  # fmt: skip
    assert one("significant", judgements=(ALIKE,)).verdict == "fail"
    stricter = one("significant", {"alpha": 0.001}, judgements=(BETTER,))
    assert (stricter.verdict, stricter.required) == ("fail", "p < .001")


def test_significantly_worse_does_not_look_like_a_pass() -> None:
    worse = Judged("auc", "max", "worse", -0.02, (-0.03, -0.01), 1e-9, "5 seeds", "Lower.", "runs")
    result = one("significant", judgements=(worse,))
    assert (result.verdict, result.measured) == ("fail", "−.02")
    less = Judged("auc", "min", "better", -0.02, (-0.03, -0.01), 1e-9, "5 seeds", "Lower.", "runs")
    result = one("significant", judgements=(less,))
    assert (result.verdict, result.measured) == (
        "pass", "< .001",
    )  # fmt: skip


def test_not_worse_than_a_margin_asks_the_whole_interval() -> None:
    inside = one("significant", {"margin": 0.004}, judgements=(ALIKE,))
    assert (inside.verdict, inside.measured, inside.required) == ("pass", "−.003", "> −.004")
    assert one("significant", {"margin": 0.002}, judgements=(ALIKE,)).verdict == "fail"
    assert one("significant", {"margin": 0.002, "over": "runs"}, judgements=(ALIKE,)).verdict == "unknown"


def test_without_a_champion_the_first_passes_and_without_evidence_nothing() -> None:
    assert one("significant", champion=None).measured == "first"
    gone = one("significant", comparison_problem="The run of version 3 is gone.")
    assert (gone.verdict, gone.because) == ("unknown", "The run of version 3 is gone.")
    aimless = Judged("auc", None, "not shown to differ", 0.1, (0.0, 0.2), 0.01, "5 seeds", "", "runs")
    assert "goal" in one("significant", judgements=(aimless,)).because


def test_a_margin_and_an_alpha_contradict() -> None:
    assert one("significant", {"margin": 0.1, "alpha": 0.01}, judgements=(BETTER,)).verdict == "unknown"


FOUND = (
    SliceFound("carrier = FL", 75, -0.05, (-0.2, 0.1), 0.6),
    SliceFound("tenure < 3", 900, -0.006, (-0.011, -0.001), 0.04),
    SliceFound("tenure >= 3", 9000, 0.004, (0.001, 0.007), 0.04),
    SliceFound("region is missing", 4, None, None),
)


def test_a_slice_fails_where_chance_hardly_explains_it() -> None:
    result = one("slices", 0.01, slices=FOUND)
    assert (result.verdict, result.measured, result.evidence) == ("pass", "−.006", "tenure < 3, 900 rows")
    assert "carrier = FL" in result.because
    assert "1 more has too few rows" in result.because
    shown = one("slices", 0.005, slices=FOUND)
    assert (shown.verdict, shown.evidence) == ("fail", "tenure < 3, 900 rows")
    assert one("slices", {"margin": 0.01, "strict": True}, slices=FOUND).measured == "−.05"


def test_slices_without_evidence_are_unknown() -> None:
    assert one("slices", 0.01).verdict == "unknown"
    assert (
        one("slices", 0.01, slices=(), slices_problem="There are no slices by `region`.").verdict == "unknown"
    )
    assert one("slices", 0.01, slices=FOUND[3:]).verdict == "unknown"
    assert one("slices", 0.01, champion=None).verdict == "pass"
    assert one("slices", -0.01, slices=FOUND).verdict == "unknown"


def test_an_interval_tells_where_there_is_no_q() -> None:
    found = (SliceFound("a", 90, -0.05, (-0.08, -0.02)), SliceFound("b", 90, -0.09, (-0.2, 0.1)))
    assert one("slices", 0.01, seen(slices=found)).evidence == "a, 90 rows"


@pytest.mark.parametrize(
    ("name", "wish"),
    [("significant", True), ("slices", 0.01), ("require", "auc >= champion + 0.01")],
)
def test_the_holder_itself_passes_what_would_compare_it_with_the_holder(name, wish):
    mine = {"version": 3, "champion": 3, "comparison_problem": "The same run.", "slices_problem": "The same."}
    found = one(name, wish, **mine, holds=True)
    assert (found.verdict, found.measured) == ("pass", "holds it already")
    assert "v3 is champion itself" in found.because
    assert one(name, wish, **mine).verdict != "pass"


def test_the_holder_is_held_to_what_compares_it_with_nobody():
    mine = {"version": 3, "champion": 3, "holds": True, "aliases": {"challenger": {"auc": 0.95}}}
    assert one("require", "auc >= 0.95", **mine).verdict == "fail"
    assert one("require", "auc >= challenger", **mine).verdict == "fail"
