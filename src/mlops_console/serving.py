"""The verified path of a model, for code that loads it: `mlops_console.model_path("churn@champion")`.

A look at a version that nothing has touched costs a `stat` per file; what was touched is hashed again, and
what differs is refused. Standard library only.
"""

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mlops_console import pointer
from mlops_console.ours import MODELS, OURS, POINTERS, pointer_of
from mlops_console.pointer import Checked

_NAME: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,99})@([A-Za-z0-9][A-Za-z0-9._-]{0,99})")
_NUMBER: Final = re.compile(r"v?([0-9]{1,18})")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class ModelNotFoundError(LookupError):
    """There is no such version here; `str()` says what can be done."""


class ModelChangedError(ValueError):
    """Its files are not what was registered or deployed; `str()` names them."""


def model_path(name: str | os.PathLike[str], project: str | os.PathLike[str] | None = None) -> Path:
    """The verified local path of a version's files.

    Args:
        name: `churn@champion`, `churn@3`, or the folder of a target that a model was deployed to (a path with
            a `/` in it).
        project: The folder of the project; else `MLOPS_CONSOLE_PROJECT`, else the nearest folder above here
            that has decisions in it.

    Returns:
        The model's file, or its folder. Of a target it is the release that is current now, which stays whole
        when another becomes current.

    Raises:
        ModelNotFoundError: There is no such project, model, version, or no copy of its files.
        ModelChangedError: A byte of it differs from what was registered.
    """
    text = os.fspath(name)
    if "\0" in text:
        raise ModelNotFoundError(f"{text!r} is no path")
    if os.sep in text or isinstance(name, os.PathLike):
        return _of_target(text)
    asked = _NAME.fullmatch(text)
    if asked is None:
        raise ModelNotFoundError(
            f"{text!r} names no version: write MODEL@ALIAS or MODEL@VERSION, as churn@champion or churn@3,"
            " or the path of a target with a / in it"
        )
    return _of_project(_project(project), asked[1], asked[2])


def _of_project(root: str, model: str, version: str) -> Path:
    number = _NUMBER.fullmatch(version)
    said = _pointer(root, model, f"v{int(number[1])}" if number else version)
    path, sha256 = said.get("path"), said.get("sha256")
    label = f"{model}@{said.get('version')}"
    if path == "" and sha256 == "":
        raise ModelNotFoundError(f"{label} is an external version: it has no files here")
    if not (isinstance(path, str) and isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
        raise ModelNotFoundError(
            f"{label}: its pointer in {root} can't be understood; `mlops-console models` writes it anew"
        )
    files = pointer.from_json(said.get("files")) or pointer.remembered(root, model, sha256)
    place = Path(root, path)
    if files and pointer.sha256_of(files, sha256) == sha256 and pointer.untouched(root, path, files):
        return place
    found = pointer.check(root, path, sha256, pointer.remembered(root, model, sha256) or files)
    if found.problems:
        if not os.path.lexists(place):
            raise ModelNotFoundError(
                f"{label} is not here: {place} is missing. Models do not travel with git:"
                f" copy {MODELS}/{model} from where it was registered"
            )
        raise ModelChangedError(
            _changed(label, place, found, "registering the same files again puts them back")
        )
    if found.read:
        # The next one need not read it again; where this user can't write, it will.
        with contextlib.suppress(OSError):
            pointer.remember(root, model, sha256, found.files)
    return place


def _of_target(text: str) -> Path:
    """The release that is current in a target."""
    folder = _expanded(text)
    root = str(folder.parent if folder.name == "current" and folder.is_symlink() else folder)
    try:
        sha256 = Path(root, "current").readlink().name
    except OSError:
        raise ModelNotFoundError(
            f"{root} is no target: it has no link called current. `mlops-console deploy` makes one"
        ) from None
    try:
        said = pointer.read_object(root, f"manifests/{sha256}.json")
    except OSError as error:
        raise ModelChangedError(
            f"{root}: what is current has no manifest that can be read ({error.strerror or error});"
            " it was not put there by a deployment, or somebody changed it"
        ) from None
    files = pointer.from_json(said.get("files"))
    label = f"{said.get('model')}@{said.get('version')} in {root}"
    if said.get("sha256") != sha256 or not files or pointer.sha256_of(files, sha256) != sha256:
        raise ModelChangedError(f"{label}: its manifest is not the one that was written with it")
    path = f"releases/{sha256}"
    if pointer.is_single(sha256, files):
        path = f"{path}/{files[0].path}"
    found = pointer.check(root, path, sha256, files)
    if found.problems:
        raise ModelChangedError(
            _changed(label, Path(root, path), found, "`mlops-console deploy` puts them back")
        )
    return Path(root, path)


def _changed(label: str, place: Path, found: Checked, remedy: str) -> str:
    more = len(found.problems) - 1
    others = f", and {more:,} more" if more else ""
    return f"{label} at {place} must not be used: {found.problems[0]}{others}; {remedy}"


def _project(named: str | os.PathLike[str] | None) -> str:
    told = os.fspath(named) if named is not None else os.environ.get("MLOPS_CONSOLE_PROJECT", "")
    here = _expanded(told) if told else Path.cwd()
    for folder in (here,) if told else (here, *here.parents):
        # Unlike Path.is_dir it says no to any name, however long.
        if os.path.isdir(folder / OURS):  # noqa: PTH112
            return str(folder)
    if told:
        raise ModelNotFoundError(f"{here} is no project with registered models: it has no {OURS}")
    raise ModelNotFoundError(
        f"no project with registered models in {here} or above it:"
        " name its folder with project=… or MLOPS_CONSOLE_PROJECT"
    )


def _expanded(said: str) -> Path:
    try:
        return Path(said).expanduser().absolute()
    except RuntimeError as error:
        raise ModelNotFoundError(f"{said!r} names nobody whose home is known") from error


def _pointer(root: str, model: str, name: str) -> Mapping[str, Any]:
    try:
        return pointer.read_object(root, pointer_of(model, name))
    except FileNotFoundError:
        raise ModelNotFoundError(_no_pointer(root, model, name)) from None
    except OSError as error:
        raise ModelNotFoundError(
            f"{model}@{name}: its pointer can't be read ({error.strerror or error})"
        ) from None


def _no_pointer(root: str, model: str, name: str) -> str:
    kept = Path(root, MODELS)
    if not kept.is_dir():
        return (
            f"no model's files are in {root}: they do not travel with git."
            f" Copy {MODELS} from where they were registered, then run `mlops-console models` here once"
        )
    if not (kept / model).is_dir():
        there = ", ".join(_models(kept)[:12])
        return (
            f"no model {model!r} has files in {root}: there is {there or 'none yet'}"
            " (`mlops-console models` brings that up to date)"
        )
    known = ", ".join(_names(kept / model / POINTERS)[:12]) or "nothing yet"
    return (
        f"{model} has no {name!r} in {root}: it has {known} (`mlops-console models` brings that up to date)"
    )


def _models(kept: Path) -> list[str]:
    try:
        return sorted(one.name for one in kept.iterdir() if one.is_dir() and one.name[0] != ".")
    except OSError:
        return []


def _names(folder: Path) -> list[str]:
    try:
        return sorted(one.stem for one in folder.iterdir() if one.suffix == ".json" and one.name[0] != ".")
    except OSError:
        return []
