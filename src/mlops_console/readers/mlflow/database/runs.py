"""Asking for runs, some at a time, with all that other tables hold of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from mlops_console.readers.mlflow.database.said import ModelSaid, Said
from mlops_console.readers.mlflow.database.tables import RUNS, Row, Tables, text

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
_OF_DATASET = ("dataset_source", "dataset_schema", "dataset_profile")


class RunRows:
    """Asks for runs, some at a time, with all that belongs to them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._experiments: dict[Any, Row] | None = None

    def after(self, row: int, most: int) -> list[Said]:
        """The next runs in the order of their rows."""
        with self._tables.at_once():
            rows = self._tables.rows(RUNS, _FIELDS, f"WHERE rowid > {row} ORDER BY rowid LIMIT {most}")
            rows = [found for found in rows if isinstance(found[1], bytes)]
            return self._with_details(rows, f"rowid > {row} AND rowid <= {rows[-1][0]}") if rows else []

    def of(self, numbers: Iterable[int]) -> list[Said]:
        """Runs by the numbers of their rows, in their order."""
        where = f"rowid IN ({', '.join(map(str, numbers))})"
        with self._tables.at_once():
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
            self._used(said, runs)
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

    def _used(self, said: Mapping[bytes, Said], runs: str) -> None:
        """The models that runs took as their input."""
        which = (
            f"WHERE source_type = 'RUN_INPUT' AND destination_type = 'MODEL_INPUT' AND source_id IN {runs}"
        )
        for run, model in self._tables.rows("inputs", ("source_id", "destination_id"), which):
            if run in said:
                said[run].used.append((model,))

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
            "model_type", "creation_timestamp_ms", "experiment_id",
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
        table = "logged_model_metrics"
        measured = ("model_id", "metric_name", "metric_value", "dataset_name")
        if tables.has(table, *measured, "metric_step"):
            latest = f"{which} GROUP BY model_id, metric_name, dataset_name"
            for row in tables.rows(table, (*measured, "max(metric_step)"), latest):
                if row[0] in models:
                    models[row[0]].metrics.append((row[0], row[1], row[2], row[4], row[3]))

    def _versions(self, said: Mapping[bytes, Said], runs: str) -> None:
        tables = self._tables
        columns = ("run_id", "name", "version", "current_stage", "source", "workspace")
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
        for run, name, version, stage, source, place in found:
            if run in said:
                known = tuple(sorted(aliases.get((place, name, version), ())))
                said[run].versions.append((name, version, stage, source, known))
