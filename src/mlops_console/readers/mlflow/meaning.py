"""What MLflow's words mean, whichever store they were kept in: statuses, tags, datasets, models."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from mlops_console.records import Json, Status

MODEL_FORMAT = "mlflow"
MODEL_FILE = "MLmodel"
PARENT_TAG = "mlflow.parentRunId"
NAME_TAG = "mlflow.runName"
HISTORY_TAG = "mlflow.log-model.history"
CONTEXT_TAG = "mlflow.data.context"
DELETED = "deleted"
"""The `lifecycle_stage` of what MLflow has deleted but keeps."""

_SCHEDULED = "MLflow has scheduled it; it has not started"
_WORDS: Mapping[str, Status] = {
    "RUNNING": Status.RUNNING,
    "SCHEDULED": Status.UNKNOWN,
    "FINISHED": Status.FINISHED,
    "FAILED": Status.FAILED,
    "KILLED": Status.KILLED,
}
_NUMBERS = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
"""From 1 on."""
_SOURCE_TYPES = ("NOTEBOOK", "JOB", "PROJECT", "LOCAL")
_OF_TAGS = {
    "mlflow.user": "user",
    "mlflow.source.name": "source",
    "mlflow.source.type": "source.type",
    "mlflow.source.git.commit": "git.commit",
    "mlflow.source.git.branch": "git.branch",
    "mlflow.gitBranch": "git.branch",
    "mlflow.source.git.repoURL": "git.remote",
    "mlflow.gitRepoURL": "git.remote",
    "mlflow.source.git.diff": "git.diff",
    "mlflow.project.entryPoint": "entry_point",
    "mlflow.project.env": "project.env",
    "mlflow.docker.image.name": "docker.image",
    "mlflow.docker.image.id": "docker.image_id",
}
_LATEST_MS = 253_402_300_799_000
"""The last second of the year 9999: a later time is none."""
_WHOLE = re.compile(r"\s*-?\d{1,20}\s*")
_MOST_MODELS = 1_000


def status(found: object) -> tuple[Status | None, str | None]:
    """A run's status, by its number (file store) or its word (database), and why where that needs words."""
    if isinstance(found, int) and not isinstance(found, bool):
        word = _NUMBERS[found - 1] if 1 <= found <= len(_NUMBERS) else ""
    else:
        word = found.strip().upper() if isinstance(found, str) else ""
        if word.isdecimal():
            return status(int(word[:9]))
    known = _WORDS.get(word)
    return known, _SCHEDULED if word == "SCHEDULED" else None


def moment(found: object) -> int | None:
    """Epoch microseconds of MLflow's epoch milliseconds; None for what is no time."""
    if isinstance(found, str) and _WHOLE.fullmatch(found):
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < _LATEST_MS:
        return None
    return round(found * 1000)


def text(found: object) -> str | None:
    """Text, or a number as text; None for nothing and for what is neither."""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return None
    return str(found) or None


def run_name(stated: object, tags: Mapping[str, str]) -> str | None:
    """The name in the run's own record, else the one in its tags (1.x keeps it only there)."""
    return text(stated) or tags.get(NAME_TAG) or None


def parent_id(tags: Mapping[str, str]) -> str | None:
    """The run that this one is nested in."""
    return tags.get(PARENT_TAG, "").strip() or None


def environment(
    tags: Mapping[str, str],
    *,
    user: object = None,
    source: object = None,
    source_type: object = None,
    commit: object = None,
    entry_point: object = None,
) -> dict[str, Json]:
    """Where a run came from: its tags, and the fields of its record in which older versions kept the same."""
    known: dict[str, Json] = {}
    kind = source_type
    if isinstance(kind, int) and not isinstance(kind, bool):
        kind = _SOURCE_TYPES[kind - 1] if 1 <= kind <= len(_SOURCE_TYPES) else None
    stated = {
        "user": user, "source": source, "source.type": kind, "git.commit": commit, "entry_point": entry_point,
    }  # fmt: skip
    known.update({key: value for key, found in stated.items() if (value := text(found))})
    known.update({key: tags[tag] for tag, key in _OF_TAGS.items() if tags.get(tag)})
    dirty = tags.get("mlflow.source.git.dirty", "").strip().lower()
    if dirty in ("true", "false"):
        known["git.dirty"] = dirty == "true"
    return known


