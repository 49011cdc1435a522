"""skops files: a zip whose schema names every type in it, so that a reader can refuse some."""

import json

from mlops_console.readers.modelfiles import zips
from mlops_console.readers.modelfiles.description import Draft, Tensor, listed
from mlops_console.readers.modelfiles.spans import Span
from mlops_console.records import Json

_MOST_SCHEMA = 4 << 20
_MOST_NODES = 50_000
_TRUSTED = ("builtins", "numpy", "scipy", "collections", "sklearn")


def describe(span: Span, draft: Draft) -> None:
    """Read the schema."""
    directory = zips.entries(span)
    if directory.trouble:
        draft.warn(f"The file {directory.trouble}.")
    entry = directory.named("schema.json")
    if entry is None:
        draft.warn("It has no schema.json, so what is in it can't be told.")
        return
    inner, trouble = zips.content(span, entry, _MOST_SCHEMA)
    if trouble or inner.size > _MOST_SCHEMA:
        draft.warn(f"Its schema {trouble or 'is too long to be read'}.")
        return
    try:
        schema = json.loads(inner.at(0, inner.size))
    except (ValueError, RecursionError):
        draft.warn("Its schema can't be read.")
        return
    if not isinstance(schema, dict):
        draft.warn("Its schema is not what it should be.")
        return
    types: dict[str, bool] = {}
    _types(schema, types)
    untrusted = [name for name, trusted in types.items() if not trusted]
    draft.architecture = _estimator(schema, 0)
    draft.tell(types=listed(types), untrusted_types=listed(untrusted))
    draft.tell(skops_version=str(schema.get("_skops_version", "")), protocol=schema.get("protocol"))
    columns = _attribute(schema, "n_features_in_")
    if isinstance(columns, int):
        draft.inputs.append(Tensor("X", "", (None, columns)))
    if untrusted:
        named = ", ".join(untrusted[:5]) + (", …" if len(untrusted) > 5 else "")
        draft.warn(f"Types in it that skops does not trust by itself: {named}.")


def _types(schema: dict[str, Json], types: dict[str, bool]) -> None:
    waiting: list[Json] = [schema]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        here = waiting.pop()
        if isinstance(here, list):
            waiting.extend(reversed(here))
        elif isinstance(here, dict):
            module, name = here.get("__module__"), here.get("__class__")
            if isinstance(module, str) and isinstance(name, str):
                types.setdefault(f"{module}.{name}"[:200], _is_trusted(here, module))
            waiting.extend(reversed(list(here.values())))


def _is_trusted(node: dict[str, Json], module: str) -> bool:
    """Whether skops trusts a type by itself: NumPy's, SciPy's, scikit-learn's estimators."""
    if module.partition(".")[0] not in _TRUSTED:
        return False
    if not module.startswith("sklearn.") or node.get("__loader__") != "ObjectNode":
        return True
    # Every estimator says which version made it; what doesn't is an inner part of scikit-learn.
    return "_sklearn_version" in _content(node)


def _content(node: Json) -> list[str]:
    inner = node.get("content") if isinstance(node, dict) else None
    found = inner.get("content") if isinstance(inner, dict) else None
    return list(found) if isinstance(found, dict) else []


def _attribute(node: Json, key: str, depth: int = 0) -> Json:
    """An attribute of the estimator that a node stands for, or of a pipeline's first step."""
    inner = node.get("content") if isinstance(node, dict) else None
    state = inner.get("content") if isinstance(inner, dict) else None
    if not isinstance(state, dict) or depth > 3:
        return None
    own = state.get(key)
    if isinstance(own, dict) and isinstance(own.get("content"), str | int):
        try:
            return int(str(own["content"])[:20])
        except ValueError:
            return None
    steps = _steps(state)
    return _attribute(steps[0], key, depth + 1) if steps else None


def _estimator(node: Json, depth: int) -> str:
    if not isinstance(node, dict) or depth > 4:
        return ""
    inner = node.get("content")
    state = inner.get("content") if isinstance(inner, dict) else None
    words = [word for step in _steps(state) if (word := _estimator(step, depth + 1))]
    name = str(node.get("__class__", ""))[:100]
    return name + (f"({', '.join(words)})" if words else "")


def _steps(state: Json) -> list[Json]:
    steps = state.get("steps") if isinstance(state, dict) else None
    found = steps.get("content") if isinstance(steps, dict) else None
    if not isinstance(found, list):
        return []
    pairs = [pair.get("content") for pair in found[:20] if isinstance(pair, dict)]
    return [pair[1] for pair in pairs if isinstance(pair, list) and len(pair) > 1]
