"""What sources say of a run, and what we therefore say: pure functions over JSON values.

Several sources may describe one run. Each one's facts are kept apart, as they were said; the run's row and
its values are projected from all of them: the best-ranked reader that says something is believed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mlops_console.readers.registry import BUILT_IN
from mlops_console.records import Json, RunFacts
from mlops_console.store.known import Facts, run_identity

_RANK: Final = {name: rank for rank, name in enumerate(BUILT_IN)}
_TRACES: Final = frozenset({"tensorboard", "plain"})
_FIRST: Final = ("native_id", "name", "group", "parent_native_id")
_DICTS: Final = ("params", "tags", "summary", "environment")


def rank(reader: str) -> tuple[int, str]:
    """Sort key of a reader: less is better."""
    return (_RANK.get(reader, len(_RANK)), reader)


def merged(before: Facts, said: RunFacts, project_key: str) -> Facts:
    """Facts of one source after it said something more."""
    after = dict(before)
    for name in (*_FIRST, "status_reason", "started", "ended", "active"):
        value = getattr(said, name)
        if value is not None:
            after[name] = value
    if said.status is not None:
        after["status"] = str(said.status)
    if said.parent is not None:
        after["parent"] = run_identity(project_key, said.parent)
    if said.process is not None:
        process = said.process
        after["process"] = [process.host, process.boot_id, process.pid, process.started]
    for name in _DICTS:
        fresh: Mapping[str, Json] = getattr(said, name)
        if fresh:
            after[name] = {**after.get(name, {}), **fresh}
    if said.datasets is not None:
        after["datasets"] = [dict(dataset) for dataset in said.datasets]
    if said.artifacts is not None:
        after["artifacts"] = [
            {"path": a.path, "size": a.size, "modified": a.modified} for a in said.artifacts
        ]
    if said.models is not None:
        after["models"] = [{"path": m.path, "format": m.format, "sha256": m.sha256} for m in said.models]
    return after


def without_pulse(facts: Facts) -> Facts:
    """Facts but for the newest sign of life, which moves all the time and is kept in the run's row."""
    return {name: value for name, value in facts.items() if name != "active"}


@dataclass(frozen=True, slots=True)
class Row:
    """A run as all its sources together describe it."""

    native_id: str | None
    name: str | None
    group: str | None
    parent: str | None
    parent_native_id: str | None
    declared: str | None
    reason: str | None
    """Why, in the words of the tool that declared it."""
    started: int | None
    ended: int | None
    active: int | None
    host: str | None
    boot_id: str | None
    pid: int | None
    pid_started: int | None
    readers: str


def row_of(says: Mapping[int, Facts], readers: Mapping[int, str]) -> Row:
    """The run's row."""
    order = ranked(says, readers)
    facts = [says[source] for source in order]
    declaring = next((f for f in facts if "status" in f), {})
    process = next((f["process"] for f in facts if "process" in f), (None, None, None, None))
    return Row(
        native_id=_best(facts, "native_id"),
        name=_best(facts, "name"),
        group=_best(facts, "group"),
        parent=_best(facts, "parent"),
        parent_native_id=_best(facts, "parent_native_id"),
        declared=declaring.get("status"),
        reason=declaring.get("status_reason"),
        started=_started(order, says, readers),
        ended=max((f["ended"] for f in facts if "ended" in f), default=None),
        active=max((f["active"] for f in facts if "active" in f), default=None),
        host=process[0],
        boot_id=process[1],
        pid=process[2],
        pid_started=process[3],
        readers=",".join(dict.fromkeys(readers[source] for source in order)),
    )


def _best(facts: list[Facts], name: str) -> str | None:
    return next((f[name] for f in facts if name in f), None)


def _started(order: list[int], says: Mapping[int, Facts], readers: Mapping[int, str]) -> int | None:
    """A tool that recorded the start is believed; of mere traces the earliest counts."""
    for source in order:
        if readers[source] not in _TRACES and "started" in says[source]:
            return int(says[source]["started"])
    return min((says[source]["started"] for source in order if "started" in says[source]), default=None)


def values_of(says: Mapping[int, Facts], readers: Mapping[int, str]) -> dict[tuple[str, str], Json]:
    """Params, tags and summary of a run by (kind, key); per key the best source is believed."""
    found: dict[tuple[str, str], Json] = {}
    for source in reversed(ranked(says, readers)):
        facts = says[source]
        for kind, name in (("param", "params"), ("tag", "tags"), ("summary", "summary")):
            found.update({(kind, key): value for key, value in facts.get(name, {}).items()})
    return found


def ranked(says: Mapping[int, Facts], readers: Mapping[int, str]) -> list[int]:
    """Sources, the most believed first; of two of the same reader the one that was known first."""
    return sorted(says, key=lambda source: (*rank(readers[source]), source))
