"""A dataset that a run used, in words: where it is from, how much of it, what its columns are."""

import json
import posixpath
from collections.abc import Mapping
from typing import Final

from mlops_console import display
from mlops_console.console.run.facts import value_text
from mlops_console.records import Json

DIGESTS: Final = ("sha256", "digest", "hash")
_PLACES: Final = ("uri", "url", "path", "table_name", "table", "delta_table_name", "repo_id", "dataset")
"""Where a dataset's source says it lies, in the words of its kinds."""
_NAMED: Final = 4
"""So many columns are called by their names."""
_DEEP: Final = 4
_SIZES: Final = frozenset(
    {"num_elements"}
    | {f"{what}_{size}" for what in ("features", "targets") for size in ("shape", "size", "nbytes")}
)
"""What a profile says that rows and columns have said already."""


def name_of(dataset: Mapping[str, Json]) -> str:
    """What it is called."""
    return _text(dataset.get("name")) or _text(dataset.get("path")) or "data"


def digest_of(dataset: Mapping[str, Json]) -> str:
    """What tells its versions apart; empty where nothing does."""
    return next((text for key in DIGESTS if (text := _text(dataset.get(key)))), "")


def in_words(dataset: Mapping[str, Json]) -> dict[str, Json]:
    """Label and words of everything that is known of it; what tools keep as JSON is told, not shown."""
    found: dict[str, Json] = {}
    for key, value in dataset.items():
        if value in (None, "", [], {}) or key == "source_type":
            continue
        value = _parsed(value)
        if key == "source" and isinstance(value, dict):
            found["source"] = _source(value, _text(dataset.get("source_type")))
        elif key == "schema" and isinstance(value, dict):
            found.update(_schema(value))
        elif key == "profile" and isinstance(value, dict):
            found.update(_profile(value, dataset))
        elif key == "size" and isinstance(value, int) and not isinstance(value, bool):
            found[key] = display.size(value)
        else:
            found[key] = _flat(value) if isinstance(value, (dict, list)) else value
    return {key: value for key, value in found.items() if value not in (None, "")}


def tag_text(key: str, value: str) -> str:
    """What a tag says: those that MLflow keeps as JSON in words, all others as they are."""
    if not key.startswith("mlflow."):
        return value
    found = _parsed(value)
    if key == "mlflow.log-model.history" and isinstance(found, list):
        return ", ".join(filter(None, map(_logged, found))) or value
    return _flat(found) if isinstance(found, (dict, list)) else value


def _logged(model: Json) -> str:
    if not isinstance(model, dict):
        return ""
    flavors = model.get("flavors")
    kinds = [name for name in flavors if name != "python_function"] if isinstance(flavors, dict) else []
    return f"{_text(model.get('artifact_path')) or 'model'} ({' '.join(kinds) or 'python function'})"


def _source(source: dict[str, Json], kind: str) -> str:
    place = next((text for key in _PLACES if (text := _text(source.get(key)))), "")
    if place:
        return place
    tags = source.get("tags")
    if isinstance(tags, dict):
        script = posixpath.basename(_text(tags.get("mlflow.source.name")))
        commit = _text(tags.get("mlflow.source.git.commit"))
        code = f"{script or 'code'}@{commit[:7]}" if commit else script
        user = _text(tags.get("mlflow.user"))
        if code or user:
            return " ".join(("made by", code or "code", *((f"run by {user}",) if user else ())))
    words = _flat(source)
    return f"{kind}: {words}" if kind and words else kind or words


def _schema(schema: dict[str, Json]) -> dict[str, Json]:
    columns = _parsed(schema.get("mlflow_colspec"))
    if isinstance(columns, list):
        return {"columns": _columns(columns)}
    tensors = _parsed(schema.get("mlflow_tensorspec"))
    if isinstance(tensors, dict):
        return {key: _tensors(_parsed(value)) for key, value in tensors.items()}
    return {"schema": _flat(schema)}


def _columns(columns: list[Json]) -> str:
    names = [_text(one.get("name")) for one in columns if isinstance(one, dict)]
    named = [name for name in names if name]
    if not named:
        return display.count(len(columns))
    if len(named) <= _NAMED:
        return ", ".join(named)
    # The target usually stands last: both ends tell most.
    return f"{display.count(len(columns))}: {', '.join(named[:2])} to {named[-1]}"


def _tensors(found: Json) -> str:
    told = []
    for one in found if isinstance(found, list) else [found]:
        spec = one.get("tensor-spec") if isinstance(one, dict) else None
        if not isinstance(spec, dict):
            return _flat(found)
        shape = spec.get("shape")
        sides = shape[1:] if isinstance(shape, list) and shape[:1] == [-1] else shape
        words = " x ".join(map(str, sides)) if isinstance(sides, list) else _text(sides)
        name = _text(one.get("name")) if isinstance(one, dict) else ""
        told.append(" ".join(part for part in (name, words, _text(spec.get("dtype"))) if part))
    return ", ".join(told)


def _profile(profile: dict[str, Json], dataset: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    rest = dict(profile)
    rows = rest.pop("num_rows", None)
    if "rows" not in dataset and rows is not None:
        found["rows"] = rows
    shape = rest.get("features_shape")
    if "rows" not in dataset and "rows" not in found and isinstance(shape, list) and shape:
        found["rows"] = shape[0]
    more = {key: value for key, value in rest.items() if key not in _SIZES}
    if more:
        found["profile"] = _flat(more)
    return found


def _flat(value: Json, deep: int = 0) -> str:
    """Values in words: `key value, key value`; what lies too deep is only counted."""
    if isinstance(value, dict):
        if deep >= _DEEP:
            return f"{display.count(len(value))} entries"
        parts = (f"{key} {_flat(inner, deep + 1)}".rstrip() for key, inner in value.items())
        return ", ".join(parts)
    if isinstance(value, list):
        if deep >= _DEEP or len(value) > 2 * _NAMED:
            return f"{display.count(len(value))} entries"
        return ", ".join(_flat(one, deep + 1) for one in value)
    return value_text(value)


def _parsed(value: Json) -> Json:
    """What JSON in a text holds."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        found: Json = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return found


def _text(value: Json) -> str:
    return "" if value is None else str(value)
