"""Pointers in line with the registry: `aliases/<alias>.json`, and `aliases/v<number>.json` for every version.

They are for whoever loads a model without reading the journal. The journal is the truth; a pointer that
disagrees is written anew, and nothing is ever read from one here but how far the journal was known then.
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from mlops_console import pointer
from mlops_console.errors import ReleaseError
from mlops_console.ours import JOURNAL, POINTERS
from mlops_console.pointer import Seen
from mlops_console.promotion.kept import kept_path
from mlops_console.promotion.own import make_folders, model_folder
from mlops_console.replacing import replace_file
from mlops_console.wishes.naming import why_no_alias, why_no_name

_MOST_FILES: Final = 500
"""Of a model with more files the memory of its copy is read instead: not each pointer has them all."""
_NUMBERED: Final = re.compile(r"v[0-9]+")


class _Event(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def clock(self) -> int: ...


class _File(Protocol):
    @property
    def path(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...


class _Version(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def registered(self) -> _Event: ...
    @property
    def sha256(self) -> str: ...
    @property
    def files(self) -> Sequence[_File]: ...
    @property
    def artifact(self) -> str | None: ...
    @property
    def retracted(self) -> str: ...


class _Alias(Protocol):
    @property
    def version(self) -> _Version | None: ...
    @property
    def event(self) -> _Event: ...


class _Model(Protocol):
    @property
    def versions(self) -> Sequence[_Version]: ...
    @property
    def aliases(self) -> Mapping[str, _Alias]: ...


class RegistryLike(Protocol):
    """`journal.registry.Registry`, as far as pointers follow from it."""

    @property
    def models(self) -> Mapping[str, _Model]:
        """By name."""
        ...


def point(root: str, registry: RegistryLike) -> tuple[str, ...]:
    """Bring a project's pointers in line with what was decided; cheap where they are.

    Returns:
        What could not be written, a sentence each.
    """
    problems = []
    for name, model in registry.models.items():
        if why_no_name(name):
            continue
        try:
            _point_model(root, name, model)
        except OSError as error:
            problems.append(f"the pointers of {name} could not be written: {error.strerror or error}")
        except ReleaseError as error:
            problems.append(f"the pointers of {name} could not be written: {error}")
    return tuple(problems)


def _point_model(root: str, name: str, model: _Model) -> None:
    folder = model_folder(root, name) / POINTERS
    wanted: dict[str, dict[str, Any]] = {}
    for version in model.versions:
        if version.sha256 and not version.retracted:
            wanted[f"v{version.number}"] = _said(root, version, version.registered)
    for alias, state in model.aliases.items():
        if state.version is not None and not why_no_alias(alias):
            wanted[alias] = _said(root, state.version, state.event)
    last = {alias: state.event for alias, state in model.aliases.items()}
    if not wanted and not folder.is_dir():
        return
    if _differing(root, name, folder, wanted):
        make_folders(root, folder)
        with _held(folder):
            for one in _differing(root, name, folder, wanted):
                _write(root, folder, one, wanted.get(one), last.get(one))


def _differing(root: str, model: str, folder: Path, wanted: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Which pointers are not as they should be: to be written, or to go."""
    there = {one.stem for one in folder.glob("[!.]*.json")} if folder.is_dir() else set()
    differing = sorted(there - wanted.keys())
    for one, said in wanted.items():
        if one not in there or _read(root, folder / f"{one}.json") != said:
            differing.append(one)
    return differing


def _write(root: str, folder: Path, name: str, said: Mapping[str, Any] | None, last: _Event | None) -> None:
    place = folder / f"{name}.json"
    before = _read(root, place)
    if last is not None and _knows_more(root, before, last, place):
        return
    if said is not None:
        replace_file(place, pointer.dumped(said))
    elif not _NUMBERED.fullmatch(name) or before:
        with contextlib.suppress(FileNotFoundError):
            place.unlink()


def _knows_more(root: str, before: Mapping[str, Any], last: _Event, place: Path) -> bool:
    """Whether a pointer was written after a decision that has not come to this process yet.

    That decision must still be in the journal, and be about this alias: after an older state of it was
    restored its pointers follow, and nobody makes one stay by what they write into it.
    """
    event, clock = before.get("event"), before.get("clock")
    if not isinstance(event, str) or not isinstance(clock, int) or (clock, event) <= (last.clock, last.id):
        return False
    if not event.isalnum():
        return False
    alias, model = place.stem, place.parent.parent.name
    for file in Path(root, JOURNAL).glob(f"*/{event}-*.json"):
        said = _read(root, file)
        body = said.get("body")
        if isinstance(body, dict) and said.get("clock") == clock:
            return (said.get("kind"), body.get("model"), body.get("alias")) == ("alias", model, alias)
    return False


def _said(root: str, version: _Version, event: _Event) -> dict[str, Any]:
    said = {"version": version.number, "version_id": version.id, "sha256": version.sha256, "path": ""}
    files: tuple[Seen, ...] = ()
    if version.sha256:
        kept = kept_path(root, version.model, version.sha256)
        said["path"] = str(kept.relative_to(root)) if kept is not None else version.artifact or ""
        files = pointer.remembered(root, version.model, version.sha256) or tuple(
            Seen(one.path, one.size, one.sha256) for one in version.files
        )
    if len(files) > _MOST_FILES:
        files = ()
    return {**said, "files": pointer.as_json(files), "event": event.id, "clock": event.clock}


def _read(root: str, place: Path) -> Mapping[str, Any]:
    try:
        return pointer.read_object(root, str(place.relative_to(root)))
    except OSError:
        return {}


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """One writer of a model's pointers at a time, where there are locks."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
