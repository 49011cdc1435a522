"""What may be concluded, over runs and by predictions of a real project; and how it is said."""

import csv
import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.comparing.test_comparing_subjects import made
from tests.workspace.desk_making import workspace_at

from mlops_console.comparison.model import Judgement
from mlops_console.workspace import Workspace, open_workspace
from mlops_console.workspace.comparing import finding, influence
from mlops_console.workspace.comparing.asking import compare
from mlops_console.workspace.comparing.judging import Family, Judged, over_runs
from mlops_console.workspace.comparing.markdown import markdown
from mlops_console.workspace.comparing.model import Asked, Columns
from mlops_console.workspace.comparing.predicting import calibration, may_predict, over_rows, slices
from mlops_console.workspace.comparing.reporting import report
from mlops_console.workspace.comparing.saying import sentence
from mlops_console.workspace.details import resolve

NOISE = [0.001, -0.002, 0.003, -0.001, 0.002]


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    with workspace_at(tmp_path) as workspace:
        yield workspace


def models(workspace: Workspace, gains: dict[str, float], metric: str = "val/auc") -> list[str]:
    """Five seeds of each; the same seeds share most of their luck."""
    return [
        made(
            workspace, f"{name}-{seed}", {"model": name, "seed": seed},
            metrics={metric: [0.8 + gain + 0.01 * seed + luck * (1 if gain else -1)]},
        )
        for name, gain in gains.items()
        for seed, luck in enumerate(NOISE)
    ]  # fmt: skip


def judged(workspace: Workspace, asked: Asked) -> tuple[str, tuple[Judgement, ...]]:
    comparison = compare(workspace, asked)
    found = Judged(over_runs(workspace, comparison))
    return sentence(comparison, found), found.all


def test_groups_are_judged_against_the_base_as_one_family(desk: Workspace) -> None:
    ids = models(desk, {"linear": 0.0, "forest": 0.05, "other": 1e-9})
    said, found = judged(desk, Asked(tuple(ids), by="model"))
    assert said == "forest beats linear on val/auc. other is not shown to differ."
    assert [(one.a, one.b, one.n_a, one.n_b, one.pairs) for one in found] == [
        ("linear", "forest", 5, 5, 5),
        ("linear", "other", 5, 5, 5),
    ]
    assert found[0].difference == pytest.approx(0.05 + 2 * sum(NOISE) / 5)
    assert found[0].p is not None
    assert found[0].p_holm == pytest.approx(2 * found[0].p)


def test_the_goal_turns_the_verdict(desk: Workspace) -> None:
    ids = models(desk, {"linear": 0.0, "forest": 0.05})
    said, (one,) = judged(desk, Asked(tuple(ids), by="model", goal="min"))
    assert (one.verdict, said) == ("worse", "forest is worse than linear on val/auc.")


def test_without_a_goal_nothing_is_better(desk: Workspace) -> None:
    ids = models(desk, {"linear": 0.0, "forest": 0.05}, "thing")
    said, (one,) = judged(desk, Asked(tuple(ids), by="model"))
    assert one.verdict == "not shown to differ"
    assert said == "forest differs from linear on thing; nobody said which way is better."


def test_one_run_each_says_plainly_that_nothing_can_be_said(desk: Workspace) -> None:
    ids = [made(desk, name, {}, metrics={"auc": [value]}) for name, value in (("a", 0.8), ("b", 0.9))]
    said, (one,) = judged(desk, Asked(tuple(ids)))
    assert (one.test, one.verdict, one.a, one.b) == ("none", "not shown to differ", ids[0], ids[1])
    assert said.startswith("Whether run b differs from run a on auc can't be said: one run each")


def test_groups_that_only_a_value_names_are_called_by_both(desk: Workspace) -> None:
    ids = [
        made(desk, f"r{lr}-{seed}", {"lr": lr, "seed": seed}, metrics={"auc": [lr + NOISE[seed] / (1 + lr)]})
        for lr in (0.1, 0.3)
        for seed in range(5)
    ]  # fmt: skip
    assert judged(desk, Asked(tuple(ids), by="lr"))[0] == "lr=0.3 beats lr=0.1 on auc."


