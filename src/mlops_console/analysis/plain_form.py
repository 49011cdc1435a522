"""Answers as JSON and back: dataclasses of ours, arrays and plain values.

No pickles: a store that somebody hands around brings its folder along, and reading what was kept there must
execute nothing.
"""

import base64
import json
import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any, Final

import numpy as np

_MARK: Final = "~"
_OURS: Final = re.compile(r"mlops_console\.(?:comparison|analysis|readers\.predictions)(?:\.[a-z_]+)*:\w+")
_KINDS: Final = "biufSU"


def to_text(value: object) -> str:
    """The value as one text; TypeError for what has no such form."""
    return json.dumps(_form(value), separators=(",", ":"))


def from_text(text: str | bytes) -> Any:
    """The value again; ValueError where it is none of ours."""
    try:
        return _value(json.loads(text))
    except (KeyError, TypeError, AttributeError, ImportError, IndexError, RecursionError) as error:
        raise ValueError(f"no answer of ours: {error}") from error


def _form(value: object) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return float(value)
        case np.generic():
            return _form(value.item())
        case list():
            return [_form(inner) for inner in value]
        case tuple():
            return {_MARK: "tuple", "is": [_form(inner) for inner in value]}
        case dict():
            return {_MARK: "dict", "is": [[_form(key), _form(inner)] for key, inner in value.items()]}
        case np.ndarray():
            return _array_form(value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            kind = f"{type(value).__module__}:{type(value).__qualname__}"
            if _OURS.fullmatch(kind):
                return {_MARK: kind, "is": {f.name: _form(getattr(value, f.name)) for f in fields(value)}}
    raise TypeError(f"{type(value).__name__} can't be kept")


def _array_form(array: "np.ndarray[Any, Any]") -> dict[str, Any]:
    shape = list(array.shape)
    if array.dtype.kind == "O":
        return {_MARK: "objects", "shape": shape, "is": [_form(inner) for inner in array.ravel().tolist()]}
    if array.dtype.kind not in _KINDS:
        raise TypeError(f"an array of {array.dtype} can't be kept")
    raw = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {_MARK: "array", "dtype": array.dtype.str, "shape": shape, "is": raw}


def _value(form: Any) -> Any:
    if isinstance(form, list):
        return [_value(inner) for inner in form]
    if not isinstance(form, dict):
        return form
    kind, inner = str(form[_MARK]), form["is"]
    match kind:
        case "tuple":
            return tuple(_value(one) for one in inner)
        case "dict":
            return {_value(key): _value(one) for key, one in inner}
        case "array":
            dtype = np.dtype(str(form["dtype"]))
            if dtype.kind not in _KINDS:
                raise ValueError(f"an array of {dtype}")
            return np.frombuffer(base64.b64decode(inner), dtype).reshape(form["shape"]).copy()
        case "objects":
            array = np.empty(len(inner), object)
            array[:] = [_value(one) for one in inner]
            return array.reshape(form["shape"])
        case _:
            return _ours(kind, inner)


def _ours(kind: str, inner: dict[str, Any]) -> Any:
    if not _OURS.fullmatch(kind):
        raise ValueError(f"{kind} is none of ours")
    module, _, name = kind.partition(":")
    found = getattr(import_module(module), name)
    if not (isinstance(found, type) and is_dataclass(found)):
        raise ValueError(f"{kind} holds no values")
    names = [field.name for field in fields(found)]
    if set(names) != inner.keys():
        raise ValueError(f"{kind} is of another edition")
    made = object.__new__(found)
    for field in names:
        object.__setattr__(made, field, _value(inner[field]))
    return made
