"""The way that a monitor came: its judged windows as lines of figures, read one file at a time.

A window's file may hold thousands of columns with their histograms, and a monitor hundreds of windows: what
is kept of each is a verdict and three numbers a feature. The window that is looked at is read whole.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from mlops_console.drift.judging.onset import onset
from mlops_console.drift.model import Domain, Feature, Measured, ModelReport, Segment, Verdict
from mlops_console.drift.windows.listing import natural
from mlops_console.workspace.drifting.judged import JudgedFolder, Key, Listed, with_labels
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.standing import Judging, Onset, Thresholds, Told, counting, held_to
from mlops_console.workspace.drifting.states.passed import Past
from mlops_console.workspace.drifting.states.telling import Teller

if TYPE_CHECKING:
    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.opening import Workspace

Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
VERDICTS: Final[tuple[Verdict, ...]] = (
    "NOT JUDGED", "TOO FEW ROWS", "STABLE", "NEGLIGIBLE", "WATCH", "DRIFT",
)  # fmt: skip
"""By code; the higher, the worse."""
_AT_ONCE: Final = 8
"""Older windows that are read before another that somebody wants to see."""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """The features of a window, a place each."""

    at: Mapping[str, int]
    """Feature -> its place; shared by windows with the same features."""
    effect: Singles
    """NaN: not measured."""
    missing: Singles
    """Share of rows without a value."""
    codes: Codes
    """Of `VERDICTS`."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A judged window by the thresholds that hold, without what only a picture of it needs."""

    key: Key
    window: str
    start: int | None
    end: int | None
    rows: int
    verdict: Verdict
    because: str
    harmful: bool
    figures: Figures
    domain: Domain | None
    model: ModelReport | None
    segments: tuple[Segment, ...]
    by: str
    at: int
    reference: str | None = None
    """The SHA-256 of the baseline that it was held against; None: of data."""
    alarm: bool = False
    """Whether it raises one, as far as the windows before it are known."""
    hits: int = 0

    @property
    def settings(self) -> str:
        """What it was measured by: the reference, the columns."""
        return self.key.settings

    @property
    def labelled(self) -> bool:
        """Whether labels say anything of it."""
        return self.model is not None and any(one.realised is not None for one in self.model.performance)

    def named(self, verdict: Verdict) -> list[str]:
        """The features that say so, by name."""
        code = VERDICTS.index(verdict)
        return [name for name, place in self.figures.at.items() if self.figures.codes[place] == code]

    @property
    def drifting(self) -> int:
        """So many features say DRIFT."""
        return int((self.figures.codes == VERDICTS.index("DRIFT")).sum())

    @property
    def watched(self) -> int:
        """So many say WATCH."""
        return int((self.figures.codes == VERDICTS.index("WATCH")).sum())

    @property
    def judged(self) -> int:
        """So many could be judged."""
        return int((self.figures.codes > VERDICTS.index("NOT JUDGED")).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What is known of a monitor's windows by now, the oldest first; superseded ones are left out."""

    steps: tuple[Step, ...] = ()
    complete: bool = True
    """Whether all that there is has been read."""
    problems: tuple[str, ...] = ()
    _onsets: dict[tuple[int, frozenset[str]], "Onset | None"] = field(default_factory=dict, repr=False)
    """What `onset` answered: it is asked whenever the view is drawn."""

    def effects(self, feature: str) -> list[float]:
        """The effect of a feature in each window; NaN where it was not measured."""
        return [_at(step.figures, step.figures.effect, feature) for step in self.steps]

    def missing(self, feature: str) -> list[float]:
        """The share of rows without a value in each window."""
        return [_at(step.figures, step.figures.missing, feature) for step in self.steps]

    def verdict(self, index: int, feature: str) -> Verdict | None:
        """What a feature is in a window; None: the window knows it not."""
        figures = self.steps[index].figures
        place = figures.at.get(feature)
        return None if place is None else VERDICTS[int(figures.codes[place])]

    def onset(self, index: int = -1, muted: frozenset[str] = frozenset()) -> Onset | None:
        """Since when what drifts in a window has moved, muted features aside; None: nothing does."""
        key = index, muted
        if key not in self._onsets:
            self._onsets[key] = self._onset(self.steps[: index + 1 or None], muted)
        return self._onsets[key]

    def _onset(self, steps: Sequence[Step], muted: frozenset[str]) -> Onset | None:
        if not steps or steps[-1].verdict != "DRIFT":
            return None
        drifting = steps[-1].named("DRIFT")
        names = [name for name in drifting if name not in muted]
        if drifting and not names:
            return None
        found = next(iter(onset([_moved(step.figures, names) for step in steps])), None)
        if found is not None:
            return Onset(steps[found.since].window, len(steps) - found.since, found.feature)
        begun = len(steps) - 1
        while begun and steps[begun - 1].verdict == "DRIFT":
            begun -= 1
        return Onset(steps[begun].window, len(steps) - begun, "")


class Trail:
    """Reads a monitor's windows, the newest first. For worker threads."""

    def __init__(
        self, workspace: "Workspace", watched: "Watched", importance: Mapping[str, float] | None = None
    ) -> None:
        self.watched = watched
        self.by = Thresholds.of(watched, importance)
        self._workspace = workspace
        self._folder = JudgedFolder(watched.project, watched.name, workspace.places)
        self._guard = threading.RLock()
        self._listed = Listed()
        self._teller = Teller(workspace, watched, self.by, self._folder, self._listed)
        self._past = Past(workspace, watched, self.by, self._folder, self._listed)
        self._now = ""
        """The baseline that the monitor is held to."""
        self._waiting: list[Key] = []
        self._steps: dict[tuple[str, tuple[str, ...]], Step] = {}
        self._spaces: list[Mapping[str, int]] = []

    def begin(self, order: Sequence[Key] = (), kept: Key | None = None) -> Told | None:
        """Look what there is now, and read the newest window; what was read before is not read again.

        Args:
            order: Windows in their order where that is known, as they would be measured now.
            kept: Read this one in place of the newest, if it is there.
        """
        listed = self._folder.list()
        now = held_to(References(lambda: self._workspace), self.watched)
        places = {(key.window, key.rows): at for at, key in enumerate(order)}
        wanted = frozenset(order)

        def place(key: Key) -> tuple[object, ...]:
            # Rows that are there no more come first, by name; of several verdicts on the same rows the one
            # that would be given now comes last.
            return (places.get((key.window, key.rows), -1), natural(key.window), key in wanted, key.file)

        due = sorted(listed.keys, key=place)
        with self._guard:
            self._listed, self._now = listed, now
            self._teller = Teller(self._workspace, self.watched, self.by, self._folder, listed)
            self._past = Past(self._workspace, self.watched, self.by, self._folder, listed)
            there = {self._name(key) for key in due}
            self._steps = {name: step for name, step in self._steps.items() if name in there}
            self._waiting = [key for key in due if self._name(key) not in self._steps]
        if kept is not None and kept in listed.keys:
            due.append(kept)
        while due:
            found = self.whole(due.pop())
            if found is not None:
                return found
        return None

    def more(self, seconds: float) -> bool:
        """Read older windows for a while; whether there are others still."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            # A window that somebody wants to see comes between.
            with self._guard:
                if not self._waiting:
                    return False
                self._older(self._waiting[-_AT_ONCE:])
        return bool(self._waiting)

    def whole(self, key: Key) -> Told | None:
        """A window with all that its pictures need; None, told among the problems, where it can't be used."""
        with self._guard:
            found = self._several([key])
            return found[0] if found else None

    def _older(self, keys: Sequence[Key]) -> None:
        """Keep the figures of these windows; those that can't be told by figures alone are read whole."""
        self._waiting = [key for key in self._waiting if key not in keys]
        for key, one in zip(keys, self._past.passed(keys), strict=True):
            if one is None:
                self._several([key])
            else:
                figures = self._placed(one.names, one.effect, one.missing, one.words)
                self._steps[self._name(key)] = self._step(one.told, figures)

    def _several(self, keys: Sequence[Key]) -> list[Told]:
        """Read these windows and keep their figures; those that can't be used are left out."""
        self._waiting = [key for key in self._waiting if key not in keys]
        read = [judged for key in keys if (judged := self._folder.read(key)) is not None]
        found = self._teller.told([with_labels(one, self._folder, self._listed) for one in read])
        for one in found:
            self._steps[self._name(one.judged.key)] = self._step(one, self._figures(one.features))
        return found

    def course(self) -> Course:
        """What is known by now."""
        with self._guard:
            steps, complete = tuple(self._steps.values()), not self._waiting
            problems, now = tuple(self._folder.problems), self._now
        last = counting(steps, lambda one: Judging(one.window, one.key.file, one.at, one.reference), now)
        ordered = sorted(
            last.values(), key=lambda one: (one.start or 0, natural(one.window.replace(",", "")))
        )
        return Course(tuple(_alarmed(ordered, self.by.confirm)), complete, problems)

    def _name(self, key: Key) -> tuple[str, tuple[str, ...]]:
        return key.file, tuple(sorted(self._listed.labels.get(key.file, ())))

    def _step(self, one: Told, figures: Figures) -> Step:
        judged = one.judged
        return Step(
            key=judged.key,
            window=judged.window,
            start=judged.start,
            end=judged.end,
            rows=judged.current.rows,
            verdict=one.verdict,
            because=one.because,
            harmful=one.harmful,
            figures=figures,
            domain=one.domain,
            model=one.model,
            segments=judged.segments,
            by=judged.by,
            at=max(judged.at, judged.labelled_at),
            reference=judged.reference.sha256,
        )

    def _figures(self, features: Sequence[Feature]) -> Figures:
        effects = [np.nan if one.effect is None else one.effect for one in features]
        missing = [one.measured.missing_cur for one in features]
        return self._placed(
            [one.measured.name for one in features],
            np.array(effects, np.float32),
            np.array(missing, np.float32),
            [one.verdict for one in features],
        )

    def _placed(
        self, names: Sequence[str], effect: Singles, missing: Singles, verdicts: Sequence[Verdict]
    ) -> Figures:
        """Figures over the same names share one space: their order is that of the names, not of severity."""
        space = next((one for one in self._spaces if one.keys() == set(names)), None)
        if space is None:
            space = {name: at for at, name in enumerate(sorted(set(names)))}
            self._spaces.append(space)
        places = {name: at for at, name in enumerate(names)}
        order = np.array([places[name] for name in space], np.intp)
        codes = np.array([VERDICTS.index(word) for word in verdicts], np.uint8)
        return Figures(space, effect[order], missing[order], codes[order])


def _alarmed(steps: Sequence[Step], confirm: tuple[int, int]) -> list[Step]:
    least, last = confirm
    drifts: list[bool] = []
    found = []
    for one in steps:
        drifts.append(one.verdict == "DRIFT")
        hits = sum(drifts[-last:])
        found.append(replace(one, hits=hits, alarm=one.harmful or (drifts[-1] and hits >= least)))
    return found


def _at(figures: Figures, values: Singles, feature: str) -> float:
    place = figures.at.get(feature)
    return float("nan") if place is None else float(values[place])


def _moved(figures: Figures, names: Sequence[str]) -> list[Feature]:
    """As much of these features as tells since when they move."""
    found = []
    for name in names:
        place = figures.at.get(name)
        if place is not None:
            effect = float(figures.effect[place])
            verdict = VERDICTS[int(figures.codes[place])]
            plain = Measured(name, "other", 0, 0, 0.0, 0.0)
            found.append(Feature(plain, verdict, effect, None, "", severity=effect))
    return found
