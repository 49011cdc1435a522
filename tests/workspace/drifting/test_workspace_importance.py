"""What a version hangs on: asked only of bytes that are trusted, kept with it, used to rank what moved."""

import json
import os

import joblib
import numpy as np
import polars as pl
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from mlops_console.cli import run_command
from mlops_console.errors import DataError, UsageError
from mlops_console.journal.event import IMPORTANCE
from mlops_console.workspace import open_workspace
from mlops_console.workspace.deciding.deciding import promote
from mlops_console.workspace.diagnosing.examining import Wanted, examine, trust, what_runs
from mlops_console.workspace.diagnosing.weighing import importance_of, usable
from mlops_console.workspace.drifting.monitors import watched_in
from mlops_console.workspace.models import resolve
from mlops_console.workspace.registering.registering import register
from mlops_console.workspace.trust import distrust

OLD = 1_700_000_000
WISH = """
[monitors.shop]
model = "buys"
reference = "reference.parquet"
current = "logs"
label = "bought"
score = "score"
settle = "0s"
classifier = 1
"""


def rows(seed, shift=0.0, count=1_500):
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "price": rng.normal(shift / 2, 1, count),
            "weather": rng.normal(shift, 1, count),
            "plan": rng.choice(["free", "gold"], count),
        }
    )
    bought = rng.uniform(size=count) < 1 / (1 + np.exp(-3 * frame["price"].to_numpy()))
    return frame.with_columns(bought=pl.Series(bought.astype(int)))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project whose model hangs on the price, and never on the weather, which moves most."""
    root = tmp_path_factory.mktemp("weighing") / "shop"
    (root / "logs").mkdir(parents=True)
    (root / "models").mkdir()
    learned = rows(0)
    turn = make_column_transformer((StandardScaler(), ["price", "weather"]), (OneHotEncoder(), ["plan"]))
    model = make_pipeline(turn, LogisticRegression()).fit(
        learned.drop("bought"), learned["bought"].to_numpy()
    )
    model[-1].coef_[0, 1:] = 0.0
    joblib.dump(model, root / "models/buys.joblib")
    windows = {"reference.parquet": learned, "logs/1.parquet": rows(1, 1.2)}
    for name, frame in windows.items():
        score = pl.Series(model.predict_proba(frame.drop("bought"))[:, 1])
        frame.with_columns(score=score).write_parquet(root / name)
        os.utime(root / name, (OLD, OLD))
    (root / "mlops-console.toml").write_text(WISH)
    return root


@pytest.fixture
def workspace(made, tmp_path):
    import shutil

    shutil.copytree(made, tmp_path / "shop")
    with open_workspace([tmp_path / "shop"], str(tmp_path / "kept" / "store.duckdb")) as opened:
        register(opened, "buys", path=str(tmp_path / "shop/models/buys.joblib"))
        promote(opened, resolve(opened, "buys@1"), "champion", "the first")
        yield opened


def trusted(workspace):
    resolved = resolve(workspace, "buys@1")
    trust(workspace, resolved, what_runs(workspace, resolved))
    return resolved


def test_nothing_is_loaded_that_is_not_trusted(workspace):
    resolved = resolve(workspace, "buys@1")
    runs = what_runs(workspace, resolved)
    assert (runs.asks, runs.trusted, runs.form) == (True, False, "pickle")
    assert "sklearn.linear_model._logistic.LogisticRegression" in runs.imports
    with pytest.raises(UsageError, match="you have not trusted it"):
        examine(workspace, resolved)
    trust(workspace, resolved, runs)
    assert what_runs(workspace, resolved).trusted
    [gone] = distrust(workspace, resolved.project)
    assert runs.sha256 in gone
    assert not what_runs(workspace, resolved).trusted


def test_it_is_kept_and_ranks_what_moved(workspace):
    resolved = trusted(workspace)
    [watched] = watched_in(workspace.projects)
    assert importance_of(workspace, watched) is None
    made = examine(workspace, resolved, Wanted(repeats=3))
    assert (made.event.kind, made.source, made.weighed.metric) == (IMPORTANCE, "shop 1.parquet", "auc")
    [(first, mean, spread, share), *others] = made.ranked
    assert (first, share) == ("price", 1.0)
    assert mean > 0.2 > spread
    assert [one[1] for one in others] == [0.0, 0.0]
    kept = resolve(workspace, "buys@1").version.importance
    assert kept.features == made.weighed.features
    assert (kept.rows, kept.repeats, kept.left_out) == (1_500, 3, 0)
    assert importance_of(workspace, watched) == {"price": 1.0, "weather": 0.0, "plan": 0.0}


def test_data_that_is_named(workspace):
    resolved = trusted(workspace)
    path = f"{resolved.project.root}/reference.parquet"
    made = examine(workspace, resolved, Wanted(data=path, repeats=1, rows=300))
    assert (made.source, made.weighed.rows) == ("reference.parquet", 300)
    with pytest.raises(DataError, match="has no column gone"):
        examine(workspace, resolved, Wanted(data=path, label="gone"))
    with pytest.raises(UsageError, match="no data"):
        examine(workspace, resolved, Wanted(data="nowhere.parquet"))


def test_a_changed_file_is_not_loaded(workspace):
    resolved = trusted(workspace)
    path = what_runs(workspace, resolved).path
    with open(f"{resolved.project.root}/{path}", "ab") as file:
        file.write(b"more")
    with pytest.raises(DataError, match="buys@1 can't be asked"):
        examine(workspace, resolved)


def test_without_a_monitor_somebody_must_say_which_data(workspace):
    resolved = trusted(workspace)
    with open(f"{resolved.project.root}/mlops-console.toml", "w") as file:
        file.write("")
    with pytest.raises(UsageError, match="it has no monitor"):
        examine(workspace, resolved)


def test_shares_that_say_nothing_of_the_features_weigh_nothing():
    assert usable({"a": 1.0}, ["b"]) is None
    assert usable(None, ["b"]) is None
    assert usable({"a": 1.0}, ["a", "b"]) == {"a": 1.0}


def test_on_the_command_line(workspace, capsys, monkeypatch, tmp_path):
    workspace.close()
    monkeypatch.chdir(tmp_path / "shop")

    def ask(*words, code=0):
        assert run_command([*words, "--store", str(tmp_path / "kept" / "store.duckdb")]) == code
        return capsys.readouterr()

    before = ask("drift", "check", "shop", code=1).out
    assert before.index("DRIFT  weather") < before.index("DRIFT  price")
    assert "ranked by effect alone: mlops-console drift importance buys" in before
    said = ask("drift", "importance", "buys", "--trust", "--repeats", "2")
    assert said.out.startswith("buys@1  auc ")
    assert "sklearn.pipeline.Pipeline" in said.err
    after = ask("drift", "check", "shop", code=1).out
    assert after.index("DRIFT  price") < after.index("DRIFT  weather")
    assert "ranked by effect alone" not in after
    window = json.loads(ask("drift", "windows", "shop", "--json").out)
    assert [one["name"] for one in window["moved"]] == ["price", "weather"]
    assert (window["ranked_by"], window["moved"][1]["severity"]) == ("effect and importance", 0.0)
    shown = json.loads(ask("drift", "importance", "buys@1", "--show", "--json").out)
    assert shown["features"][0]["name"] == "price"
    assert sum(one["share"] for one in shown["features"]) == pytest.approx(1.0)


def test_in_a_live_workspace_the_child_reads_the_rows(workspace):
    resolved = trusted(workspace)
    path = f"{resolved.project.root}/reference.parquet"
    heard = []
    workspace.start()
    made = examine(workspace, resolved, Wanted(data=path, repeats=2), progress=heard.append)
    assert workspace.analyst.pid() is not None
    assert made.ranked[0][0] == "price"
    assert heard
