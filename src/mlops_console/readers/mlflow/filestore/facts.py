"""What the small files of a run say, as facts."""

import os
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from time import sleep, time_ns

from mlops_console import beneath
from mlops_console.beneath import OpenFolder
from mlops_console.readers.artifacts import list_files
from mlops_console.readers.mlflow import meaning
from mlops_console.readers.mlflow.filestore import models as run_models
from mlops_console.readers.mlflow.filestore import registry
from mlops_console.readers.mlflow.filestore.claiming import ARTIFACTS, META, MODELS, RUN_ID
from mlops_console.readers.mlflow.filestore.listing import (
    Seen,
    complain,
    names_in,
    seen_at,
    seen_in,
    texts,
)
from mlops_console.readers.mlflow.filestore.models import Home
from mlops_console.readers.mlflow.filestore.plain_yaml import MOST_BYTES, fields
from mlops_console.readers.mlflow.locations import is_folder, locate, parts_of
from mlops_console.records import Artifact, Json, ModelFile, Problem, RunFacts, RunKey

_TRASH = ".trash"
_JUST_NOW_NS = 2_000_000_000
_MOMENT = 0.02
"""Seconds in which a file that is being written anew is whole again."""


@dataclass(slots=True)
class Found:
    """What was gathered of a run."""

    facts: RunFacts
    seen: "Look"
    whole: bool
    """The run's own record could be read."""
    problems: list[Problem] = field(default_factory=list)

    def said(self) -> dict[str, None]:
        """What can be taken back later: a deleted tag, the end of a run that is resumed."""
        said = [f"tag {name}" for name in self.facts.tags]
        said += [f"environment {name}" for name in self.facts.environment]
        return dict.fromkeys([*said, "end"] if self.facts.ended is not None else said)


def home_of(root: str, path: str) -> Home:
    """Where a run lies; a project may begin inside of a store."""
    experiment = None if path == "." else posixpath.dirname(path) or "."
    store = None if experiment in (None, ".") else posixpath.dirname(str(experiment)) or "."
    return Home(root, path, experiment, store)


@dataclass(frozen=True, slots=True)
class Registered:
    """What the store's registry of models holds of a run."""

    versions: tuple[registry.Version, ...] = ()
    problem: Problem | None = None
    """That not all of the registry is read: those that are in it say so, and the first of an experiment."""


_NOT_REGISTERED = Registered()


@dataclass(slots=True)
class Look:
    """What is seen of a run without reading its small files; a reading sees the same."""

    tags: list[tuple[str, Seen]]
    params: list[tuple[str, Seen]]
    outputs: list[str]
    """Ids of the models that it logged (3.x)."""
    registered: "Registered"
    experiment: Seen | None
    """The experiment's own record."""


def look(home: Home, run: OpenFolder) -> Look:
    """What is there now."""
    return Look(
        seen_in(run, "tags"),
        seen_in(run, "params"),
        _models_named(names_in(run, "outputs")),
        _registered(home),
        _experiment_seen(home),
    )


