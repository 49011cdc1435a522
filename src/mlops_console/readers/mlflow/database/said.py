"""What the database says of one run, and what that means."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from mlops_console.readers.mlflow import meaning
from mlops_console.readers.mlflow.database.tables import Row, plain, text
from mlops_console.readers.mlflow.filestore.registry import Version
from mlops_console.records import Json, RunFacts, RunKey, Status

_MOST_METRICS = 1_000
"""Of a logged model's own metrics."""
_LARGEST = 1.7976931348623157e308
"""How MLflow keeps an infinite value."""
_LIVE = (Status.RUNNING, Status.UNKNOWN)


@dataclass(slots=True)
class Said:
    """Everything that is said of one run."""

    row: Row
    experiment: Row
    params: list[Row] = field(default_factory=list)
    tags: list[Row] = field(default_factory=list)
    datasets: list[tuple[Row, list[Row]]] = field(default_factory=list)
    models: list["ModelSaid"] = field(default_factory=list)
    used: list[Row] = field(default_factory=list)
    versions: list[Row] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Of its row."""
        number: int = self.row[0]
        return number

    @property
    def id(self) -> str:
        """MLflow's id of the run."""
        return text(self.row[1])

    @property
    def experiment_id(self) -> str:
        """MLflow's number of its experiment, as a file's name."""
        return text(self.row[8]).replace("/", "_") or "0"

    @property
    def keys(self) -> int:
        """How many params and tags it has: fewer than before means that some were deleted."""
        return min(len(self.params) + len(self.tags), 0xFFFF)

    def checksum(self) -> int:
        """Moves when anything does."""
        for rows in (self.params, self.tags, self.versions, self.used):
            rows.sort(key=repr)
        datasets = sorted(repr((data, sorted(tags, key=repr))) for data, tags in self.datasets)
        models = sorted(map(repr, self.models))
        said = (self.row, self.experiment, self.params, self.tags, datasets, models, self.versions, self.used)
        return crc32(repr(said).encode("utf-8", "surrogateescape")) or 1

    def live(self) -> bool:
        """Whether it may go on."""
        return meaning.status(text(self.row[3]))[0] in _LIVE

    def tag_texts(self) -> dict[str, str]:
        """Its tags."""
        return {text(key): text(value) for key, value in self.tags}

    def location(self) -> str:
        """Where its artifacts are, in the words of whoever wrote them."""
        if self.row[7]:
            return text(self.row[7])
        base = text(self.experiment[2]) if self.experiment else ""
        return f"{base}/{self.id}/artifacts" if base else ""


@dataclass(slots=True)
class ModelSaid:
    """Everything that is said of one logged model of 3.x."""

    row: Row
    params: list[Row] = field(default_factory=list)
    tags: list[Row] = field(default_factory=list)
    metrics: list[Row] = field(default_factory=list)

    @property
    def id(self) -> str:
        """MLflow's id of the model."""
        return text(self.row[0])

    @property
    def experiment(self) -> str:
        """MLflow's number of its experiment, as a file's name."""
        return text(self.row[8]).replace("/", "_") or "0"

    @property
    def location(self) -> str:
        """Where it is, in the words of whoever wrote it."""
        return text(self.row[3])

    def details(self) -> dict[str, Json]:
        """For `ModelFile.details`."""
        keys = ("model_id", "name", "source_run_id", "location", "status", "lifecycle_stage", "model_type")
        stated = dict(zip(keys, map(plain, self.row), strict=False))
        stated["creation_timestamp_ms"] = plain(self.row[7])
        metrics = (
            meaning.model_metric(text(name), _number(value), _whole(step), text(dataset) or None)
            for _, name, value, step, dataset in sorted(self.metrics, key=repr)[:_MOST_METRICS]
        )
        return meaning.logged_model(stated, _texts(self.params), _texts(self.tags), metrics)

    def deleted(self) -> bool:
        """Whether MLflow has deleted it."""
        return text(self.row[5]).lower() == meaning.DELETED


def facts(path: str, said: Said, first: bool) -> RunFacts:
    """The facts of a run of the database at `path`, without its files."""
    row = said.row
    tags = said.tag_texts()
    status, reason = meaning.status(text(row[3]))
    parent = meaning.parent_id(tags)
    stages = (row[6], said.experiment[3] if said.experiment else None)
    started, ended = meaning.moment(plain(row[4])), meaning.moment(plain(row[5]))
    kind = text(row[11])
    used: dict[str, Json] = {"input_models": [text(one) for (one,) in said.used]} if said.used else {}
    return RunFacts(
        key=RunKey(path, said.id),
        native_id=said.id,
        name=meaning.run_name(text(row[2]), tags) or said.id,
        group=(text(said.experiment[1]) or None) if said.experiment else None,
        parent=RunKey(path, parent) if parent else None,
        parent_native_id=parent,
        deleted=any(text(stage).lower() == meaning.DELETED for stage in stages),
        status=status,
        status_reason=reason,
        started=started,
        ended=ended,
        active=ended or (started if first else None),
        params=_texts(said.params),
        tags=tags,
        environment=meaning.environment(
            tags,
            user=text(row[9]),
            source=text(row[10]),
            source_type=None if kind == "UNKNOWN" else kind,
            commit=text(row[12]),
            entry_point=text(row[13]),
        )
        | used,
        datasets=tuple(_dataset(found, links) for found, links in said.datasets),
    )


def versions(said: Said) -> list[Version]:
    """The versions of registered models that came from a run."""
    found: list[Version] = []
    for name, version, stage, source, aliases in said.versions:
        number = version if isinstance(version, int) else text(version)
        entry = meaning.registered(text(name), number, aliases, text(stage))
        found.append(Version(said.id, "", text(source), entry))
    return found


def _dataset(found: Row, links: Sequence[Row]) -> dict[str, Json]:
    keys = ("name", "digest", "source_type", "source", "schema", "profile")
    stated = dict(zip(keys, map(plain, found[1:]), strict=True))
    return meaning.dataset(stated, {text(name): text(value) for name, value in links})


def _texts(rows: Iterable[Row]) -> dict[str, Any]:
    return {text(key): text(value) for key, value in rows}


def _whole(found: Any) -> int:
    return found if isinstance(found, int) else 0


def _number(found: Any) -> Json:
    """A model's metric; SQLite has no NaN."""
    if not isinstance(found, int | float) or math.isnan(found):
        return "NaN"
    if abs(found) >= _LARGEST:
        return "Infinity" if found > 0 else "-Infinity"
    return found
