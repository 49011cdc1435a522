"""A run and a workspace that answers nothing, for tests of what is drawn of a run."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from mlops_console.console.app import ConsoleApp
from mlops_console.console.run.facts import History, Metric, RunView, SourceNote
from mlops_console.console.run.screen import Questions, RunPage
from mlops_console.records import Artifact, ModelFile, Problem
from mlops_console.settings import UserSettings

RUN = "9f8790aa1234"
NOW = 1_700_000_000_000_000
HOSTILE = "evil\x1b[31m[/red]\u202e\nname"


def histories(points: int = 41, metrics: int = 4) -> dict[str, History]:
    step = np.arange(points)
    wall = NOW + step * 6_000_000
    falling = 0.2 + 0.5 * np.exp(-step / 9)
    made = {
        "val/auc": History(step, wall, 0.91 - 0.4 * np.exp(-step / 8)),
        "val/loss": History(step, wall, falling + 0.02),
        "train/loss": History(step, wall, falling),
        "lr": History(step, wall, 1e-3 * 0.9**step),
    }
    for index in range(4, metrics):
        made[f"system/gpu{index}"] = History(step, wall, 50 + step % 7 + index)
    return dict(list(made.items())[:metrics])


def metric_of(key: str, history: History) -> Metric:
    step, value = history.step, history.value
    return Metric(
        key,
        len(step),
        int(step[0]),
        int(step[-1]),
        float(value[-1]),
        float(np.nanmin(value)),
        int(step[np.nanargmin(value)]),
        float(np.nanmax(value)),
        int(step[np.nanargmax(value)]),
        int(np.isnan(value).sum()),
        value[-64:].astype(np.float32).tobytes(),
    )


def run_view(points: int = 41, metrics: int = 4, **changes: Any) -> RunView:
    view = RunView(
        RUN,
        "sweep7-042",
        "churn",
        "runs/sweep7/042",
        "finished",
        started=NOW,
        ended=NOW + 251_000_000,
        active=NOW + 251_000_000,
        params={"lr": 3.1e-3, "depth": 8, "epochs": 60, "optim": "adamw", "seed": 7, "layers": [64, 64]},
        tags={"owner": "ana"},
        environment={
            "git.commit": "9a1c2e4f00",
            "git.dirty": True,
            "python": "3.11.4",
            "host": "gpu-box",
            "command": "python train.py --lr 3.1e-3",
            "packages": {"numpy": "2.1.0", "torch": "2.5.0"},
        },
        datasets=({"name": "churn-v12", "sha256": "71fe0c2aaaa", "rows": 20000},),
        artifacts=(Artifact("model.pkl", 18_200_000, NOW), Artifact("plots/roc.png", 30_000, NOW)),
        models=(ModelFile("runs/sweep7/042/model.pkl", "pickle"),),
        metrics=tuple(metric_of(key, history) for key, history in histories(points, metrics).items()),
        problems=(Problem("runs/sweep7/042/metrics.csv", "line 812 has 3 fields", 40123),),
        sources=(SourceNote("plain", "runs/sweep7/042", "6 params, 4 metrics"),),
    )
    return replace(view, **changes)


class NoWorkspace:
    """Opens and closes."""

    health = None
    projects = ()

    def subscribe(self, listener: Any) -> Any:
        self.listener = listener
        return lambda: None

    def start(self) -> None: ...

    def close(self) -> None: ...


class Entry(NamedTuple):
    path: str
    size: int
    modified: int
    kind: str
    read_by: str = ""


class Shown(NamedTuple):
    kind: str
    title: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]
    note: str = ""


class Tail(NamedTuple):
    lines: tuple[str, ...]
    offset: int
    size: int
    skipped: int
    restarted: bool
    problem: str = ""
    partial: str = ""


class Change(NamedTuple):
    kind: str
    key: str
    before: Any
    after: Any
    note: str = ""


class Changes(NamedTuple):
    run: str
    against: str
    against_name: str
    because: str
    changes: tuple[Change, ...]
    diff: str = ""
    diff_note: str = ""


class Relative(NamedTuple):
    id: str
    name: str
    status: str
    relation: str
    note: str = ""


class Lineage(NamedTuple):
    parent: Relative | None = None
    children: tuple[Relative, ...] = ()
    children_total: int = 0
    same_config: tuple[Relative, ...] = ()
    datasets: tuple[dict[str, Any], ...] = ()
    models: tuple[ModelFile, ...] = ()
    versions: tuple[str, ...] = ()


class Note(NamedTuple):
    id: str
    run: str
    text: str
    by: str
    at: int


class Answers:
    """What the page is told, and what it asked for."""

    def __init__(self, view: RunView, points: dict[str, History]) -> None:
        self.view, self.points = view, points
        self.asked: list[str] = []
        self.runs: list[str] = []
        self.files = tuple(
            Entry(one.path, one.size, one.modified, "model" if one.path.endswith("pkl") else "image")
            for one in view.artifacts
        )
        self.previews: list[tuple[str, int, int]] = []
        self.logs: dict[str, list[str]] = {}
        self.partial = ""
        self.tails: list[tuple[str, int | None]] = []
        self.changes: Changes | None = None
        self.lineage = Lineage()
        self.notes: list[Note] = []
        self.tags: dict[str, str] = {}

    def preview(self, _: Any, run: str, path: str, width: int, height: int, wanted: Any) -> Shown:
        self.previews.append((path, width, height))
        rows = tuple(((f"{path} row {index}", "text"),) for index in range(height))
        return Shown("text", path, (("rows", str(height)),), rows)

    def tail(self, _: Any, run: str, path: str, offset: int | None, limit: int) -> Tail:
        self.tails.append((path, offset))
        lines = self.logs[path]
        size = sum(len(line) + 1 for line in lines)
        return Tail(tuple(lines[offset or 0 :]), len(lines), size, 0, False, "", self.partial)

    def add_note(self, _: Any, run: str, text: str) -> Note:
        self.notes.append(Note(f"new{len(self.notes)}", run, text, "ana", NOW))
        return self.notes[-1]

    def remove_note(self, _: Any, run: str, note: str) -> bool:
        self.notes = [one for one in self.notes if one.id != note]
        return True

    def tag(self, _: Any, runs: Any, name: str, value: str, on: bool) -> None:
        if on:
            self.tags[name] = value
        else:
            self.tags.pop(name, None)

    def questions(self) -> Questions:
        def view(_: Any, run: str) -> RunView:
            self.runs.append(run)
            return replace(self.view, id=run)

        def points(_: Any, run: str, keys: Any) -> dict[str, History]:
            self.asked += keys
            return {key: self.points[key] for key in keys}

        return Questions(
            view,
            lambda *_: frozenset({"lr"}),
            lambda *_: ("", ""),
            points,
            files=lambda *_: self.files,
            preview=self.preview,
            logs=lambda *_: tuple(Entry(path, 100, NOW, "log") for path in self.logs),
            tail=self.tail,
            changes=lambda *_: self.changes,
            lineage=lambda *_: self.lineage,
            notes=lambda *_: tuple(self.notes),
            user_tags=lambda *_: dict(self.tags),
            add_note=self.add_note,
            remove_note=self.remove_note,
            tag=self.tag,
        )


class PageApp(ConsoleApp):
    """A console that begins with a run's page."""

    def __init__(self, answers: Answers, order: tuple[str, ...] = (), **settings: Any) -> None:
        super().__init__(NoWorkspace, settings=UserSettings(**settings))  # type: ignore[arg-type]
        self.answers, self.order = answers, order

    def first_screen(self) -> Any:
        return RunPage(RUN, self.order, self.answers.questions())


def drawn(app: ConsoleApp) -> list[str]:
    """What the terminal shows, row by row."""
    width, height = app.size
    return [
        "".join(segment.text for segment in strip).ljust(width)[:width]
        for strip in app.screen._compositor.render_strips()
    ][:height]


async def sees(app: ConsoleApp, pilot: Any, wanted: str, seconds: float = 20.0) -> str:
    """What the terminal shows, once it holds a text."""
    for _ in range(int(seconds / 0.05)):
        page = "\n".join(drawn(app))
        if wanted in page:
            return page
        await pilot.pause(0.05)
    raise AssertionError(f"{wanted!r} never showed:\n{page}")
