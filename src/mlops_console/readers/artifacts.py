"""The files that a run left in its folder, and which of them are models."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from mlops_console.readers import modelfiles
from mlops_console.readers.contract import FileStat
from mlops_console.readers.modelfiles import model_format
from mlops_console.readers.opening import open_folder
from mlops_console.records import Artifact, ModelFile

__all__ = ["list_files", "model_format"]

MAX_FILES = 10_000
MAX_DEPTH = 16
NEVER_INTO = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "venv",
        "__pycache__",
        "node_modules",
        ".ipynb_checkpoints",
        ".mlops-console",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
    }
)
"""Folders that hold no artifacts, wherever they lie."""

_MOST_LOOKED_AT = 1_000
"""How many files of a run are told by their bytes; past that, a name that says model has to do."""

Stop = Callable[[str, Sequence[str], Sequence[str]], bool]
"""(folder relative to the project, names of its files, names of its folders) -> it is a run of its own."""


@dataclass(frozen=True, slots=True)
class _Seen:
    artifact: Artifact
    stat: FileStat


def list_files(
    root: str,
    folder: str,
    *,
    skip: Collection[str] = (),
    stop: Stop | None = None,
    max_files: int = MAX_FILES,
    max_depth: int = MAX_DEPTH,
) -> tuple[tuple[Artifact, ...], tuple[ModelFile, ...]]:
    """All regular files below a run's folder, sorted; links and folders that are runs of their own left out.

    Models are told by their bytes; a model that is a folder is one model. `skip` holds paths (relative to the
    run's folder) of files or folders to leave out. A folder that can't be read is left out; past `max_files`
    the walk ends quietly.
    """
    found: list[_Seen] = []
    models: list[ModelFile] = []
    covered: set[str] = set()
    weights: set[str] = set()
    waiting = [("", 0)]
    while waiting and len(found) < max_files:
        below, depth = waiting.pop()
        files, folders = _listing(root, _join(folder, below), below)
        names = [_name(file.artifact.path) for file in files]
        if depth and stop and stop(_join(folder, below), names, folders):
            continue
        found.extend(file for file in files if file.artifact.path not in skip)
        word = modelfiles.folder_format(names, folders)
        if word and not _is_below(below, covered) and (depth or word in modelfiles.WHOLE):
            models.append(ModelFile(_join(folder, below), word))
            (covered if word in modelfiles.WHOLE else weights).add(below)
        if depth < max_depth:
            inner = (_join(below, name) for name in folders if name not in NEVER_INTO)
            waiting.extend((path, depth + 1) for path in sorted(inner, reverse=True) if path not in skip)
    found = sorted(found[:max_files], key=lambda file: file.artifact.path)
    rest = [file for file in found if not _is_below(_above(file.artifact.path), covered)]
    models += _model_files(root, folder, rest, weights)
    return tuple(file.artifact for file in found), tuple(sorted(models, key=lambda model: model.path))


def _model_files(
    root: str, folder: str, files: Sequence[_Seen], told: Collection[str]
) -> Iterator[ModelFile]:
    """The files that are models; of weights in several files only the one that names them all.

    Folders in `told` are models already: the weights that lie in them directly are not told again.
    """
    indexed = {_above(file.artifact.path) for file in files if modelfiles.weights_index([file.artifact.path])}
    looked = 0
    for file in files:
        path = file.artifact.path
        if modelfiles.is_shard(_name(path)) and _above(path) in indexed:
            continue
        if _above(path) in told and modelfiles.weights_index([_name(path)]):
            continue
        if not modelfiles.worth_a_look(_name(path), file.stat.size):
            continue
        looked += 1
        if looked <= _MOST_LOOKED_AT:
            word = modelfiles.identify(root, _join(folder, path), file.stat)
        else:
            word = modelfiles.UNRECOGNISED if modelfiles.says_model(_name(path)) else None
        if word:
            yield ModelFile(_join(folder, path), word)


def _is_below(path: str, folders: Collection[str]) -> bool:
    """Whether a folder is one of these or lies in one ("" is the run's own)."""
    while path and path not in folders:
        path = _above(path)
    return path in folders


def _listing(root: str, folder: str, below: str) -> tuple[list[_Seen], list[str]]:
    """Regular files (paths relative to the run) and folder names of one folder."""
    files: list[_Seen] = []
    folders: list[str] = []
    try:
        fd = open_folder(root, folder)
    except OSError:
        return files, folders
    try:
        with os.scandir(fd) as entries:
            for entry in entries:
                try:
                    if entry.is_file(follow_symlinks=False):
                        seen = entry.stat(follow_symlinks=False)
                        modified = seen.st_mtime_ns // 1000
                        artifact = Artifact(_join(below, entry.name), seen.st_size, modified)
                        files.append(_Seen(artifact, FileStat(seen.st_size, seen.st_mtime_ns, seen.st_ino)))
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                except OSError:
                    continue
    except OSError:
        return files, folders
    finally:
        os.close(fd)
    return files, folders


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _join(folder: str, name: str) -> str:
    if folder in (".", ""):
        return name or "."
    return f"{folder}/{name}" if name else folder
