"""Monitors of projects: which there are, what they measure and how, what was found out about their files."""

import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mlops_console.display import safe_text
from mlops_console.drift.model import Rules
from mlops_console.drift.windows.model import PROBLEM, Cutting, DataFile, Remembered
from mlops_console.errors import UsageError
from mlops_console.records import Project
from mlops_console.replacing import replace_file
from mlops_console.settings import PROJECT_FILE, Places
from mlops_console.wishes.known import did_you_mean, nearest
from mlops_console.wishes.locating import dotted
from mlops_console.wishes.model import Mistake, Monitor
from mlops_console.wishes.reading import TOP_KEYS, problem_of, read_wishes
from mlops_console.workspace.drifting.judged import digest

MEASURES: Final = 1
"""Another number as soon as the same settings measure something else: what was judged before is kept."""
_MOST_MEMORY: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Watched:
    """A monitor and the project that it is of."""

    project: Project
    monitor: Monitor
    mistakes: tuple[Mistake, ...] = ()
    """Those in what the file says of it."""

    @property
    def name(self) -> str:
        """The monitor's."""
        return self.monitor.name

    @property
    def cutting(self) -> Cutting:
        """How its rows are cut into windows."""
        one = self.monitor
        return Cutting(one.window, one.time, one.rows, one.zone, one.settle_seconds)

    def rules(self, floors: Mapping[str, float] | None = None) -> Rules:
        """The thresholds that it judges by."""
        one, usual = self.monitor, Rules()
        return Rules(
            drift=usual.drift if one.drift is None else one.drift,
            watch=usual.watch if one.watch is None else one.watch,
            q=usual.q if one.q is None else one.q,
            floors=dict(floors or {}),
            overrides=dict(one.thresholds),
        )

    def measured_by(self, reference: Sequence[object]) -> list[object]:
        """What the figures of a window depend on beside its rows; thresholds are not among it."""
        one = self.monitor
        lists = (one.features, one.ignore, one.categorical, one.numeric, one.segments)
        columns = (one.time, one.prediction, one.score, one.label, one.key, one.metric)
        asked = [bool(one.labels), self.asks_classifier]
        return [MEASURES, list(reference), [sorted(each) for each in lists], list(columns), asked]

    @property
    def asks_classifier(self) -> bool:
        """Whether trees are asked to tell the rows apart: it takes the most time of all."""
        return self.monitor.classifier is None or self.monitor.classifier < 1


def watched_in(projects: Sequence[Project], names: Sequence[str] = ()) -> list[Watched]:
    """The monitors of these projects: those of these names, or all.

    Raises:
        UsageError: There is none of a name.
    """
    found: list[Watched] = []
    for project in projects:
        wishes = read_wishes(project.root)
        for monitor in wishes.monitors.values():
            of_it = tuple(one for one in wishes.mistakes if _is_of(one, monitor.name))
            found.append(Watched(project, monitor, of_it))
    for name in names:
        if name not in {one.name for one in found}:
            known = [one.name for one in found]
            where = "" if len(projects) != 1 else f" in {safe_text(projects[0].name, 80)}"
            raise UsageError(
                f"there is no monitor {safe_text(name, 80)}{where}",
                did_you_mean(name, known) if known else f"[monitors.{name}] in {PROJECT_FILE} makes one",
            )
    return [one for one in found if not names or one.name in names]


def still(watched: Watched) -> Watched:
    """The monitor as the file has it now; UsageError where it has it no more."""
    return watched_in([watched.project], [watched.name])[0]


def lost_in(projects: Sequence[Project]) -> tuple[str, ...]:
    """What was meant as a monitor of these projects and is none: a sentence for each mistake."""
    said = []
    for project in projects:
        wishes = read_wishes(project.root)
        for one in wishes.mistakes:
            word = one.key.partition(".")[0]
            nameless = not one.key or (word not in TOP_KEYS and nearest(word, TOP_KEYS) == "monitors")
            if nameless or (word == "monitors" and not any(_is_of(one, name) for name in wishes.monitors)):
                problem = problem_of(one)
                said.append(f"{problem.path}: {problem.what}")
    return tuple(said)


def _is_of(mistake: Mistake, monitor: str) -> bool:
    begins = dotted(("monitors", monitor))
    return mistake.key == begins or mistake.key.startswith((begins + ".", begins + "["))


def projects_of(asked: str | None, where: Places) -> list[Project]:
    """The project asked for, else the one around the working folder, else all that are watched.

    Needs no store: what is watched stands in the state folder.

    Raises:
        UsageError: There is no such project.
    """
    from mlops_console.workspace.projects import folders_as_projects, project_at_hand, watched

    known = watched(where)
    if asked is not None:
        folder = Path(asked).expanduser()
        if folder.is_dir():
            return list(folders_as_projects([folder], known).projects)
        named = [one for one in known if asked in (one.key, one.name)]
        if not named:
            raise UsageError(
                f"there is no project {safe_text(asked, 80)}",
                did_you_mean(asked, [one.name for one in known] or ["(none)"]),
            )
        return named
    here = project_at_hand(known)
    if here is not None:
        return [here]
    cwd = _cwd()
    around = [one for one in known if cwd is not None and (cwd == one.root or _inside(cwd, one.root))]
    nearest_one = max(around, key=lambda one: len(one.root), default=None)
    return known if nearest_one is None else [nearest_one]


def _cwd() -> str | None:
    try:
        return str(Path.cwd().resolve())
    except OSError:
        return None


def _inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")


def now() -> int:
    """Epoch microseconds."""
    return time.time_ns() // 1_000


@dataclass
class FileMemory(Remembered):
    """What was found out about a monitor's files, kept in the user's cache: it can be worked out again."""

    path: Path | None = None
    read: dict[str, str] = field(default_factory=dict)
    """What was there when it was read, by entry: its stamp."""

    @classmethod
    def of(cls, watched: Watched, where: Places) -> "FileMemory":
        """That of a monitor."""
        path = cls.path_of(watched, where)
        kept: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError, RecursionError):
            if path.stat().st_size <= _MOST_MEMORY:
                found = json.loads(path.read_bytes())
                kept = found if isinstance(found, dict) else {}
        kept = {key: one for key, one in kept.items() if isinstance(one, dict)}
        return cls(kept, path, {key: str(one.get("stamp")) for key, one in kept.items()})

    @staticmethod
    def path_of(watched: Watched, where: Places) -> Path:
        """Where that of a monitor is kept; elsewhere as soon as it looks at other files, or otherwise."""
        one = watched.monitor
        what = [watched.project.key, one.name, one.current, one.time, one.window, one.rows, one.zone]
        return where.cache / "windows" / f"{digest(what, 24)}.json"

    def save(self, files: Sequence[DataFile] | None = None) -> None:
        """Keep it, if it has changed; what is about files that are gone is let go of."""
        if files is not None:
            there = {one.path for one in files}
            self.kept = {key: one for key, one in self.kept.items() if key.partition("\0")[2] in there}
        kept = {key: one for key, one in self.kept.items() if PROBLEM not in _found(one)}
        stamps = {key: str(one.get("stamp")) for key, one in kept.items()}
        if self.path is None or stamps == self.read:
            return
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self.path, json.dumps(kept, separators=(",", ":")).encode())
            self.read = stamps


def _found(kept: Mapping[str, object]) -> Mapping[str, object]:
    found = kept.get("found")
    return found if isinstance(found, dict) else {}
