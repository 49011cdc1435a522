"""A store of MLflow's that is watched while its registry changes and while it is moved about."""

import json
import os
import shutil

import pytest
from tests.readers.mlflow_runs import make_run, points

RUNS = [f"{number:032x}" for number in range(1, 4)]


def store_of(root, name="mlruns"):
    """A store of three runs, one of them of a registered model."""
    for run in RUNS:
        make_run(root, path=f"{name}/1/{run}", metrics={"loss": points(5)})
    version = root / name / "models/churn/version-1"
    version.mkdir(parents=True)
    version.joinpath("meta.yaml").write_text(
        f"name: churn\nversion: 1\nrun_id: {RUNS[0]}\nsource: s3://b/m\n"
    )
    (version.parent / "aliases").mkdir()
    (version.parent / "meta.yaml").write_text("name: churn\n")
    for folder, _, files in os.walk(root):
        for file in (*files, "."):
            os.utime(os.path.join(folder, file), (1_600_000_000, 1_600_000_000.25))


def aliases(bench):
    """Of the versions of the first run."""
    for (text,) in bench.rows("SELECT facts FROM facts"):
        for one in json.loads(text).get("environment", {}).get("registered_models", ()):
            return one["aliases"]
    return None


def standing(bench):
    """Path of each run -> whether it is gone; no run may be there twice."""
    rows = bench.rows("SELECT path, gone FROM runs ORDER BY path")
    assert len(rows) == len(dict(rows))
    return dict(rows)


def here(name, gone=False):
    return {f"{name}/1/{run}": gone for run in RUNS}


def test_a_new_alias_and_a_new_version_show_while_the_store_is_watched(bench):
    store_of(bench.root)
    pipe = bench.live()
    assert aliases(bench) == []
    (bench.root / "mlruns/models/churn/aliases/champion").write_text("1")
    pipe.rescan()
    bench.until(lambda: aliases(bench) == ["champion"])
    version = bench.root / "mlruns/models/churn/version-2"
    version.mkdir()
    (version / "meta.yaml").write_text(f"name: churn\nversion: 2\nrun_id: {RUNS[1]}\nsource: s3://b/m\n")
    pipe.rescan()
    said = "SELECT count(*) FROM facts WHERE facts LIKE '%registered_models%'"
    bench.until(lambda: bench.rows(said) == [(2,)])
    assert bench.counts() == dict.fromkeys(here("mlruns"), 5)


def test_what_is_unchanged_in_the_registry_has_no_run_read_again(bench):
    store_of(bench.root)
    assert bench.scan().new == 3
    again = bench.scan()
    assert (again.updated, again.files_opened) == (0, 0)


@pytest.mark.parametrize("again", [False, True])
def test_a_store_that_is_renamed_is_gone_there_and_found_here(bench, again):
    store_of(bench.root)
    bench.live()
    for name, after in (("kept", "mlruns"), *([("mlruns", "kept")] if again else [])):
        (bench.root / after).rename(bench.root / name)
        bench.until(lambda name=name, after=after: standing(bench) == here(name) | here(after, gone=True))
    assert bench.counts() == dict.fromkeys((*here("mlruns"), *here("kept")), 5)


def test_a_store_that_is_moved_out_comes_back_as_it_was(bench):
    store_of(bench.root)
    bench.live()
    shutil.move(bench.root / "mlruns", bench.folder / "aside")
    bench.until(lambda: standing(bench) == here("mlruns", gone=True))
    shutil.move(bench.folder / "aside", bench.root / "mlruns")
    bench.until(lambda: standing(bench) == here("mlruns"))
    assert bench.counts() == dict.fromkeys(here("mlruns"), 5)


def test_a_store_that_is_renamed_while_it_is_read_is_whole_in_its_new_place(bench):
    store_of(bench.root)
    for number in range(40):
        make_run(bench.root, path=f"mlruns/2/{number:032x}", metrics={"loss": points(20_000)})
    pipe = bench.pipe()
    pipe.start([bench.project])
    bench.until(lambda: standing(bench))
    (bench.root / "mlruns").rename(bench.root / "kept")
    bench.until(lambda: pipe.health.state == "live" and not pipe.health.waiting, 60)
    pipe.rescan()
    bench.until(lambda: sum(not gone for gone in standing(bench).values()) == 43, 60)
    bench.until(
        lambda: sum(n for path, n in bench.counts().items() if path.startswith("kept/")) == 800_015, 60
    )
    there = {path for path, gone in standing(bench).items() if not gone}
    assert all(path.startswith("kept/") for path in there)


def test_a_project_that_is_renamed_keeps_its_runs(bench):
    store_of(bench.root)
    pipe = bench.live()
    bench.root.rename(bench.folder / "elsewhere")
    pipe.rescan()
    bench.until(lambda: any("its runs are kept" in what for what in bench.problems().values()))
    assert standing(bench) == here("mlruns")
    (bench.folder / "elsewhere").rename(bench.root)
    pipe.rescan()
    bench.until(lambda: not bench.problems())
    assert standing(bench) == here("mlruns")
    assert bench.counts() == dict.fromkeys(here("mlruns"), 5)
