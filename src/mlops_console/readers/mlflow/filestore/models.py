"""The models of a run: those below its artifacts (1.x, 2.x) and those that lie beside the runs (3.x)."""

import math
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mlops_console import beneath
from mlops_console.beneath import OpenFolder
from mlops_console.readers.mlflow import meaning
from mlops_console.readers.mlflow.filestore import registry
from mlops_console.readers.mlflow.filestore.claiming import ARTIFACTS, META, MODELS
from mlops_console.readers.mlflow.filestore.lines import model_points
from mlops_console.readers.mlflow.filestore.listing import Seen, levels, seen_at, seen_in, texts
from mlops_console.readers.mlflow.filestore.plain_yaml import MOST_BYTES, fields
from mlops_console.readers.mlflow.locations import is_folder, locate
from mlops_console.records import Artifact, Json, ModelFile, Problem

_MODEL_ID = re.compile(r"[\w-]{1,64}")
_METRIC_BYTES = 1 << 20
_PARTS = ("params", "tags", "metrics")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a run lies."""

    root: str
    run: str
    """The run's folder, relative to the project, as the following."""
    experiment: str | None
    """The experiment's folder, where the project reaches up to it."""
    store: str | None


def is_model_id(name: str) -> bool:
    """Whether a name can be that of a logged model."""
    return _MODEL_ID.fullmatch(name) is not None


def logged_seen(home: Home, model_id: str) -> list[tuple[str, Seen]]:
    """What moves when a logged model's own files do."""
    try:
        with OpenFolder.at(home.root, _place(home, model_id)) as folder:
            own = [(META, seen)] if (seen := seen_at(folder, META)) is not None else []
            return own + [(f"{part}/{name}", one) for part in _PARTS for name, one in seen_in(folder, part)]
    except OSError:
        return []


def logged(home: Home, model_id: str, problems: list[Problem]) -> ModelFile | None:
    """A model of 3.x, with params, tags and metrics of its own."""
    place = _place(home, model_id)
    try:
        folder = OpenFolder.at(home.root, place)
    except OSError:
        return None
    with folder:
        try:
            stated, wrong = fields(folder.read(META, MOST_BYTES)[0])
        except OSError as error:
            stated, wrong = {}, beneath.why_not(error)
        if wrong:
            problems.append(Problem(f"{place}/{META}", wrong))
        params, _ = texts(folder, "params", f"{place}/params", problems)
        tags, _ = texts(folder, "tags", f"{place}/tags", problems)
        metrics = _metrics(folder, f"{place}/metrics", problems)
    details = meaning.logged_model({"model_id": model_id, **stated}, params, tags, metrics)
    location = meaning.text(stated.get("artifact_location")) or ""
    path = f"{place}/{ARTIFACTS}"
    if not is_folder(home.root, path):
        found = locate(home.root, location, model_id, home.store or "") if location else None
        if found is None:
            details = {**details, "missing": True, "location": location}
        path = found or path
    return ModelFile(path, meaning.MODEL_FORMAT, None, {**described(home.root, path), **details})


def described(root: str, path: str) -> dict[str, Json]:
    """What the `MLmodel` file in a folder says of the model."""
    try:
        data = beneath.read_small(root, f"{path}/{meaning.MODEL_FILE}", MOST_BYTES)
    except OSError:
        return {}
    return meaning.model_description(fields(data)[0])


def below_artifacts(
    home: Home, artifacts: Iterable[Artifact], tags: Mapping[str, str], location: str
) -> tuple[ModelFile, ...]:
    """The models in the run's own artifacts, and those that it says it logged but that are not there."""
    history = {one.artifact_path.strip("/"): one.details for one in meaning.model_history(tags)}
    found: dict[str, ModelFile] = {}
    for artifact in artifacts:
        folder, _, name = artifact.path.rpartition("/")
        if name != meaning.MODEL_FILE:
            continue
        inside = folder.removeprefix(ARTIFACTS).strip("/")
        if not _lies_in(inside, found):
            path = posixpath.join(home.run, folder)
            said = history.get(inside) or described(home.root, path)
            found[inside] = ModelFile(
                path, meaning.MODEL_FORMAT, None, {"name": posixpath.basename(inside), **said}
            )
    for inside, said in history.items():
        if inside not in found and ".." not in inside.split("/"):
            details: dict[str, Json] = {"name": posixpath.basename(inside), **said, "missing": True}
            if location:
                details["location"] = f"{location.rstrip('/')}/{inside}"
            path = posixpath.normpath(posixpath.join(home.run, ARTIFACTS, inside))
            found[inside] = ModelFile(path, meaning.MODEL_FORMAT, None, details)
    return tuple(found.values())


def with_versions(
    models: Sequence[ModelFile], versions: Sequence[registry.Version]
) -> tuple[tuple[ModelFile, ...], list[Json]]:
    """The models with the versions that they were registered as, and the versions that are none of them."""
    by_id = _places(map(registry.ids_of, versions))
    by_path = _places(map(registry.places_of, versions))
    taken: set[int] = set()
    found: list[ModelFile] = []
    for model in models:
        model_id = str(model.details.get("model_id") or "") if not _in_artifacts(model) else ""
        inside = model.path.rpartition(f"/{ARTIFACTS}/")[2]
        own = [
            at for at in (by_id.get(model_id) if model_id else by_path.get(inside)) or () if at not in taken
        ]
        taken.update(own)
        entries: list[Json] = [versions[at].entry for at in own]
        found.append(replace(model, details={**model.details, "registered": entries}) if own else model)
    left = (one for at, one in enumerate(versions) if at not in taken)
    return tuple(found), [{**one.entry, "source": one.source} for one in left]


def _places(keys: Iterable[set[str]]) -> dict[str, list[int]]:
    """Key -> where it is among them, in order."""
    found: dict[str, list[int]] = {}
    for at, several in enumerate(keys):
        for key in several:
            found.setdefault(key, []).append(at)
    return found


def _in_artifacts(model: ModelFile) -> bool:
    return f"/{ARTIFACTS}/" in model.path


def _place(home: Home, model_id: str) -> str:
    above = home.experiment
    return f"{MODELS}/{model_id}" if above in (None, ".") else f"{above}/{MODELS}/{model_id}"


def _lies_in(inside: str, models: Collection[str]) -> bool:
    """Whether a folder is one of these or lies in one ("" is that of all artifacts)."""
    while inside and inside not in models:
        inside = inside.rpartition("/")[0]
    return inside in models


def _metrics(folder: OpenFolder, path: str, problems: list[Problem]) -> list[dict[str, Json]]:
    """The last value of each metric per dataset, by step, then time, as MLflow has it."""
    found: list[dict[str, Json]] = []
    for level in levels(folder, "metrics"):
        for name, _ in level.files:
            key = level.above + name
            try:
                data = level.folder.read(name, _METRIC_BYTES)[0]
            except OSError as error:
                problems.append(Problem(f"{path}/{key}", beneath.why_not(error)))
                continue
            for dataset, (step, _, value) in model_points(data).items():
                shown: Json = value if math.isfinite(value) else _not_finite(value)
                found.append(meaning.model_metric(key, shown, step, dataset))
    return found


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
