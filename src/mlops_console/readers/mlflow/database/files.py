"""The files of runs: artifacts and models, where their locations mean folders of the project."""

import os
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

from mlops_console.readers import opening, structured
from mlops_console.readers.artifacts import list_files
from mlops_console.readers.mlflow import meaning
from mlops_console.readers.mlflow.database.runs import ModelSaid, Said
from mlops_console.readers.mlflow.database.tables import Row, text
from mlops_console.readers.mlflow.locations import is_folder, locate
from mlops_console.records import Artifact, Json, ModelFile, RunFacts, RunKey

_MODEL_URI = "models:/"
_MOST_MODEL = 1 << 20


@dataclass(slots=True)
class Files:
    """Finds and lists them for the runs of one database."""

    root: str
    path: str
    """Of the database."""
    _moved: dict[str, str] = field(default_factory=dict)
    """What locations begin with -> where that is in the project."""

    def facts(self, said: Said) -> tuple[RunFacts, int]:
        """What there is to say of a run's files, and a checksum of it (never 0)."""
        missing: dict[str, Json] = {}
        models: list[ModelFile] = []
        for model in said.models:
            if model.deleted():
                continue
            folder = self._find(model.location, model.id)
            if folder is None:
                missing[f"model.{text(model.row[1]) or model.id}"] = _absent(model.location)
            else:
                models.append(self._logged(model, folder, said.versions))
        location = said.location()
        folder = self._find(location, said.id) if location else None
        artifacts: tuple[Artifact, ...] = ()
        if folder is not None:
            artifacts, found = list_files(self.root, folder)
            artifacts = tuple(
                Artifact(self._from_here(folder, file.path), file.size, file.modified) for file in artifacts
            )
            models += self._in_artifacts(said, folder, found)
        elif location:
            missing["artifacts"] = _absent(location)
        facts = RunFacts(
            RunKey(self.path, said.id), artifacts=artifacts, models=tuple(models), environment=missing
        )
        return facts, crc32(repr((artifacts, models, missing)).encode("utf-8", "surrogatepass")) or 1

    def _find(self, location: str, owner: str) -> str | None:
        """The folder of the project that a location means; those beside one that was found are found at once."""
        if not owner or not location:
            return None
        before, mark, after = location.rpartition(owner)
        known = self._moved.get(before) if mark else None
        if known is not None:
            path = known + owner + after.rstrip("/")
            return path if ".." not in path.split("/") and is_folder(self.root, path) else None
        found = locate(self.root, location, owner, posixpath.dirname(self.path))
        if found is not None and mark and found.endswith(owner + after.rstrip("/")):
            self._moved[before] = found[: len(found) - len(owner + after.rstrip("/"))]
        return found

    def _from_here(self, folder: str, path: str) -> str:
        """A file's path relative to the folder that the database lies in."""
        whole = path if folder in ("", ".") else f"{folder}/{path}"
        return posixpath.relpath(whole, posixpath.dirname(self.path) or ".")

    def _logged(self, model: ModelSaid, folder: str, versions: Iterable[Row]) -> ModelFile:
        details = {**self._mlmodel(folder), **model.details()}
        uri = _MODEL_URI + model.id
        mine = [row for row in versions if uri in (text(row[3]), text(row[4])) or _ends(row, model.location)]
        return ModelFile(folder, meaning.MODEL_FORMAT, details=_with(details, mine))

    def _in_artifacts(self, said: Said, folder: str, found: Iterable[ModelFile]) -> Iterable[ModelFile]:
        """Models below the run's artifacts; those that MLflow logged are told by their own words."""
        for model in found:
            if model.format != meaning.MODEL_FORMAT:
                yield model
                continue
            inside = posixpath.relpath(model.path, folder)
            mine = [
                row for row in said.versions if _ends(row, f"{said.id}/artifacts/{inside}", said.id, inside)
            ]
            details = self._mlmodel(model.path)
            yield ModelFile(model.path, model.format, model.sha256, _with(details, mine))

    def _mlmodel(self, folder: str) -> dict[str, Json]:
        """What the model's own `MLmodel` says."""
        try:
            data = opening.read_small(self.root, f"{folder}/{meaning.MODEL_FILE}", _MOST_MODEL)
        except OSError:
            return {}
        value = structured.load(data, "yaml").value
        return meaning.model_description(value) if isinstance(value, dict) else {}


def _ends(row: Row, location: str, run: str = "", inside: str = "") -> bool:
    """Whether a version's source is this location, wherever the store lay."""
    sources = [text(row[3]).rstrip("/"), text(row[4]).rstrip("/")]
    if run and f"runs:/{run}/{inside}" in sources:
        return True
    return any(source and (source == location or source.endswith("/" + location)) for source in sources)


def _with(details: dict[str, Json], versions: Iterable[Row]) -> dict[str, Json]:
    """Details with the versions of registered models that the model is."""
    listed: list[Json] = [
        meaning.registered(
            text(row[0]), row[1] if isinstance(row[1], int) else text(row[1]), row[5], text(row[2])
        )
        for row in versions
    ]
    return {**details, "registered": listed} if listed else details


def _absent(location: str) -> str:
    return f"{location} (not in this project)"
