"""Which of a run's files hold predictions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mlops_console.readers.predictions.reading import SUFFIXES, look
from mlops_console.readers.predictions.roles import Roles

_SURE: Final = frozenset((
    "predictions", "prediction", "preds", "pred", "predicted", "oof", "ypred",
))  # fmt: skip
_LIKELY: Final = frozenset((
    "eval", "evaluation", "results", "scores", "scored", "inference", "output", "outputs",
    "holdout",
))  # fmt: skip
_NOT: Final = frozenset((
    "metrics", "history", "log", "logs", "roc", "curve", "importance", "importances", "submission",
    "params",
))  # fmt: skip
_PARTS: Final = ("test", "holdout", "eval", "val", "valid", "validation", "oof", "train")
"""Of several files the first is the one to judge by."""
_LOOKED: Final = 20
"""So many files whose name does not tell are looked into."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that holds predictions, or may."""

    path: str
    """Relative to the project."""
    sure: bool
    """Its columns were seen to be those of predictions, or (where nothing was opened) its name says so."""
    why: str


def find(paths: Sequence[str], root: str | None = None) -> list[Candidate]:
    """The files among `paths` that hold predictions, the likeliest first.

    Args:
        paths: relative to the project.
        root: the project's folder; None: nothing is opened, names alone decide.
    """
    ranked: list[tuple[tuple[int, int, int, str], Candidate]] = []
    tables = sorted({path for path in paths if path.lower().endswith(SUFFIXES)}, key=_rank)
    looked = 0
    for path in tables:
        rank = _rank(path)
        if root is None:
            if rank[0] < 2:
                ranked.append((rank, Candidate(path, rank[0] == 0, "by its name")))
            continue
        if rank[0] > 0:
            looked += 1
            if looked > _LOOKED:
                break
        found = look(root, path)
        if isinstance(found, Roles):
            ranked.append((rank, Candidate(path, True, f"{found.label} and {found.score}"[:120])))
        elif rank[0] == 0:
            # Named like predictions: said to be one, with what is unclear about it.
            ranked.append(((1, *rank[1:]), Candidate(path, False, found.what)))
    return [candidate for _, candidate in sorted(ranked, key=lambda one: one[0])]


def _rank(path: str) -> tuple[int, int, int, str]:
    words = re.split(r"[^a-z0-9]+", path.rpartition("/")[2].lower().rpartition(".")[0])
    words += ["ypred"] if {"y", "pred"} <= set(words) else []
    sort = 3 if _NOT & set(words) else 0 if _SURE & set(words) else 1 if _LIKELY & set(words) else 2
    part = min((_PARTS.index(word) for word in words if word in _PARTS), default=1)
    return sort, part, path.count("/"), path
