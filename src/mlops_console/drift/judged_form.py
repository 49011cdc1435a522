"""A judged window as JSON and back: dataclasses of `drift.model` by their fields, checked when read."""

import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_JSON: Final = 6
"""A union of so many kinds is `records.Json`: whatever JSON holds."""


def plain(value: object) -> Any:
    """Any of the values as JSON has it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    return value


def made(kind: type[T], form: object) -> T:
    """The value again; ValueError where it is none of that kind. Fields of later editions are passed over."""
    found = _made(kind, form)
    assert isinstance(found, kind)
    return found


def made_all(kind: type[T], form: object) -> tuple[T, ...]:
    """A list of them."""
    if not isinstance(form, list):
        raise ValueError("no list")  # noqa: TRY004 - what was read is wrong, not how it is called
    return tuple(made(kind, one) for one in form)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(kind: Any, form: object) -> Any:
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, form)
    if origin is Literal:
        if form not in get_args(kind):
            raise ValueError(f"{form!r} is none of {get_args(kind)}")
        return form
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), form)
    if origin is tuple:
        return _tuple(get_args(kind), form)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(form, dict):
            raise ValueError("no object")
        inner = get_args(kind)[1]
        return {key: _made(inner, value) for key, value in form.items()}
    return _simple(kind, form)


def _dataclass(kind: type, form: object) -> Any:
    if not isinstance(form, dict):
        raise ValueError(f"no {kind.__name__}")  # noqa: TRY004 - as above
    hints, given = _hints(kind), {}
    for one in fields(kind):
        if one.name in form:
            given[one.name] = _made(hints[one.name], form[one.name])
        elif one.default is MISSING and one.default_factory is MISSING:
            raise ValueError(f"{kind.__name__} without {one.name}")
    return kind(**given)


def _tuple(inner: tuple[Any, ...], form: object) -> tuple[Any, ...]:
    if not isinstance(form, list):
        raise ValueError("no list")  # noqa: TRY004 - as above
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_made(inner[0], one) for one in form)
    if len(form) != len(inner):
        raise ValueError("a list of another length")
    return tuple(_made(kind, one) for kind, one in zip(inner, form, strict=True))


def _one_of(kinds: tuple[Any, ...], form: object) -> Any:
    if len(kinds) >= _JSON or (form is None and type(None) in kinds):
        return form
    for kind in kinds:
        if kind is not type(None):
            try:
                return _made(kind, form)
            except ValueError:
                continue
    raise ValueError("none of what it may be")


def _simple(kind: Any, form: object) -> Any:
    if kind is float and isinstance(form, (int, float)) and not isinstance(form, bool):
        if math.isfinite(form):
            return float(form)
        raise ValueError("no finite number")
    if kind in (int, str, bool) and type(form) is kind:
        return form
    if kind in (float, int, str, bool):
        raise ValueError(f"no {kind.__name__}")
    return form
