"""The pipeline: from the files of the projects into the store, once or for as long as the console is open."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING

from mlops_console.errors import UsageError
from mlops_console.ingest.health import Health
from mlops_console.ingest.intake import Intake
from mlops_console.ingest.live import Live, Work
from mlops_console.ingest.report import ScanReport
from mlops_console.ingest.watch import Watcher
from mlops_console.records import Changed, Project
from mlops_console.store.problems import all_problems
from mlops_console.store.runs import run_count
from mlops_console.store.types import StoreRebuiltError

if TYPE_CHECKING:
    from mlops_console.store import Store
    from mlops_console.wishes.model import WatchWishes

_PROGRESS = 0.5
_FAREWELL = 10.0
_NOBODY_LOOKS = 4.0
"""Seconds that what was read may be held back where it is only counted."""


class Pipeline:
    """Reads projects into a store; all writes are on one thread: the caller's in `scan`, else its own."""

    def __init__(
        self,
        store: "Store",
        settings: "Callable[[Project], WatchWishes]",
        on_change: Callable[[Changed], None],
    ) -> None:
        self._store = store
        self._settings = settings
        self._on_change = on_change
        self._live: Live | None = None
        self._thread: threading.Thread | None = None
        self._watches: int | None = None

    @property
    def health(self) -> Health:
        """How things stand."""
        return self._live.health if self._live is not None else Health(role=self._store.role)

    def scan(self, projects: Sequence[Project], progress: Callable[[str], None] | None = None) -> ScanReport:
        """Read everything new in these projects once, in the calling thread."""
        if self._thread is not None:
            raise UsageError("The projects are being watched already.")
        started = said = monotonic()
        tally = Changed()

        def count(changed: Changed) -> None:
            nonlocal tally
            tally |= changed
            self._on_change(changed)

        intake = Intake(self._store, self._settings, count)
        intake.held.seconds = _NOBODY_LOOKS
        try:
            for project in projects:
                intake.add(project)
                intake.scan(project.key)
            while not intake.idle:
                try:
                    intake.hot_due = True
                    intake.fill()
                    intake.take(0.2)
                    intake.settle(if_due=True)
                except StoreRebuiltError:
                    intake.reload()
                if progress is not None and monotonic() - said >= _PROGRESS:
                    said = monotonic()
                    progress(_words(intake))
        finally:
            intake.close_child()
        keys = [project.key for project in projects]
        with closing(self._store.connect()) as connection:
            runs = run_count(connection, keys)
            problems = tuple(problem for _, _, problem in all_problems(connection, keys))
        return ScanReport(
            new=len(tally.added),
            updated=len(tally.runs - tally.added),
            unchanged=max(0, runs - len(tally.runs)),
            problems=problems,
            seconds=monotonic() - started,
            files_opened=intake.opened,
        )

    def start(self, projects: Sequence[Project]) -> None:
        """Watch these projects from now on, in the ingest thread."""
        if self._thread is not None:
            return
        watcher = Watcher() if self._watches is None else Watcher(self._watches)
        intake = Intake(self._store, self._settings, self._on_change)
        self._live = Live(intake, watcher, projects, self._on_change)
        self._thread = threading.Thread(target=self._live.run, name="ingest", daemon=True)
        self._thread.start()

    def watch(self, project: Project) -> None:
        """Watch one more project."""
        self._wish(project)

    def unwatch(self, project_key: str) -> None:
        """Look after a project no longer; what the store knows of it is not touched."""
        self._wish(project_key)

    def rescan(self) -> None:
        """Look at everything now."""
        self._wish(None)

    def submit(self, work: Work) -> None:
        """Do a write where all writes are done; what it changed is told as any change."""
        if self._thread is None:
            self._on_change(work(self._store))
        else:
            self._wish(work)

    def stop(self) -> None:
        """Finish the chunk at hand and stop; the store may be closed afterwards."""
        if self._live is None or self._thread is None:
            return
        self._live.intake.stopping.set()
        self._live.wake()
        self._thread.join(_FAREWELL)
        self._thread = None

    def _wish(self, wish: Project | str | Work | None) -> None:
        if self._live is not None:
            self._live.inbox.put(wish)
            self._live.wake()


def _words(intake: Intake) -> str:
    folders = sum(state.folders for state in intake.states.values())
    return f"{folders:,} folders, {intake.opened:,} files read, {intake.waiting:,} sources to go"
