"""Which source is believed where several describe one run: the rules of `docs/merging.md`.

Each source's facts are kept apart, as they were said (`facts`); the run's row and its values are projected
from all of them, so that a source which is gone, or says something else, changes only what it said.
"""

import ast
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from mlops_console.readers.registry import BUILT_IN
from mlops_console.records import Json
from mlops_console.store.known import Facts

FACTS: Final = tuple(BUILT_IN)
"""Whose facts are believed, the best first; readers of other packages come behind them, by name."""

METRICS: Final = ("recorded", "mlflow", "tensorboard", "lightning", "plain")
"""Whose points are shown of a metric that several have. TensorBoard keeps wall times, a CSV file doesn't."""

TRACES: Final = frozenset({"lightning", "tensorboard", "plain"})
"""Readers of formats that hold traces of a run, not its record: their times are those of what they hold."""

ENDS: Final = frozenset({"finished", "failed", "killed"})

_RANKS: Final = {name: place for place, name in enumerate(FACTS)}
_METRIC_RANKS: Final = {name: place for place, name in enumerate(METRICS)}
_KINDS: Final = (("param", "params"), ("tag", "tags"), ("summary", "summary"))
_WORDS: Final = {"true": True, "false": False, "none": None, "null": None}
_MASK: Final = "***"
_CUT: Final = 250
"""Tools cut long values at this length or later: one that goes on where another was cut is the same."""
_PARSED: Final = 2_000


class Told(NamedTuple):
    """What one source says of a run."""

    reader: str
    path: str
    """Of the source."""
    source: int
    own: int
    """The number of the run as this source keys it."""
    facts: Facts


def rank(reader: str) -> tuple[int, str]:
    """Sort key of a reader for facts: less is better."""
    return (_RANKS.get(reader, len(_RANKS)), reader)


def metric_rank(reader: str) -> tuple[int, str]:
    """Sort key of a reader for metrics of the same name: less is better."""
    return (_METRIC_RANKS.get(reader, len(_METRIC_RANKS)), reader)


def ranked(told: Iterable[Told]) -> list[Told]:
    """The most believed first; of two of the same reader the one whose path comes first."""
    return sorted(told, key=lambda one: (*rank(one.reader), one.path, one.source, one.own))


@dataclass(frozen=True, slots=True)
class Row:
    """A run as all its sources together describe it."""

    native_id: str | None
    name: str | None
    group: str | None
    parent_key: str | None
    """The id of the run that is said to be its parent, by the run's key."""
    parent_reader: str | None
    """Who says so, or says `parent_native_id`."""
    parent_native_id: str | None
    declared: str | None
    reason: str | None
    """Why, in the words of the tool that declared it; and who says otherwise."""
    started: int | None
    ended: int | None
    active: int | None
    host: str | None
    boot_id: str | None
    pid: int | None
    pid_started: int | None
    deleted: str | None
    """The reader of the tool that has deleted it."""
    readers: str


def row_of(told: Sequence[Told]) -> Row:
    """The run's row; the sources in order of rank."""
    believed = declaring(told)
    process = _best(told, "process") or (None, None, None, None)
    above = next((one for one in told if "parent" in one.facts or "parent_native_id" in one.facts), None)
    return Row(
        native_id=_best(told, "native_id"),
        name=_name(told),
        group=_best(told, "group"),
        parent_key=above.facts.get("parent") if above else None,
        parent_reader=above.reader if above else None,
        parent_native_id=above.facts.get("parent_native_id") if above else None,
        declared=believed.facts["status"] if believed else None,
        reason=_reason(believed, told),
        started=_started(told),
        ended=_ended(believed, told),
        active=newest_sign(told),
        host=process[0],
        boot_id=process[1],
        pid=process[2],
        pid_started=process[3],
        deleted=next((one.reader for one in told if one.facts.get("deleted")), None),
        readers=",".join(dict.fromkeys(one.reader for one in told)),
    )


def newest_sign(told: Iterable[Told]) -> int | None:
    """The newest sign of life that any source has."""
    return max((one.facts["active"] for one in told if "active" in one.facts), default=None)


