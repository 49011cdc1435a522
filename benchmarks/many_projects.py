"""Fifty projects as a busy box has them: 100,000 runs in one store, models, KPIs, judged windows.

    python benchmarks/many_projects.py FOLDER [--projects 50] [--runs 100000] [--windows 10]

Runs are files of our own format that a scan reads; versions and aliases are decided through the workspace;
monitors are judged once for each kind of story and copied with their data, so that nothing is left to judge.
`FOLDER/later` holds what arrives while somebody looks: for every fifth project a day with its verdict.
It takes some minutes of CPU and, at full size, a gigabyte and a half; what is there already is used again.
"""

import argparse
import io
import json
import os
import random
import shutil
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

DAY = 86_400
ROWS, REFERENCE, FEATURES = 1_500, 5_000, 17
STORIES = ("quiet", "drift", "watch", "harmful", "quiet")
"""What the monitor of a project tells, in turn."""
HELD_BACK = 5
"""Of every so many projects one waits for yesterday."""
ERRORS = ("CUDA out of memory", "Input X contains NaN.", "No such file: data/train.parquet")
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    projects: int = 50
    runs: int = 100_000
    windows: int = 10
    versions: int = 4
    """Of a project: three of one model, one of another."""


def main() -> None:
    """Write it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--projects", type=int, default=Size.projects)
    parser.add_argument("--runs", type=int, default=Size.runs)
    parser.add_argument("--windows", type=int, default=Size.windows)
    options = parser.parse_args()
    write(options.folder, Size(options.projects, options.runs, options.windows))


def write(folder: Path, size: Size) -> None:
    """All of it, unless it is there."""
    done = folder / "done.json"
    if done.exists() and json.loads(done.read_text()) == vars_of(size):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began, wall = time.process_time(), time.time()
    roots = [folder / f"project-{number:02d}" for number in range(size.projects)]
    for number, root in enumerate(roots):
        write_runs(root, number, size, wall)
        write_wishes(root, number)
    said("runs and wishes written", began)
    told = {story: judged(folder / "stories" / story, story, size, wall) for story in dict.fromkeys(STORIES)}
    for number, root in enumerate(roots):
        copy_story(told[STORIES[number % len(STORIES)]], root, held_back=number % HELD_BACK == 1)
        if number % HELD_BACK == 1:
            hold_back(root, folder / "later" / root.name)
    said("monitors judged and copied", began)
    decide(folder, roots, size, began)
    done.write_text(json.dumps(vars_of(size)))


def store_of(folder: Path) -> str:
    """The store's file."""
    return str(folder / "store.duckdb")


def roots_of(folder: Path) -> list[Path]:
    """The projects."""
    return sorted(folder.glob("project-*"))


def vars_of(size: Size) -> dict[str, int]:
    """What it was made with."""
    return {name: getattr(size, name) for name in ("projects", "runs", "windows", "versions")}


def said(what: str, began: float) -> None:
    """Tell how far it is."""
    print(f"{what}: {time.process_time() - began:.0f} CPU s", flush=True)


# Runs


def stamp(at: float) -> str:
    """As a run's files have times."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def write_runs(root: Path, number: int, size: Size, now: float) -> None:
    """This project's share: over ninety days, the newest of them running still."""
    rng = random.Random(number)
    count = size.runs // size.projects
    for at in range(count):
        begun = now - 600 - (at + rng.random()) * 90 * DAY / count
        write_run(root / "runs", rng, begun, begun + rng.uniform(60, 590), running=at == 0)


def write_run(runs: Path, rng: random.Random, begun: float, ended: float, *, running: bool = False) -> Path:
    """One run of our format; its folder."""
    moment = datetime.fromtimestamp(begun, UTC).strftime("%Y%m%d-%H%M%S")
    named = f"{moment}-{''.join(rng.choices(ALPHABET, k=5))}"
    kind = rng.choice(("lgbm", "xgb", "mlp", "ridge"))
    folder = runs / f"{named}-{kind}"
    folder.mkdir(parents=True)
    run = {
        "format": "mlops-console-run", "version": 1, "id": named, "name": f"{kind}-s{rng.randrange(5)}",
        "group": kind, "started": stamp(begun), "user": rng.choice(("ana", "bo", "cy")),
        "params": {"model": kind, "lr": round(10 ** rng.uniform(-4, -1), 5), "depth": rng.randrange(3, 13)},
        "tags": {},
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(run))
    end, between = rng.uniform(0.6, 0.9), (ended - begun) / 12
    (folder / "metrics.jsonl").write_text("".join(
        f'{{"_step":{step},"_time":{begun + step * between:.3f},"auc":{end - 0.3 / (step + 1):.4f},'
        f'"loss":{1 / (step + 1):.4f}}}\n'
        for step in range(12)
    ))  # fmt: skip
    if not running:
        (folder / "end.json").write_text(json.dumps(ended_as(rng, ended)))
    return folder


def ended_as(rng: random.Random, ended: float) -> dict[str, Any]:
    """How it ended: one in twelve failed, by one of three errors."""
    if rng.random() > 1 / 12:
        return {"ended": stamp(ended), "status": "finished", "exit": 0}
    error = {"type": "RuntimeError", "message": rng.choice(ERRORS)}
    return {"ended": stamp(ended), "status": "failed", "exit": 1, "error": error}


# Wishes


