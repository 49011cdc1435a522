"""What people say of runs: small files in the state folder hold it, for all stores.

A follower's word reaches the owner through those files: the owner looks whether they moved at every sweep.
A forgotten run stays away until its file is removed; then its sources are read anew. What is said of a run
holds for all that is shown as this run.
"""

import contextlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

import duckdb

from mlops_console.records import Changed
from mlops_console.settings import Places, StateKind, read_state, remove_state, write_state
from mlops_console.store.forgetting import forget, recall
from mlops_console.store.known import Known
from mlops_console.store.merging import Told, ranked
from mlops_console.store.staging import sound, staged
from mlops_console.store.types import Wishes
from mlops_console.store.value_writing import write_keys, write_values

_KINDS: Final[tuple[StateKind, ...]] = ("forgotten", "archived", "unarchived", "tags")
_MOST_TAGS: Final = 1_000


class Decisions:
    """What people said by now of which runs."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._folders = {kind: places.state / kind for kind in _KINDS}
        self._marks: dict[str, int] = dict.fromkeys(_KINDS, 0)
        self.forgotten: set[str] = set()
        self._archived: set[str] = set()
        self._unarchived: set[str] = set()
        self._tags: dict[str, dict[str, str]] = {}

    def moved(self) -> bool:
        """Whether the files moved since they were last followed."""
        return any(_mark(folder) != self._marks[kind] for kind, folder in self._folders.items())

    def wishes(self, silence: Mapping[str, int]) -> Wishes:
        """What holds for all that is written from now on."""
        return Wishes(self.forgotten, self._archived, silence, self._unarchived, self._tags)

    def follow(self, con: duckdb.DuckDBPyConnection, known: Known) -> Changed:
        """Do what the files say by now."""
        before, self._marks = self._marks, {kind: _mark(folder) for kind, folder in self._folders.items()}
        changed: set[str] = set()
        if before["forgotten"] != self._marks["forgotten"]:
            changed |= self._follow_forgotten(con, known)
        if any(before[kind] != self._marks[kind] for kind in ("archived", "unarchived")):
            archived, unarchived = _names(self._folders["archived"]), _names(self._folders["unarchived"])
            other = (archived ^ self._archived) | (unarchived ^ self._unarchived)
            self._archived, self._unarchived = archived, unarchived
            changed.update(_put_archived(con, known, self.wishes({}), other))
        if before["tags"] != self._marks["tags"]:
            changed.update(self._follow_tags(con, known))
        return Changed(frozenset(changed))

    def forget(self, con: duckdb.DuckDBPyConnection, known: Known, run_ids: Iterable[str]) -> set[str]:
        """Remove runs, and keep away what is shown as them; the ids that went."""
        run_ids = list(run_ids)
        self.forgotten.update(run_ids)
        gone = forget(con, known, run_ids)
        for identity, shown in gone.items():
            if identity not in run_ids:
                with contextlib.suppress(OSError):
                    write_state(self._places, "forgotten", identity, {"id": identity, "with": shown})
                self.forgotten.add(identity)
        return set(gone)

    def archive(
        self, con: duckdb.DuckDBPyConnection, known: Known, run_ids: Collection[str], archived: bool
    ) -> list[str]:
        """Put runs out of sight, or back, also those that their own tool has deleted; which of them moved."""
        every = {identity for run_id in run_ids for identity in _all_ids(known, run_id)}
        if archived:
            self._archived.update(run_ids)
            self._drop("unarchived", every & self._unarchived)
            self._unarchived -= every
        else:
            self._drop("archived", (every - set(run_ids)) & self._archived)
            self._archived -= every
            for identity in _deleted(con, known, run_ids) - self._unarchived:
                with contextlib.suppress(OSError):
                    write_state(self._places, "unarchived", identity, {"id": identity})
                self._unarchived.add(identity)
        return _put_archived(con, known, self.wishes({}), every)

    def tag(
        self, con: duckdb.DuckDBPyConnection, known: Known, run_id: str, tags: Mapping[str, str]
    ) -> Changed:
        """What people tag this run with from now on, in place of what they did before."""
        return Changed(frozenset(self._put_tags(con, known, {run_id: _sound_tags(tags)})))

    def _follow_forgotten(self, con: duckdb.DuckDBPyConnection, known: Known) -> set[str]:
        forgotten = _names(self._folders["forgotten"])
        asked_back = self.forgotten - forgotten
        if asked_back:
            for identity, item in read_state(self._places, "forgotten").items():
                if item.get("with") in asked_back:
                    self._drop("forgotten", [identity])
                    forgotten.discard(identity)
            recall(con, asked_back)
        more = sorted(forgotten - self.forgotten)
        self.forgotten = forgotten
        return self.forget(con, known, more)

    def _follow_tags(self, con: duckdb.DuckDBPyConnection, known: Known) -> set[str]:
        said = _said_tags(read_state(self._places, "tags"))
        kept = dict(con.execute("SELECT id, tags FROM tagged").fetchall())
        self._tags = {run_id: json.loads(text) for run_id, text in kept.items()}
        other = {
            run_id: said.get(run_id, {})
            for run_id in self._tags.keys() | said.keys()
            if self._tags.get(run_id) != said.get(run_id)
        }
        return self._put_tags(con, known, other)

    def _put_tags(
        self, con: duckdb.DuckDBPyConnection, known: Known, tags: Mapping[str, dict[str, str]]
    ) -> set[str]:
        if not tags:
            return set()
        rows, text = staged(
            {
                "id": ("VARCHAR", list(tags)),
                "tags": ("VARCHAR", [json.dumps(some) if some else None for some in tags.values()]),
            }
        )
        con.execute(f"DELETE FROM tagged WHERE id IN (SELECT id FROM {rows})", [text])
        con.execute(f"INSERT INTO tagged SELECT * FROM {rows} WHERE tags IS NOT NULL", [text])
        for run_id, some in tags.items():
            self._tags.pop(run_id, None)
            if some:
                self._tags[run_id] = some
        return _project_tags(con, known, self.wishes({}), tags)

    def _drop(self, kind: StateKind, ids: Iterable[str]) -> None:
        for identity in ids:
            with contextlib.suppress(OSError):
                remove_state(self._places, kind, identity)


def _all_ids(known: Known, run_id: str) -> tuple[str, ...]:
    """The ids of all that is shown as this run, its own first."""
    own = known.runs.get(run_id)
    if own is None:
        return (run_id,)
    under = known.joins.under.get(own)
    run, identity = (own, run_id) if under is None else under
    return (identity, *known.joins.ids_under(run))


def _shown(known: Known, run_ids: Iterable[str]) -> dict[int, str]:
    """The runs as which these are shown, and their ids."""
    found: dict[int, str] = {}
    for run_id in run_ids:
        own = known.runs.get(run_id)
        if own is not None:
            under = known.joins.under.get(own)
            found.update([(own, run_id)] if under is None else [under])
    return found


def _put_archived(
    con: duckdb.DuckDBPyConnection, known: Known, wishes: Wishes, run_ids: Iterable[str]
) -> list[str]:
    """Bring the column up to date for these runs; which of them moved."""
    runs = _shown(known, run_ids)
    if not runs:
        return []
    rows, text = staged({"run_id": ("INTEGER", list(runs))})
    other = {
        run: not archived
        for run, archived, deleted in con.execute(
            f"SELECT run_id, archived, deleted FROM runs WHERE run_id IN (SELECT run_id FROM {rows})", [text]
        ).fetchall()
        if wishes.out_of_sight(_all_ids(known, runs[run]), deleted) != bool(archived)
    }
    if other:
        rows, text = staged({"run_id": ("INTEGER", list(other)), "out": ("BOOLEAN", list(other.values()))})
        con.execute(f"UPDATE runs SET archived = r.out FROM {rows} r WHERE runs.run_id = r.run_id", [text])
    return [runs[run] for run in other]


def _deleted(con: duckdb.DuckDBPyConnection, known: Known, run_ids: Iterable[str]) -> set[str]:
    """Those of these runs that their own tool has deleted."""
    runs = _shown(known, run_ids)
    if not runs:
        return set()
    listed = ", ".join(map(str, runs))
    rows = con.execute(f"SELECT id FROM runs WHERE deleted IS NOT NULL AND run_id IN ({listed})").fetchall()
    return {identity for (identity,) in rows}


def _project_tags(
    con: duckdb.DuckDBPyConnection, known: Known, wishes: Wishes, run_ids: Iterable[str]
) -> set[str]:
    runs = _shown(known, run_ids)
    if not runs:
        return set()
    told: dict[int, tuple[None, list[Told]]] = {}
    for run in runs:
        says = known.says(list(known.joins.all_of(run)), set())
        every = [(own, source, facts) for own, by in says.items() for source, facts in by.items()]
        told[run] = (None, ranked(Told(*known.places[s][1:], s, own, facts) for own, s, facts in every))
    keys: list[tuple[int, str, str]] = []
    tags = {run: wishes.tags_of(_all_ids(known, identity)) for run, identity in runs.items()}
    write_values(con, known, told, tags, keys)
    write_keys(con, keys)
    return set(runs.values())


def _said_tags(items: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, str]]:
    """Run -> the tags that hold: an item per run that this user tagged, one per project with a journal.

    The journal's word holds over what was said before there was one.
    """
    said: dict[str, dict[str, str]] = {}
    for run_id, item in items.items():
        tags = item.get("tags")
        if isinstance(tags, dict):
            said[run_id] = _sound_tags(tags)
    for item in items.values():
        runs = item.get("runs")
        for run_id, tags in runs.items() if isinstance(runs, dict) else ():
            if isinstance(tags, dict):
                said[run_id] = {**said.get(run_id, {}), **_sound_tags(tags)}
    return {run_id: tags for run_id, tags in said.items() if tags}


def _sound_tags(tags: Mapping[str, object]) -> dict[str, str]:
    """Tags as the store holds them; what a damaged file has besides is left out."""
    return {
        str(sound(name)): str(sound(value))
        for name, value in list(tags.items())[:_MOST_TAGS]
        if isinstance(value, str) and name
    }


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
