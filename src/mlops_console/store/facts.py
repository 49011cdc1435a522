"""What one source says of a run, as it accumulates: pure functions over JSON values."""

from typing import TYPE_CHECKING, Final

from mlops_console.records import Json, RunFacts
from mlops_console.store.known import Facts, run_identity

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS: Final = (
    "native_id", "name", "group", "parent_native_id", "status_reason", "started", "ended", "active",
    "deleted",
)  # fmt: skip
_DICTS: Final = ("params", "tags", "summary", "environment")
_MOST_NAMES: Final = 64
"""So many other names of a run are taken from one source."""


def merged(before: Facts, said: RunFacts, project_key: str) -> Facts:
    """Facts of one source after it said something more."""
    after = dict(before)
    for name in _WORDS:
        value = getattr(said, name)
        if value is not None:
            after[name] = value
    if said.status is not None:
        after["status"] = str(said.status)
    if said.same_as:
        names = sorted({(reader, native) for reader, native in said.same_as})
        after["same_as"] = [list(name) for name in names[:_MOST_NAMES]]
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
        after["models"] = [
            {"path": m.path, "format": m.format, "sha256": m.sha256}
            | ({"details": dict(m.details)} if m.details else {})
            for m in said.models
        ]
    return after


def without_pulse(facts: Facts) -> Facts:
    """Facts but for the newest sign of life, which moves all the time and is kept in the run's row."""
    return {name: value for name, value in facts.items() if name != "active"}