def test_a_margin_may_make_them_as_good(desk: Workspace) -> None:
    ids = models(desk, {"linear": 0.0, "other": 1e-9})
    said, (one,) = judged(desk, Asked(tuple(ids), by="model", margin=0.05))
    assert one.verdict == "equivalent"
    assert said == "other is as good as linear on val/auc (within .05)."


def test_who_does_not_wait_gets_nothing(desk: Workspace) -> None:
    comparison = compare(desk, Asked(tuple(models(desk, {"linear": 0.0, "forest": 0.05})), by="model"))
    found = over_runs(desk, comparison, wanted=lambda: False)
    assert (found.judgements, found.problem) == ((), "")


def test_runs_without_predictions_have_no_rows(desk: Workspace) -> None:
    comparison = compare(desk, Asked(tuple(models(desk, {"linear": 0.0, "forest": 0.05})), by="model"))
    assert not may_predict(comparison)
    assert over_rows(desk, comparison) is None


def labels(judgement: Judgement, verdicts: dict[str, str], comparison: Any) -> str:
    of = tuple(replace(judgement, b=key, verdict=word) for key, word in verdicts.items())  # type: ignore[arg-type]
    return sentence(comparison, Judged(Family(of, "")), lambda subject: subject.letter)


def test_it_is_said_as_a_colleague_would(desk: Workspace) -> None:
    ids = [made(desk, f"run {name}", {}, metrics={"auc": [0.5]}) for name in "abcde"]
    comparison = compare(desk, Asked(tuple(ids)))
    one = Judgement("auc", ids[0], "", "max", 0.1, None, 0.01, None, "", 5, 5, "t", "better", "so")
    a, b, c, d = ids[1:]
    worse, none = "worse", "not shown to differ"
    assert labels(one, {a: "better", b: "better", c: none, d: worse}, comparison) == (
        "A and B beat run a on auc. D is worse than run a on auc. C is not shown to differ."
    )
    assert labels(one, {a: none, b: none, c: none}, comparison) == (
        "A, B and C are not shown to differ from run a on auc."
    )


# Predictions


