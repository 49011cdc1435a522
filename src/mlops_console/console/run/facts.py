"""One run as its page and the preview draw it: plain values, read in a worker, compared to see what moved."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from mlops_console import display
from mlops_console.console.naming import names_something, plain_moments
from mlops_console.records import Artifact, FloatArray, IntArray, Json, ModelFile, Problem

_TOTALS: Final = re.compile(
    r"(^|[._/-])(max_?|num_?|n_?|total_?)?(epochs?|steps?|iterations?|iters?|rounds?|boost_rounds?|estimators|trees)$",
    re.IGNORECASE,
)
TOOLS: Final = {
    "mlflow": "MLflow",
    "wandb": "W&B",
    "clearml": "ClearML",
    "dvc": "DVC",
    "recorded": "the recorder",
}
"""Tools as they write themselves, by the names of their readers."""
_ERRORS: Final = ("error", "exception", "fail_trace")
_PLURAL: Final = {
    "epoch": "epochs",
    "step": "steps",
    "iteration": "iterations",
    "iter": "iterations",
    "iters": "iterations",
    "round": "rounds",
    "boost_round": "rounds",
    "boost_rounds": "rounds",
    "estimators": "trees",
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured series in short."""

    key: str
    count: int
    first_step: int | None
    last_step: int | None
    last: float | None
    low: float | None
    low_step: int | None
    high: float | None
    high_step: int | None
    not_numbers: int = 0
    spark: bytes = b""
    """At most 64 float32 samples of its history."""


class History(NamedTuple):
    """All points of one metric."""

    step: IntArray
    wall: IntArray
    value: FloatArray

    @staticmethod
    def empty() -> "History":
        """No points."""
        none = np.empty(0, np.int64)
        return History(none, none, np.empty(0))


class SourceNote(NamedTuple):
    """What one source gave."""

    reader: str
    path: str
    says: str
    """In a few words: how many params, metrics, artifacts it told of."""
    gone: bool = False


class Progress(NamedTuple):
    """How far a run is, where a parameter says how far it goes."""

    done: int
    total: int
    unit: str
    by_step: bool = True
    """Whether the metrics' steps count the same thing."""

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, self.done / self.total)


@dataclass(frozen=True, slots=True)
class RunView:
    """Everything that is known of a run."""

    id: str
    name: str
    project: str
    path: str
    status: str
    reason: str = ""
    started: int | None = None
    ended: int | None = None
    active: int | None = None
    group: str = ""
    parent: str = ""
    gone: bool = False
    deleted: str = ""
    """The reader of the tool that has deleted it."""
    host: str = ""
    params: Mapping[str, Json] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, Json] = field(default_factory=dict)
    environment: Mapping[str, Json] = field(default_factory=dict)
    datasets: Sequence[Mapping[str, Json]] = ()
    artifacts: Sequence[Artifact] = ()
    models: Sequence[ModelFile] = ()
    metrics: Sequence[Metric] = ()
    problems: Sequence[Problem] = ()
    sources: Sequence[SourceNote] = ()
    project_key: str = ""
    folder: str = ""
    """The folder its files lie in, absolute."""
    varying: frozenset[str] = frozenset()
    """Parameters that differ between the runs of its project."""
    watched: tuple[str, str] = ("", "")
    """What monitors say of the version that came of it, and its ink; empty: none watches one."""

    def took(self, now: int) -> int | None:
        """How long it ran, or has been running, in microseconds."""
        if self.started is None:
            return None
        end = self.ended
        if end is None:
            end = now if self.status == "running" else self.active
        return None if end is None or end < self.started else end - self.started

    def why(self, now: int) -> str:
        """The reason of its status; moments in it as the hour of today, or as a date."""
        return plain_moments(self.reason, now)

    @property
    def lost(self) -> str:
        """What has become of it since, where its tool or its folder let it go; empty for most."""
        if self.deleted:
            return f"deleted in {TOOLS.get(self.deleted, self.deleted)}"
        return "files gone" if self.gone else ""

    @property
    def error(self) -> str:
        """Why it failed, in the words that were left; empty where none were, or it did not fail."""
        if self.status != "failed":
            return ""
        return self.reason or next(
            (text for key in _ERRORS if (text := str(self.environment.get(key) or ""))), ""
        )

    @property
    def seen(self) -> int | None:
        """When it ended, or last gave a sign of life."""
        return self.ended if self.ended is not None else self.active

    @property
    def unit(self) -> str:
        """What its steps count."""
        progress = self.progress()
        return progress.unit if progress is not None and progress.by_step else "steps"

    def progress(self) -> Progress | None:
        """How far it is, when a parameter gives the end and the steps count the same thing."""
        newest = max((m.last_step for m in self.metrics if m.last_step is not None), default=None)
        if newest is None:
            return None
        from_zero = any(m.first_step == 0 for m in self.metrics)
        epoch = next((m.last for m in self.metrics if m.key.rpartition("/")[2] == "epoch"), None)
        for key, value in self.params.items():
            match = _TOTALS.search(key)
            if match is None or isinstance(value, bool) or not isinstance(value, (int, float)):
                continue
            if not math.isfinite(value) or value < 2 or value != int(value):
                continue
            word = match[3].lower()
            unit = _PLURAL.get(word, word)
            if unit == "epochs" and epoch is not None and math.isfinite(epoch):
                return Progress(min(int(epoch) + 1, int(value)), int(value), unit, newest <= value)
            if newest <= value:
                return Progress(min(newest + from_zero, int(value)), int(value), unit)
        return None


def value_text(value: Json, key: str = "") -> str:
    """A parameter's value as text: numbers short but exact enough, lists and dicts as JSON."""
    match value:
        case None | []:
            return "none"
        case bool():
            return "true" if value else "false"
        case int():
            return display.count(value) if abs(value) >= 10_000 and not names_something(key) else str(value)
        case float():
            return _exact(value)
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def _exact(value: float) -> str:
    # A parameter is an input: what was set is shown in full, only without noise digits.
    short = display.number(value, 4)
    try:
        same = math.isclose(float(short.replace(",", "").replace(display.MINUS, "-")), value, rel_tol=1e-12)
    except ValueError:
        same = True
    return short if same else f"{value:.10g}".replace("-", display.MINUS, value < 0)
