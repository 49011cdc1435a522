"""What a file in a run's folder is for, as far as its name tells."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mlops_console.readers.plain.words import AGAINST, FINAL, PARAMS, PARTS, STRONG, WEAK, split_of

Form = Literal["table", "lines", "json", "yaml", "toml", "text", ""]

_FORMS: dict[str, Form] = {
    "csv": "table",
    "tsv": "table",
    "jsonl": "lines",
    "ndjson": "lines",
    "json": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "toml": "toml",
    "log": "text",
    "txt": "text",
    "out": "text",
}
_BEST_FORM = {"csv": 0, "tsv": 1, "jsonl": 2, "ndjson": 3, "json": 4}
_PIECE = re.compile(r"[^A-Za-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DIGITS = re.compile(r"[0-9a-f]{8,}|\d+")
_BUILDS = frozenset(
    {"package", "lock", "tsconfig", "jsconfig", "composer", "tslint", "eslint", "babel", "nodemon"}
)


@dataclass(frozen=True, slots=True)
class Named:
    """A file by its name."""

    name: str
    stem: str
    form: Form
    pieces: tuple[str, ...]
    """The words of the stem, in lower case, in order."""
    rest: tuple[str, ...]
    """The words that say nothing of the file's role: perhaps the run's name."""

    @property
    def strong(self) -> bool:
        """Named like a metrics history."""
        return not STRONG.isdisjoint(self.pieces)

    @property
    def weak(self) -> bool:
        """Named as metrics files are, but others as well."""
        return not WEAK.isdisjoint(self.pieces)

    @property
    def against(self) -> bool:
        """Named like data, predictions, models, reports."""
        return not AGAINST.isdisjoint(self.pieces)

    @property
    def params(self) -> bool:
        """Named like a file of params."""
        if self.form not in ("yaml", "json", "toml") or not _BUILDS.isdisjoint(self.pieces):
            return False
        return not PARAMS.isdisjoint(self.pieces)

    @property
    def final(self) -> bool:
        """Named like a file of final values."""
        if self.form not in ("yaml", "json") or self.params:
            return False
        return not FINAL.isdisjoint(self.pieces) and AGAINST.isdisjoint(self.pieces)

    @property
    def part(self) -> str:
        """The split, or the process of many, that the name speaks of."""
        split = next((found for piece in self.pieces if (found := split_of(piece))), "")
        if split == "train" and "training" in self.pieces:
            split = ""
        return split or "_".join(_numbered_parts(self.pieces))

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Sorts a run's histories: the main one first."""
        split = {"": 0, "train": 0, "val": 1, "eval": 2, "test": 3}.get(self.part, 1)
        return split, not self.strong, _BEST_FORM.get(self.name.rpartition(".")[2].lower(), 9), self.name


@lru_cache(16384)
def named(name: str) -> Named:
    """Take a file's name apart."""
    stem, _, ending = name.rpartition(".")
    form = _FORMS.get(ending.lower(), "")
    if form == "json" and stem.lower().endswith(".log"):
        form = "lines"
    stem = stem or name
    pieces = tuple(piece for piece in _PIECE.split(_CAMEL.sub("_", stem).lower()) if piece)
    parts = set(_numbered_parts(pieces))
    rest = tuple(
        piece
        for piece in pieces
        if piece not in STRONG
        and piece not in WEAK
        and piece not in PARAMS
        and piece not in FINAL
        and piece not in parts
    )
    return Named(name, stem, form, pieces, rest)


def shape(name: str) -> str:
    """A file's name without its numbers: run_000017.jsonl and run_000018.jsonl have one shape."""
    return _DIGITS.sub("#", name)


def _numbered_parts(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """The words of `rank_0` or `worker3` among a name's words."""
    for index, piece in enumerate(pieces):
        bare = piece.rstrip("0123456789")
        if bare in PARTS:
            if bare != piece:
                return (piece,)
            if index + 1 < len(pieces) and pieces[index + 1].isdigit():
                return piece, pieces[index + 1]
    return ()


def labels(histories: list[Named]) -> dict[str, str]:
    """What goes before the metric keys of each of a run's history files: nothing where there is only one.

    The main file's metrics keep their names, the others say which file they are from, unless they do already.
    """
    ordered = sorted(histories, key=lambda file: file.order)
    if len(ordered) == 1:
        return {ordered[0].name: ""}
    found: dict[str, str] = {}
    for index, file in enumerate(ordered):
        own = "_".join(piece for piece in file.rest if piece not in ordered[0].rest)
        if file.part:
            found[file.name] = file.part
        elif index == 0:
            found[file.name] = ""
        else:
            found[file.name] = own or _plain_label(file)
    return found


def _plain_label(file: Named) -> str:
    telling = [piece for piece in file.pieces if piece not in ("metrics", "log", "logs", "history", "csv")]
    return "_".join(telling) or file.stem
