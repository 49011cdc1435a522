"""Params of a run: `hparams.yaml`, and the `config.yaml` that Lightning's command line leaves beside it.

`yaml.dump` writes Python's own types with tags; none of them is made here, the plain value under a tag is
kept. Where a file as a whole can't be read (a module among the params is a file of megabytes), each of its
topmost entries is read by itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mlops_console.beneath import read_small, why_not
from mlops_console.readers.structured import flatten, load
from mlops_console.records import Json

MAX_BYTES = 4 << 20
_WHOLE = 1 << 20
_MOST_ENTRIES = 300
_MOST_BROKEN = 20
_ENTRY = re.compile(rb"^(?![\s#%-])[^\n]*?:(?=\s|$)", re.MULTILINE)
_NAMED = re.compile(rb"!!python/(?:name|module):([\w.]+) ''")
"""A class or function: YAML has its name in the tag, and nothing under it."""


@dataclass(slots=True)
class Params:
    """What the files say now."""

    values: dict[str, Json] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    """By file: what is wrong with it, in a sentence."""


def read_params(root: str, paths: Sequence[str]) -> Params:
    """Flat params of all files; of a param that several give, the last file's counts."""
    found = Params()
    for path in paths:
        try:
            data = read_small(root, path, MAX_BYTES)
        except FileNotFoundError:
            continue
        except OSError as error:
            found.problems[path] = f"The file {why_not(error)}."
            continue
        values, trouble = _read(data)
        found.values.update(values)
        if trouble:
            found.problems[path] = trouble
    return found


def _read(data: bytes) -> tuple[dict[str, Json], str]:
    if not data.strip():
        return {}, ""
    data = _NAMED.sub(rb"\1", data)
    trouble: list[str] = []
    if len(data) <= _WHOLE:
        loaded = load(data, "yaml")
        if loaded.value is not None or not loaded.problems:
            flat, cut = flatten(loaded.value)
            more = ["Not all params are read: there are more than 5,000."] if cut else []
            return flat, " ".join([*loaded.problems, *more])
        trouble += loaded.problems
    else:
        trouble.append("Not read: it holds more than 1 MiB.")
    values: dict[str, Json] = {}
    broken = 0
    for entry in _entries(data):
        value = load(entry, "yaml").value if len(entry) <= _WHOLE else None
        values.update(flatten(value)[0])
        broken += not isinstance(value, dict)
        if broken > _MOST_BROKEN:
            break
    if values:
        trouble.append("Its entries were read one by one; some may be missing.")
    return values, " ".join(trouble)


def _entries(data: bytes) -> Iterator[bytes]:
    """The topmost entries of a YAML mapping, as far as they can be told without reading it."""
    starts = [match.start() for match, _ in zip(_ENTRY.finditer(data), range(_MOST_ENTRIES), strict=False)]
    for start, stop in pairwise([*starts, len(data)]):
        yield data[start:stop]
