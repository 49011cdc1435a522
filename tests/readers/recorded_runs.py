"""Runs in our own format, written by hand and read through the reader's door."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mlops_console.readers.contract import Budget
from mlops_console.readers.recorded import READER
from mlops_console.records import Chunk, Points, Source


class FolderOnDisk:
    """A folder as discovery shows it."""

    def __init__(self, root: Path, path: str) -> None:
        self.path = path
        self._folder = root / path

    @property
    def files(self) -> Sequence[str]:
        return [entry.name for entry in self._folder.iterdir() if entry.is_file()]

    @property
    def folders(self) -> Sequence[str]:
        return [entry.name for entry in self._folder.iterdir() if entry.is_dir()]

    def head(self, name: str, limit: int = 65536) -> bytes:
        return (self._folder / name).read_bytes()[:limit]


def write_run(root: Path, run: dict[str, Any], metrics: str = "") -> Path:
    """A run's folder `run` with these fields; the path of its metrics."""
    folder = root / "run"
    folder.mkdir(exist_ok=True)
    (folder / "run.json").write_text(json.dumps({"format": "mlops-console-run", "version": 1, **run}))
    (folder / "metrics.jsonl").write_text(metrics)
    return folder / "metrics.jsonl"


def source_of(root: Path, path: str) -> Source:
    """What the reader claims of a folder."""
    (only,) = READER.claims(FolderOnDisk(root, path))
    return only


def read(root: Path, source: Source, cursor: bytes | None, points: int = 1_000_000) -> Chunk:
    """One read without a limit of time."""
    return READER.read(str(root), source, cursor, Budget(points, 3600))


def read_all(root: Path, path: str, points: int = 1_000_000) -> Chunk:
    """All there is, as one chunk."""
    source, cursor = source_of(root, path), None
    chunks = []
    while not chunks or chunks[-1].more:
        chunks.append(read(root, source, cursor, points))
        cursor = chunks[-1].cursor
    blocks = [chunk.points for chunk in chunks]
    joined = Points(
        tuple(name for block in blocks for name in block.series),
        *(
            np.concatenate([getattr(block, part) for block in blocks])
            for part in ("counts", "step", "wall", "value")
        ),
    )
    return replace(chunks[-1], facts=chunks[0].facts, points=joined)


def history(chunk: Chunk, key: str) -> list[tuple[int, float]]:
    """(step, value) of one metric, in record order."""
    found: list[tuple[int, float]] = []
    start = 0
    for (_, name), count in zip(chunk.points.series, chunk.points.counts.tolist(), strict=True):
        if name == key:
            steps, values = (
                part[start : start + count].tolist() for part in (chunk.points.step, chunk.points.value)
            )
            found += zip(steps, values, strict=True)
        start += count
    return found
