"""What the database says of some runs: their rows, and what other tables hold of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from mlops_console.readers.mlflow import meaning
from mlops_console.readers.mlflow.database.tables import RUNS, Row, Tables, plain, text
from mlops_console.records import Json, RunFacts, RunKey, Status

_FIELDS = (
    "rowid",
    "run_uuid",
    "name",
    "status",
    "start_time",
    "end_time",
    "lifecycle_stage",
    "artifact_uri",
    "experiment_id",
    "user_id",
    "source_name",
    "source_type",
    "source_version",
    "entry_point_name",
)
_MOST_METRICS = 1_000
"""Of a logged model's own metrics."""
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
    def keys(self) -> int:
        """How many params and tags it has: fewer than before means that some were deleted."""
        return min(len(self.params) + len(self.tags), 0xFFFF)

    def checksum(self) -> int:
        """Moves when anything does."""
        for rows in (self.params, self.tags, self.versions):
            rows.sort(key=repr)
        datasets = sorted(repr((data, sorted(tags, key=repr))) for data, tags in self.datasets)
        models = sorted(map(repr, self.models))
        said = (self.row, self.experiment, self.params, self.tags, datasets, models, self.versions)
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
    def location(self) -> str:
        """Where it is, in the words of whoever wrote it."""
        return text(self.row[3])

    def details(self) -> dict[str, Json]:
        """For `ModelFile.details`."""
        keys = ("model_id", "name", "source_run_id", "location", "status", "lifecycle_stage", "model_type")
        stated = dict(zip(keys, map(plain, self.row), strict=False))
        stated["creation_timestamp_ms"] = plain(self.row[7])
        metrics = (
            meaning.model_metric(text(name), plain(value), _whole(step), text(dataset) or None)
            for _, name, value, step, dataset in sorted(self.metrics, key=repr)[:_MOST_METRICS]
        )
        return meaning.logged_model(stated, _texts(self.params), _texts(self.tags), metrics)

    def deleted(self) -> bool:
        """Whether MLflow has deleted it."""
        return text(self.row[5]).lower() == meaning.DELETED


