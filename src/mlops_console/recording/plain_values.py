"""What people hand to the recorder, as JSON: params of any shape, numbers of any library."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

MAX_DEPTH = 16
MAX_TEXT = 100_000
_INFINITY = float("inf")


def number_text(value: Any) -> str:
    """A number as JSON; what is not finite becomes a string. Raises TypeError or ValueError for no number."""
    kind = type(value)
    if kind is not float:
        if kind is int:
            return str(value) if -(2**63) <= value < 2**63 else repr(float(value))
        if isinstance(value, (str, bytes, complex)) or value is None:
            raise TypeError(f"{kind.__name__} is no number")
        value = float(value)
    if value != value:  # only NaN differs from itself
        return '"NaN"'
    if value in (_INFINITY, -_INFINITY):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    return repr(value + 0.0)  # subclasses of float have a repr of their own


def plain(value: Any, depth: int = MAX_DEPTH) -> Any:
    """A value that `json` can write and any language can read; what has no JSON becomes its text."""
    if value is None or isinstance(value, (bool, str)):
        return value[:MAX_TEXT] if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if depth > 0:
        if isinstance(value, Mapping):
            return {str(key): plain(item, depth - 1) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(item, depth - 1) for item in value]
        if isinstance(value, (set, frozenset)):
            return sorted((plain(item, depth - 1) for item in value), key=str)
        inner = _unwrapped(value)
        if inner is not value:
            return plain(inner, depth - 1)
    return str(value)[:MAX_TEXT]


def as_params(params: Any) -> dict[str, Any]:
    """Params from a mapping, an `argparse.Namespace`, a dataclass or anything else with attributes."""
    if params is None:
        return {}
    if isinstance(params, Mapping):
        found: Iterable[tuple[Any, Any]] = params.items()
    elif hasattr(type(params), "__dataclass_fields__"):
        found = [(name, getattr(params, name)) for name in type(params).__dataclass_fields__]
    elif hasattr(params, "__dict__") and not isinstance(params, type):
        found = vars(params).items()
    else:
        raise ValueError(f"params must be a mapping of names to values, not {type(params).__name__}")
    return {str(name): plain(value) for name, value in found}


def _plain_float(value: float) -> float | str:
    if value != value:  # only NaN differs from itself
        return "NaN"
    if value in (_INFINITY, -_INFINITY):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)


def _unwrapped(value: Any) -> Any:
    """The plain value inside a library's scalar or array, the fields of a dataclass; else itself."""
    fields = getattr(type(value), "__dataclass_fields__", None)
    if fields:
        return {name: getattr(value, name, None) for name in fields}
    for way in ("tolist", "item"):
        unwrap = getattr(value, way, None)
        if callable(unwrap):
            try:
                return unwrap()
            except (TypeError, ValueError, RuntimeError):
                continue
    return value
