"""The statistics of the Compare screen as gates, on two candidates with five seeds each."""

import json
from pathlib import Path

import polars as pl
import pytest
from scipy import stats
from tests.workspace.judging.gates_desk import FLIGHTS, by_gate, flights, judged, move, wish
from tests.workspace.registering.registering_desk import scanned

from mlops_console.workspace.details import resolve
from mlops_console.workspace.registering.registering import register


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return flights(tmp_path_factory.mktemp("compared"))


@pytest.fixture(scope="module")
def desk(project):
    with scanned(project) as workspace:
        register(workspace, "delays", run="gbm-no-weather-s1")
        register(workspace, "delays", run="gbm-s1")
        move(workspace, "delays@1")
        yield workspace


def asked(desk, project, gates: str, name: str = "delays@2", more: str = ""):
    wish(project, gates, "delays", more)
    return by_gate(judged(desk, name))


def last_auc(kind: str) -> list[float]:
    """Of each seed, from the files that the recorder wrote."""
    found = []
    for run in sorted((FLIGHTS / "runs").glob(f"*-{kind}-s?"), key=lambda run: run.name[-1]):
        lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        found.append([line["test/auc"] for line in lines if "test/auc" in line][-1])
    return found


def test_seeds_answer_where_both_have_them(desk, project):
    result = asked(desk, project, "significant = true")["significant"]
    truth = stats.ttest_rel(last_auc("gbm"), last_auc("gbm-no-weather"))
    assert (result.verdict, result.evidence) == ("pass", "5 seeds")
    assert result.value == pytest.approx(truth.pvalue, rel=1e-6)


def test_a_margin_asks_the_interval(desk, project):
    result = asked(desk, project, "significant = { margin = 0.001 }")["significant"]
    truth = stats.ttest_rel(last_auc("gbm"), last_auc("gbm-no-weather")).confidence_interval(0.95)
    assert result.value == pytest.approx(truth.low, rel=1e-6)
    assert result.verdict == "pass"


def test_rows_answer_where_they_are_asked(desk, project):
    result = asked(desk, project, 'significant = { over = "rows" }')["significant"]
    assert (result.verdict, result.evidence) == ("fail", "6,244 rows")


def test_no_slice_is_worse(desk, project):
    found = asked(desk, project, "slices = 0.01")["slices"]
    assert (found.verdict, found.required) == ("fail", ">= −.01")
    few = asked(desk, project, "slices = 0.5")["slices"]
    assert few.verdict == "pass"
    named = asked(desk, project, "slices = 0.5", more='slices = ["carrier", "colour"]')["slices"]
    assert (named.verdict, "no slices by `colour`" in named.because) == ("unknown", True)


def test_where_no_column_makes_slices_the_reason_is_told(tmp_path):
    project = flights(tmp_path)
    for file in project.glob("runs/*/predictions.parquet"):
        few = pl.read_parquet(file).head(80).select("flight_id", "label", "score")
        halves = pl.Series("half", ["low", "high"] * 40)
        few.with_columns(halves).write_parquet(file)
    with scanned(project) as workspace:
        register(workspace, "delays", run="gbm-no-weather-s1")
        register(workspace, "delays", run="gbm-s1")
        move(workspace, "delays@1")
        found = asked(workspace, project, "slices = 0.5")["slices"]
    because = "There are no slices by `half`: it has 2 values, none of them in 50 rows."
    assert (found.verdict, found.because) == ("unknown", because)


def test_a_run_that_is_forgotten_can_be_compared_no_more(tmp_path):
    project = flights(tmp_path)
    with scanned(project) as workspace:
        register(workspace, "delays", run="gbm-no-weather-s1")
        register(workspace, "delays", run="gbm-s1")
        move(workspace, "delays@1")
        workspace.forget([resolve(workspace, "gbm-s1")])
        result = asked(workspace, project, "significant = true")["significant"]
    assert (result.verdict, "(gbm-s1) is gone" in result.because) == ("unknown", True)


def test_the_same_configuration_has_no_other_seeds_to_be_compared_with(desk, project):
    register(desk, "delays", run="gbm-s3", artifact="predictions.parquet")
    move(desk, "delays@2", "shadow")
    text = 'significant = { over = "runs" }'
    wish(project, text, "delays", "")
    file = project / "mlops-console.toml"
    file.write_text(file.read_text().replace("gates.champion", "gates.shadow"))
    result = by_gate(judged(desk, "delays@3", "shadow"))["significant"]
    assert (result.verdict, "one configuration" in result.because) == ("unknown", True)


def test_the_holder_can_be_asked_again_but_no_other_version_of_its_run(desk, project):
    for _ in range(2):
        register(desk, "late", run="gbm-no-weather-s1", again=True)
    move(desk, "late@1")
    wish(project, 'significant = true\nslices = 0.01\nrequire = "test/auc >= champion + 0.001"', "late")
    assert judged(desk, "late@1").passed
    other = judged(desk, "late@2")
    assert {one.gate.partition(":")[0] for one in other.refusing} == {"significant", "slices", "require"}
    assert "same run" in by_gate(other)["significant"].because
