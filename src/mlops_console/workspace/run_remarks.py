"""What the journals say of runs, followed: the tags that the store filters by, and who is to look again.

The store takes people's tags from the state folder. Beside the tags that this user gave before there were
journals, that holds one item per project with what its journal comes to; it can be made anew at any time.
"""

import os
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mlops_console.errors import ConsoleError, StoreError
from mlops_console.journal.places import place_of
from mlops_console.journal.registry import Registry
from mlops_console.records import Changed
from mlops_console.settings import Places, read_state_item
from mlops_console.store.said_of import id_of
from mlops_console.workspace.keeping import change

if TYPE_CHECKING:
    from mlops_console.store import Store
    from mlops_console.workspace.opening import Workspace

Tags = Mapping[str, Mapping[str, str]]
"""Run id -> name -> value."""
_FEW: Final = 32
"""So many runs are brought up to date one by one, more of them all at once."""
_SETTLED: Final = 2_000_000_000
"""Nanoseconds after which a folder's time tells that nothing came since."""


class RunRemarks:
    """May be used from several threads."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._lock = threading.RLock()
        self._seen: dict[str, Registry] = {}
        self._held = 0
        self._closing = threading.Event()
        self._postponed: set[str] = set()
        self._beginning: list[threading.Thread] = []

    def begin(self) -> None:
        """The workspace is live: read the journals, which has them followed, without anybody waiting."""
        thread = threading.Thread(target=self._begin, name="remarks", daemon=True)
        self._beginning.append(thread)
        thread.start()

    def close(self) -> None:
        """Wait for what was begun; fine to call twice."""
        self._closing.set()
        for thread in self._beginning:
            thread.join()

    def _begin(self) -> None:
        with suppress(ConsoleError):
            for project in tuple(self._workspace.projects):
                if self._closing.is_set():
                    return
                self._workspace.tell(self.follow((project.key,), settle=True))

    def look(self) -> None:
        """Read the journals that moved since the store took its tags from them."""
        moved = [project.key for project in self._workspace.projects if self._moved(project.key)]
        if moved:
            changed = self.follow(moved, settle=True)
            if changed:
                self._workspace.tell(changed)

    def follow(self, keys: Collection[str], settle: bool = False) -> Changed:
        """Take over what the journals of these projects say by now; the runs of which they say other things.

        The tags are in the store when this returns, or soon after where another thread writes it. With
        `settle` it is remembered how far the journals were read.
        """
        with self._lock:
            if self._held:
                self._postponed.update(keys)
                return Changed()
            runs: set[str] = set()
            for key in keys:
                runs |= self._followed(key, settle)
            return Changed(runs=frozenset(runs))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Much is said at once: take it over at the end."""
        with self._lock:
            self._held += 1
        try:
            yield
        finally:
            with self._lock:
                self._held -= 1
                keys = set() if self._held else set(self._postponed)
                self._postponed -= keys
            if keys:
                changed = self.follow(keys)
                if changed:
                    self._workspace.tell(changed)

    def _followed(self, key: str, settle: bool) -> set[str]:
        stamp = self._stamp(key) if settle else None
        try:
            registry = self._workspace.decisions.registry(key)
        except ConsoleError:
            return set()
        before = self._seen.get(key)
        self._seen[key] = registry
        moved = set() if settle and before is None else _moved_notes(key, before or Registry(), registry)
        if before is not None and stamp is None and before.run_tags == registry.run_tags:
            return moved
        tags = {
            id_of(key, *run): {one.name: one.value for one in given}
            for run, given in registry.run_tags.items()
            if given
        }
        return moved | self._keep(key, tags, stamp)

    def _keep(self, key: str, tags: Tags, stamp: list[int] | None) -> set[str]:
        """Put the tags where the store takes them from; the runs that have others now."""
        was = _item(self._workspace.places, key)
        before = _tags_in(was)
        other = {run for run in before.keys() | tags.keys() if before.get(run) != tags.get(run)}
        if other or (stamp is not None and stamp != was.get("stamp")):
            with suppress(StoreError):
                change(
                    self._workspace.places,
                    "tags",
                    _name(key),
                    lambda _was: {"id": _name(key), "runs": dict(tags), "stamp": stamp or []},
                )
        if other:
            self._workspace.write(partial(_put, places=self._workspace.places, key=key, runs=other))
        return other

    def _moved(self, key: str) -> bool:
        """Whether there is a journal, and it was written to since it was followed last."""
        stamp = self._stamp(key)
        return bool(stamp != _item(self._workspace.places, key).get("stamp", []))

    def _stamp(self, key: str) -> list[int]:
        """The times of the journal's folders; with a mark where they are too fresh to be relied on."""
        project = next((one for one in self._workspace.projects if one.key == key), None)
        if project is None:
            return []
        found: list[int] = []
        for folder in place_of(project.root, key, self._workspace.places).folders:
            with suppress(OSError), folder.open() as inside, os.scandir(inside.fd) as months:
                found += sorted(month.stat(follow_symlinks=False).st_mtime_ns for month in months)
        return [*found, -1] if found and time.time_ns() - max(found) < _SETTLED else found


def journal_tags(places: Places, project_key: str, run_id: str) -> Mapping[str, str]:
    """The tags that the store was given for a run from its project's journal."""
    return _tags_in(_item(places, project_key)).get(run_id, {})


def own_tags(places: Places, run_id: str) -> Mapping[str, str]:
    """The tags that this user gave a run before they were written into journals."""
    said = (read_state_item(places, "tags", run_id) or {}).get("tags")
    return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}


def put_tags(store: "Store", places: Places, key: str, run_id: str) -> Changed:
    """Let the store have the tags that hold for a run by now, whoever gave them."""
    store.user_tags(run_id, {**own_tags(places, run_id), **journal_tags(places, key, run_id)})
    return Changed(runs=frozenset((run_id,)))


def _put(store: "Store", places: Places, key: str, runs: Collection[str]) -> Changed:
    if len(runs) > _FEW:
        return store.follow_state() | Changed(runs=frozenset(runs))
    for run in sorted(runs):
        put_tags(store, places, key, run)
    return Changed(runs=frozenset(runs))


def _moved_notes(key: str, before: Registry, after: Registry) -> set[str]:
    """The runs with other notes than before."""
    if before.run_notes is after.run_notes:
        return set()
    every = before.run_notes.keys() | after.run_notes.keys()
    return {id_of(key, *run) for run in every if before.run_notes.get(run) != after.run_notes.get(run)}


def _name(key: str) -> str:
    return f"journal-{key}"


def _item(places: Places, key: str) -> Mapping[str, Any]:
    return read_state_item(places, "tags", _name(key)) or {}


def _tags_in(item: Mapping[str, Any]) -> Tags:
    said = item.get("runs")
    if not isinstance(said, dict):
        return {}
    return {run: tags for run, tags in said.items() if isinstance(tags, dict)}
