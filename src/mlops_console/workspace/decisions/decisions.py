"""The decisions of all projects that a workspace knows."""

import contextlib
import threading
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import StoreError, UsageError
from mlops_console.journal.event import ACKNOWLEDGE, Event
from mlops_console.journal.registry import Registry
from mlops_console.records import Changed, Json, Problem, Project
from mlops_console.store import events as questions
from mlops_console.workspace.decisions.desk import Check, Desk

if TYPE_CHECKING:
    from mlops_console.store import Store
    from mlops_console.store.events import Journaled
    from mlops_console.workspace.opening import Workspace

EVERY: Final = 0.5
"""Seconds between looks at the journals while live."""


class Decisions:
    """Read when they are first asked for; then followed while the workspace is live. For any thread."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._desks: dict[str, Desk] = {}
        self._guard = threading.Lock()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._live = False

    def registry(self, project_key: str) -> Registry:
        """What is decided in a project, as far as it was read."""
        return self._desk(project_key).registry()

    def registries(self) -> Mapping[str, Registry]:
        """Project key -> what is decided there, of the projects in scope."""
        projects = self._in_scope()
        self.gather([project.key for project in projects])
        return {project.key: self.registry(project.key) for project in projects}

    def gather(self, project_keys: Collection[str]) -> None:
        """These will be asked for: put one question to the store for all, in place of one for each."""
        known = {project.key for project in self._workspace.projects}
        desks = [self._desk(key) for key in project_keys if key in known]
        waiting = {desk.project.key: desk for desk in desks if not desk.opened}
        if len(waiting) < 2:
            return
        with contextlib.suppress(StoreError):
            kept = self._workspace.ask(lambda con: questions.kept_folds(con, waiting))
            for key, desk in waiting.items():
                desk.bring(kept.get(key))

    def private(self, project_key: str) -> bool:
        """Whether decisions on this project are kept among the user's own files: it can't be written."""
        return self._desk(project_key).private

    def point(self, project_key: str, only: Collection[str] | None = None) -> None:
        """Bring the pointers of these models in line with what was decided, whoever changed them.

        None: of all; where there are hundreds, as many as there is time for, others every time.
        """
        self._desk(project_key).point_all(only)

    def problems(self, project_key: str) -> tuple[Problem, ...]:
        """Files in a journal that can't be used."""
        return self._desk(project_key).problems()

    def append(
        self,
        project_key: str,
        kind: str,
        body: Mapping[str, Json],
        evidence: Mapping[str, Json] | None = None,
        *,
        check: Check | None = None,
    ) -> Event:
        """Decide: durable, folded and told on return.

        Args:
            project_key: Where.
            kind: As `journal.event` names them.
            body: What that kind says.
            evidence: What it rests on.
            check: Is given the registry as it is right before writing; when it raises, nothing is written.

        Raises:
            JournalError: It could not be written.
        """
        desk = self._desk(project_key)
        event, touched = desk.append(kind, body, evidence, check)
        desk.point(touched)
        self._workspace.tell(Changed(decisions=frozenset((project_key,))))
        return event

    def refresh(self) -> None:
        """Look at the journals that were asked for now; what changed is told."""
        changed = [desk for desk in self._opened() if desk.refresh()]
        for desk in changed:
            desk.point()
        if changed:
            self._workspace.tell(Changed(decisions=frozenset(desk.project.key for desk in changed)))

    def events(
        self,
        project_key: str,
        *,
        kinds: Collection[str] = (),
        models: Collection[str] = (),
        by: Collection[str] = (),
        since: int | None = None,
        until: int | None = None,
        evidence: bool = False,
    ) -> tuple[Event, ...]:
        """The events of a project in their order, also those of unknown kinds.

        Args:
            project_key: Which.
            kinds: Only these; empty: all.
            models: Only those about these models.
            by: Only those of these people.
            since: Not those before, epoch microseconds.
            until: Not those after.
            evidence: With what they rest on; without, `Event.evidence` is empty.
        """
        desk = self._desk(project_key)
        found = [
            event
            for event in desk.events()
            if (not kinds or event.kind in kinds)
            and (not by or event.by in by)
            and (since is None or event.at >= since)
            and (until is None or event.at <= until)
            and (not models or model_named(event) in models)
        ]
        return tuple(desk.whole(found) if evidence else found)

    def event(self, project_key: str, event_id: str) -> Event | None:
        """One event with its evidence."""
        desk = self._desk(project_key)
        found = desk.event(event_id)
        return None if found is None else desk.whole([found])[0]

    def follow(self) -> None:
        """The workspace is live from now on: look at the journals regularly once they were asked for."""
        with self._guard:
            self._live = True
        self._start()

    def close(self) -> None:
        """Look no longer, and let the store keep what was read; fine to call twice.

        Takes no time worth mentioning where a journal was followed: what was not kept by then is read again.
        A command, which nobody waits to close, keeps the fold, so that the next is quick.
        """
        self._ending.set()
        thread = self._thread
        if thread is not None:
            thread.join()
        for desk in self._opened():
            desk.point(inherited=False)
            with contextlib.suppress(StoreError):
                desk.keep(self._workspace.store.keep_journal, fold=not self._live)

    def _in_scope(self) -> list[Project]:
        scope = self._workspace.scope
        return [project for project in self._workspace.projects if not scope or project.key in scope]

    def _opened(self) -> list[Desk]:
        with self._guard:
            return [desk for desk in self._desks.values() if desk.opened]

    def _desk(self, key: str) -> Desk:
        with self._guard:
            desk = self._desks.get(key)
            if desk is None:
                project = next((one for one in self._workspace.projects if one.key == key), None)
                if project is None:
                    raise UsageError(f"there is no project {safe_text(key, 80)!r}")
                desk = self._desks[key] = Desk(self._workspace, project)
        self._start()
        return desk

    def _start(self) -> None:
        with self._guard:
            if self._live and self._thread is None and self._desks and not self._ending.is_set():
                self._thread = threading.Thread(target=self._following, name="decisions", daemon=True)
                self._thread.start()

    def _following(self) -> None:
        while not self._ending.wait(EVERY):
            self.refresh()
            for desk in self._opened():
                if desk.point():
                    desk.keep(self._submit)

    def _submit(self, said: "Journaled") -> None:
        def work(store: "Store") -> Changed:
            store.keep_journal(said)
            return Changed()

        self._workspace.write(work)


def model_named(event: Event) -> str | None:
    """The model that an event names, if any."""
    if event.kind == ACKNOWLEDGE:
        return None  # its `model` is a verdict
    name = event.body.get("model")
    if name is None:
        subject = event.body.get("subject")
        name = subject.get("model") if isinstance(subject, dict) else None
    return name if isinstance(name, str) else None
