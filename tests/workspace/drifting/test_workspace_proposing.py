"""What is proposed where a model is harmed: on what to train, whether going back helps, which labels."""

import csv
import io
import json
import os
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from tests.workspace.deciding.deciding_desk import registered, version

from mlops_console.analysis.jobs import function
from mlops_console.cli import run_command
from mlops_console.drift.model import Feature, Measured, Segment
from mlops_console.workspace.baselines.making import Wishes, make_baseline
from mlops_console.workspace.deciding.deciding import promote
from mlops_console.workspace.diagnosing.faults import at_fault, faults
from mlops_console.workspace.diagnosing.proposing import proposal
from mlops_console.workspace.drifting.checking import judge, look
from mlops_console.workspace.drifting.monitors import watched_in
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.states.listing import state, windows
from mlops_console.workspace.drifting.unlabelled import unlabelled

COUNT = 2_000
OLD = 1_700_000_000
WISH = """
[monitors.live]
model = "churn"
current = "live"
score = "score"
label = "left"
labels = "came"
key = "id"
classifier = 1
settle = "0s"
"""


def frame(seed, *, wrong=0.0, shift=0.0):
    """Scores that are right of what comes true; of `wrong` of them the labels know nothing."""
    rng = np.random.default_rng(seed)
    x = rng.normal(shift, 1, COUNT)
    score = 1 / (1 + np.exp(-2 * x))
    left = rng.uniform(size=COUNT) < score
    left = np.where(rng.uniform(size=COUNT) < wrong, rng.uniform(size=COUNT) < 0.5, left)
    plan = rng.choice(["free", "gold"], COUNT)
    ids = [f"{seed}-{at}" for at in range(COUNT)]
    return pl.DataFrame({"id": ids, "x": x, "plan": plan, "score": score, "left": left.astype(int)})


def put(rows, path, *, old=False):
    path.parent.mkdir(exist_ok=True)
    rows.write_parquet(path)
    if old:
        os.utime(path, (OLD, OLD))


@pytest.fixture
def desk(tmp_path):
    with registered(tmp_path, 'require = "val/auc >= 0.1"\n' + WISH) as workspace:
        yield workspace, tmp_path / "churn"


def stand(workspace, root, number, seed):
    """A version takes the alias, with a baseline of its own."""
    put(frame(seed), root / f"data/{number}.parquet")
    resolved = version(workspace, number)
    wishes = Wishes(label="left", score="score", key="id")
    make_baseline(workspace, resolved, str(root / f"data/{number}.parquet"), wishes=wishes, reason="known")
    promote(workspace, resolved, "champion", "next")


def arrive(workspace, root, name, *, labels=True, old=False, **more):
    rows = frame(int(name), **more)
    put(rows.drop("left"), root / f"live/{name}.parquet", old=old)
    if labels:
        put(rows.select("id", "left"), root / f"came/{name}.parquet")
    check(workspace)


def check(workspace):
    [watched] = watched_in(workspace.projects)
    found = look(watched, workspace.places, References(lambda: workspace))
    for new in found.new:
        judge(found, new, lambda name, given: json.loads(function(name)(request=given)))


def proposed(workspace):
    return proposal(workspace, state(workspace, workspace.projects[0].key, "live"))


def windows_of(workspace):
    return windows(workspace, watched_in(workspace.projects)[0])


def steps(found):
    return {step.way: step for step in found.steps}


def test_nothing_is_proposed_while_the_model_holds(desk):
    workspace, root = desk
    stand(workspace, root, 1, 100)
    arrive(workspace, root, "201")
    assert proposed(workspace) is None


def test_windows_without_labels_take_back_nothing_of_what_labels_said(desk):
    workspace, root = desk
    stand(workspace, root, 1, 100)
    arrive(workspace, root, "201", wrong=0.8)
    arrive(workspace, root, "202", labels=False)
    found = proposed(workspace)
    assert found is not None
    assert (found.window, found.sure) == ("201.parquet", True)
    # What came since teaches nothing alone, and is what lacks labels.
    assert "4,000 rows of 201.parquet to 202.parquet" in steps(found)["retrain"].what
    assert steps(found)["labels"].told == ("202.parquet",)


def test_a_version_that_never_held_is_rolled_back(desk):
    workspace, root = desk
    stand(workspace, root, 1, 100)
    arrive(workspace, root, "201")
    stand(workspace, root, 2, 101)
    arrive(workspace, root, "202", wrong=0.6)
    found = proposed(workspace)
    assert (found.version, found.window, found.sure) == ("churn@2", "202.parquet", True)
    back = steps(found)["roll back"]
    assert back.advised
    assert back.what == "Roll champion back to churn@1."
    # Open at its end: what is pasted and run can't put a made-up reason into the journal.
    assert back.command == back.start == "mlops-console rollback churn champion --to 1 --reason "
    assert (back.binding, back.told, back.place.view) == ("models.rollback", ("champion", "1"), "models")
    assert "churn@2 was harmed in the first window that judged it." in back.because
    assert any("churn@1 held in 201.parquet" in one for one in back.because)


def test_nobody_goes_back_for_rows_that_another_version_scored(desk):
    workspace, root = desk
    stand(workspace, root, 1, 100)
    arrive(workspace, root, "201")
    stand(workspace, root, 2, 101)
    arrive(workspace, root, "202", old=True, wrong=0.6)
    back = steps(proposed(workspace))["roll back"]
    assert not back.advised
    assert "all labelled rows came before churn@2 was champion" in back.against[0]


