"""The files of runs: artifacts and models, where their locations mean folders of the project."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zlib import crc32

from mlops_console.readers.artifacts import Listed, list_files
from mlops_console.readers.mlflow import meaning
from mlops_console.readers.mlflow.database.said import ModelSaid, Said, versions
from mlops_console.readers.mlflow.filestore.models import described, with_versions
from mlops_console.readers.mlflow.locations import is_folder, locate
from mlops_console.records import Artifact, Json, ModelFile, RunFacts, RunKey


@dataclass(slots=True)
class Files:
    """Finds and lists them for the runs of one database."""

    root: str
    path: str
    """Of the database."""
    _moved: dict[str, str] = field(default_factory=dict)
    """What locations begin with -> where that is in the project."""

    left_out: dict[str, str] = field(default_factory=dict)
    """Folder of artifacts -> what of it is not among them, empty where nothing is."""

    def facts(self, said: Said) -> tuple[RunFacts, int]:
        """What there is to say of a run's files, and a checksum of it (never 0)."""
        environment: dict[str, Json] = {}
        location = said.location()
        folder = self._find(location, said.id)
        artifacts: tuple[Artifact, ...] = ()
        listed = Listed()
        if folder is not None:
            listed = list_files(self.root, folder)
            self.left_out[folder] = listed.left_out
            artifacts = tuple(
                Artifact(self._from_here(folder, file.path), file.size, file.modified)
                for file in listed.artifacts
            )
        elif location and not said.live():
            environment["artifact_uri"] = location
        models = [self._logged(model) for model in said.models if not model.deleted()]
        models += self._in_artifacts(said, folder, listed.models)
        known, unmatched = with_versions(models, versions(said))
        if unmatched:
            environment["registered_models"] = unmatched
        facts = RunFacts(
            RunKey(self.path, said.id), artifacts=artifacts, models=known, environment=environment
        )
        return facts, crc32(repr((artifacts, known, environment)).encode("utf-8", "surrogatepass")) or 1

    def _find(self, location: str, owner: str) -> str | None:
        """The folder of the project that a location means: beside one that was found, if there is any."""
        if not owner or not location:
            return None
        before, mark, after = location.rpartition(owner)
        end = owner + after.rstrip("/")
        known = self._moved.get(before) if mark else None
        if known is not None and is_folder(self.root, known + end):
            return known + end
        if known is not None:
            return None
        found = locate(self.root, location, owner, posixpath.dirname(self.path))
        if found is not None and mark and found.endswith(end):
            self._moved[before] = found[: len(found) - len(end)]
        return found

    def _from_here(self, folder: str, path: str) -> str:
        """A file's path relative to the folder that the database lies in."""
        return posixpath.relpath(posixpath.join(folder, path), posixpath.dirname(self.path) or ".")

    def _logged(self, model: ModelSaid) -> ModelFile:
        """A model of 3.x, which lies beside the runs."""
        details = model.details()
        folder = self._find(model.location, model.id)
        if folder is None:
            details = {**details, "missing": True, "location": model.location}
            home = posixpath.join(posixpath.dirname(self.path), "mlruns", model.experiment, "models")
            return ModelFile(f"{home}/{model.id}/artifacts", meaning.MODEL_FORMAT, None, details)
        return ModelFile(folder, meaning.MODEL_FORMAT, None, {**described(self.root, folder), **details})

    def _in_artifacts(
        self, said: Said, folder: str | None, below: Iterable[ModelFile]
    ) -> Iterator[ModelFile]:
        """Models below the run's artifacts, and those that the run says it logged but that are not there."""
        history = {
            one.artifact_path.strip("/"): one.details for one in meaning.model_history(said.tag_texts())
        }
        for model in below:
            if model.format != meaning.MODEL_FORMAT:
                yield model
                continue
            inside = posixpath.relpath(model.path, folder or ".")
            stated = history.pop(inside, None) or described(self.root, model.path)
            yield ModelFile(model.path, model.format, None, {"name": posixpath.basename(inside), **stated})
        home = folder or posixpath.join(posixpath.dirname(self.path), "mlruns", said.experiment_id, said.id)
        for inside, stated in history.items():
            if ".." not in inside.split("/"):
                named: dict[str, Json] = {"name": posixpath.basename(inside), **stated, "missing": True}
                named["location"] = f"{said.location().rstrip('/')}/{inside}"
                path = posixpath.join(home if folder else f"{home}/artifacts", inside)
                yield ModelFile(path, meaning.MODEL_FORMAT, None, named)
