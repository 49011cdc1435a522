"""The files that a run left in its folder, and which of them are models."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from mlops_console.beneath import FileStat, open_folder
from mlops_console.readers import modelfiles
from mlops_console.readers.modelfiles import model_format
from mlops_console.records import Artifact, ModelFile

__all__ = ["Listed", "list_files", "model_format"]

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

_MOST_COUNTED = 200_000
"""How many files more are counted, so that it can be told how many are left out."""
_MOST_LOOKED_AT = 1_000
"""How many files of a run are told by their bytes; past that, a name that says model has to do."""

Stop = Callable[[str, Sequence[str], Sequence[str]], bool]
"""(folder relative to the project, names of its files, names of its folders) -> it is a run of its own."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The files of a run."""

    artifacts: tuple[Artifact, ...] = ()
    """Sorted by path."""
    models: tuple[ModelFile, ...] = ()
    left_out: str = ""
    """What is not among them, as the end of a sentence about the run's folder; empty: nothing."""


@dataclass(frozen=True, slots=True)
class _Seen:
    artifact: Artifact
    stat: FileStat


@dataclass(slots=True)
class _Walk:
    """What a walk through a run's folder has met."""

    most: int
    found: list[_Seen] = field(default_factory=list)
    met: int = 0
    """Files, with those that are left out."""
    entries: int = 0
    """All that was listed."""
    cut: bool = False
    """Not all of them were counted."""
    deep: int = 0
    unread: int = 0
    """Folders that lie too deep, and those that can't be read."""

    def enough(self) -> bool:
        """Whether there is nothing more to find or to count."""
        return self.entries >= self.most + _MOST_COUNTED

    def left_out(self, depth: int) -> str:
        """What there is to say of it."""
        words = []
        if left := self.met - len(self.found):
            least = "at least " if self.cut else ""
            words.append(
                f"holds {least}{self.met:,} files; the first {len(self.found):,} are listed, "
                f"{least}{left:,} are left out; pack them into archives to have them all listed"
            )
        if self.deep:
            noun = "folder in it lies" if self.deep == 1 else "folders in it lie"
            words.append(f"{self.deep:,} {noun} more than {depth} deep; what lies there is left out")
        if self.unread:
            noun = "folder in it" if self.unread == 1 else "folders in it"
            words.append(f"{self.unread:,} {noun} can't be read, so what they hold is left out")
        return "; ".join(words)


def list_files(
    root: str,
    folder: str,
    *,
    skip: Collection[str] = (),
    stop: Stop | None = None,
    max_files: int = MAX_FILES,
    max_depth: int = MAX_DEPTH,
) -> Listed:
    """All regular files below a run's folder; links and folders that are runs of their own left out.

    Models are told by their bytes; a model that is a folder is one model. `skip` holds paths (relative to the
    run's folder) of files or folders to leave out. Past `max_files` files are only counted, and that is said.
    """
    walk = _Walk(max_files)
    models: list[ModelFile] = []
    covered: set[str] = set()
    weights: set[str] = set()
    waiting = [("", 0)]
    while waiting and not walk.enough():
        below, depth = waiting.pop()
        with _listing(root, _join(folder, below), walk) as (files, folders):
            names = [file.name for file in files]
            if depth and stop and stop(_join(folder, below), names, folders):
                continue
            _take(files, below, skip, walk)
        word = modelfiles.folder_format(names, folders)
        if word and not _is_below(below, covered) and (depth or word in modelfiles.WHOLE):
            models.append(ModelFile(_join(folder, below), word))
            (covered if word in modelfiles.WHOLE else weights).add(below)
        inner = [path for name in folders if (path := _inside(below, name)) and path not in skip]
        if depth < max_depth:
            waiting.extend((path, depth + 1) for path in sorted(inner, reverse=True))
        else:
            walk.deep += len(inner)
    walk.cut = walk.cut or bool(waiting)
    found = sorted(walk.found, key=lambda file: file.artifact.path)
    rest = [file for file in found if not _is_below(_above(file.artifact.path), covered)]
    models += _model_files(root, folder, rest, weights)
    return Listed(
        tuple(file.artifact for file in found),
        tuple(sorted(models, key=lambda model: model.path)),
        walk.left_out(max_depth),
    )


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


@contextmanager
def _listing(root: str, folder: str, walk: _Walk) -> "Iterator[tuple[list[os.DirEntry[str]], list[str]]]":
    """The regular files and the folders' names of one folder, held open meanwhile."""
    files: list[os.DirEntry[str]] = []
    folders: list[str] = []
    try:
        fd = open_folder(root, folder)
    except OSError as error:
        walk.unread += not isinstance(error, FileNotFoundError)
        yield files, folders
        return
    try:
        try:
            with os.scandir(fd) as entries:
                for entry in islice(entries, _MOST_COUNTED):
                    if entry.is_file(follow_symlinks=False):
                        files.append(entry)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                walk.cut = walk.cut or next(entries, None) is not None
        except OSError:
            walk.unread += 1
        walk.entries += 1 + len(files) + len(folders)
        yield files, folders
    finally:
        os.close(fd)


def _take(files: "list[os.DirEntry[str]]", below: str, skip: Collection[str], walk: _Walk) -> None:
    """Take the files of a folder, by name as far as there is room, and count the others."""
    if len(files) > walk.most - len(walk.found):
        files.sort(key=lambda entry: entry.name)
    for entry in files:
        path = _join(below, entry.name)
        if path in skip:
            continue
        if len(walk.found) < walk.most:
            try:
                seen = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            artifact = Artifact(path, seen.st_size, seen.st_mtime_ns // 1000)
            walk.found.append(_Seen(artifact, FileStat(seen.st_size, seen.st_mtime_ns, seen.st_ino)))
        walk.met += 1


def _inside(below: str, name: str) -> str:
    """The path of a folder that is gone into; empty for one that holds no artifacts."""
    return "" if name in NEVER_INTO else _join(below, name)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _join(folder: str, name: str) -> str:
    if folder in (".", ""):
        return name or "."
    return f"{folder}/{name}" if name else folder
