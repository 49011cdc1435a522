"""The workspace: store, projects and pipeline, opened and closed together."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from mlops_console.errors import StoreError
from mlops_console.records import Changed, Project
from mlops_console.settings import Places, places, read_state
from mlops_console.store import details as questions
from mlops_console.store import open_store
from mlops_console.store import runs as run_questions
from mlops_console.wishes.model import WatchWishes
from mlops_console.workspace import projects as identities
from mlops_console.workspace.drifting.followed import Followed
from mlops_console.workspace.keeping import drop, keep
from mlops_console.workspace.run_remarks import RunRemarks
from mlops_console.workspace.shelf import Shelf

if TYPE_CHECKING:
    from mlops_console.analysis.analyst import Analyst
    from mlops_console.ingest import Health, Pipeline, ScanReport
    from mlops_console.store import Store
    from mlops_console.store.database import Connection
    from mlops_console.viewing.viewer import Viewer
    from mlops_console.workspace.decisions import Decisions

T = TypeVar("T")
Listener = Callable[[Changed], None]
_USUAL: Final = WatchWishes().silence_seconds


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A run that was forgotten, as it was known then."""

    id: str
    name: str
    path: str
    root: str
    """Its project's folder."""
    at: int
    """Epoch microseconds; 0 where nobody knows."""