def test_where_the_world_moved_an_older_version_is_no_help(desk):
    workspace, root = desk
    stand(workspace, root, 1, 100)
    arrive(workspace, root, "201")
    stand(workspace, root, 2, 101)
    arrive(workspace, root, "202")
    arrive(workspace, root, "203", wrong=0.6, shift=1.5)
    found = proposed(workspace)
    assert found.steps[0].way == "retrain"
    assert "the 2,000 rows of 203.parquet (live, labels from came by id)" in found.steps[0].what
    assert any(one.startswith("What moved most: x (") for one in found.steps[0].because)
    back = steps(found)["roll back"]
    assert not back.advised
    assert "the world moved" in back.against[0]
    assert found.steps[-1] is back


def test_the_same_inputs_that_mean_something_else(desk):
    workspace, root = desk
    stand(workspace, root, 1, 100)
    arrive(workspace, root, "201", wrong=0.7)
    retrain = steps(proposed(workspace))["retrain"]
    assert retrain.what.startswith("Train on the 2,000 rows of")
    assert any("the same inputs now mean something else" in one for one in retrain.because)
    # Nobody has said how: it leads to where that is said.
    assert (retrain.start, retrain.binding) == ("", "")
    lines = (root / "mlops-console.toml").read_text().splitlines()
    assert retrain.place.subject == str(root / "mlops-console.toml")
    assert lines[int(retrain.place.detail) - 1] == "[models.churn]"
    (root / "mlops-console.toml").write_text(
        "\n".join([*lines, "[models.churn.retrain]", 'command = ["true"]'])
    )
    retrain = steps(proposed(workspace))["retrain"]
    assert retrain.start == retrain.command == "mlops-console retrain churn --monitor live --reason "
    assert (retrain.binding, retrain.place.view) == ("drift.retrain", "drift")


def test_labels_that_are_missing(desk):
    workspace, root = desk
    stand(workspace, root, 1, 100)
    rows = frame(201, wrong=0.7)
    put(rows.select("id", "left").head(800), root / "came/201.parquet")
    arrive(workspace, root, "201", labels=False, wrong=0.7)
    labels = steps(proposed(workspace))["labels"]
    assert labels.what == "Collect labels of 201.parquet into came."
    assert "800 of 2,000 rows of 201.parquet have a label." in labels.because
    assert labels.command == (
        "mlops-console drift rows live --unlabelled --out unlabelled-live-201.parquet.csv"
    )
    rows = unlabelled(workspace, watched_in(workspace.projects)[0], windows_of(workspace)[-1].judged)
    assert (rows.lacking, rows.rows, rows.window) == (1_200, 1_200, 2_000)
    assert rows.columns == ("id", "score", "left")
    known = {f"201-{at}" for at in range(800)}
    written = list(csv.DictReader(io.StringIO(rows.csv)))
    assert {one["id"] for one in written} == {f"201-{at}" for at in range(2_000)} - known
    assert {one["left"] for one in written} == {""}
    arrive(workspace, root, "202", labels=False)
    labels = steps(proposed(workspace))["labels"]
    assert labels.told == ("201.parquet",)
    assert " --unlabelled --window 201.parquet --out unlabelled-live-201" in labels.command
    assert "Labels are also missing of 202.parquet." in labels.because


def test_on_the_command_line(desk, capsys, monkeypatch, tmp_path):
    workspace, root = desk
    stand(workspace, root, 1, 100)
    arrive(workspace, root, "201")
    workspace.close()
    monkeypatch.chdir(root)
    store = ("--store", str(tmp_path / "kept/store.duckdb"))
    assert run_command(["drift", "propose", "live", *store]) == 0
    assert "live: the model is STABLE, nothing is to be proposed" in capsys.readouterr().err
    rows = frame(202, wrong=0.7)
    put(rows.drop("left"), root / "live/202.parquet")
    put(rows.select("id", "left"), root / "came/202.parquet")
    assert run_command(["drift", "check", "live", *store]) == 1
    capsys.readouterr()
    assert run_command(["drift", "propose", "live", *store]) == 0
    said = capsys.readouterr().out
    assert said.startswith("live  HARMFUL of churn@1 in 202.parquet: Realised AUC ")
    assert "\n1. Train on the 2,000 rows of 202.parquet" in said
    assert run_command(["drift", "propose", "live", "--json", *store]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["way"], one["start"]) for one in told["steps"]] == [("retrain", None)]


@pytest.mark.parametrize(
    ("share", "outside", "said"), [(0.35, 0.34, True), (0.7, 0.34, False), (0.35, 0.02, False)]
)
def test_a_fault_of_the_source_is_told_from_another_mix(share, outside, said):
    segment = Segment("visib", "origin", "EWR", 0.36, share, 0.85)
    moved = SimpleNamespace(measured=SimpleNamespace(name="visib"), checks=(), verdict="WATCH")
    told = SimpleNamespace(
        features=(moved,), moved=(moved,), model=SimpleNamespace(outside=outside),
        judged=SimpleNamespace(segments=(segment,)),
    )  # fmt: skip
    assert ["moved only where origin = EWR" in sign for sign in faults(told)] == [True] * said


def test_another_unit_is_a_fault_of_the_source():
    figures = {"median": 20.0, "mean": 25.0, "sd": 6.0}
    both = {f"{name}_ref": value for name, value in figures.items()}
    both |= {f"{name}_cur": value * 1000 for name, value in figures.items()}
    one = Feature(Measured("weight", "numeric", 900, 900, 0.0, 0.0, both), "DRIFT", 0.9, 0.0, "")
    told = SimpleNamespace(
        features=(one,), moved=(one,), model=None, judged=SimpleNamespace(segments=())
    )  # fmt: skip
    assert at_fault(told) == one.measured.name
    [sign] = faults(told)
    assert sign.startswith("weight: all its values are 1,000 times what they were")