class RunRows:
    """Asks for runs, some at a time, with all that belongs to them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._experiments: dict[Any, Row] | None = None

    def after(self, row: int, most: int) -> list[Said]:
        """The next runs in the order of their rows."""
        rows = self._tables.rows(RUNS, _FIELDS, f"WHERE rowid > {row} ORDER BY rowid LIMIT {most}")
        rows = [found for found in rows if isinstance(found[1], bytes)]
        if not rows:
            return []
        return self._with_details(rows, f"rowid > {row} AND rowid <= {rows[-1][0]}")

    def of(self, numbers: Iterable[int]) -> list[Said]:
        """Runs by the numbers of their rows, in their order."""
        where = f"rowid IN ({', '.join(map(str, numbers))})"
        rows = self._tables.rows(RUNS, _FIELDS, f"WHERE {where} ORDER BY rowid")
        return self._with_details([found for found in rows if isinstance(found[1], bytes)], where)

    def _with_details(self, rows: list[Row], where: str) -> list[Said]:
        tables = self._tables
        said = {row[1]: Said(row, self._experiment(row[8])) for row in rows}
        runs = f"(SELECT run_uuid FROM {RUNS} WHERE {where})"
        for name, into in (("params", "params"), ("tags", "tags")):
            for run, key, value in tables.rows(
                name, ("run_uuid", "key", "value"), f"WHERE run_uuid IN {runs}"
            ):
                if run in said:
                    getattr(said[run], into).append((key, value))
        if tables.has("inputs", "source_type", "source_id", "destination_type", "destination_id"):
            self._datasets(said, runs)
        if tables.has("logged_models", "model_id", "source_run_id"):
            self._models(said, runs)
        if tables.has("model_versions", "name", "version", "run_id"):
            self._versions(said, runs)
        return list(said.values())

    def _experiment(self, number: Any) -> Row:
        if self._experiments is None:
            columns = ("experiment_id", "name", "artifact_location", "lifecycle_stage")
            self._experiments = {row[0]: row[1:] for row in self._tables.rows("experiments", columns)}
        found = self._experiments.get(number, ())
        return (number, *found) if found else ()

    def _datasets(self, said: Mapping[bytes, Said], runs: str) -> None:
        tables = self._tables
        mine = f"source_type = 'DATASET' AND destination_type = 'RUN' AND destination_id IN {runs}"
        links = tables.rows("inputs", ("destination_id", "source_id", "input_uuid"), f"WHERE {mine}")
        if not links:
            return
        columns = ("dataset_uuid", "name", "digest", "dataset_source_type", *_OF_DATASET)
        wanted = f"WHERE dataset_uuid IN (SELECT source_id FROM inputs WHERE {mine})"
        known = {row[0]: row for row in tables.rows("datasets", columns, wanted)}
        tags: dict[bytes, list[Row]] = {}
        if tables.has("input_tags", "input_uuid", "name", "value"):
            wanted = f"WHERE input_uuid IN (SELECT input_uuid FROM inputs WHERE {mine})"
            for one, name, value in tables.rows("input_tags", ("input_uuid", "name", "value"), wanted):
                tags.setdefault(one, []).append((name, value))
        for run, dataset, link in links:
            if run in said and dataset in known:
                said[run].datasets.append((known[dataset], tags.get(link, [])))

    def _models(self, said: Mapping[bytes, Said], runs: str) -> None:
        tables = self._tables
        columns = (
            "model_id", "name", "source_run_id", "artifact_location", "status", "lifecycle_stage",
            "model_type", "creation_timestamp_ms",
        )  # fmt: skip
        models: dict[bytes, ModelSaid] = {}
        for row in tables.rows("logged_models", columns, f"WHERE source_run_id IN {runs} ORDER BY rowid"):
            if row[2] in said:
                models[row[0]] = ModelSaid(row)
                said[row[2]].models.append(models[row[0]])
        if not models:
            return
        which = f"WHERE model_id IN (SELECT model_id FROM logged_models WHERE source_run_id IN {runs})"
        for name, column in (("param", "params"), ("tag", "tags")):
            table, wanted = f"logged_model_{column}", ("model_id", f"{name}_key", f"{name}_value")
            if tables.has(table, *wanted):
                for model, key, value in tables.rows(table, wanted, which):
                    if model in models:
                        getattr(models[model], column).append((key, value))
        table, wanted = "logged_model_metrics", ("model_id", "metric_name", "metric_value", "dataset_name")
        if tables.has(table, *wanted, "metric_step"):
            latest = f"{which} GROUP BY model_id, metric_name, dataset_name"
            for row in tables.rows(table, (*wanted, "max(metric_step)"), latest):
                if row[0] in models:
                    models[row[0]].metrics.append((row[0], row[1], row[2], row[4], row[3]))

    def _versions(self, said: Mapping[bytes, Said], runs: str) -> None:
        tables = self._tables
        columns = ("run_id", "name", "version", "current_stage", "source", "workspace", "storage_location")
        found = tables.rows("model_versions", columns, f"WHERE run_id IN {runs}")
        if not found:
            return
        aliases: dict[Row, list[str]] = {}
        if tables.has("registered_model_aliases", "name", "version", "alias"):
            names = f"WHERE name IN (SELECT name FROM model_versions WHERE run_id IN {runs})"
            for name, version, alias, place in tables.rows(
                "registered_model_aliases", ("name", "version", "alias", "workspace"), names
            ):
                aliases.setdefault((place, name, version), []).append(text(alias))
        for run, name, version, stage, source, place, storage in found:
            if run in said:
                known = tuple(sorted(aliases.get((place, name, version), ())))
                said[run].versions.append((name, version, stage, source, storage, known))


_OF_DATASET = ("dataset_source", "dataset_schema", "dataset_profile")


def facts(path: str, said: Said, first: bool) -> RunFacts:
    """The facts of a run of the database at `path`, without its files."""
    row = said.row
    tags = said.tag_texts()
    status, reason = meaning.status(text(row[3]))
    parent = meaning.parent_id(tags)
    stages = (row[6], said.experiment[3] if said.experiment else None)
    started, ended = meaning.moment(plain(row[4])), meaning.moment(plain(row[5]))
    kind = text(row[11])
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
        ),
        datasets=tuple(_dataset(found, links) for found, links in said.datasets),
    )


def _dataset(found: Row, links: Sequence[Row]) -> dict[str, Json]:
    keys = ("name", "digest", "source_type", "source", "schema", "profile")
    stated = dict(zip(keys, map(plain, found[1:]), strict=True))
    return meaning.dataset(stated, {text(name): text(value) for name, value in links})


def _texts(rows: Iterable[Row]) -> dict[str, Any]:
    return {text(key): text(value) for key, value in rows}


def _whole(found: Any) -> int:
    return found if isinstance(found, int) else 0