def dataset(stated: Mapping[str, object], tags: Mapping[str, str] | None = None) -> dict[str, Json]:
    """A dataset that a run used: name, digest, context, source, source_type, schema, profile, rows.

    `stated` is its record in either store; its source, schema and profile are JSON in text there.
    """
    found: dict[str, Json] = {}
    for key in ("name", "digest", "source_type"):
        value = text(stated.get(key))
        if value:
            found[key] = value
    said = tags or {}
    if said.get(CONTEXT_TAG):
        found["context"] = said[CONTEXT_TAG]
    for key in ("source", "schema", "profile"):
        value = text(stated.get(key))
        if value:
            found[key] = parsed(value)
    profile = found.get("profile")
    if isinstance(profile, dict) and isinstance(profile.get("num_rows"), int):
        found["rows"] = profile["num_rows"]
    return found


def parsed(found: str) -> Json:
    """What JSON in a text holds; the text itself where it is none."""
    if found[:1] not in ("{", "["):
        return found
    try:
        value: Json = json.loads(found)
    except (ValueError, RecursionError):
        return found
    return value


@dataclass(frozen=True, slots=True)
class Logged:
    """A model as the tag `mlflow.log-model.history` tells it (1.x and 2.x)."""

    artifact_path: str
    details: Mapping[str, Json]


def model_history(tags: Mapping[str, str]) -> tuple[Logged, ...]:
    """The models that the run says it logged, each artifact path once, the latest word on it."""
    history = parsed(tags.get(HISTORY_TAG, ""))
    found: dict[str, Logged] = {}
    for one in history[:_MOST_MODELS] if isinstance(history, list) else ():
        path = one.get("artifact_path") if isinstance(one, dict) else None
        if isinstance(one, dict) and isinstance(path, str) and path:
            found[path] = Logged(path, model_description(one))
    return tuple(found.values())


def model_description(stated: Mapping[str, object]) -> dict[str, Json]:
    """What `MLmodel` (as a mapping) or an entry of the history says, as `ModelFile.details`."""
    found: dict[str, Json] = {}
    flavors = stated.get("flavors")
    if isinstance(flavors, dict):
        found["flavors"] = [str(flavor) for flavor in sorted(flavors, key=str)]
    for key in ("name", "model_id", "model_uuid", "model_type", "run_id", "mlflow_version"):
        value = text(stated.get(key))
        if value:
            found[key] = value
    made = text(stated.get("utc_time_created"))
    if made:
        found["created"] = made
    signature = stated.get("signature")
    if isinstance(signature, dict):
        for key in ("inputs", "outputs", "params"):
            value = signature.get(key)
            if value is not None:
                found[f"signature.{key}"] = parsed(value) if isinstance(value, str) else value
    return found


def logged_model(
    stated: Mapping[str, object],
    params: Mapping[str, str],
    tags: Mapping[str, str],
    metrics: Iterable[Mapping[str, Json]],
) -> dict[str, Json]:
    """A model of 3.x, which has params, tags and metrics of its own (see `model_metric`)."""
    found: dict[str, Json] = {}
    for key in ("name", "model_id", "model_type", "source_run_id"):
        value = text(stated.get(key))
        if value:
            found[key] = value
    state = model_status(stated.get("status"))
    if state:
        found["status"] = state
    made = moment(stated.get("creation_timestamp") or stated.get("creation_timestamp_ms"))
    if made is not None:
        found["created"] = datetime.fromtimestamp(made / 1e6, UTC).isoformat()
    if params:
        found["params"] = dict(params)
    if tags:
        found["tags"] = dict(tags)
    listed: list[Json] = [dict(metric) for metric in metrics]
    if listed:
        found["metrics"] = listed
    if str(stated.get("lifecycle_stage")).lower() == DELETED:
        found["deleted"] = True
    return found


def model_status(found: object) -> str | None:
    """PENDING, READY or FAILED, by number or by word."""
    if isinstance(found, int) and not isinstance(found, bool):
        return {1: "PENDING", 2: "READY", 3: "FAILED"}.get(found)
    word = (text(found) or "").upper().rpartition("_")[2]
    return word or None


def model_metric(key: str, value: Json, step: int, dataset: str | None = None) -> dict[str, Json]:
    """A metric of a logged model: its last value per dataset."""
    return {"key": key, "value": value, "step": step, "dataset": dataset}


def registered(
    model: str, version: object, aliases: Iterable[str] = (), stage: object = None
) -> dict[str, Json]:
    """An entry of `details["registered"]`: a version of a registered model that is this model."""
    number = text(version) or ""
    said = text(stage)
    return {
        "model": model,
        "version": int(number[:18]) if number.isdecimal() else number,
        "aliases": [*sorted(aliases)],
        "stage": said if said and said != "None" else None,
    }
