"""The recorded evaluation of a model that is somewhere else: a hosted API that is the incumbent to beat."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from mlops_console import beneath
from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.records import Json
from mlops_console.workspace.registering.recording_facts import Parts, nothing_known

MOST_BYTES: Final = 128 << 10
_EXAMPLE: Final = 'for example {"provider": "acme", "metrics": {"auc": 0.91}, "dataset": "test-2026"}'


def evaluation_file(path: str) -> dict[str, Json]:
    """What a JSON file of an evaluation says; UsageError where it can't be used.

    It holds an object with `metrics` (name -> number) and whatever else its author wants to be kept, or
    nothing but numbers by name.
    """
    shown = safe_text(path, 200)
    place = Path(path).expanduser().absolute()
    try:
        data = beneath.read_small(str(place.parent), place.name, MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{shown} {beneath.why_not(error)}", "name a JSON file") from error
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{shown} is no JSON: {safe_text(str(error), 120)}", _EXAMPLE) from error
    if not isinstance(said, dict):
        raise UsageError(f"{shown} holds no JSON object", _EXAMPLE)
    if "metrics" not in said:
        said = {"metrics": said}
    return checked(said, shown)


def evaluation_of(stated: Sequence[str]) -> dict[str, Json]:
    """The same from words like `auc=0.91`."""
    metrics: dict[str, Json] = {}
    for one in stated:
        key, mark, value = one.rpartition("=")
        try:
            metrics[key.strip()] = float(value)
        except ValueError:
            mark = ""
        if not mark or not key.strip():
            raise UsageError(
                f"{safe_text(one, 80)!r} is no metric with a number", "write it like --metric auc=0.91"
            )
    return checked({"metrics": metrics}, "--metric")


def checked(said: Mapping[str, Any], shown: str = "the evaluation") -> dict[str, Json]:
    """An evaluation whose metrics are finite numbers by name, at least one."""
    metrics = said.get("metrics")
    if not isinstance(metrics, Mapping) or not metrics:
        raise UsageError(f"{shown} names no metrics: what was measured is all that is known of it", _EXAMPLE)
    for key, value in metrics.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            raise UsageError(
                f"{shown}: metrics.{safe_text(str(key), 60)} is {safe_text(json.dumps(value), 40)}, no number"
            )
    return dict(said)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def external_body(evaluation: Mapping[str, Json]) -> dict[str, Json]:
    """The body of an external version's event, as far as the evaluation tells it.

    Its metrics stand where those of a run would: gates ask them the same way.
    """
    parts = Parts()
    parts.mapping("evaluation", evaluation)
    metrics = evaluation["metrics"]
    assert isinstance(metrics, dict)
    one_each = {key: {"last": v, "min": v, "max": v, "count": 1} for key, v in metrics.items()}
    parts.mapping("metrics", one_each)
    dataset = evaluation.get("dataset")
    stated = evaluation.get("datasets")
    datasets = stated if isinstance(stated, list) else [dataset] if dataset else []
    parts.listing("datasets", [one if isinstance(one, dict) else {"name": one} for one in datasets])
    for name in ("params", "tags"):
        said = evaluation.get(name)
        if isinstance(said, dict):
            parts.mapping(name, said)
    return {**nothing_known(), **parts.done()}
