"""Whether drift harms the model. Figures: expected.json of the data sets (scikit-learn), simulation."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from mlops_console.drift.model import Domain, ModelReport, Performance
from mlops_console.drift.performance.judging import judge_model
from mlops_console.drift.performance.outcomes import Outcomes, outcomes_of
from mlops_console.drift.performance.referring import ReferencePerformance, reference_of
from mlops_console.drift.tables.opening import open_table
from mlops_console.errors import DataError

DATA = Path(__file__).parents[1] / "data"
LIKE = Domain(0.51, 0.4, 2000)
UNLIKE = Domain(0.9, 0.0, 2000, drifted=True)
METRICS = {"auc": "roc_auc", "accuracy": "accuracy", "precision": "precision", "recall": "recall", "f1": "f1",
           "brier": "brier", "mae": "mae", "rmse": "rmse", "r2": "r2"}  # fmt: skip


def outcomes(name: str, file: str, *, labels: bool = True) -> Outcomes:
    meta = json.loads((DATA / name / "meta.json").read_text())
    return outcomes_of(
        open_table(DATA / name / f"{file}.parquet"),
        label=meta["target"] if labels else None,
        score=meta.get("proba"),
        prediction=meta["prediction"],
    )


def expected(name: str, window: str) -> tuple[dict[str, float], float]:
    found = json.loads((DATA / name / "expected.json").read_text())["scipy_direct"]["windows"][window]
    return found["performance"], found["domain_classifier"]["auc"]


def by_metric(report: ModelReport) -> dict[str, Performance]:
    return {one.metric: one for one in report.performance}


def of_frame(folder: Path, name: str, **columns: object) -> Outcomes:
    frame = pl.DataFrame(columns)
    frame.write_parquet(folder / f"{name}.parquet")
    named = {what: what if what in columns else None for what in ("label", "score", "prediction")}
    return outcomes_of(open_table(folder / f"{name}.parquet"), **named)


def drawn(rng: np.random.Generator, rows: int, sharp: float = 1.0) -> dict[str, np.ndarray]:
    """Scores and labels that follow from them."""
    score = 1 / (1 + np.exp(-sharp * rng.normal(0, 2, rows)))
    label = (rng.random(rows) < score).astype(np.int64)
    return {"label": label, "score": score, "prediction": (score >= 0.5).astype(np.int64)}


WINDOWS = [f"0{at}" for at in range(10)]


@pytest.mark.parametrize("window", WINDOWS)
def test_car_loans_realised_and_estimated(window: str) -> None:
    reference = reference_of(outcomes("car-loan", "reference"))
    figures, area = expected("car-loan", window)
    domain = Domain(area, 0.0, 2000, drifted=area > 0.6)
    report = judge_model(
        reference,
        outcomes("car-loan", f"current-{window}"),
        drifted=domain.drifted,
        domain=domain,
        outside=0.0,
    )
    found = by_metric(report)
    for ours, theirs in METRICS.items():
        if theirs in figures:
            assert found[ours].realised is not None
            assert found[ours].realised.value == pytest.approx(figures[theirs], rel=1e-9)
    estimated = found["accuracy"].estimated
    assert estimated is not None
    assert estimated.value == pytest.approx(figures["accuracy"], abs=0.01)
    assert report.verdict == ("HARMFUL" if domain.drifted else "STABLE")
    assert report.supported is not domain.drifted
    if not domain.drifted:
        assert {one.verdict for one in report.performance} == {"same"}


@pytest.mark.parametrize("metric", ["auc", "accuracy", "f1", "val/recall", "precision", "brier", "log_loss"])
def test_no_metric_alarms_where_nothing_moved(metric: str) -> None:
    reference = reference_of(outcomes("car-loan", "reference"))
    verdicts = {
        judge_model(reference, outcomes("car-loan", f"current-0{at}"), drifted=False, metric=metric).verdict
        for at in range(5)
    }
    assert verdicts == {"STABLE"}


@pytest.mark.parametrize(
    ("name", "window"),
    [("bikeshare", "2011-10"), ("bikeshare", "2011-11"), ("bikeshare", "2011-12")]
    + [("nyc-flights", f"2013-{month:02}") for month in range(3, 13)],
)
def test_without_labels_and_far_from_the_reference_nothing_is_claimed(name: str, window: str) -> None:
    if not (DATA / name / f"current-{window}.parquet").exists():
        pytest.skip("this window is not among the suite's data")
    reference = reference_of(outcomes(name, "reference"))
    current = outcomes(name, f"current-{window}", labels=False)
    _, area = expected(name, window)
    report = judge_model(reference, current, drifted=True, domain=Domain(area, 0.0, 700, drifted=True))
    assert report.verdict == "UNVERIFIED"
    assert "only labels can tell" in report.because
    if name == "nyc-flights":
        assert report.supported is False
        assert by_metric(report)["auc"].estimated is not None


def test_a_drift_under_which_the_model_does_better_is_benign(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    reference = reference_of(of_frame(tmp_path, "before", **drawn(rng, 8000)))
    current = of_frame(tmp_path, "after", **drawn(rng, 3000, sharp=2.5))
    report = judge_model(reference, current, drifted=True, domain=UNLIKE)
    assert report.verdict == "BENIGN"
    assert by_metric(report)["auc"].verdict == "better"
    assert "better by" in report.because
    assert judge_model(reference, current, drifted=False, domain=LIKE).verdict == "STABLE"


def test_a_concept_that_turned_is_harmful_and_the_gap_of_the_estimate_is_shown(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    reference = reference_of(of_frame(tmp_path, "before", **drawn(rng, 8000)))
    turned = drawn(rng, 3000)
    turned["label"] = np.where(rng.random(3000) < 0.3, 1 - turned["label"], turned["label"])
    report = judge_model(reference, of_frame(tmp_path, "after", **turned), drifted=False, domain=LIKE)
    assert report.verdict == "HARMFUL"
    assert "The estimate without labels is" in report.because


def test_an_estimate_decides_where_it_can_be_believed(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    reference = reference_of(of_frame(tmp_path, "before", **drawn(rng, 8000)))
    blurred = drawn(rng, 4000, sharp=0.4)
    del blurred["label"]
    current = of_frame(tmp_path, "after", **blurred)
    told = judge_model(
        reference, current, drifted=True, domain=Domain(0.7, 0.0, 2000, drifted=True), outside=0.0
    )
    assert told.verdict == "HARMFUL"
    assert "It is an estimate" in told.because
    for doubt in ({"domain": UNLIKE}, {"domain": LIKE, "outside": 0.06}):
        report = judge_model(reference, current, drifted=True, **doubt)
        assert (report.verdict, report.supported) == ("UNVERIFIED", False)


def test_few_labels_do_not_say_that_it_holds(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    reference = reference_of(of_frame(tmp_path, "before", **drawn(rng, 8000)))
    late = drawn(rng, 4000)
    label = late.pop("label").astype(object)
    label[25:] = None
    current = of_frame(tmp_path, "after", label=pl.Series(list(label), dtype=pl.Int64), **late)
    report = judge_model(reference, current, drifted=True, domain=UNLIKE)
    assert report.verdict == "UNVERIFIED"
    assert "so few rows" in report.because
    label[:2000] = drawn(rng, 2000)["label"]
    assert report.performance[0].labelled == 25 / 4000


def test_nothing_is_known_without_labels_or_scores(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    rows = drawn(rng, 500)
    del rows["label"]
    current = of_frame(tmp_path, "after", **rows)
    assert judge_model(None, current, drifted=False).verdict == "UNKNOWN"
    assert judge_model(None, current, drifted=True).verdict == "UNVERIFIED"
    empty = reference_of(current)
    assert empty.metrics == {}
    assert judge_model(empty, current, drifted=False).verdict == "UNKNOWN"


def test_classes_and_numbers_in_other_types_are_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(10)
    names = np.array(["cat", "dog", "owl"])
    label = rng.integers(0, 3, 2000)
    said = np.where(rng.random(2000) < 0.8, label, (label + 1) % 3)
    reference = reference_of(of_frame(tmp_path, "words", label=names[label], prediction=names[said]))
    assert reference.metrics["accuracy"].value == pytest.approx(float((label == said).mean()), rel=1e-12)
    new = np.where(np.arange(2000) < 600, "emu", names[label])
    report = judge_model(
        reference, of_frame(tmp_path, "new", label=new, prediction=names[said]), drifted=True
    )
    assert report.verdict == "HARMFUL"
    rows = drawn(rng, 3000)
    whole = reference_of(of_frame(tmp_path, "whole", **rows))
    as_text = {**rows, "label": [f"{value}.0" for value in rows["label"]]}
    same = judge_model(whole, of_frame(tmp_path, "text", **as_text), drifted=False)
    assert by_metric(same)["auc"].realised == pytest.approx(whole.metrics["auc"].interval)


def test_a_reference_travels_and_bad_ones_are_refused() -> None:
    reference = reference_of(outcomes("car-loan", "reference"))
    text = json.dumps(reference.to_json(), allow_nan=False)
    assert len(text) < 20_000
    again = ReferencePerformance.from_json(json.loads(text))
    assert json.dumps(again.to_json()) == text
    current = outcomes("car-loan", "current-05")
    assert judge_model(again, current, drifted=True) == judge_model(reference, current, drifted=True)
    for broken in (None, [], {}, {**reference.to_json(), "steps": [[1.0], [0.0], [0.5], [2.0]]},
                   {**reference.to_json(), "metrics": {"auc": [float("nan")] * 5}}):  # fmt: skip
        with pytest.raises(DataError):
            ReferencePerformance.from_json(broken)


def test_hostile_values_raise_nothing_and_leave_no_nan(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    rows = drawn(rng, 400)
    rows["score"][:4] = [np.nan, np.inf, -np.inf, 1e308]
    current = of_frame(tmp_path, "bad", **rows)
    reference = reference_of(outcomes("car-loan", "reference"))
    report = judge_model(reference, current, drifted=True, metric="no such thing")
    assert any("no such thing" in problem for problem in report.problems)
    said = of_frame(
        tmp_path, "numbers", label=[1e308, -1e308, 0.5] * 40, prediction=[-1e308, 1e308, 0.25] * 40
    )
    numbers = reference_of(said)
    for one in (report, judge_model(numbers, said, drifted=True)):
        for each in one.performance:
            for interval in (each.reference, each.realised, each.estimated):
                assert interval is None or np.isfinite([interval.value, interval.low, interval.high]).all()
    for odd in ({"label": [[1]] * 20, "score": [0.5] * 20}, {"label": [1] * 20, "score": ["x"] * 20}):
        judge_model(reference, of_frame(tmp_path, "odd", **odd), drifted=True)
        reference_of(of_frame(tmp_path, "odd", **odd))
    none = Outcomes(0, np.empty(0), np.empty(0), None, None)
    assert judge_model(reference, none, drifted=False).verdict == "UNKNOWN"
