"""The store: one writer, any number of questions."""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mlops_console.errors import StoreFullError
from mlops_console.records import Changed, Problem, Project, Source
from mlops_console.settings import Places
from mlops_console.store import events, projects, sources, sweeping
from mlops_console.store.apply import apply_batch
from mlops_console.store.database import Connection
from mlops_console.store.decisions import Decisions
from mlops_console.store.known import Known
from mlops_console.store.locks import OwnerLock
from mlops_console.store.opening import Opened, Role, open_places, own
from mlops_console.store.session import CrampedError, Session
from mlops_console.store.status import SILENCE, Alive
from mlops_console.store.types import KnownSource, Read, StoreRebuiltError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def open_store(places: Places) -> "Store":
    """The store: owned if nobody else owns it, else a private copy of it."""
    return Store(places, open_places(places))


class Store:
    """All watched projects in one file.

    Writes come from one thread at a time; each is one transaction. After a StoreFullError the same write may
    be tried again. After a StoreRebuiltError the store is empty but for its projects: load `known` again.
    """

    def __init__(self, places: Places, opened: Opened) -> None:
        self.places = places
        self._session = Session(opened)
        self._decisions = Decisions(places)
        self._projects: dict[str, Project] = {}
        self._silence: dict[str, int] = {}
        self._reconsider: dict[str, int] = {}
        self._told = False
        self._follow_at_open()

    @property
    def role(self) -> Role:
        """Owner of the store, or follower on a private copy."""
        return self._session.opened.role

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person must know about this store, a sentence each."""
        return tuple(self._session.opened.notices)

    @property
    def full(self) -> bool:
        """The disk is full: questions are answered from what was committed, writes raise StoreFullError."""
        return self._session.full

    def connect(self) -> Connection:
        """A connection for one query thread."""
        return self._session.connect()

    def close(self) -> None:
        """Write everything into the file, close it, give the locks back; fine to call twice."""
        self._session.close()

    def try_become_owner(self) -> bool:
        """A follower whose owner left takes the store over; connections made before are closed."""
        if self.role == "owner":
            return True
        lock = OwnerLock.take(self.places.store)
        if lock is None:
            return False
        self._session.replace(own(self.places.store, lock))
        self._decisions = Decisions(self.places)
        self._put_again()
        self._follow_at_open()
        return True

    def put_project(self, project: Project) -> None:
        """Know a project, or its new name and place."""
        self._projects[project.key] = project
        try:
            with self._writing() as (con, known):
                projects.put(con, known, project)
        except StoreRebuiltError:
            if self._told:
                raise

    def drop_project(self, key: str) -> None:
        """Forget a project with all its runs."""
        self._projects.pop(key, None)
        with self._writing() as (con, _):
            projects.drop(con, key)
        self._session.forget_memory()

    def known(self, project_key: str) -> list[KnownSource]:
        """The sources of a project as they were read last."""
        self._told = True
        with self._reading() as con:
            return sources.known_sources(con, project_key)

    def looks(self, project_key: str) -> dict[str, tuple[bytes, bytes]]:
        """What discovery remembers: path -> (stamp, verdict)."""
        with self._reading() as con:
            return projects.looks(con, project_key)

    def put_looks(self, project_key: str, looks: Mapping[str, tuple[bytes, bytes]]) -> None:
        """Remember looks; those at other paths stay."""
        with self._writing() as (con, known):
            projects.put_looks(con, known, project_key, looks)

    def apply(self, batch: Sequence[Read]) -> Changed:
        """Keep what was read: facts, points, problems and cursors in one transaction."""
        if not batch:
            return Changed()
        try:
            return self._apply(batch)
        except CrampedError:
            return self._apply(batch)

    def _apply(self, batch: Sequence[Read]) -> Changed:
        with self._writing() as (con, known):
            wishes = self._decisions.wishes(self._silence)
            return apply_batch(con, known, batch, wishes, time.time_ns() // 1000)

    def note_death(self, project_key: str, source: Source, what: str) -> int:
        """The reader child died on a source: how often it has by now."""
        with self._writing() as (con, known):
            return sources.add_death(con, known, project_key, source, what)

    def clear_deaths(self, project_key: str, source: Source) -> None:
        """The source changed and may be tried again."""
        with self._writing() as (con, known):
            sources.forgive_deaths(con, known, project_key, source)

    def gone(self, project_key: str, source_paths: Sequence[tuple[str, str]], gone: bool) -> Changed:
        """Sources (reader, path) vanished, or came back."""
        with self._writing() as (con, known):
            moved = sources.mark_gone(con, known, project_key, source_paths, gone)
        return Changed(frozenset(moved))

    def found_problems(self, project_key: str, problems: Sequence[Problem]) -> Changed:
        """What discovery stumbled over in a project; replaces what it said before."""
        with self._writing() as (con, known):
            moved = projects.put_problems(con, known, project_key, problems)
        return Changed(problems=moved)

    def allow_silence(self, project_key: str, microseconds: int) -> None:
        """How long a run of this project may give no sign of life and still count as running."""
        if self._silence.get(project_key, SILENCE) != microseconds:
            self._silence[project_key] = microseconds
            self._reconsider[project_key] = microseconds

    def sweep(self, now: int, alive: Alive) -> Changed:
        """Look again at every run that time (`now` in microseconds) or the end of its process can change."""
        hidden = self.follow_state()
        with self._reading():
            known = self._session.memory()
            sweeping.reconsider(known, now, self._reconsider)
            self._reconsider.clear()
            moved = sweeping.due(known, now, self._silence, alive)
        if moved or sweeping.wants_folding(known, now):
            with self._writing() as (con, same):
                sweeping.write(con, same, moved)
                sweeping.fold_settled(con, same, now)
        return hidden | Changed(frozenset(identity for identity, _, _ in moved.values()))

    def forget(self, run_ids: Sequence[str]) -> int:
        """Remove runs; they stay away until the file that says so is removed from the state folder."""
        with self._writing() as (con, known):
            return len(self._decisions.forget(con, known, run_ids))

    def archive(self, run_ids: Sequence[str], archived: bool) -> int:
        """Put runs out of sight, or back; how many moved."""
        with self._writing() as (con, known):
            return len(self._decisions.archive(con, known, run_ids, archived))

    def user_tags(self, run_id: str, tags: Mapping[str, str]) -> Changed:
        """What people tag a run with, in place of what they did before; wins over what its tools say.

        The file that says so (state kind "tags") may be written before or after.
        """
        with self._writing() as (con, known):
            return self._decisions.tag(con, known, run_id, tags)

    def keep_journal(self, said: events.Journaled) -> None:
        """Keep what is new in a project's journal, and the fold that was made of it."""
        with self._writing() as (con, known):
            events.put(con, known, said)

    def forget_memory(self) -> None:
        """Let go of what makes the next write quick; the tables are asked for it again."""
        self._session.forget_memory()

    def _follow_at_open(self) -> None:
        with contextlib.suppress(StoreFullError):
            self.follow_state()

    def follow_state(self) -> Changed:
        """Do what other processes of this user wrote into the state folder meanwhile."""
        if not self._decisions.moved():
            return Changed()
        with self._writing() as (con, known):
            return self._decisions.follow(con, known)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tuple["DuckDBPyConnection", Known]]:
        with self._succeeding(), self._session.writing() as held:
            yield held

    @contextlib.contextmanager
    def _reading(self) -> Iterator["DuckDBPyConnection"]:
        with self._succeeding(), self._session.reading() as con:
            yield con

    @contextlib.contextmanager
    def _succeeding(self) -> Iterator[None]:
        """If the store turns out to be damaged, its successor knows the projects and the hidden runs."""
        try:
            yield
        except StoreRebuiltError:
            self._decisions = Decisions(self.places)
            self._put_again()
            raise

    def _put_again(self) -> None:
        for project in list(self._projects.values()):
            with self._session.writing() as (con, known):
                projects.put(con, known, project)
