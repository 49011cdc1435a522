"""Which file or folder of a run, or of a project, is the model that is meant."""

import os
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console import beneath
from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.readers.modelfiles import is_shard
from mlops_console.records import Json, ModelFile

if TYPE_CHECKING:
    from mlops_console.workspace.details import RunDetail

MOST_LISTED: Final = 12
_IN_PIECES: Final = "-sharded"
_CHECKPOINTS: Final = frozenset({"lightning-ckpt", "torch-checkpoint"})
_CHECKPOINT_FOLDER: Final = re.compile(r"(?:checkpoint|ckpt)[-_]\w+|checkpoints?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model on the disk."""

    path: str
    """Relative to the project."""
    is_folder: bool
    details: Mapping[str, Json] = field(default_factory=dict)
    """What the tool that wrote it says of it."""
    known_sha256: str | None = None


def of_run(run: "RunDetail", artifact: str | None = None) -> Chosen:
    """The model of a run: its only one, or the one that `artifact` names.

    Args:
        run: The run.
        artifact: A file or folder, relative to the run's folder or to the project; or the end of the path of
            one of its model files.

    Raises:
        UsageError: There is none, there are several, or it can't be read.
    """
    models = [model for model in run.models if not model.details.get("missing")]
    if artifact:
        return _named(run, models, artifact)
    whole = _whole(models)
    if len(whole) == 1:
        return _of_model(run, whole[0])
    if whole:
        raise UsageError(
            f"this run has {len(whole):,} model files: say which with --artifact", _listed(run, whole)
        )
    if run.gone:
        raise UsageError("the files of this run are gone, its model with them")
    missing = [model for model in run.models if model.details.get("missing")]
    if missing:
        where = missing[0].details.get("location") or missing[0].path
        raise UsageError(
            "the model of this run is not in the project",
            f"it was written to {safe_text(str(where), 200)}; register a copy with --path",
        )
    raise UsageError(
        "this run has no model file", "name a file or folder of it with --artifact, or any with --path"
    )


def of_project(root: str, path: str) -> Chosen:
    """A file or folder anywhere in the project."""
    return Chosen(path, _is_folder(root, path))


def inside(root: str, path: str) -> str | None:
    """A path as a person types it, relative to the project that it lies in; None where it lies elsewhere.

    Links are followed in the folders above the project only.
    """
    try:
        place = Path(os.path.normpath(Path(path).expanduser().absolute()))
    except (OSError, RuntimeError):  # the folder that the shell is in was removed; nobody is called so
        return None
    for top in (root, os.path.realpath(root)):
        for shown in (place, place.parent.resolve() / place.name):
            found = os.path.relpath(shown, top)
            if not found.startswith("../") and found not in ("..", "."):
                return found
    return None


def origin_of(chosen: Chosen, found_format: str, of_a_run: bool) -> str:
    """`mlflow`, `checkpoint`, `run` or `path`."""
    if found_format == "mlflow":
        return "mlflow"
    parts = chosen.path.split("/")
    named = parts[-1] if chosen.is_folder else ""
    if found_format in _CHECKPOINTS or chosen.path.endswith(".ckpt") or _CHECKPOINT_FOLDER.fullmatch(named):
        return "checkpoint"
    return "run" if of_a_run else "path"


def _named(run: "RunDetail", models: Sequence[ModelFile], artifact: str) -> Chosen:
    shown = safe_text(artifact, 120)
    asked = artifact.rstrip("/") or artifact
    if ".." in asked.split("/"):
        raise UsageError(f"{shown} may lead out of the run", "name a file or folder below it, or use --path")
    by_path = {model.path: model for model in models}
    first_problem: OSError | None = None
    for place in _places(run, asked):
        try:
            is_folder = _stands_for(run.root, place)
        except OSError as error:
            first_problem = first_problem if _gone(error) else error
            continue
        if place in by_path and not is_folder:
            return _of_model(run, by_path[place])
        model = by_path.get(place)
        return Chosen(place, is_folder, model.details if model else {}, model.sha256 if model else None)
    ends = [m for m in models if f"/{m.path}".endswith(f"/{asked}") or asked in _called(m)]
    if len(ends) == 1:
        return _of_model(run, ends[0])
    if ends:
        raise UsageError(f"several model files of this run are called {shown!r}", _listed(run, ends))
    if first_problem is not None:
        raise UsageError(f"{shown} {beneath.why_not(first_problem)}")
    raise UsageError(f"this run has no {shown!r}", _listed(run, models) if models else "")


def _called(model: ModelFile) -> tuple[Json, ...]:
    """What its tool calls it: models of MLflow 3 lie in folders that nobody can tell apart."""
    return tuple(model.details.get(key) for key in ("name", "model_id"))


def _places(run: "RunDetail", asked: str) -> Iterable[str]:
    """Where in the project that may be: beside the run's files, in the project, from where the shell is."""
    if not asked.startswith(("/", "~")):
        for base in dict.fromkeys((run.path, posixpath.dirname(run.path), ".")):
            place = posixpath.normpath(posixpath.join(base, asked))
            if not place.startswith("../") and place not in ("..", "."):
                yield place
    found = inside(run.root, asked)
    if found is not None:
        yield found


def _whole(models: Sequence[ModelFile]) -> list[ModelFile]:
    """Without files that lie in a model that is a folder, and without pieces."""
    folders = {model.path + "/" for model in models if model.format == "mlflow"}
    return [
        model
        for model in models
        if not is_shard(posixpath.basename(model.path))
        and not any(model.path.startswith(folder) for folder in folders)
    ]


def _of_model(run: "RunDetail", model: ModelFile) -> Chosen:
    if model.format.endswith(_IN_PIECES) or model.path.endswith(".index.json"):
        # The index alone is no model: its weights, and the settings beside it, are the folder.
        folder = posixpath.dirname(model.path)
        if not folder:
            raise UsageError(
                f"{safe_text(model.path, 120)} is in several pieces, loose in the project's folder",
                "put them into a folder of their own, and name it with --artifact",
            )
        return Chosen(folder, True, model.details)
    return Chosen(model.path, _is_folder(run.root, model.path), model.details, model.sha256)


def _is_folder(root: str, path: str) -> bool:
    try:
        return _stands_for(root, path)
    except OSError as error:
        raise UsageError(f"{safe_text(path, 160)} {beneath.why_not(error)}") from error


def _stands_for(root: str, path: str) -> bool:
    """Whether it is a folder (or else a regular file); OSError for what is neither, and for links."""
    try:
        beneath.stat_beneath(root, path)
    except beneath.NotReadable as error:
        if error.why != "is not a regular file":
            raise
        os.close(beneath.open_folder(root, path))
        return True
    return False


def _gone(error: OSError) -> bool:
    return isinstance(error, FileNotFoundError)


def _said(model: ModelFile) -> str:
    name = model.details.get("name")
    return f"{safe_text(str(name), 60)}, {model.format}" if name else model.format


def _listed(run: "RunDetail", models: Sequence[ModelFile]) -> str:
    base = "" if run.path == "." else run.path + "/"
    shown = [f"{safe_text(m.path.removeprefix(base), 100)} ({_said(m)})" for m in models[:MOST_LISTED]]
    more = len(models) - len(shown)
    return "it has " + ", ".join(shown) + (f" and {more:,} more" if more else "")