def declaring(told: Sequence[Told]) -> Told | None:
    """Who is believed about how the run stands.

    A record beats a trace. Of two that are alike in this, one that can be checked (an end, or a process that
    can be watched) beats a mere word that it runs. Then the rank decides.
    """
    says = [one for one in told if "status" in one.facts]
    return min(says, key=lambda one: (one.reader in TRACES, not _has_evidence(one)), default=None)


def _has_evidence(one: Told) -> bool:
    return one.facts["status"] in ENDS or "process" in one.facts


def _reason(believed: Told | None, told: Sequence[Told]) -> str | None:
    if believed is None:
        return None
    own = believed.facts.get("status_reason")
    others = {
        one.reader: one.facts["status"]
        for one in reversed(told)
        if one.reader != believed.reader and one.facts.get("status") in ENDS - {believed.facts["status"]}
    }
    against = [
        f"{reader} says {status}" for reader, status in sorted(others.items(), key=lambda i: rank(i[0]))
    ]
    return "; ".join([own, *against] if own else against) or None


def _best(told: Sequence[Told], name: str) -> Any:
    return next((one.facts[name] for one in told if name in one.facts), None)


def _name(told: Sequence[Told]) -> str | None:
    """A name that is nothing but the tool's id for the run is none where another one has a name."""
    given = (
        o.facts["name"] for o in told if "name" in o.facts and o.facts["name"] != o.facts.get("native_id")
    )
    found: str | None = next(given, None) or _best(told, "name")
    return found


def _started(told: Sequence[Told]) -> int | None:
    """A tool that recorded the start is believed; of mere traces the earliest counts."""
    records = [one for one in told if one.reader not in TRACES]
    found: int | None = _best(records, "started")
    if found is not None:
        return found
    return min((one.facts["started"] for one in told if "started" in one.facts), default=None)


def _ended(believed: Told | None, told: Sequence[Told]) -> int | None:
    """Who is believed about the end knows when it was; else the latest that any source has."""
    if believed is not None and believed.facts["status"] in ENDS and "ended" in believed.facts:
        return int(believed.facts["ended"])
    return max((one.facts["ended"] for one in told if "ended" in one.facts), default=None)


def values_of(told: Sequence[Told]) -> dict[tuple[str, str], Json]:
    """Params, tags and summary of a run by (kind, key); per key the best source is believed."""
    found: dict[tuple[str, str], Json] = {}
    for one in reversed(told):
        for kind, name in _KINDS:
            found.update({(kind, key): value for key, value in one.facts.get(name, {}).items()})
    return found


def conflicts(told: Sequence[Told]) -> list[dict[str, Any]]:
    """Where sources disagree about an end or a param: `what`, `key`, `says` (reader -> value, best first)."""
    if len({one.reader for one in told}) < 2:
        return []
    ends = {o.reader: o.facts["status"] for o in reversed(told) if o.facts.get("status") in ENDS}
    found = [_conflict("status", "status", ends)] if len(set(ends.values())) > 1 else []
    params: dict[str, dict[str, Json]] = {}
    for one in reversed(told):
        for key, value in one.facts.get("params", {}).items():
            params.setdefault(key, {})[one.reader] = value
    return found + [
        _conflict("param", key, says)
        for key, says in sorted(params.items())
        if len(says) > 1 and not _agree(list(says.values()))
    ]


def _conflict(what: str, key: str, says: Mapping[str, Json]) -> dict[str, Any]:
    return {"what": what, "key": key, "says": {reader: says[reader] for reader in sorted(says, key=rank)}}


def _agree(values: Sequence[Json]) -> bool:
    if _MASK in values:
        return True  # one of them was hidden on purpose
    first, *others = map(_meant, values)
    return all(_same(first, other) for other in others)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        short, long = sorted((one, other), key=len)
        return short == long or (len(short) >= _CUT and long.startswith(short.removesuffix("...")))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other):
        return True
    return bool(one == other)


def _meant(value: Json) -> Any:
    """A value however it is written: many tools keep every param as text."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return value
    text = value if isinstance(value, str) else repr(value)
    lower = text.strip().lower()
    if lower in _WORDS:
        return _WORDS[lower]
    try:
        return float(lower)
    except ValueError:
        pass
    # Python warns of odd escapes, on the terminal: text with any is taken as text.
    if lower[:1] in "[{(" and len(text) <= _PARSED and "\\" not in text:
        try:
            found = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            return text
        return list(found) if isinstance(found, tuple) else found
    return text
