"""Runs that people forgot or archived: small files in the state folder say which, for all stores.

A follower's word reaches the owner through those files: the owner looks whether they moved at every sweep.
A forgotten run stays away until its file is removed; then its sources are read anew.
"""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import duckdb

from mlops_console.records import Changed
from mlops_console.settings import Places
from mlops_console.store.apply import delete_runs
from mlops_console.store.known import Known

_KINDS: Final = ("forgotten", "archived")


class HiddenRuns:
    """Ids of the runs that people forgot or archived."""

    def __init__(self, places: Places) -> None:
        self._folders = {kind: places.state / kind for kind in _KINDS}
        self.forgotten: set[str] = set()
        self.archived: set[str] = set()
        self._marks: dict[str, int] = dict.fromkeys(_KINDS, 0)

    def moved(self) -> bool:
        """Whether the files moved since they were last followed."""
        return any(_mark(folder) != self._marks[kind] for kind, folder in self._folders.items())

    def follow(self, con: duckdb.DuckDBPyConnection, known: Known) -> Changed:
        """Do what the files say by now."""
        self._marks = {kind: _mark(folder) for kind, folder in self._folders.items()}
        forgotten, archived = (_names(self._folders[kind]) for kind in _KINDS)
        asked_back = self.forgotten - forgotten
        gone = forget(con, known, sorted(forgotten - self.forgotten))
        if asked_back:
            recall(con, asked_back)
        out = archive(con, sorted(archived - self.archived), True)
        back = archive(con, sorted(self.archived - archived), False)
        self.forgotten, self.archived = forgotten, archived
        return Changed(frozenset((*gone, *out, *back)))

    def note(self, kind: str, run_ids: Collection[str], hidden: bool) -> None:
        """It was done here already; the file may be written before or after."""
        target = self.forgotten if kind == "forgotten" else self.archived
        (target.update if hidden else target.difference_update)(run_ids)


def forget(con: duckdb.DuckDBPyConnection, known: Known, run_ids: Sequence[str]) -> list[str]:
    """Remove runs with all that hangs on them; which of them there were."""
    runs = {known.runs[identity]: identity for identity in run_ids if identity in known.runs}
    if not runs:
        return []
    listed = ", ".join(map(str, runs))
    spoke: dict[int, list[int]] = {}
    for run, source in con.execute(
        f"SELECT run_id, source_id FROM facts WHERE run_id IN ({listed})"
    ).fetchall():
        spoke.setdefault(run, []).append(source)
    con.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [[f"forgot {identity}", json.dumps(spoke.get(run, []))] for run, identity in runs.items()],
    )
    delete_runs(con, known, runs)
    return list(runs.values())


def recall(con: duckdb.DuckDBPyConnection, run_ids: Collection[str]) -> None:
    """Let the sources of forgotten runs be read anew."""
    names = [f"forgot {identity}" for identity in run_ids]
    marks = ", ".join("?" * len(names))
    rows = con.execute(f"SELECT value FROM meta WHERE key IN ({marks})", names).fetchall()
    sources = sorted({source for (value,) in rows for source in json.loads(value)})
    con.execute(f"DELETE FROM meta WHERE key IN ({marks})", names)
    if sources:
        con.execute(
            "UPDATE sources SET fingerprint = ''::BLOB, cursor = NULL"
            f" WHERE source_id IN ({', '.join(map(str, sources))})"
        )


def archive(con: duckdb.DuckDBPyConnection, run_ids: Sequence[str], archived: bool) -> list[str]:
    """Put runs out of sight, or back; which of them moved."""
    if not run_ids:
        return []
    marks = ", ".join("?" * len(run_ids))
    moved = con.execute(
        f"SELECT id FROM runs WHERE id IN ({marks}) AND archived <> ?", [*run_ids, archived]
    ).fetchall()
    con.execute(f"UPDATE runs SET archived = ? WHERE id IN ({marks})", [archived, *run_ids])
    return [identity for (identity,) in moved]


def _mark(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _names(folder: Path) -> set[str]:
    try:
        return {file.stem for file in folder.iterdir() if file.suffix == ".json"}
    except OSError:
        return set()
