"""What people call things: columns of metrics, columns of data, files of metrics, of params, of data.

The words themselves are in `words.toml`.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

RoleKind = Literal["step", "also-step", "batch", "wall", "split", "name", "value", "metric"]
EPOCH_RANK = 40


@dataclass(frozen=True, slots=True)
class Role:
    """What a column is for. `rank` orders the steps: the lowest in a row is its step."""

    kind: RoleKind
    rank: int = 0


_LISTS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_LISTS[name].split())


STRONG = _words("strong")
WEAK = _words("weak")
AGAINST = _words("against")
PARAMS = _words("params")
FINAL = _words("final")
PARTS = _words("parts")
GENERIC_FOLDERS = _words("generic_folders")
COLLECTIONS = _words("collections")
DATA_FOLDERS = _words("data_folders")
OTHERS = _words("others")
VECTORS = _words("vectors")
WRAPPERS = _words("wrappers")
_METRIC = _words("metric")
_DATA_COLUMNS = _words("data_columns")
_STEPS = {word: int(rank) for rank, words in _LISTS["steps"].items() for word in words.split()}
_PLAIN_ROLES: tuple[tuple[RoleKind, frozenset[str]], ...] = (
    ("batch", _words("batches")),
    ("wall", _words("walls")),
    ("split", _words("split_columns")),
    ("name", _words("name_columns")),
    ("value", _words("value_columns")),
)

SPLITS = {
    "train": "train",
    "training": "train",
    "trn": "train",
    "tr": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
    "holdout": "test",
    "eval": "eval",
    "evaluation": "eval",
    "evaluate": "eval",
}
"""Words for the part of the data a number was measured on -> the usual one."""

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_RAW = re.compile(r"[a-z0-9]+")


@lru_cache(8192)
def tokens(text: str) -> frozenset[str]:
    """The words in a name, whichever way it is spelled: trainLoss, train_loss, train/loss1."""
    pieces = {piece.lower() for piece in _TOKEN.findall(text)}
    whole = set(_RAW.findall(text.lower()))
    return frozenset(pieces | whole | {word.rstrip("0123456789") for word in whole} - {""})


@lru_cache(8192)
def normal(name: str) -> str:
    """A column name without case and punctuation: "Global Step" -> "global_step"."""
    return re.sub(r"[^a-z0-9/]+", "_", name.strip().lower()).strip("_")


@lru_cache(8192)
def role_of(name: str) -> Role:
    """What a column of this name is for, before its neighbours are known."""
    plain = normal(name)
    if plain in _STEPS:
        return Role("step", _STEPS[plain])
    for kind, words in _PLAIN_ROLES:
        if plain in words:
            return Role(kind)
    last = plain.rpartition("/")[2]
    if last != plain and len(last) > 3 and last in _STEPS:
        return Role("also-step", _STEPS[last] + 5)
    return Role("metric")


def is_metric_word(name: str) -> bool:
    """Whether a column's name sounds like a metric."""
    return not _METRIC.isdisjoint(tokens(name))


def is_data_word(name: str) -> bool:
    """Whether a column's name sounds like data."""
    return normal(name) in _DATA_COLUMNS


def split_of(text: str) -> str | None:
    """The part of the data that a cell or a file's word names, in its usual spelling."""
    return SPLITS.get(text.strip().lower())
