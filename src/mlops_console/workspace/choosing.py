"""The column that a person means by a word: `loss`, `lr`, `param.lr`, `metric:val/loss`."""

import difflib
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.workspace.columns import FAMILIES, FIELDS, Column, column_of

if TYPE_CHECKING:
    from mlops_console.store.database import Connection
    from mlops_console.workspace.opening import Workspace

_ORDER: Final = ("metric", "param", "summary", "tag")


def column_named(workspace: "Workspace", word: str, connection: "Connection | None" = None) -> Column:
    """The column; a bare name is looked for among fields, then metrics, params, summaries and tags."""
    if word in FIELDS:
        return FIELDS[word]
    if word == "id":
        return FIELDS["run"]
    infos = workspace.shelf.census(connection or workspace.connection()).infos
    by_key = {info.column.key: info.column for info in infos}
    if word in by_key:
        return by_key[word]
    for family in _ORDER:
        if f"{family}:{word}" in by_key:
            return by_key[f"{family}:{word}"]
    family, name = _split(word)
    if family in FAMILIES and (f"metric:{name}" in by_key or f"{family}:{name}" in by_key):
        return by_key.get(f"{family}:{name}") or column_of(f"{family}:{name}")
    names = [*FIELDS, *(info.column.name for info in infos if info.column.family)]
    near = difflib.get_close_matches(word, names, 3) or [n for n in names if word.lower() in n.lower()][:3]
    hint = "did you mean " + " or ".join(safe_text(n, 60) for n in near) + "?" if near else ""
    raise UsageError(f"no run has a metric, param or field {safe_text(word, 80)!r}", hint)


def _split(word: str) -> tuple[str, str]:
    for mark in (":", "."):
        family, found, name = word.partition(mark)
        if found and family in FAMILIES:
            return family, name
    return "", word