def signature(home: Home, run: OpenFolder, seen: Look) -> str:
    """Moves when one of the small files does."""
    parts: list[object] = [seen_at(run, name) for name in (META, "inputs", ARTIFACTS)]
    parts += [
        seen.tags,
        seen.params,
        seen.outputs,
        [(one.source, one.entry) for one in seen.registered.versions],
    ]
    parts += [seen.registered.problem] if seen.registered.problem else []
    if home.experiment is not None:
        parts.append(seen.experiment)
        parts += [run_models.logged_seen(home, model) for model in seen.outputs]
    return blake2b(repr(parts).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


def gather(home: Home, run: OpenFolder, meta: bytes, *, by_files: bool) -> Found:
    """Everything but the points; whether the times of files are its newest sign of life."""
    problems: list[Problem] = []
    stated, wrong = _settled_fields(run, meta)
    if wrong:
        problems.append(Problem(_in(home.run, META), f"does not tell of the run: {wrong}"))
    tags, tags_seen = texts(run, "tags", _in(home.run, "tags"), problems)
    params, params_seen = texts(run, "params", _in(home.run, "params"), problems)
    outputs = _models_named(names_in(run, "outputs", _in(home.run, "outputs"), problems))
    experiment, experiment_seen = _experiment(home)
    seen = Look(tags_seen, params_seen, outputs, _registered(home), experiment_seen)
    if seen.registered.problem is not None:
        problems.append(seen.registered.problem)
    status, reason = meaning.status(stated.get("status"))
    artifacts, places = _artifacts(home, run, stated, problems)
    environment: dict[str, Json] = {**_environment(stated, tags), **places}
    parent = meaning.parent_id(tags)
    facts = RunFacts(
        key=RunKey(home.run),
        native_id=_run_id(home, stated),
        name=meaning.run_name(stated.get("run_name"), tags) or meaning.text(stated.get("name")),
        group=meaning.text(experiment.get("name")) or meaning.text(stated.get("experiment_id")),
        parent=_parent(home, parent),
        parent_native_id=parent,
        deleted=None if wrong and not _in_trash(home) else _is_deleted(home, stated, experiment),
        status=status,
        status_reason=reason,
        started=meaning.moment(stated.get("start_time")),
        ended=meaning.moment(stated.get("end_time")),
        active=_newest(run, tags_seen + params_seen) if by_files else None,
        params=dict(params),
        tags=tags,
        environment=environment,
        datasets=_datasets(home, run, environment, problems),
        artifacts=artifacts,
        models=_models(home, artifacts, tags, seen, environment, problems),
    )
    return Found(facts, seen, not wrong, problems)


def _settled_fields(run: OpenFolder, meta: bytes) -> tuple[Mapping[str, Json], str]:
    """The run's record; one that is being written at this moment is looked at again."""
    stated, wrong = fields(meta)
    seen = seen_at(run, META) if wrong else None
    if seen is not None and abs(time_ns() - seen[1]) < _JUST_NOW_NS:
        sleep(_MOMENT)
        try:
            stated, wrong = fields(run.read(META, MOST_BYTES)[0])
        except OSError as error:
            return stated, beneath.why_not(error)
    return stated, wrong


def _run_id(home: Home, stated: Mapping[str, Json]) -> str | None:
    found = meaning.text(stated.get("run_id")) or meaning.text(stated.get("run_uuid"))
    return found or posixpath.basename(home.run) or None


def _experiment(home: Home) -> tuple[Mapping[str, Json], Seen | None]:
    """The record of the run's experiment, and how it was found."""
    if home.experiment is None:
        return {}, None
    try:
        with beneath.reading(home.root, _in(home.experiment, META)) as fd:
            found = beneath.file_stat(fd)
            data = beneath.read_range(fd, 0, MOST_BYTES + 1)
    except OSError:
        return {}, _experiment_seen(home)
    stated = fields(data)[0] if len(data) <= MOST_BYTES else {}
    return stated, (found.size, found.modified_ns, found.inode)


def _experiment_seen(home: Home) -> Seen | None:
    if home.experiment is None:
        return None
    try:
        found = beneath.stat_beneath(home.root, _in(home.experiment, META))
    except OSError:
        return None
    return found.size, found.modified_ns, found.inode


def _in_trash(home: Home) -> bool:
    return home.store is not None and posixpath.basename(home.store) == _TRASH


def _is_deleted(home: Home, stated: Mapping[str, Json], experiment: Mapping[str, Json]) -> bool:
    return _in_trash(home) or meaning.DELETED in (
        stated.get("lifecycle_stage"),
        experiment.get("lifecycle_stage"),
    )


def _parent(home: Home, parent: str | None) -> RunKey | None:
    """The run that this one is nested in: mostly of the same experiment, but MLflow does not ask for that."""
    if not parent or "/" in parent or parent in (".", "..") or home.experiment is None:
        return None
    beside = _in(home.experiment, parent)
    if is_folder(home.root, beside) or home.store is None:
        return RunKey(beside)
    try:
        with OpenFolder.at(home.root, home.store) as store:
            for name in _experiments(store):
                path = _in(_in(home.store, name), parent)
                if is_folder(home.root, path):
                    return RunKey(path)
    except OSError:
        pass
    return None


def _experiments(store: OpenFolder) -> list[str]:
    with os.scandir(store.fd) as entries:
        return sorted(one.name for one in entries if one.is_dir(follow_symlinks=False))[:1_000]


def _environment(stated: Mapping[str, Json], tags: Mapping[str, str]) -> dict[str, Json]:
    return meaning.environment(
        tags,
        user=stated.get("user_id"),
        source=stated.get("source_name"),
        source_type=stated.get("source_type"),
        commit=stated.get("source_version"),
        entry_point=stated.get("entry_point_name"),
    )


def _artifacts(
    home: Home, run: OpenFolder, stated: Mapping[str, Json], problems: list[Problem]
) -> tuple[tuple[Artifact, ...], dict[str, Json]]:
    """The files in the run's own folder of artifacts; else where they are, or where MLflow says they are."""
    location = meaning.text(stated.get("artifact_uri")) or ""
    own = _in(home.run, ARTIFACTS)
    there = seen_at(run, ARTIFACTS) is not None
    if there and not _is_empty(run, ARTIFACTS):
        found = list_files(home.root, own)
        if found.left_out:
            problems.append(Problem(own, found.left_out))
        return tuple(Artifact(f"{ARTIFACTS}/{f.path}", f.size, f.modified) for f in found.artifacts), {}
    parts = own.split("/")
    if not location or (there and list(parts_of(location) or ())[-len(parts) :] == parts):
        return (), {}
    run_id = posixpath.basename(home.run)
    elsewhere = locate(home.root, location, run_id, home.store or "")
    if elsewhere is not None:
        return (), {} if elsewhere == own else {"artifacts": elsewhere}
    return (), {"artifact_uri": location}


def _is_empty(run: OpenFolder, name: str) -> bool:
    try:
        with run.folder(name) as folder, os.scandir(folder.fd) as entries:
            return next(entries, None) is None
    except OSError:
        return True


def _models(
    home: Home,
    artifacts: Sequence[Artifact],
    tags: Mapping[str, str],
    seen: Look,
    environment: dict[str, Json],
    problems: list[Problem],
) -> tuple[ModelFile, ...]:
    location = meaning.text(environment.get("artifact_uri")) or ""
    found = list(run_models.below_artifacts(home, artifacts, tags, location))
    if home.experiment is not None:
        logged = (run_models.logged(home, model_id, problems) for model_id in seen.outputs)
        found += [model for model in logged if model is not None]
    models, unmatched = run_models.with_versions(found, seen.registered.versions)
    if unmatched:
        environment["registered_models"] = unmatched
    return models


def _models_named(names: list[str]) -> list[str]:
    return list(filter(run_models.is_model_id, names))


def _registered(home: Home) -> Registered:
    if home.store is None:
        return _NOT_REGISTERED
    store = posixpath.dirname(home.store) or "." if _in_trash(home) else home.store
    place = _in(store, MODELS)
    index = registry.index_of(home.root, place)
    versions = index.versions.get(posixpath.basename(home.run), ())
    if index.left_out and (versions or _is_first(home)):
        return Registered(versions, Problem(place, index.left_out))
    return Registered(versions)


def _is_first(home: Home) -> bool:
    """Whether this run is the first of its experiment."""
    try:
        with OpenFolder.at(home.root, home.experiment or ".") as folder, os.scandir(folder.fd) as entries:
            names = (one.name for one in entries if RUN_ID.fullmatch(one.name))
            return min(names, default="") == posixpath.basename(home.run)
    except OSError:
        return False


def _datasets(
    home: Home, run: OpenFolder, environment: dict[str, Json], problems: list[Problem]
) -> tuple[Mapping[str, Json], ...]:
    """What the run read: datasets, described beside the runs, and models of other runs."""
    found: list[Mapping[str, Json]] = []
    used: list[Json] = []
    for name in names_in(run, "inputs", _in(home.run, "inputs"), problems):
        place = _in(home.run, f"inputs/{name}/{META}")
        link = _fields_at(home, place, problems)
        source = meaning.text(link.get("source_id")) or ""
        if link.get("source_type") in ("MODEL", "MODEL_INPUT") or source.startswith("m-"):
            used.append(source)
            continue
        if not source or "/" in source or home.experiment is None:
            continue
        described = _fields_at(home, _in(home.experiment, f"datasets/{source}/{META}"), problems)
        said = link.get("tags")
        tags = {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}
        found.append(meaning.dataset(described or {"name": source}, tags))
    if used:
        environment["input_models"] = used
    return tuple(sorted(found, key=lambda one: (str(one.get("name")), str(one.get("digest")))))


def _fields_at(home: Home, path: str, problems: list[Problem]) -> Mapping[str, Json]:
    try:
        stated, wrong = fields(beneath.read_small(home.root, path, MOST_BYTES))
    except FileNotFoundError:
        return {}
    except OSError as error:
        stated, wrong = {}, beneath.why_not(error)
    if wrong:
        complain(problems, path, wrong)
    return stated


def _newest(run: OpenFolder, seen: list[tuple[str, Seen]]) -> int | None:
    """When the last of the small files was written: a sign of life where there are no points."""
    meta = seen_at(run, META)
    times = [stat[1] for _, stat in seen] + ([meta[1]] if meta else [])
    return max(times) // 1000 if times else None


def _in(path: str, name: str) -> str:
    return name if path == "." else f"{path}/{name}"