def write(folder: Path, name: str, rows: list[dict[str, Any]], seed: int = 0) -> None:
    run = folder / "runs" / name
    run.mkdir(parents=True, exist_ok=True)
    (run / "metrics.jsonl").write_text(json.dumps({"step": 0, "auc": 0.5, "other": 1.0}) + "\n")
    (run / "config.json").write_text(json.dumps({"model": name.partition("-")[0], "seed": seed}))
    if rows:
        with (run / "predictions.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)


def knows(skill: float, label: bool, region: str) -> float:
    """What there is to know is known in the north alone."""
    return skill * (0.2 if label else -0.2) if region == "north" else 0.0


def rows_of(skill: float, count: int = 1500) -> list[dict[str, Any]]:
    """Scores that know the label so well; everything fixed."""
    draw = random.Random(5)
    labelled = [
        (number, draw.random() < 0.4, "north" if draw.random() < 0.5 else "south") for number in range(count)
    ]
    noise = random.Random(int(skill * 100))
    return [
        {
            "id": number, "label": int(label), "region": region,
            "score": min(1, max(0, 0.5 + knows(skill, label, region) + noise.gauss(0, 0.15))),
        }
        for number, label, region in labelled
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Models whose predictions lie beside them, and runs with every fault predictions may have."""
    root = tmp_path_factory.mktemp("predicting")
    folder = root / "shop"
    good, better = rows_of(0.2), rows_of(0.9)
    write(folder, "plain-1", good)
    write(folder, "sharp-1", better)
    write(folder, "twice-1", [*better, *better[:300]])
    write(folder, "fewer-1", better[:900])
    write(folder, "one-1", [{**row, "label": 1} for row in better])
    write(folder, "without-1", [])
    write(folder, "broken-1", [{"a": 1, "b": 2}])
    write(folder, "named-1", [{"id": r["id"], "came": r["label"], "said": r["score"]} for r in better])
    with open_workspace([folder], str(root / "kept" / "store.duckdb")) as workspace:
        workspace.scan()
        yield workspace


def rows(workspace: Workspace, *names: str, **asked: Any) -> Family | None:
    ids = tuple(resolve(workspace, f"runs/{name}") for name in names)
    return over_rows(workspace, compare(workspace, Asked(ids, **{"metrics": ("auc",), **asked})))


def test_one_run_each_is_judged_by_the_rows_that_both_predicted(shop: Workspace) -> None:
    found = rows(shop, "plain-1", "sharp-1")
    assert found is not None
    (one,) = found.judgements
    assert (one.unit, one.test, one.verdict, one.n_a) == ("rows", "DeLong", "better", 1500)
    assert one.a == resolve(shop, "plain-1")
    ids = tuple(resolve(shop, f"runs/{name}") for name in ("plain-1", "sharp-1"))
    comparison = compare(shop, Asked(ids, metrics=("auc",)))
    both = Judged(over_runs(shop, comparison), found)
    assert len(both.all) == 2
    assert sentence(comparison, both) == "sharp-1 beats plain-1 on auc on the same rows."


def test_how_many_rows_matched_is_said(shop: Workspace) -> None:
    found = rows(shop, "plain-1", "twice-1", "fewer-1")
    assert found is not None
    twice, fewer = found.judgements
    assert (twice.n_a, fewer.n_a) == (1200, 900)
    assert any("300" in note for note in twice.notes)
    assert any("600" in note for note in fewer.notes)


def test_labels_of_one_class_can_not_be_judged(shop: Workspace) -> None:
    found = rows(shop, "one-1", "one-1", "sharp-1")
    assert found is not None
    (one,) = found.judgements
    assert (one.test, one.verdict) == ("none", "not shown to differ")
    assert one.because


def test_a_run_without_predictions_leaves_the_others_to_be_judged(shop: Workspace) -> None:
    found = rows(shop, "plain-1", "sharp-1", "without-1", "broken-1")
    assert found is not None
    assert [one.b for one in found.judgements] == [resolve(shop, "sharp-1")]
    assert any("broken-1/predictions.csv" in note for note in found.notes)
    assert rows(shop, "without-1", "sharp-1") is None


def test_what_is_no_metric_of_rows_is_said(shop: Workspace) -> None:
    found = rows(shop, "plain-1", "sharp-1", metrics=("other",))
    assert found is not None
    assert found.problem == "other can't be computed from predictions by row."


def test_what_no_run_logged_can_be_computed_from_rows(shop: Workspace) -> None:
    found = rows(shop, "plain-1", "sharp-1", metrics=("logloss",))
    assert found is not None
    assert (found.judgements[0].metric, found.judgements[0].goal) == ("logloss", "min")
    ids = tuple(resolve(shop, f"runs/{name}") for name in ("plain-1", "sharp-1"))
    comparison = compare(shop, Asked(ids, metrics=("logloss",)))
    assert over_runs(shop, comparison).problem == "No run logged logloss."
    both = Judged(over_runs(shop, comparison), found)
    assert "sharp-1" in sentence(comparison, both)


def test_columns_may_be_chosen(shop: Workspace) -> None:
    silent = rows(shop, "named-1", "sharp-1")
    assert silent is not None
    assert "came" in silent.problem
    chosen = rows(shop, "named-1", "plain-1", columns=Columns(label="came", score="said"))
    assert chosen is not None
    assert [one.verdict for one in chosen.judgements] == ["worse"]


def test_where_they_differ_and_what_scores_mean(shop: Workspace) -> None:
    ids = tuple(resolve(shop, f"runs/{name}") for name in ("plain-1", "sharp-1"))
    comparison = compare(shop, Asked(ids, metrics=("auc",)))
    found = slices(shop, comparison, comparison.others[0], "auc").value
    assert found is not None
    verdicts = {one.name: one.verdict for one in found.slices}
    assert verdicts == {"region = north": "better", "region = south": "not shown to differ"}
    scores = calibration(shop, comparison).value
    assert scores is not None
    assert [(one.name, one.n) for one in scores] == [("plain-1", 1500), ("sharp-1", 1500)]


def test_a_file_that_changed_is_judged_anew(shop: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(Path(shop.projects[0].root), folder)
    with open_workspace([folder], str(tmp_path / "kept" / "store.duckdb")) as workspace:
        workspace.scan()
        before = rows(workspace, "plain-1", "sharp-1")
        write(folder, "sharp-1", rows_of(0.21))
        after = rows(workspace, "plain-1", "sharp-1")
    assert before is not None
    assert after is not None
    assert before.judgements[0].difference != after.judgements[0].difference


def test_a_report_holds_everything(shop: Workspace) -> None:
    ids = tuple(resolve(shop, f"runs/{name}") for name in ("plain-1", "sharp-1"))
    told: list[str] = []
    found = report(shop, Asked(ids, metrics=("auc",)), told.append)
    assert "judging by predictions" in told
    assert set(found.slices) == {ids[1]}
    said = found.as_json()
    json.dumps(said)
    assert said["comparisons"][0]["verdict"] == "better"
    assert {"metric", "a", "b", "difference", "ci", "p", "p_holm", "n_a", "n_b", "test", "verdict", "because",
            "effect_size"} <= said["comparisons"][0].keys()  # fmt: skip
    text = markdown(found)
    assert text.startswith("# Comparison\n\n**sharp-1 beats plain-1 on auc on the same rows.**")
    assert "## Where A sharp-1 differs on auc" in text


# Many runs


def test_which_params_a_metric_hangs_on(desk: Workspace) -> None:
    draw = random.Random(1)
    ids = []
    for number in range(60):
        lr, depth = draw.random(), draw.randrange(9)
        params = {"lr": lr, "depth": depth, "seed": number}
        ids.append(made(desk, f"run {number}", params, metrics={"auc": [lr + 0.01 * draw.random()]}))
    told: list[float] = []
    found = influence.importance(desk, ids, "auc", told.append).value
    assert found is not None
    assert found.refusal == ""
    assert found.params[0].names == ("lr",)
    assert "seed" not in {name for param in found.params for name in param.names}
    few = influence.importance(desk, ids[:5], "auc").value
    assert few is not None
    assert few.refusal
    effect = influence.marginal(desk, ids, "auc", "lr").value
    assert effect is not None
    assert effect.places[0].effect < effect.places[-1].effect


def test_the_nearest_the_same_and_what_changed(desk: Workspace) -> None:
    code = {"git.commit": "a" * 40, "git.dirty": False}
    ids = []
    for at in range(20):
        late = at >= 10
        said = {**code, "script": "train.py", "git.commit": "ab"[late] * 40}
        metrics = {"auc": [0.9 - 0.2 * late - at / 1000]}
        params = {"lr": 0.2 if late else 0.1, "depth": 3}
        ids.append(made(desk, f"run {at}", params, metrics=metrics, environment=said, started=10**15 + at))
    near = finding.nearest(desk, ids[0], most=3).value
    assert near is not None
    assert [one.distance for one in near] == [0.0, 0.0, 0.0]
    assert {one.run for one in near} <= set(ids[1:10])
    same = finding.duplicates(desk, ids).value
    assert same is not None
    assert {one.kind for one in same} == {"same inputs, other results"}
    since = finding.since_last_good(desk, ids[-1], "auc").value
    assert since is not None
    assert since.runs == tuple(ids)
    assert (since.found.good, since.found.bad) == (9, 10)
    assert since.found.commits == "aaaaaaaa..bbbbbbbb"
