"""Which data a baseline is made from: what the version's run named, or what a person names."""

import glob
import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mlops_console import beneath, digesting
from mlops_console.display import safe_text
from mlops_console.errors import DataError, UsageError
from mlops_console.workspace.registering.choosing_artifact import inside

if TYPE_CHECKING:
    from mlops_console.journal.registry import Version
    from mlops_console.records import Project

SUFFIXES: Final = (
    ".parquet", ".pq", ".csv", ".tsv", ".jsonl", ".ndjson", ".arrow", ".ipc", ".feather", ".csv.gz",
    ".tsv.gz", ".jsonl.gz", ".ndjson.gz",
)  # fmt: skip
"""Of files that may be tables."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_TEACHES: Final = re.compile(r"train|reference|baseline", re.IGNORECASE)
_MOST_FILES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Data:
    """Data to make a baseline from."""

    place: str
    """An absolute path of a file or folder, or a glob."""
    shown: str
    """Relative to the project where it lies in it."""
    recorded: str = ""
    """The SHA-256 that the run recorded of it; empty: none."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What data is at the moment."""

    sha256: str
    """Of the file, or over all of them as `digesting.whole`."""
    size: int
    files: int


def named(project: "Project", path: str) -> Data:
    """What a person means: from where they stand, else from the project; UsageError: nothing is there."""
    if not path or "\0" in path:
        raise UsageError("a path of data is empty, or none")
    for base in (Path.cwd, lambda: Path(project.root)):
        try:
            place = os.path.normpath(base() / Path(path).expanduser())
            there = _matching(place)
        except (OSError, RuntimeError, ValueError):
            continue
        if there:
            return Data(place, inside(project.root, place) or place)
    raise UsageError(
        f"there is no data at {safe_text(path, 160)}", "name a file, a folder, or a glob in quotes"
    )


def names_data(version: "Version") -> bool:
    """Whether the version's run named any data at all."""
    return bool(_named(version))


def of_run(project: "Project", version: "Version") -> tuple[Data | None, str]:
    """The first table that the version's run named, training data before others; or why there is none.

    Only data within the project counts: what a run's files say must not have anything else read.
    """
    datasets = _named(version)
    if not datasets:
        return None, "its run names no data (run.dataset(PATH) does)"
    wrong = ""
    for one in sorted(datasets, key=lambda one: not _TEACHES.search(_words(one))):
        path = one.get("path")
        if not isinstance(path, str) or not path:
            wrong = wrong or f"the run's dataset {safe_text(_words(one), 60)} has no path"
            continue
        found, why = _within(project, version, path)
        if found:
            recorded = one.get("sha256")
            sha256 = recorded if isinstance(recorded, str) and _SHA256.fullmatch(recorded) else ""
            return Data(os.path.join(project.root, found), found, sha256), ""  # noqa: PTH118
        wrong = wrong or why
    return None, wrong


def sum_of(project: "Project", data: Data) -> Sum:
    """Hash it; DataError where it can't be read."""
    relative = inside(project.root, data.place)
    try:
        if relative is not None and not glob.has_magic(data.place):
            root, path = project.root, relative
        else:
            root, path = os.path.split(data.place)
        if glob.has_magic(data.place) and not Path(data.place).exists():
            return _sum_of_many(data.place)
        files, single = digesting.model_files(root, path)
        hashes = []
        for file, inner in digesting.hashes(root, path, files, single):
            if isinstance(inner, OSError):
                raise inner
            hashes.append((file.path, inner))
    except OSError as error:
        raise DataError(f"{safe_text(data.shown, 160)} {beneath.why_not(error)}") from error
    sha256 = hashes[0][1] if single else digesting.whole(hashes)
    return Sum(sha256, sum(file.size for file in files), len(files))


def size_of(data: Data) -> int:
    """Bytes, without reading any."""
    total = 0
    for place in _matching(data.place):
        path = Path(place)
        inner = path.rglob("*") if path.is_dir() else (path,)
        total += sum(one.lstat().st_size for one in inner)
    return total


def _sum_of_many(pattern: str) -> Sum:
    above = posixpath.dirname(glob.escape(pattern)) or "/"
    hashes, size = [], 0
    for place in _matching(pattern):
        folder, name = os.path.split(place)
        with beneath.reading(folder, name) as fd:
            size += beneath.file_stat(fd).size
            hashes.append((os.path.relpath(place, above), digesting.of_descriptor(fd)))
    return Sum(hashes[0][1] if len(hashes) == 1 else digesting.whole(hashes), size, len(hashes))


def _matching(place: str) -> list[str]:
    if Path(place).exists():
        return [place]
    return sorted(glob.glob(place, recursive=True))[:_MOST_FILES] if glob.has_magic(place) else []  # noqa: PTH207


def _within(project: "Project", version: "Version", path: str) -> tuple[str, str]:
    """Where recorded data lies in the project; or why it is not read by itself."""
    shown = safe_text(path, 160)
    run = str((version.run or {}).get("path") or "")
    asked = [path] if path.startswith("/") else [f"{project.root}/{path}", f"{project.root}/{run}/{path}"]
    for one in asked:
        relative = inside(project.root, one)
        if relative is None:
            continue
        try:
            with beneath.reading(project.root, relative):
                pass
        except beneath.NotReadable as error:
            if error.why == "is not a regular file" and Path(project.root, relative).is_dir():
                return relative, ""
            return "", f"{shown} {error.why}"
        except OSError:
            continue
        if not relative.lower().endswith(SUFFIXES):
            return "", f"{shown} is no table that can be read"
        return relative, ""
    if all(inside(project.root, one) is None for one in asked):
        return "", f"{shown}, which the run names, lies outside of the project"
    return "", f"{shown}, which the run names, is not there"


def _named(version: "Version") -> list[dict[str, Any]]:
    said = version.registered.body.get("datasets")
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []


def _words(dataset: Mapping[str, Any]) -> str:
    return " ".join(str(dataset[key]) for key in ("name", "context", "role", "path") if dataset.get(key))[
        :400
    ]
