"""The values that cross package lines: what readers emit, what the store keeps, what the front ends show.

Times are epoch microseconds (`int`), `None` where unknown. Paths of runs, sources and artifacts are POSIX
strings relative to their project's root ("." is the root itself); bytes that are not UTF-8 are kept as
lone surrogates (`os.fsdecode`) and escaped at the store's door. Text is kept as it was written:
making it safe to draw is `display.safe_text`'s job.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float64]

NO_TIME = -(2**63)
"""In arrays of times: this point has no wall time."""


class Status(StrEnum):
    """How a run stands, as far as there is evidence."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    KILLED = "killed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class RunKey:
    """What makes a run one run within its project: two sources that name the same key describe one run."""

    path: str
    """The run's folder (or the file that holds it), relative to the project."""
    native: str = ""
    """The tool's own id where one file or folder holds many runs, else empty."""


@dataclass(frozen=True, slots=True)
class Process:
    """The process that writes a run, precise enough to tell it from a later one with the same number."""

    host: str
    boot_id: str
    pid: int
    started: int
    """Start time in clock ticks since boot (field 22 of /proc/PID/stat); 0 = not known."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that a run produced."""

    path: str
    """Relative to the run's folder (where the run is a file or lives in one: to the folder of that file)."""
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file found in a run."""

    path: str
    """Relative to the project; the folder, for formats that are folders (an MLflow model)."""
    format: str
    sha256: str | None = None
    details: Mapping[str, Json] = field(default_factory=dict)
    """What the tool itself says of it: `name`, `model_id`, `flavors`, `params`, `tags`, `metrics` of its own,
    `registered` (a list of `{"model", "version", "aliases", "stage"}`) ..."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What one source says about one run, so far.

    Facts of one source accumulate: a field that is not None replaces what the source said before, the
    dicts (`params`, `tags`, `summary`, `environment`) are merged key by key.
    """

    key: RunKey
    native_id: str | None = None
    name: str | None = None
    group: str | None = None
    parent: RunKey | None = None
    parent_native_id: str | None = None
    same_as: tuple[tuple[str, str], ...] = ()
    """(reader, native id) of what other sources of the project call this very run, where a tool says so."""
    deleted: bool | None = None
    """The tool itself has deleted it (and keeps its files for now): shown only with the archived runs."""
    status: Status | None = None
    """Only what the tool itself wrote; None where the format has no mark for it."""
    status_reason: str | None = None
    started: int | None = None
    ended: int | None = None
    active: int | None = None
    """The newest sign of life in the files: the last point's time, else the newest modification time."""
    process: Process | None = None
    params: Mapping[str, Json] = field(default_factory=dict)
    """Flat, dotted keys; a list stays one value."""
    tags: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, Json] = field(default_factory=dict)
    """Final values that a tool or file states by itself."""
    environment: Mapping[str, Json] = field(default_factory=dict)
    datasets: tuple[Mapping[str, Json], ...] | None = None
    artifacts: tuple[Artifact, ...] | None = None
    models: tuple[ModelFile, ...] | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """Points of several series, concatenated: series i owns the next `counts[i]` entries, in record order."""

    series: tuple[tuple[RunKey, str], ...]
    """(run, metric key) of each series; a series occurs once in a block."""
    counts: IntArray
    """Points per series; sums to len(step)."""
    step: IntArray
    wall: IntArray
    """Epoch microseconds, `NO_TIME` where unknown."""
    value: FloatArray

    @staticmethod
    def empty() -> "Points":
        """No points."""
        none = np.empty(0, np.int64)
        return Points((), none, none, none, np.empty(0, np.float64))

    def __len__(self) -> int:
        return len(self.step)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in somebody's files that could not be read: where, and what it means, in one sentence."""

    path: str
    """Relative to the project."""
    what: str
    offset: int | None = None
    """Byte offset of the damage, where there is one."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file or folder that one reader claims; the unit of incremental reading."""

    reader: str
    path: str
    """Relative to the project: the folder, or the file."""
    files: tuple[str, ...]
    """Files whose change means new data, relative to the project; not the artifacts."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one `read` found. Applied as a whole, together with `cursor`, or not at all."""

    facts: tuple[RunFacts, ...]
    points: Points
    problems: tuple[Problem, ...]
    """All problems that stand for this source now (they replace the ones reported before)."""
    cursor: bytes
    """Opaque to everyone but the reader; where the next read goes on."""
    more: bool = False
    """The budget ended the read: there is more to read at once."""
    reset: bool = False
    """The source was read anew from its start: forget what it said before (its facts and points)."""
    again: bool = False
    """Somebody kept it from being read: it is read once more later, whether or not its files change."""


@dataclass(frozen=True, slots=True)
class Project:
    """A watched folder."""

    key: str
    """Stable over moves of the folder: part of every run id in it."""
    name: str
    root: str
    """Absolute path."""
    device: int
    inode: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What an applied chunk or sweep changed, for those who look."""

    runs: frozenset[str] = frozenset()
    """Ids of runs whose facts, metrics or status moved."""
    added: frozenset[str] = frozenset()
    """Ids of runs that were not known before (also in `runs`)."""
    problems: bool = False
    health: bool = False
    """What the pipeline says of itself: progress, badge, counts, role."""
    decisions: frozenset[str] = frozenset()
    """Keys of the projects in whose journal something new was written."""
    drift: frozenset[str] = frozenset()
    """Keys of the projects of whose monitors a window was judged."""

    def __or__(self, other: "Changed") -> "Changed":
        return Changed(
            self.runs | other.runs,
            self.added | other.added,
            self.problems or other.problems,
            self.health or other.health,
            self.decisions | other.decisions,
            self.drift | other.drift,
        )

    def __bool__(self) -> bool:
        return bool(self.runs or self.added or self.problems or self.health or self.decisions or self.drift)
