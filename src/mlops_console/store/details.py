"""Questions about single runs: everything that is known of a few of them."""

import json
import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from mlops_console.records import Json, Status
from mlops_console.store.database import Connection, listed
from mlops_console.store.merging import Told, ranked, values_of
from mlops_console.store.runs import SEVERAL
from mlops_console.store.staging import as_found
from mlops_console.store.value_writing import with_tags

_RUN: Final = (
    "run_id", "id", "path", "native", "native_id", "name", "group", "parent", "parent_native_id", "status",
    "status_reason", "declared", "started", "ended", "active", "host", "pid", "gone", "archived", "readers",
    "seen", "deleted",
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
    own_id: int
    """The number of the run as this source keys it."""


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
    """Run number -> what each of its sources says, the most believed first.

    The paths of artifacts lead from the folder of the run as which they are shown, whoever names them.
    """
    rows = connection.rows(
        "SELECT f.run_id, f.source_id, s.reader, s.path, s.files, s.gone, f.facts, f.own_id,"
        " r.path, j.path"
        " FROM facts f JOIN sources s USING (source_id) JOIN runs r USING (run_id)"
        f" LEFT JOIN joined j ON j.own_id = f.own_id WHERE f.run_id IN ({listed(numbers)})"
    )
    found: dict[int, dict[tuple[int, int], SourceSays]] = {}
    ways: dict[tuple[int, int], tuple[str, str]] = {}
    for run, source, reader, path, files, gone, facts, own, shown_path, own_path in rows:
        found.setdefault(run, {})[source, own] = SourceSays(
            source, reader, as_found(path), tuple(json.loads(files)), bool(gone), json.loads(facts), own
        )
        if own_path is not None:
            ways[source, own] = shown_path, own_path
    for says in found.values():
        files = frozenset(file for one in says.values() for file in one.files)
        for name in says.keys() & ways.keys():
            shown, from_here = (_folder(path, files) for path in ways[name])
            says[name] = _seen_from(shown, from_here, says[name])
    return {
        run: [says[one.source, one.own] for one in ranked(told(list(says.values())))]
        for run, says in found.items()
    }


def _folder(path: str, files: Collection[str]) -> str:
    """The folder that a run lies in: its own, or where it lives in one of its files that file's."""
    in_file = path in files and not any(file.startswith(path + "/") for file in files)
    return posixpath.dirname(path) if in_file else path


def _seen_from(shown: str, own: str, says: SourceSays) -> SourceSays:
    """The same, with the ways to its artifacts as they are from the folder of another run."""
    artifacts = [
        {
            **item,
            "path": posixpath.relpath(posixpath.join("/", own, item["path"]), posixpath.join("/", shown)),
        }
        for item in says.facts.get("artifacts", [])
    ]
    return replace(says, facts={**says.facts, "artifacts": artifacts}) if artifacts else says


def told(says: Sequence[SourceSays]) -> list[Told]:
    """The same as the rules of merging take it."""
    return [Told(s.reader, s.path, s.source_id, s.own_id, dict(s.facts)) for s in says]


def merged_values(says: Sequence[SourceSays], tags: Mapping[str, str]) -> dict[str, dict[str, Json]]:
    """`params`, `tags` and `summary` of a run from all its sources, and from people (`tags`)."""
    merged: dict[str, dict[str, Json]] = {"param": {}, "tag": {}, "summary": {}}
    for (kind, key), value in with_tags(values_of(told(says)), tags).items():
        merged[kind][key] = value
    return {"params": merged["param"], "tags": merged["tag"], "summary": merged["summary"]}


def ids_under(connection: Connection, run_id: str) -> list[str]:
    """The ids of the runs that are shown as this one."""
    rows = connection.rows(
        "SELECT j.id FROM joined j JOIN runs r USING (run_id) WHERE r.id = ? ORDER BY 1", [run_id]
    )
    return [identity for (identity,) in rows]


def user_tags(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Run id -> what people tagged it with, also as one that is shown under it by now."""
    rows = connection.rows(
        f"SELECT r.id, true, t.id, t.tags FROM runs r JOIN tagged t USING (id) WHERE r.id IN ({SEVERAL})"
        " UNION ALL SELECT r.id, false, t.id, t.tags FROM runs r JOIN joined j USING (run_id)"
        f" JOIN tagged t ON t.id = j.id WHERE r.id IN ({SEVERAL})"
        " ORDER BY 1, 2, 3 DESC",
        [" ".join(ids), " ".join(ids)],
    )
    found: dict[str, dict[str, str]] = {}
    for run_id, _, _, tags in rows:
        found.setdefault(run_id, {}).update(json.loads(tags))
    return found
