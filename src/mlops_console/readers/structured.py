"""Small YAML, JSON and TOML files of strangers -> plain values, with caps and without executing anything.

What the standard loaders do with a hostile file was measured: aliases of aliases take gigabytes, five
thousand brackets take seconds or the stack, tags of Python objects run code. So here YAML is built from its
parser's events: aliases count as what they stand for, unknown tags give the plain value under them, and size,
depth and number of values are capped. Trouble is told in sentences, never raised.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from mlops_console.readers.plain_yaml import plain_mapping
from mlops_console.records import Json

Kind = Literal["yaml", "json", "toml"]
MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_VALUES = 20_000
_MOST_KEYS = 5_000

_KINDS: dict[str, Kind] = {"yaml": "yaml", "yml": "yaml", "json": "json", "toml": "toml"}
_MOST_BITS = 14_000
"""Of a whole number: Python writes none of more than 4,300 digits, however it was read."""
_LONGEST_CLOCK = 64
"""Characters of a number to base 60 (`1:59:59`), which takes time by the square of its length to work out."""
_EXPONENT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's value (None when it can't be read) and a sentence for each trouble in it."""

    value: Json
    problems: tuple[str, ...] = ()


class _RefusedError(ValueError):
    """A value past one of the caps; the text is the end of a sentence about the file."""


def kind_of(name: str) -> Kind | None:
    """Which language a file is in, by its name."""
    return _KINDS.get(name.rpartition(".")[2].lower())


def load(data: bytes, kind: Kind) -> Loaded:
    """The value that a whole small file holds."""
    text, notes = decode(data)
    if not text.strip():
        return Loaded(None, (*notes, "The file is empty."))
    repeated: list[str] = []
    reading: dict[Kind, Callable[[str, list[str]], Json]] = {"yaml": _yaml, "json": _json, "toml": _toml}
    try:
        value = reading[kind](text, repeated)
        _check_size(value)
    except RecursionError:
        return Loaded(None, (*notes, f"Not read: nested deeper than {MAX_DEPTH} levels."))
    except _RefusedError as refused:
        return Loaded(None, (*notes, f"Not read: {refused}."))
    except ValueError as error:
        return Loaded(None, (*notes, f"Not read: {reason(error, kind)}."))
    if repeated:
        shown = ", ".join(repeated[:3]) + (", …" if len(repeated) > 3 else "")
        notes = (*notes, f"Keys are given twice ({shown}); the last value counts.")
    return Loaded(value, notes)


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text of a small file: by its byte-order mark, else UTF-8, else Windows-1252 with a note."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        note = "The text is not UTF-8; it is read as Windows-1252, so some letters may be wrong."
        return data.decode("cp1252", "replace"), (note,)


def reason(error: ValueError, kind: str) -> str:
    """What is wrong with a file, as the end of a sentence: where and what, without a loader's jargon."""
    words = " ".join(str(error).split())
    if isinstance(error, json.JSONDecodeError):
        return f"no valid JSON at line {error.lineno}, column {error.colno} ({error.msg.lower()})"
    if "integer string conversion" in words:
        return "it holds a number of more than 4,300 digits"
    return f"no valid {kind.upper()} ({words[:160]})"


def flatten(value: Json) -> tuple[dict[str, Json], bool]:
    """Nested mappings as flat dotted keys, lists as they are; whether keys were cut off, being too many."""
    flat: dict[str, Json] = {}
    if not isinstance(value, dict):
        return flat, False
    for key, leaf in _leaves(value, ""):
        if len(flat) >= _MOST_KEYS:
            return flat, True
        flat[key] = leaf
    return flat, False


