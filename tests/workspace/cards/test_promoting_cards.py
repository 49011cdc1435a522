"""The card of a version, from a registry with decisions of every kind."""

import json
import math
import re
import shutil
import statistics

import pytest
from tests.workspace.judging.gates_desk import by_gate, flights, judged, move, wish
from tests.workspace.registering.registering_desk import ONE, TWO, churn, scanned

from mlops_console.workspace.cards.cards import as_html, as_markdown, card, card_facts
from mlops_console.workspace.deciding.deciding import promote
from mlops_console.workspace.models import resolve
from mlops_console.workspace.registering.registering import register

WRITTEN = 'owner = "ana"\npurpose = "Who is called."\nlimits = "Not for prices."\n'


@pytest.fixture
def desk(tmp_path):
    project = churn(tmp_path)
    with scanned(project) as workspace:
        register(workspace, "churn", run=ONE, reason="baseline")
        yield workspace, project


def facts(workspace, name="churn@1", **options):
    options.setdefault("intervals", False)
    return card_facts(workspace, resolve(workspace, name), **options)


def text(workspace, name="churn@1"):
    return as_markdown(card(workspace, resolve(workspace, name)))


def test_how_sure_a_metric_is_by_rows_and_by_seeds(tmp_path):
    with scanned(flights(tmp_path)) as workspace:
        register(workspace, "churn", run="gbm-s1")
        found = facts(workspace, intervals=True)
        figures = {one.metric: one for one in found.figures}
        runs = [one for one in workspace_values(tmp_path / "flights", "accuracy") if one is not None]
    accuracy = figures["accuracy"]
    # The binomial error of a share, sqrt(p (1 - p) / n), as any textbook has it.
    half = 1.96 * math.sqrt(accuracy.value * (1 - accuracy.value) / accuracy.rows)
    assert accuracy.rows == 6_244
    assert accuracy.rows_ci == pytest.approx((accuracy.value - half, accuracy.value + half), abs=half / 10)
    # t of 4 degrees of freedom at 97.5%: 2.776 (Student's table).
    half = 2.7764 * statistics.stdev(runs) / math.sqrt(5)
    mean = statistics.mean(runs)
    assert accuracy.seeds == len(runs) == 5
    assert accuracy.seeds_mean == pytest.approx(mean)
    assert accuracy.seeds_ci == pytest.approx((mean - half, mean + half), rel=1e-4)
    assert figures["test/auc"].rows_ci is not None
    # The predictions are of the test flights: they say nothing of the loss on those it was trained with.
    assert figures["train/logloss"].rows_ci is None
    assert found.unsure == ()


def workspace_values(project, key):
    for run in sorted(project.glob("runs/*-gbm-s?")):
        summaries = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
        told = [one["values"][key] for one in summaries if key in one.get("values", {})]
        yield told[-1] if told else None


def test_where_nothing_can_tell_how_sure_it_is_that_is_said(desk):
    workspace, _ = desk
    found = facts(workspace, intervals=True)
    assert any("2 runs of its configuration" in one for one in found.unsure)
    assert "three with different seeds would tell" in text(workspace)


def test_what_nobody_wrote_is_named_and_the_gate_asks_the_card(desk):
    workspace, project = desk
    assert "Nobody has written its limits: add \\`limits = …\\`" in text(workspace)
    wish(project, "card = true")
    missing = by_gate(judged(workspace, "churn@1"))["card"]
    assert missing.verdict == "fail"
    assert "owner, purpose, limits" in missing.because
    wish(project, "card = true", more=WRITTEN)
    assert by_gate(judged(workspace, "churn@1"))["card"].verdict == "pass"
    told = text(workspace)
    assert "missing" not in told
    assert "Not for prices." in told


def test_gates_are_told_as_judged_and_overrides_for_ever(desk):
    workspace, project = desk
    wish(project, 'size = "1 kB"', more=WRITTEN)
    promote(workspace, resolve(workspace, "churn@1"), "champion", "it hurries", allow_failing=("size",))
    wish(project, 'size = "2 GB"', more=WRITTEN)
    told = text(workspace)
    assert "is champion since" in told
    assert "past a gate that did not pass: size. " in told
    assert "it hurries" in told
    assert "✗ fail, overridden" in told
    found = facts(workspace)
    assert [(one.gate, one.verdict) for one in found.promotions[0].gates if one.gate == "size"] == [
        ("size", "fail")
    ]
    register(workspace, "churn", run=TWO, parent="churn@1")
    promote(workspace, resolve(workspace, "churn@2"), "champion", "smaller")
    assert "was champion until" in text(workspace)
    assert facts(workspace, "churn@2").lineage.parent == "churn@1"


