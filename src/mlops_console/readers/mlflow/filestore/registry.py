"""The registered models of a store: `models/<name>/version-<n>/meta.yaml`, with aliases beside them."""

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mlops_console.beneath import OpenFolder
from mlops_console.readers.mlflow import meaning
from mlops_console.readers.mlflow.filestore.claiming import META
from mlops_console.readers.mlflow.filestore.plain_yaml import MOST_BYTES, fields
from mlops_console.records import Json

_MOST_MODELS = 2_000
_MOST_VERSIONS = 1_000
_KEPT = 8
_MOST_WORDS = 5
_MOST_PLACES = 8
_ALIAS_BYTES = 1_024

Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a registered model, and where it came from."""

    run_id: str
    model_id: str
    source: str
    entry: dict[str, Json]
    """For `details["registered"]`."""


@dataclass(frozen=True, slots=True)
class Index:
    """What a folder of registered models holds."""

    versions: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    """By the run that they say they came from."""
    left_out: str = ""
    """What is not among them, as the end of a sentence about the folder; empty: nothing."""


_NOTHING = Index()
_indexes: OrderedDict[tuple[str, str], tuple[int, Stamp, Index]] = OrderedDict()
"""By project and folder: kept while the folders are as they were, since every run of the store asks."""


def index_of(root: str, path: str) -> Index:
    """The versions in a `models` folder."""
    try:
        folder = OpenFolder.at(root, path)
    except OSError:
        return _NOTHING
    with folder:
        names = _folders(folder)
        stamp = tuple(_stamps(folder, names[:_MOST_MODELS]))
        if not stamp:
            return _NOTHING
        kept = _indexes.get((root, path))
        if kept is None or kept[:2] != (len(names), stamp):
            kept = _indexes[root, path] = (len(names), stamp, _index(folder, stamp, len(names)))
            while len(_indexes) > _KEPT:
                _indexes.popitem(last=False)
        return kept[2]


def _index(folder: OpenFolder, stamp: Stamp, models: int) -> Index:
    words: list[str] = []
    if models > _MOST_MODELS:
        words.append(
            f"holds {models:,} registered models; the first {_MOST_MODELS:,} by name are read, "
            f"{models - _MOST_MODELS:,} left out"
        )
    found: dict[str, list[Version]] = {}
    for name, *_ in stamp:
        versions, there = _versions(folder, name)
        for version in versions:
            found.setdefault(version.run_id, []).append(version)
        if there > _MOST_VERSIONS and len(words) < _MOST_WORDS:
            words.append(
                f"{name} has {there:,} versions, of which the newest {_MOST_VERSIONS:,} are read, "
                f"{there - _MOST_VERSIONS:,} left out"
            )
    return Index({run: tuple(some) for run, some in found.items()}, "; ".join(words))


def _stamps(folder: OpenFolder, names: Iterable[str]) -> Iterator[tuple[str, int, int, int]]:
    """Each model, and what moves when a version, a stage or an alias of it does."""
    for name in names:
        times = []
        for inner in (name, f"{name}/{META}", f"{name}/aliases"):
            try:
                times.append(os.lstat(inner, dir_fd=folder.fd).st_mtime_ns)
            except OSError:
                times.append(-1)
        if times[1] >= 0:
            yield name, times[0], times[1], times[2]


def _versions(models: OpenFolder, name: str) -> tuple[list[Version], int]:
    """The versions of a model that came from runs, and how many versions it has."""
    found: list[Version] = []
    try:
        folder = models.folder(name)
    except OSError:
        return found, 0
    with folder:
        stated = _meta(folder)
        model = meaning.text(stated.get("name")) or name
        aliases = _aliases(folder)
        numbers = sorted((one for one in _folders(folder) if one.startswith("version-")), key=_newest_last)
        for one in numbers[-_MOST_VERSIONS:]:
            try:
                with folder.folder(one) as inner:
                    said = _meta(inner)
            except OSError:
                continue
            number = meaning.text(said.get("version")) or one.removeprefix("version-")
            run_id = meaning.text(said.get("run_id"))
            if run_id:
                entry = meaning.registered(model, number, aliases.get(number, ()), said.get("current_stage"))
                source = meaning.text(said.get("source")) or ""
                found.append(Version(run_id, meaning.text(said.get("model_id")) or "", source, entry))
    return found, len(numbers)


def _newest_last(name: str) -> tuple[int, str]:
    """Versions in their order: of their numbers, not of their letters."""
    digits = name.removeprefix("version-")
    return len(digits), digits


def _aliases(folder: OpenFolder) -> dict[str, tuple[str, ...]]:
    """Version -> the aliases that point at it."""
    found: dict[str, tuple[str, ...]] = {}
    try:
        with folder.folder("aliases") as inner, os.scandir(inner.fd) as entries:
            for name in sorted(entry.name for entry in entries)[:_MOST_VERSIONS]:
                try:
                    version = inner.read(name, _ALIAS_BYTES)[0].decode("utf-8", "replace").strip()
                except OSError:
                    continue
                found[version] = (*found.get(version, ()), name)
    except OSError:
        pass
    return found


def _meta(folder: OpenFolder) -> dict[str, Json]:
    try:
        return fields(folder.read(META, MOST_BYTES)[0])[0]
    except OSError:
        return {}


def _folders(folder: OpenFolder) -> list[str]:
    try:
        with os.scandir(folder.fd) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def ids_of(version: Version) -> set[str]:
    """The ids by which a version may name the model that it is."""
    return {version.model_id, version.source.rpartition("/")[2]}


def places_of(version: Version) -> set[str]:
    """Where in its run's artifacts a version may have come from: what follows the run in its source."""
    end, mark = version.source.rstrip("/"), f"{version.run_id}/"
    found: set[str] = set()
    at = len(end)
    for _ in range(_MOST_PLACES):
        at = end.rfind(mark, 0, at)
        if at < 0:
            break
        place = end[at + len(mark) :]
        found.add(place)
        if end[at - 1 : at] == "/":
            found.add(place.removeprefix("artifacts/"))
    return found