class Workspace:
    """Opens, holds and closes; what can be asked lies in the modules beside it."""

    def __init__(
        self,
        folders: Sequence[Path] = (),
        store: str | None = None,
        *,
        watch: bool = False,
        at_hand: bool = False,
    ) -> None:
        self.places: Places = places(store)
        self.shelf = Shelf()
        self._listeners: list[Listener] = []
        self._own = threading.local()
        self._pipeline: Pipeline | None = None
        self._viewer: Viewer | None = None
        self._analyst: Analyst | None = None
        self._decisions: Decisions | None = None
        self.remarks = RunRemarks(self)
        """What people wrote beside runs, as far as the store is to know."""
        self.monitors = Followed(self)
        """What is watched for drift, while live."""
        self._making = threading.Lock()
        self._live = False
        asked = [Path(folder) for folder in folders]
        found = identities.folders_as_projects(asked, identities.watched(self.places)) if asked else None
        self.store: Store = open_store(self.places)
        try:
            if asked:
                found = identities.folders_as_projects(asked, self._all_known())
            elif watch:
                found = identities.watched_projects(self.places, self._stored())
            self.projects: list[Project] = list(found.projects) if found else self._all_known()
            here = identities.project_at_hand(self.projects) if at_hand else None
            if here is not None:
                self.projects.append(here)
            self.scope: tuple[str, ...] = tuple(p.key for p in self.projects) if asked or watch else ()
            """Keys of the projects that questions are about when they name none; empty: all in the store."""
            self._notices = found.notices if found else ()
            stored = {project.key for project in self._stored()}
            self.unread: tuple[str, ...] = tuple(p.key for p in self.projects if p.key not in stored)
            """Keys of the projects that were never read."""
            if watch and asked:
                self._notices += self._watched(self.projects)
            self._put_projects()
        except BaseException:
            self.store.close()
            raise

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should be told once, a sentence each."""
        return (*self.store.notices, *self._notices)

    @property
    def live(self) -> bool:
        """Whether it watches: the console's, where heavy work belongs into children."""
        return self._live

    @property
    def health(self) -> "Health":
        """How the watching stands."""
        return self._pipe().health

    @property
    def viewer(self) -> "Viewer":
        """What looks at files for a person; its child is started when it is asked."""
        with self._making:
            if self._viewer is None:
                from mlops_console.viewing.viewer import Viewer

                self._viewer = Viewer(self.places.log)
            return self._viewer

    @property
    def analyst(self) -> "Analyst":
        """What works out statistics; its child is started when it is asked."""
        with self._making:
            if self._analyst is None:
                from mlops_console.analysis.analyst import Analyst

                self._analyst = Analyst(self.places.log, self.places.cache)
            return self._analyst

    @property
    def decisions(self) -> "Decisions":
        """What people decided, by project; read when it is first asked for."""
        with self._making:
            if self._decisions is None:
                from mlops_console.workspace.decisions import Decisions

                self._decisions = Decisions(self)
                if self._live:
                    self._decisions.follow()
            return self._decisions

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Read and watch the projects from now on, until `close`."""
        self._live = True
        self._pipe().start(self.projects)
        with self._making:
            if self._decisions is not None:
                self._decisions.follow()
        self.remarks.begin()
        self.monitors.begin()

    def scan(self, progress: Callable[[str], None] | None = None) -> "ScanReport":
        """Read everything new in the projects once, in this thread."""
        return self._pipe().scan(self.projects, progress)

    def sweep(self) -> None:
        """Look again at runs that were running when they were read last: their process may be gone by now.

        A project that wants more patience than is usual may also have some back that were given up. The tags
        that others wrote into journals are taken over.
        """
        if not self._live:
            patient = any(self.monitors.wishes(project).silence_seconds > _USUAL for project in self.projects)
            if patient or self.ask(run_questions.any_running):
                self.write(self._swept)
            self.remarks.look()

    def lighten(self) -> None:
        """Let go of what is only kept to answer the next question quickly: one long answer is to follow."""
        self.shelf = Shelf()
        if not self._live:
            self.store.forget_memory()

    def rescan(self) -> None:
        """Look at everything now; what changed is told as usual."""
        self._pipe().rescan()
        self.monitors.begin()

    def watch(self, folder: Path) -> Project:
        """Add a folder to the watched ones, also while live."""
        found = identities.folders_as_projects([folder], self._all_known())
        project = found.projects[0]
        self._notices = (*self._notices, *found.notices)
        identities.watch(self.places, project)
        if project.key not in {known.key for known in self.projects}:
            self.projects.append(project)
            if self.scope:
                self.scope = (*self.scope, project.key)
            self.write(lambda store: _put(store, project))
            if self._live:
                self._pipe().watch(project)
                self.remarks.begin()
        return project

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of every change, on the thread that made it; returns what ends it."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def forget(self, run_ids: Sequence[str]) -> None:
        """Take runs out of the store and keep them away; their files are not touched."""
        rows = self.ask(lambda connection: questions.run_rows(connection, run_ids))
        for run_id in run_ids:
            row = rows.get(run_id, {})
            said = {key: str(row[key]) for key in ("name", "path", "root") if row.get(key)}
            keep(self.places, "forgotten", run_id, {"id": run_id, "at": time.time_ns() // 1000, **said})
        self.write(lambda store: _forget(store, run_ids))

    def forgotten(self) -> tuple[Forgotten, ...]:
        """What was forgotten, the oldest first; without what was only shown as a part of it."""
        found = []
        for run_id, item in read_state(self.places, "forgotten").items():
            if "with" not in item:
                name, path, root = (str(item.get(key, "")) for key in ("name", "path", "root"))
                at = item.get("at")
                found.append(Forgotten(run_id, name or path, path, root, at if isinstance(at, int) else 0))
        return tuple(sorted(found, key=lambda one: (one.at, one.id)))

    def recall(self, run_ids: Sequence[str]) -> list[str]:
        """Let forgotten runs come back when their files are read next; which of these had been forgotten."""
        forgotten = read_state(self.places, "forgotten")
        back = [run_id for run_id in run_ids if run_id in forgotten]
        for run_id in back:
            drop(self.places, "forgotten", run_id)
        if back:
            self.write(self._swept)
        return back

    def archive(self, run_ids: Sequence[str], archived: bool = True) -> None:
        """Put runs out of sight, or back."""
        for run_id in run_ids:
            if archived:
                keep(self.places, "archived", run_id, {"id": run_id, "at": time.time_ns() // 1000})
            else:
                drop(self.places, "archived", run_id)
        self.write(lambda store: _archive(store, run_ids, archived))

    def connection(self) -> "Connection":
        """This thread's connection; keep it to `interrupt` a question from another thread."""
        state = (id(self.store), self.store.role, self.store.full)
        if getattr(self._own, "state", None) != state:
            if getattr(self._own, "state", None) is not None:
                self.shelf.clear()  # another database now: run numbers may differ
            self._own.connection, self._own.state = self.store.connect(), state
        connection: Connection = self._own.connection
        return connection

    def ask(self, question: "Callable[[Connection], T]") -> T:
        """Put a question, once more if the store was opened anew meanwhile."""
        connection = self.connection()
        try:
            return question(connection)
        except StoreError:
            if self.connection() is connection:
                raise
            return question(self.connection())

    def close(self) -> None:
        """Stop watching and close the store; fine to call twice."""
        self.monitors.close()
        if self._viewer is not None:
            self._viewer.close()
        if self._analyst is not None:
            self._analyst.close()
        self.remarks.close()
        if self._pipeline is not None:
            self._pipeline.stop()
        self._live = False
        if self._decisions is not None:
            self._decisions.close()
        self.store.close()

    def _pipe(self) -> "Pipeline":
        # The header asks for health while another thread starts: two pipelines would share a store.
        with self._making:
            if self._pipeline is None:
                from mlops_console.ingest import Pipeline

                self._pipeline = Pipeline(self.store, self.monitors.wishes, self.tell)
            return self._pipeline

    def write(self, work: "Callable[[Store], Changed]") -> None:
        """Change the store, on the thread that may; what changed is told."""
        if self._live:
            self._pipe().submit(work)
        else:
            self.tell(work(self.store))

    def _swept(self, store: "Store") -> Changed:
        from mlops_console.ingest.processes import alive

        for project in self.projects:
            store.allow_silence(project.key, int(self.monitors.wishes(project).silence_seconds * 1e6))
        return store.sweep(time.time_ns() // 1000, alive)

    def tell(self, changed: Changed) -> None:
        """Tell every subscriber what changed."""
        if changed.decisions:
            changed |= self.remarks.follow(changed.decisions)
        self.shelf.note(changed)
        self.monitors.look()
        for listener in tuple(self._listeners):
            listener(changed)

    def _all_known(self) -> list[Project]:
        """Watched projects and those that the store has read before."""
        stored = self._stored()
        known = {project.key: project for project in stored}
        known.update({project.key: project for project in identities.watched(self.places, stored)})
        return list(known.values())

    def _stored(self) -> list[Project]:
        rows: list[tuple[Any, ...]] = list(run_questions.projects(self.connection()))
        return [Project(key, name, root, device, inode) for _, key, name, root, device, inode in rows]

    def _watched(self, projects: Sequence[Project]) -> tuple[str, ...]:
        """Remember these as watched; why that can't be done does not keep anybody from looking at them."""
        try:
            for project in projects:
                identities.watch(self.places, project)
        except StoreError as error:
            return (f"{error}.",)
        return ()

    def _put_projects(self) -> None:
        stored = {project.key: project for project in self._stored()}
        for project in self.projects:
            if stored.get(project.key) != project:
                self.store.put_project(project)


def _put(store: "Store", project: Project) -> Changed:
    store.put_project(project)
    return Changed(health=True)


def _forget(store: "Store", run_ids: Sequence[str]) -> Changed:
    store.forget(run_ids)
    return Changed(runs=frozenset(run_ids))


def _archive(store: "Store", run_ids: Sequence[str], archived: bool) -> Changed:
    store.archive(run_ids, archived)
    return Changed(runs=frozenset(run_ids))