def test_kpis_are_told_in_terms_of_business(desk):
    workspace, project = desk
    key = next(one.metric for one in facts(workspace).figures)
    kpi = f'[models.churn.kpis.kept]\nmetric = "{key}"\ngoal = "max"\nfloor = 0.1\nworth = 1000\n'
    wish(project, "finished = true", more=f'{WRITTEN}{kpi}currency = "EUR"\nper = "month"\n')
    found = facts(workspace)
    assert found.kpis[0].met is True
    assert found.kpis[0].worth.endswith(" EUR per month")
    assert float(found.kpis[0].worth.split()[0].replace(",", "")) == pytest.approx(
        1000 * (found.kpis[0].value or 0), abs=0.6
    )


def test_a_version_stays_explained_when_its_run_is_gone(desk):
    workspace, project = desk
    before = facts(workspace)
    shutil.rmtree(project / "runs")
    workspace.scan()
    after = facts(workspace, intervals=True)
    assert after.lineage.run_gone
    assert after.lineage.params == before.lineage.params
    assert [one.value for one in after.figures] == [one.value for one in before.figures]
    assert any("run is gone" in one for one in after.unsure)
    assert "the run is gone; what was recorded is what is here" in text(workspace)


def test_an_external_version_has_a_card_too(desk):
    workspace, _ = desk
    register(
        workspace, "hosted", external={"provider": "acme", "metrics": {"auc": 0.91}, "dataset": "test-2026"}
    )
    told = text(workspace, "hosted@1")
    assert "there are no files to hash" in told
    assert "Evaluation: provider:** acme" in told
    assert "test-2026" in told
    assert {one.part for one in facts(workspace, "hosted@1").missing} == {"owner", "purpose", "limits"}


def test_hostile_words_are_raw_in_the_journal_and_escaped_on_the_page(desk):
    workspace, project = desk
    evil = "<script>alert(1)</script>\x1b[31m|`"
    resolved = resolve(workspace, "churn@1")
    body = {"subject": {"model": "churn", "version_id": resolved.version.id, "version": 1}}
    workspace.decisions.append(resolved.project.key, "note", {**body, "text": evil})
    workspace.decisions.append(resolved.project.key, "tag", {**body, "name": evil, "value": evil})
    move(workspace, "churn@1", evil)
    (project / "mlops-console.toml").write_text(f"[models.churn]\nlimits = {json.dumps(evil)}\n")
    document = card(workspace, resolve(workspace, "churn@1"))
    page = as_html(document)
    assert "<script" not in page
    assert "\x1b" not in page + as_markdown(document)
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
    assert facts(workspace).notes[0].text == evil
    assert not re.search(r"https?://", page)


def test_events_of_odd_shape_make_a_card_all_the_same(desk):
    workspace, _ = desk
    found = resolve(workspace, "churn@1")
    body = {
        "model": "churn", "alias": "champion", "version_id": found.version.id, "version": 1,
        "from_version_id": None, "from_version": None, "way": "promote", "reason": 7,
        "overridden": "size",
        "gates": [None, {"gate": 5, "verdict": "splendid"}, {"gate": "ok", "verdict": "pass"}],
    }  # fmt: skip
    evidence = {
        "judgements": [{"metric": 1, "ci": [0], "p": "x"}, 3], "slices": [{"n": "many", "ci": "?"}, {}],
        "slices_problem": {},
    }  # fmt: skip
    workspace.decisions.append(found.project.key, "alias", body, evidence)
    odd = {
        "model": "odd", "version": 1, "origin": "run", "files": [], "sha256": "", "size": 0, "format": "",
        "copied": False, "run": {"name": 5}, "datasets": ["x", {"name": ["y"]}], "code": 3, "params": "no",
        "environment": [], "signature": {"inputs": "double"}, "metrics": {"auc": 3},
    }  # fmt: skip
    workspace.decisions.append(found.project.key, "register", odd)
    told = facts(workspace)
    assert [one.verdict for one in told.promotions[0].gates] == ["unknown", "pass"]
    assert as_html(card(workspace, resolve(workspace, "churn@1")))
    if "odd" in workspace.decisions.registry(found.project.key).models:
        assert as_html(card(workspace, resolve(workspace, "odd@1")))
