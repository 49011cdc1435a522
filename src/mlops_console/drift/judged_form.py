"""Values of `drift.model` as JSON and back: dataclasses by their fields, checked when they are read."""

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Final, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Read: TypeAlias = Callable[[Any], Any]
"""What JSON holds -> the value; ValueError where it is none of the kind."""
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
    asked: Any = kind
    found: T = _reader(asked)(form)
    return found


def made_all(kind: type[T], form: object) -> tuple[T, ...]:
    """A list of them."""
    asked: Any = kind
    found: tuple[T, ...] = _several(_reader(asked))(form)
    return found


@cache
def _reader(kind: Any) -> _Read:
    """What reads values of a kind: made once for each, as there are thousands of values."""
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind)
    if origin is Literal:
        return _literal(frozenset(get_args(kind)))
    if origin in (Union, types.UnionType):
        return _union(get_args(kind))
    if origin is tuple:
        inner = get_args(kind)
        several = len(inner) == 2 and inner[1] is Ellipsis
        return _several(_reader(inner[0])) if several else _each(tuple(_reader(one) for one in inner))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_reader(get_args(kind)[1]))
    if kind is float:
        return _float
    return _exactly(kind) if kind in (int, str, bool) else _anything


def _dataclass(kind: type) -> _Read:
    hints = get_type_hints(kind)
    readers = [(one.name, _reader(hints[one.name])) for one in fields(kind)]
    needed = {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}

    def read(form: Any) -> Any:
        if not isinstance(form, dict) or not needed <= form.keys():
            raise ValueError(f"no {kind.__name__}")
        return kind(**{name: inner(form[name]) for name, inner in readers if name in form})

    return read


def _literal(known: frozenset[Any]) -> _Read:
    def read(form: Any) -> Any:
        if not isinstance(form, str) or form not in known:
            raise ValueError("none of the words that it may be")
        return form

    return read


def _union(kinds: tuple[Any, ...]) -> _Read:
    if len(kinds) >= _JSON:
        return _anything
    readers = [_reader(kind) for kind in kinds if kind is not type(None)]
    may_be_none = type(None) in kinds

    def read(form: Any) -> Any:
        if form is None and may_be_none:
            return None
        for inner in readers[:-1]:
            try:
                return inner(form)
            except ValueError:
                continue
        return readers[-1](form)

    return read


def _several(inner: _Read) -> _Read:
    def read(form: Any) -> Any:
        if not isinstance(form, list):
            raise ValueError("no list")  # noqa: TRY004 - what was read is wrong, not how it is called
        return tuple([inner(one) for one in form])

    return read


def _each(readers: tuple[_Read, ...]) -> _Read:
    def read(form: Any) -> Any:
        if not isinstance(form, list) or len(form) != len(readers):
            raise ValueError("no list of that length")
        return tuple(inner(one) for inner, one in zip(readers, form, strict=True))

    return read


def _mapping(inner: _Read) -> _Read:
    def read(form: Any) -> Any:
        if not isinstance(form, dict):
            raise ValueError("no object")  # noqa: TRY004 - as above
        return form if inner is _anything else {key: inner(value) for key, value in form.items()}

    return read


def _float(form: Any) -> float:
    if type(form) is float or type(form) is int:
        try:
            value = float(form)
        except OverflowError as error:
            raise ValueError("no number of that size") from error
        if math.isfinite(value):
            return value
    raise ValueError("no finite number")


def _exactly(kind: type) -> _Read:
    def read(form: Any) -> Any:
        if type(form) is not kind:
            raise ValueError(f"no {kind.__name__}")
        return form

    return read


def _anything(form: Any) -> Any:
    return form
