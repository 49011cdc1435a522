"""Questions about single runs: everything that is known of a few of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mlops_console.records import Json, Status
from mlops_console.store.database import Connection, listed
from mlops_console.store.facts import ranked, values_of
from mlops_console.store.runs import SEVERAL
from mlops_console.store.staging import as_found

_RUN: Final = (
    "run_id", "id", "path", "native", "native_id", "name", "group", "parent", "parent_native_id", "status",
    "status_reason", "declared", "started", "ended", "active", "host", "pid", "gone", "archived", "readers",
    "seen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceSays:
    """One source, and what it says of a run, as JSON values."""

    source_id: int
    reader: str
    path: str
    files: tuple[str, ...]
    gone: bool
    facts: Mapping[str, Any]


def run_rows(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Run id -> its row by column name, with `project` (name), `project_key` and `root`.

    A run that still runs has no end, whatever its files' times would make of it.
    """
    names = ", ".join(f'r."{name}"' for name in _RUN)
    rows = connection.rows(
        f"SELECT {names}, p.name, p.key, p.root FROM runs r JOIN projects p USING (project_id)"
        f" WHERE r.id IN ({SEVERAL})",
        [" ".join(ids)],
    )
    found = {}
    for row in rows:
        run = dict(zip((*_RUN, "project", "project_key", "root"), row, strict=True))
        run["root"] = as_found(run["root"])
        if run["status"] == Status.RUNNING:
            run["ended"] = None
        found[str(run["id"])] = run
    return found


def says_of(connection: Connection, numbers: Sequence[int]) -> dict[int, list[SourceSays]]:
    """Run number -> what each of its sources says, the most believed first."""
    rows = connection.rows(
        "SELECT f.run_id, f.source_id, s.reader, s.path, s.files, s.gone, f.facts FROM facts f"
        f" JOIN sources s USING (source_id) WHERE f.run_id IN ({listed(numbers)})"
    )
    found: dict[int, dict[int, SourceSays]] = {}
    for run, source, reader, path, files, gone, facts in rows:
        says = SourceSays(
            source, reader, as_found(path), tuple(json.loads(files)), bool(gone), json.loads(facts)
        )
        found.setdefault(run, {})[source] = says
    return {
        run: [says[source] for source in ranked({s: {} for s in says}, {s: says[s].reader for s in says})]
        for run, says in found.items()
    }


def merged_values(says: Sequence[SourceSays]) -> dict[str, dict[str, Json]]:
    """`params`, `tags` and `summary` of a run from all its sources."""
    merged: dict[str, dict[str, Json]] = {"param": {}, "tag": {}, "summary": {}}
    values = values_of({s.source_id: dict(s.facts) for s in says}, {s.source_id: s.reader for s in says})
    for (kind, key), value in values.items():
        merged[kind][key] = value
    return {"params": merged["param"], "tags": merged["tag"], "summary": merged["summary"]}
