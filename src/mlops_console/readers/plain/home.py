"""Which run a source is about: where it lies, what it is called, which files in it are its own."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from mlops_console.beneath import open_folder
from mlops_console.readers.plain.names import named
from mlops_console.readers.plain.words import COLLECTIONS, GENERIC_FOLDERS, OTHERS, split_of
from mlops_console.records import RunKey, Source

_MOST_NAMES = 2_000


@dataclass(frozen=True, slots=True)
class Home:
    """The run that a source describes."""

    key: RunKey
    folder: str
    """The run's folder; for a run that is a file, the folder that holds it."""
    name: str
    group: str | None
    is_file: bool
    label: str = ""
    """Histories in run/train/ and run/val/ are told apart by it."""
    params: tuple[str, ...] = ()
    """Params in the run's folder when the source is a folder inside of it."""


def home_of(root: str, source: Source) -> Home:
    """The folder with the histories; but for `exp_7/logs/` with `exp_7/config.yaml` above it is `exp_7`."""
    path = source.path
    if path in source.files:
        folder, _, name = path.rpartition("/")
        stem = named(name).stem
        return Home(RunKey(path), folder or ".", stem, _last(folder), is_file=True)
    own = path.rpartition("/")[2]
    above = path.rpartition("/")[0]
    if above and own.lower() in GENERIC_FOLDERS and above.rpartition("/")[2].lower() not in COLLECTIONS:
        params = _params_above(root, above, path)
        if params:
            label = split_of(own) or ""
            return Home(RunKey(above), above, _last(above) or "", _last(_up(above)), False, label, params)
    name = _last(path) or _last(root.rstrip("/")) or "."
    return Home(RunKey(path), path, name, _last(_up(path)), is_file=False)


def is_run_of_its_own(path: str, files: Sequence[str], _folders: Sequence[str] = ()) -> bool:
    """Whether a folder inside a run's folder is another run, by its names, so that its files are not ours."""
    own = path.rpartition("/")[2].lower()
    if own in OTHERS or any("tfevents" in name for name in files):
        return True
    if own in GENERIC_FOLDERS:
        return False
    return any(file.strong and file.form in ("table", "lines") for file in map(named, files))


def _params_above(root: str, above: str, path: str) -> tuple[str, ...]:
    """Files of params in the folder above, if that is no run by itself and this is no folder of events."""
    if any("tfevents" in name for name in _names(root, path)):
        return ()
    files = [named(name) for name in _names(root, above)]
    if any(file.strong and file.form in ("table", "lines") for file in files):
        return ()
    return tuple(f"{above}/{file.name}" for file in files if file.params)


def _names(root: str, folder: str) -> list[str]:
    try:
        fd = open_folder(root, folder)
    except OSError:
        return []
    try:
        with os.scandir(fd) as entries:
            found = [entry.name for _, entry in zip(range(_MOST_NAMES), entries, strict=False)]
    except OSError:
        return []
    finally:
        os.close(fd)
    return sorted(found)


def _last(path: str) -> str | None:
    name = path.rpartition("/")[2]
    return name if name not in ("", ".") else None


def _up(path: str) -> str:
    return path.rpartition("/")[0]
