"""Using a reader as the product does: show it folders, read its sources, add up what its chunks say."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np

from mlops_console.ingest.prune import Pruning
from mlops_console.readers.contract import Budget, Reader
from mlops_console.records import Chunk, RunFacts, RunKey, Source

_TIMES = ("started", "ended", "active")
_MAPPINGS = ("params", "tags", "summary", "environment")


class DiskFolder:
    """A folder as discovery shows it to `claims`."""

    def __init__(self, root: Path, path: str) -> None:
        self.path = path
        self._root = root
        self._full = root if path == "." else root / path
        with os.scandir(self._full) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        self.files = [entry.name for entry in found if entry.is_file(follow_symlinks=False)]
        self.folders = [entry.name for entry in found if entry.is_dir(follow_symlinks=False)]

    def head(self, name: str, limit: int = 65536) -> bytes:
        """The first bytes of a file."""
        try:
            with open(self._full / name, "rb") as file:
                return file.read(limit)
        except OSError:
            return b""

    def inside(self, name: str) -> "DiskFolder":
        """One of its folders."""
        return DiskFolder(self._root, name if self.path == "." else f"{self.path}/{name}")


def folders(root: Path) -> Iterator[DiskFolder]:
    """The folders of a project that discovery enters, from its root down, no links followed."""
    pruning = Pruning(str(root), ())
    waiting = ["."]
    while waiting:
        folder = DiskFolder(root, waiting.pop())
        yield folder
        above = folder.path.rpartition("/")[2]
        for name in reversed(folder.folders):
            path = name if folder.path == "." else f"{folder.path}/{name}"
            if not pruning.by_name(path, name, above):
                waiting.append(path)


def claimed(reader: Reader, root: Path) -> list[Source]:
    """The sources that a reader claims in a project."""
    patterns = tuple(reader.patterns)
    found: list[Source] = []
    for folder in folders(root):
        if any(fnmatch(name, pattern) for name in folder.files for pattern in patterns):
            found += reader.claims(folder)
    return found


def files_of(root: Path, source: Source) -> list[str]:
    """The regular files among those that a source watches; it may watch folders, and what has yet to come."""
    return [file for file in source.files if (root / file).is_file()]


@dataclass
class Story:
    """What a source's chunks say together, kept as the store keeps it."""

    facts: dict[RunKey, dict[str, Any]] = field(default_factory=dict)
    points: dict[tuple[RunKey, str], list[np.ndarray]] = field(default_factory=dict)
    problems: tuple = ()
    cursor: bytes | None = None
    chunks: int = 0
    resets: int = 0

    def apply(self, chunk: Chunk) -> None:
        """As the store would: as a whole."""
        if chunk.reset:
            self.facts.clear()
            self.points.clear()
            self.resets += 1
        for facts in chunk.facts:
            _merge(self.facts.setdefault(facts.key, {}), facts)
        start = 0
        for series, count in zip(chunk.points.series, chunk.points.counts.tolist(), strict=True):
            stop = start + count
            block = np.stack(
                [
                    chunk.points.step[start:stop].astype(np.float64),
                    chunk.points.wall[start:stop].astype(np.float64),
                    chunk.points.value[start:stop],
                ]
            )
            self.points.setdefault(series, []).append(block)
            start = stop
        assert start == len(chunk.points.step) == len(chunk.points.wall) == len(chunk.points.value)
        self.problems, self.cursor = chunk.problems, chunk.cursor
        self.chunks += 1

    def series(self) -> dict[tuple[RunKey, str], np.ndarray]:
        """Every series as rows of step, wall time and value."""
        return {key: np.concatenate(blocks, axis=1) for key, blocks in self.points.items()}

    def metric(self, run: RunKey, key: str) -> dict[str, Any]:
        """A metric as `runs --json` sums it up."""
        step, _, value = self.series()[run, key]
        good = value[~np.isnan(value)]
        return {
            "count": len(value),
            "first": [step[0], value[0]],
            "last": [step[-1], value[-1]],
            "min": good.min() if len(good) else float("nan"),
            "max": good.max() if len(good) else float("nan"),
            "nan_count": int(np.isnan(value).sum()),
        }


def read_on(
    reader: Reader,
    root: Path,
    source: Source,
    story: Story | None = None,
    budget: Budget | None = None,
    most: int = 5_000,
) -> Story:
    """Read a source to its end, from where the story stands."""
    story = story or Story()
    for _ in range(most):
        chunk = reader.read(
            str(root), source, story.cursor, Budget(budget.points, budget.seconds) if budget else Budget()
        )
        story.apply(chunk)
        if not chunk.more:
            return story
    raise AssertionError(f"no end after {most} reads of {source}")


def _merge(known: dict[str, Any], facts: RunFacts) -> None:
    for name in facts.__slots__:
        value = getattr(facts, name)
        if name in _MAPPINGS:
            known.setdefault(name, {}).update(value)
        elif value is not None:
            known[name] = value


def settled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts without what depends on when a file was written."""
    kept = {key: value for key, value in facts.items() if key not in _TIMES}
    if kept.get("artifacts"):
        kept["artifacts"] = tuple((file.path, file.size) for file in kept["artifacts"])
    return kept
