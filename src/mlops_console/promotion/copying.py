"""Copies of models: complete, hashed, durable, or not there at all."""

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mlops_console import beneath, digesting
from mlops_console.digesting import Found
from mlops_console.display import safe_text
from mlops_console.errors import ReleaseError
from mlops_console.promotion.stream import Stream, full_disk
from mlops_console.promotion.unfinished import Unfinished, sweep, unfinished

Progress = Callable[[int, int], None]
"""Bytes done, bytes in all; what it raises ends the work."""


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """One file of a model."""

    path: str
    """Relative to the model's folder; the file's name where the model is one file."""
    size: int
    sha256: str

    def as_json(self) -> dict[str, str | int]:
        """As events hold it."""
        return {"path": self.path, "size": self.size, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Copied:
    """A model's files with their hashes."""

    sha256: str
    """Of the model: its file's, or the one over all files of its folder."""
    size: int
    files: tuple[CopiedFile, ...]
    """Sorted by path."""
    single: bool
    """The model is one file, not a folder."""
    fresh: bool = False
    """The registry had no such copy, or a damaged one, until now."""


def copy_model(
    root: str, path: str, into: Path, *, expected: str | None = None, progress: Progress | None = None
) -> Copied:
    """Copy a model's files into a new folder, which has its name only when they are complete and durable.

    The bytes of the copy are what is hashed. A model that is one file lies in the folder under its own name.

    Args:
        root: The folder that the model lies beneath; no link is followed below it.
        path: The model's file or folder, relative to it.
        into: The folder to be made.
        expected: The SHA-256 that the copy must have.
        progress: Told how far it is.

    Raises:
        ReleaseError: It can't be read or written, changed meanwhile, is not what was expected, or `into` is
            there already. Nothing is left of it then.
    """
    _prepare(into.parent)
    with unfinished(into.parent) as made:
        copied = fill(made, root, path, expected=expected, progress=progress)
        if not made.become(into.name):
            raise ReleaseError(f"{safe_text(str(into))} is there already")
    return copied


def fill(
    made: Unfinished, root: str, path: str, *, expected: str | None = None, progress: Progress | None = None
) -> Copied:
    """Copy a model's files into an unfinished folder; as `copy_model`, without giving it its name."""
    before, single = _listed(root, path)
    stream = Stream(made.fd, sum(file.size for file in before), progress)
    shown = safe_text(path, 160)
    try:
        with stream:
            for folder, files in itertools.groupby(before, key=lambda file: file.folder):
                source = _source_folder(root, path, folder, single)
                try:
                    stream.copy_folder(source, folder, list(files))
                finally:
                    os.close(source)
            hashes = stream.finish()
    except beneath.NotReadable as error:
        raise ReleaseError(f"{shown} {beneath.why_not(error)}") from error
    except OSError as error:
        if full_disk(error):
            raise ReleaseError(*_no_room(made, stream.total)) from error
        raise ReleaseError(
            f"{shown} could not be copied: {(error.strerror or str(error)).lower()}"
        ) from error
    if _listed(root, path)[0] != before:
        raise ReleaseError(f"{shown} changed while it was copied", "try again when nothing writes to it")
    return _checked(_copied(before, hashes, single), expected, shown)


def hash_model(
    root: str, path: str, *, expected: str | None = None, progress: Progress | None = None
) -> Copied:
    """Hash a model's files where they lie; as `copy_model`, without a copy.

    Raises:
        ReleaseError: They can't be read, changed meanwhile, or are not what was expected.
    """
    before, single = _listed(root, path)
    shown = safe_text(path, 160)
    total, done = sum(file.size for file in before), 0

    def beat(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, total)

    hashes = {}
    for file, inner in digesting.hashes(root, path, before, single, beat):
        if isinstance(inner, OSError):
            name = shown if single else f"{shown}/{safe_text(file.path, 160)}"
            raise ReleaseError(f"{name} {beneath.why_not(inner)}") from inner
        hashes[file.path] = inner
    if _listed(root, path)[0] != before:
        raise ReleaseError(f"{shown} changed while it was read", "try again when nothing writes to it")
    return _checked(_copied(before, hashes, single), expected, shown)


def _copied(files: list[Found], hashes: dict[str, str], single: bool) -> Copied:
    entries = tuple(
        CopiedFile(file.path, file.size, hashes[file.path])
        for file in sorted(files, key=lambda file: os.fsencode(file.path))
    )
    sha256 = entries[0].sha256 if single else digesting.whole((one.path, one.sha256) for one in entries)
    return Copied(sha256, sum(one.size for one in entries), entries, single)


def _checked(copied: Copied, expected: str | None, shown: str) -> Copied:
    if expected is not None and copied.sha256 != expected:
        raise ReleaseError(
            f"{shown} is not what it was: its SHA-256 is {copied.sha256[:12]}…, not {expected[:12]}…"
        )
    return copied


def _listed(root: str, path: str) -> tuple[list[Found], bool]:
    """All files of a model, and whether it is one file."""
    shown = safe_text(path, 160)
    if path in ("", "."):
        raise ReleaseError("the project's own folder can't be a model", "name a file or a folder in it")
    try:
        files, single = digesting.model_files(root, path)
    except OSError as error:
        raise ReleaseError(f"{shown} {safe_text(beneath.why_not(error), 300)}") from error
    if not files:
        raise ReleaseError(f"{shown} holds no file")
    return files, single


def _source_folder(root: str, path: str, folder: str, single: bool) -> int:
    if single:
        return beneath.open_folder(root, path.rpartition("/")[0] or ".")
    return beneath.open_folder(root, f"{path}/{folder}" if folder else path)


def _prepare(above: Path) -> None:
    try:
        above.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReleaseError(
            f"{safe_text(str(above))} can't be made: {(error.strerror or '').lower()}"
        ) from error
    sweep(above)


def _no_room(made: Unfinished, total: int) -> tuple[str, str]:
    from mlops_console.display import size

    return (
        f"no room left on the disk of {safe_text(str(made.above))}: the model takes {size(total)}",
        "free some room and try again; what was copied is removed",
    )