def _leaves(value: dict[str, Json], prefix: str) -> Iterator[tuple[str, Json]]:
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _leaves(inner, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", inner


def _check_size(value: Json) -> None:
    """Refuse what is nested too deep or holds too many values (aliases counted as often as they occur)."""
    waiting: list[tuple[Json, int]] = [(value, 1)]
    seen = 0
    while waiting:
        here, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH:
            raise _RefusedError(f"nested deeper than {MAX_DEPTH} levels")
        if seen > MAX_VALUES:
            raise _RefusedError(f"it holds more than {MAX_VALUES:,} values")
        inner = here.values() if isinstance(here, dict) else here if isinstance(here, list) else ()
        waiting.extend((child, depth + 1) for child in inner)


def _json(text: str, repeated: list[str]) -> Json:
    def pairs(found: list[tuple[str, Json]]) -> Json:
        built = dict(found)
        if len(built) < len(found):
            keys = [key for key, _ in found]
            repeated.extend(sorted({key for key in keys if keys.count(key) > 1})[:9])
        return built

    value: Json = json.loads(text, object_pairs_hook=pairs)
    return value


def _toml(text: str, _repeated: list[str]) -> Json:
    return _plain(tomllib.loads(text))


def _plain(value: Any) -> Json:
    """TOML's and YAML's dates and odd keys as text."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return hex(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _yaml(text: str, repeated: list[str]) -> Json:
    plain = plain_mapping(text)
    return _parsed_yaml(text, repeated) if plain is None else plain


def _parsed_yaml(text: str, repeated: list[str]) -> Json:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _YamlBuilder(repeated).build(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise _RefusedError(f"no valid YAML{where} ({error.problem or 'broken'})") from error
    except yaml.YAMLError as error:
        raise _RefusedError(f"no valid YAML ({' '.join(str(error).split())[:160]})") from error


class _Open:
    """A mapping or list that is being read."""

    __slots__ = ("anchor", "key", "keyed", "size", "value")

    def __init__(self, value: "dict[str, Json] | list[Json]", anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key = ""
        self.keyed = False
        self.size = 1


class _YamlBuilder:
    """Plain values from a YAML parser's events."""

    def __init__(self, repeated: list[str]) -> None:
        from yaml.constructor import SafeConstructor
        from yaml.resolver import Resolver

        self._repeated = repeated
        self._make = SafeConstructor()
        self._resolver = Resolver()
        self._anchors: dict[str, tuple[Json, int]] = {}
        self._stack: list[_Open] = []
        self._total = 0
        self._result: Json = None

    def build(self, events: Iterator[Any]) -> Json:
        """The first document's value."""
        import yaml

        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._put(self._scalar(event), event.anchor, 1)
            elif isinstance(event, yaml.AliasEvent):
                anchor = event.anchor or ""
                if anchor not in self._anchors:
                    raise _RefusedError(f"the alias *{anchor[:40]} stands for something that holds it")
                value, size = self._anchors[anchor]
                self._put(value, None, size)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                if len(self._stack) >= MAX_DEPTH:
                    raise _RefusedError(f"nested deeper than {MAX_DEPTH} levels")
                empty: dict[str, Json] | list[Json] = {} if isinstance(event, yaml.MappingStartEvent) else []
                self._stack.append(_Open(empty, event.anchor))
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                closed = self._stack.pop()
                self._put(closed.value, closed.anchor, closed.size)
            elif isinstance(event, yaml.DocumentEndEvent):
                break
        return self._result

    def _put(self, value: Json, anchor: str | None, size: int) -> None:
        self._total += size
        if self._total > MAX_VALUES * 4 or size > MAX_VALUES:
            raise _RefusedError(f"its aliases stand for more than {MAX_VALUES:,} values")
        if anchor:
            self._anchors[anchor] = (value, size)
        if not self._stack:
            self._result = value
            return
        holder = self._stack[-1]
        holder.size += size
        if isinstance(holder.value, list):
            holder.value.append(value)
        elif not holder.keyed:
            holder.key, holder.keyed = _as_key(value), True
        else:
            self._pair(holder.value, holder.key, value)
            holder.keyed = False

    def _pair(self, mapping: dict[str, Json], key: str, value: Json) -> None:
        if key == "<<" and isinstance(value, dict | list):
            for source in value if isinstance(value, list) else [value]:
                if isinstance(source, dict):
                    for name, inner in source.items():
                        mapping.setdefault(name, inner)
            return
        if key in mapping and len(self._repeated) < 9:
            self._repeated.append(key)
        mapping[key] = value

    def _scalar(self, event: Any) -> Json:
        from yaml.nodes import ScalarNode

        tag: str | None = event.tag
        if tag is None or tag == "!":
            tag = str(self._resolver.resolve(ScalarNode, event.value, event.implicit))  # type: ignore[no-untyped-call]
            if tag.endswith(":str") and event.implicit[0] and _EXPONENT.fullmatch(event.value):
                return float(event.value)
        word = tag.rpartition(":")[2]
        if ":" in event.value and len(event.value) > _LONGEST_CLOCK and word in {"int", "float"}:
            return str(event.value)
        make = getattr(self._make, f"construct_yaml_{word}", None)
        if word not in {"null", "bool", "int", "float", "timestamp"} or make is None:
            return str(event.value)
        try:
            return _plain(make(ScalarNode(tag, event.value)))
        except (ValueError, KeyError, OverflowError, AttributeError) as error:
            if word == "int" and len(event.value) > 4_000:
                raise _RefusedError("it holds a number of more than 4,300 digits") from error
            return str(event.value)


def _as_key(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value)
