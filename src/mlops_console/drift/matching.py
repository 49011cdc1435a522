"""Which column of one side is which of the other, and as what the two are compared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mlops_console.display import safe_text
from mlops_console.drift.model import Kind
from mlops_console.drift.tables.model import ColumnAbout, Kinds

_LIKE: Final = 0.75
"""How alike names must be to be taken for a renaming."""
_LOOKED: Final = 200
"""Of more columns without a partner nobody looks for likely names."""
_LISTED: Final = 8
_NUMBERS: Final = frozenset({"integer", "decimal number", "true/false"})
_TIMES: Final = frozenset({"date", "date and time", "time of day", "duration"})
_TEXTS: Final = frozenset({"text"})
EMPTY: Final = "empty"


def wanted(columns: Mapping[str, ColumnAbout], kinds: Kinds) -> dict[str, ColumnAbout]:
    """The columns that anybody asked for."""
    return {
        name: about
        for name, about in columns.items()
        if name not in kinds.ignore and (kinds.only is None or name in kinds.only)
    }


def kind_of(reference: ColumnAbout, current: ColumnAbout, kinds: Kinds) -> tuple[Kind, str]:
    """As what both are compared, by the reference's type; and why not, where they are not."""
    if reference.name in kinds.categorical:
        return "categorical", ""
    if reference.name in kinds.numeric:
        return ("date" if reference.dtype in _TIMES else "numeric"), ""
    if reference.name == kinds.time:
        return "time", "the time column: it orders the rows, so it always moves"
    if reference.name == kinds.key:
        return "key", "the key that joins rows: it is no feature"
    if reference.dtype == EMPTY:
        # A column without a value in a file that names no types is whatever it is on the other side.
        return current.kind, current.why_not
    return reference.kind, reference.why_not


def comparable(kind: Kind, current: ColumnAbout) -> bool:
    """Whether values of the current side mean something as this kind."""
    if current.kind == "other":
        return False
    if kind == "numeric":
        return current.dtype not in _TIMES
    if kind == "date":
        return current.dtype not in _NUMBERS
    if kind == "text":
        return current.dtype in (*_TEXTS, EMPTY)
    return True


def renamed(gone: Sequence[str], extra: Sequence[str]) -> dict[str, str]:
    """Names of the reference that are gone -> names of the current side that they have likely become."""
    if not gone or not extra or len(gone) > _LOOKED or len(extra) > _LOOKED:
        return {}
    from difflib import SequenceMatcher

    scored = []
    for one in gone:
        matcher = SequenceMatcher(b=_plain(one), autojunk=False)
        for other in extra:
            matcher.set_seq1(_plain(other))
            if matcher.quick_ratio() >= _LIKE and (ratio := matcher.ratio()) >= _LIKE:
                scored.append((-ratio, one, other))
    found: dict[str, str] = {}
    for _, one, other in sorted(scored):
        if one not in found and other not in found.values():
            found[one] = other
    return found


def one_sided(gone: Sequence[str], extra: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
    """What to say of columns that only one side has."""
    for one, other in names.items():
        yield f"Did {_quoted(one)} become {_quoted(other)}? The current window has no {_quoted(one)}."
    lost = [name for name in gone if name not in names]
    if lost:
        yield f"The current window has no column {_listed(lost)}."
    more = [name for name in extra if name not in names.values()]
    if more:
        they = "it is" if len(more) == 1 else "they are"
        yield f"The reference has no column {_listed(more)}: {they} not compared."


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")[:200]


def _quoted(name: str) -> str:
    return f'"{safe_text(name, 80)}"'


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(_quoted(name) for name in names[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED:,} more"