def write_wishes(root: Path, number: int) -> None:
    """Two models with KPIs, a monitor; every tenth lacks an owner, every 25th has a mistake."""
    owner = "" if number % 10 == 3 else f'owner = "{("ana", "bo", "cy")[number % 3]}"\n'
    floor = 0.85 if number % 10 == 6 else 0.7
    wrong = 'metrik = "auc"\n' if number % 25 == 7 else ""
    told = "" if number % 10 == 4 else 'purpose = "Who is called this week."\nlimits = "Not for prices."\n'
    (root / "mlops-console.toml").write_text(f"""\
[models.churn]
{owner}{told}metric = "auc"
goal = "max"
{wrong}
[models.churn.kpis.retention]
metric = "auc"
goal = "max"
floor = {floor}
target = 0.9
owner = "ben"
review = "30d"
worth = 120_000
currency = "EUR"
per = "month"

[models.ranking]
{owner}{told}metric = "auc"
goal = "max"

[monitors.shop]
model = "churn"
{owner}reference = "reference.parquet"
current = "logs"
time = "at"
window = "day"
score = "score"
label = "label"
metric = "auc"
action = "Look at the import; retrain on the last two months."
""")


# Monitors


def judged(root: Path, story: str, size: Size, now: float) -> Path:
    """A project of nothing but its monitor, judged until yesterday."""
    root.mkdir(parents=True)
    write_wishes(root, 0)
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rng = np.random.default_rng(STORIES.index(story))
    put(rows(rng, REFERENCE, today - timedelta(days=60)), root / "reference.parquet", now)
    for back in range(size.windows + 1, 0, -1):
        day = today - timedelta(days=back)
        moved = 0.0 if story == "quiet" or back > 4 else {"watch": 0.2}.get(story, 0.8)
        frame = rows(rng, ROWS, day, moved=moved, harm=story == "harmful" and back <= 4)
        put(frame, root / f"logs/{day:%Y-%m-%d}.parquet", now)
    check(root, str(root / "s.duckdb"))
    return root


def check(root: Path, store: str) -> None:
    """What cron does; the verdicts are the stories', so that alarms are no surprise."""
    from mlops_console.cli import run_command

    with redirect_stdout(io.StringIO()):
        run_command(["drift", "check", "--project", str(root), "--store", store])


def rows(
    rng: np.random.Generator, count: int, day: datetime, *, moved: float = 0.0, harm: bool = False
) -> Any:
    """Twenty columns: numbers, levels, what the model said, what was true; some move, or the truth does."""
    import polars as pl

    numbers = rng.normal(0, 1, (FEATURES, count))
    numbers[0] += moved
    numbers[1] += moved / 2
    logit = numbers[0] - moved + 0.5 * numbers[2]
    truth = -logit if harm else logit
    said = {f"f{at:02d}": numbers[at].round(4) for at in range(FEATURES - 2)}
    said["plan"] = rng.choice(["free", "basic", "gold"], count, p=[0.5, 0.3, 0.2])
    said["region"] = rng.choice(["north", "south", "east", "west"], count)
    said["score"] = (1 / (1 + np.exp(-logit))).round(4)
    said["label"] = (rng.random(count) < 1 / (1 + np.exp(-truth))).astype(np.int8)
    step = timedelta(hours=23) / count
    return pl.DataFrame(said).with_columns(pl.Series("at", [day + step * at for at in range(count)]))


def put(frame: Any, path: Path, now: float) -> None:
    """Write rows that have rested."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)
    os.utime(path, (now - DAY, now - DAY))


def copy_story(told: Path, root: Path, *, held_back: bool) -> None:
    """Data and verdicts of a judged project, with their times; the oldest day stays only where one waits."""
    for name in ("reference.parquet", "logs", ".mlops-console/drift"):
        if (told / name).is_dir():
            shutil.copytree(told / name, root / name, copy_function=shutil.copy2)
        else:
            shutil.copy2(told / name, root / name)
    if not held_back:
        for one in of_day(root, 0):
            one.unlink()


def of_day(root: Path, place: int) -> list[Path]:
    """The data of a day and what was judged of it."""
    day = sorted((root / "logs").iterdir())[place]
    return [day, *(root / ".mlops-console/drift/shop").glob(f"{day.stem}-*.json")]


def hold_back(root: Path, later: Path) -> None:
    """Take the newest day away, to arrive later."""
    for one in of_day(root, -1):
        there = later / one.relative_to(root)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(one, there)


# Decisions


def decide(folder: Path, roots: list[Path], size: Size, began: float) -> None:
    """Scan all of it, register versions, promote; look once, so that caches are as on a second morning."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.deciding.deciding import promote
    from mlops_console.workspace.models import resolve
    from mlops_console.workspace.projects import watch
    from mlops_console.workspace.registering.registering import register

    rng = random.Random(0)
    with open_workspace(roots, store_of(folder)) as workspace:
        workspace.scan()
        said("runs in the store", began)
        for project in workspace.projects:
            watch(workspace.places, project)
            for model in ("churn", "churn", "churn", "ranking")[: size.versions]:
                auc = round(rng.uniform(0.72, 0.88), 4)
                register(
                    workspace, model, external={"metrics": {"auc": auc}, "provider": "acme"},
                    reason="weekly", project=project,
                )  # fmt: skip
            for version in ("churn@1", "churn@2", "ranking@1"):
                promote(
                    workspace, resolve(workspace, version, project), "champion", "better on the new quarter"
                )
    said("versions decided", began)
    for root in roots:
        check(root, store_of(folder))
    said("looked at once", began)


if __name__ == "__main__":
    main()
