"""Where the model is wrong most: told when labels come, also late, kept with the window, and shown."""

import json
import os

import numpy as np
import polars as pl
import pytest

from mlops_console.cli import run_command
from mlops_console.settings import places
from mlops_console.workspace.drifting.judged import JudgedFolder
from mlops_console.workspace.drifting.monitors import projects_of, watched_in
from mlops_console.workspace.drifting.standing import stored

COUNT = 3_000
OLD = 1_700_000_000
WISH = """
[monitors.live]
reference = "reference.parquet"
current = "live"
score = "score"
label = "left"
labels = "came"
key = "id"
classifier = 1
metric = "logloss"
settle = "0s"
"""


def frame(seed, wrong):
    rng = np.random.default_rng(seed)
    score, plan = rng.uniform(size=COUNT), rng.choice(["free", "gold", "team"], COUNT)
    left = rng.uniform(size=COUNT) < score
    left = np.where((plan == wrong), rng.uniform(size=COUNT) < 0.5, left)
    return pl.DataFrame(
        {
            "id": np.arange(COUNT) + seed * COUNT,
            "age": rng.uniform(20, 60, COUNT),
            "plan": plan,
            "score": score,
            "left": left.astype(int),
        }
    )


def put(rows, path):
    path.parent.mkdir(exist_ok=True, parents=True)
    rows.write_parquet(path)
    os.utime(path, (OLD, OLD))


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    put(frame(0, None), root / "reference.parquet")
    put(frame(1, "gold").drop("left"), root / "live/1.parquet")
    (root / "mlops-console.toml").write_text(WISH)
    return root


@pytest.fixture
def check(shop, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(shop)

    def run(*words):
        run_command(["drift", *words, "--project", str(shop), "--store", str(tmp_path / "s.duckdb")])
        return capsys.readouterr().out

    return run


def windows(shop, tmp_path):
    where = places(str(tmp_path / "s.duckdb"))
    [watched] = watched_in(projects_of(str(shop), where))
    return stored(JudgedFolder(watched.project, watched.name, where))


def test_labels_that_come_late_tell_slices(shop, check, tmp_path):
    assert "wrong most" not in check("check")
    [before] = windows(shop, tmp_path)
    assert before.slices == ()
    put(
        frame(1, "gold").select("id", "left").sample(fraction=1.0, shuffle=True, seed=1),
        shop / "came/1.parquet",
    )
    said = check("check")
    assert "wrong most: plan = gold: mean log loss" in said
    [after] = windows(shop, tmp_path)
    assert [(one.by, one.level) for one in after.slices] == [("plan", "plan = gold")]
    # Truth: that level's rows alone, by the labels as they were made.
    rows = frame(1, "gold").filter(plan="gold")
    score = rows["score"].to_numpy()
    expected = -np.log(np.where(rows["left"].to_numpy() == 1, score, 1 - score)).mean()
    assert after.slices[0].figure.value == pytest.approx(expected)
    told = json.loads(check("windows", "--json"))
    assert [one["level"] for one in told["model"]["slices"]] == ["plan = gold"]


def test_labels_that_are_there_tell_the_same(shop, check, tmp_path):
    put(frame(1, "gold").select("id", "left"), shop / "came/1.parquet")
    assert "wrong most: plan = gold" in check("check")


def test_people_say_by_which_columns(shop, check, tmp_path):
    (shop / "mlops-console.toml").write_text(WISH + 'segments = ["age"]\n')
    put(frame(1, "gold").select("id", "left"), shop / "came/1.parquet")
    assert "wrong most" not in check("check")


def test_verdicts_of_before_are_read(shop, check, tmp_path):
    put(frame(1, "gold").select("id", "left"), shop / "came/1.parquet")
    check("check")
    for file in (shop / ".mlops-console/drift/live").glob("*.json"):
        form = json.loads(file.read_text())
        del form["model"]["slices"]
        file.write_text(json.dumps(form))
    [window] = windows(shop, tmp_path)
    assert window.slices == ()
    assert window.model.verdict
