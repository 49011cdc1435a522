"""Keeping the reader child busy and putting what it finds into the store, exactly once.

Two requests are under way at any time, so that the child reads while this side applies. A cursor moves only
with the chunk that it came with; whatever dies in between is asked for again.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from mlops_console.errors import ConsoleError, StoreFullError
from mlops_console.ingest import child_death, taking
from mlops_console.ingest.child_process import ChildDiedError, ReaderChild
from mlops_console.ingest.holding import Held
from mlops_console.ingest.messages import Batch, Look, Open, Order, Poll, Request, Scan, Seen, SourceId
from mlops_console.ingest.project_state import Backlog, Entry, ProjectState
from mlops_console.records import Changed, Chunk, Points, Problem, Project
from mlops_console.store.types import Read

if TYPE_CHECKING:
    from mlops_console.store import Store
    from mlops_console.wishes.model import WatchWishes

T = TypeVar("T")
_UNDER_WAY = 2
_LOOKS_AT_ONCE = 128
_FULL_RETRY = 2.0
_SHORT_LIVED = 5
"""So many children in a row that died before they answered anything: something else is wrong."""


class StoppedError(Exception):
    """The work was stopped while it waited."""


class Intake:
    """The projects, the child and the store; used by one thread."""

    def __init__(
        self,
        store: "Store",
        settings: "Callable[[Project], WatchWishes]",
        report: Callable[[Changed], None],
        *,
        patience: float = 20.0,
    ) -> None:
        self.store = store
        self.states: dict[str, ProjectState] = {}
        self.backlog = Backlog()
        self.held = Held()
        self.child: ReaderChild | None = None
        self.stopping = threading.Event()
        self.full = ""
        """Why nothing can be written at the moment; empty when it can."""
        self.waits_for_room = False
        self.warnings: tuple[str, ...] = ()
        self.hot_due = True
        """Sources that grew may be read now."""
        self.poll_cost = 0.0
        """CPU seconds of the child's last poll."""
        self.opened = 0
        """Files that were opened so far."""
        self.met: Callable[[Seen], None] = lambda seen: None
        """Told of each look and of each slice of a walk."""
        self.stands: Callable[[], None] = lambda: None
        """Told when writing stops or goes on again."""
        self._settings = settings
        self._report = report
        self._patience = patience
        self.scans: deque[str] = deque()
        self._looks: dict[str, dict[str, bool]] = {}
        self._polls: dict[str, tuple[SourceId, ...]] = {}
        self._under_way: dict[type, int] = {}
        self.batch = 256
        """How many sources to ask for at once; a read's budget ends it sooner where they are large."""
        self._opened_by_child = 0
        self._stillborn = 0
        self._turn = False

    def add(self, project: Project) -> ProjectState:
        """Take a project in."""
        state = self.states.get(project.key)
        if state is None:
            state = self.states[project.key] = ProjectState(project, self._settings(project))
            self.store.allow_silence(project.key, int(state.settings.silence_seconds * 1e6))
            state.load(self.store.known(project.key))
        return state

    def reload(self) -> None:
        """Begin anew from what the store holds now: it has become another one."""
        self.close_child()
        self.backlog.clear()
        self.held.clear()
        self.scans.clear()
        self._looks.clear()
        self._polls.clear()
        for state in self.states.values():
            state.load(self.store.known(state.project.key))
            state.ready, state.problems = False, None
            self.scan(state.project.key)

    def scan(self, key: str) -> None:
        """Let a project be walked through."""
        if key not in self.scans:
            self.scans.append(key)

    def scanning(self, key: str) -> bool:
        """Whether the walk is wanted or under way."""
        return key in self.scans

    def look(self, key: str, folder: str, *, below: bool = False) -> None:
        """Let a folder be looked at soon."""
        looks = self._looks.setdefault(key, {})
        looks[folder] = looks.get(folder, False) or below

    def poll(self, key: str, sources: Iterable[SourceId]) -> None:
        """Let sources be asked whether they changed."""
        self._polls[key] = tuple(sources)

    @property
    def idle(self) -> bool:
        """Whether nothing is left to do."""
        asked = self.child is not None and self.child.busy
        return not (asked or self.scans or any(self._looks.values()) or self._polls or len(self.backlog))

    @property
    def waiting(self) -> int:
        """Sources that are still to be read, or being read."""
        return len(self.backlog) + (self.child.reading if self.child is not None else 0)

    def fill(self) -> None:
        """Ask for as much as may be under way."""
        try:
            while True:
                if self.child is None:
                    if self.idle:
                        return
                    self.child = ReaderChild(self.store.places.log, self._patience)
                if self.child.busy >= _UNDER_WAY:
                    return
                request = self._next(self.child.busy)
                if request is None:
                    return
                self._under_way[type(request)] = self._under_way.get(type(request), 0) + 1
                self.child.ask(request)
        except ChildDiedError as death:
            self._record_death(death)

    def take(self, seconds: float | None = None) -> bool:
        """Handle the answers that have come, waiting up to `seconds` for one; whether there was any."""
        if self.child is None:
            return False
        try:
            answers = self.child.receive() if seconds is None else self.child.wait(seconds)
        except ChildDiedError as death:
            self._record_death(death)
            return True
        for request, answer in answers:
            self._under_way[type(request)] -= 1
            self._stillborn = 0
            taking.handle(self, request, answer)
        return bool(answers)

    def settle(self, *, if_due: bool = False) -> None:
        """Write what was read and is held back to be written together with more."""
        more_comes = bool(self._under_way.get(Batch) or self.scans)
        if self.held and (self.held.enough or not (if_due and more_comes)):
            taking.settle(self)

    def judge(self, waited: float) -> None:
        """Nothing came for so many seconds: give the child up if it shows no life."""
        if self.child is not None and self.child.busy:
            try:
                self.child.judge(waited)
            except ChildDiedError as death:
                self._record_death(death)

    def close_child(self) -> None:
        """End the child; what it was asked for is forgotten."""
        if self.child is not None:
            self.child.close()
        self.child = None
        self._under_way.clear()
        self._opened_by_child = 0
        for state in self.states.values():
            state.ready = False
            for entry in state.entries.values():
                entry.reading = False

    def write(self, work: Callable[[], T]) -> T:
        """Do a write, after what is held back; on a full disk, wait for room if that is what this is for."""
        self.settle()
        while True:
            try:
                result = work()
            except StoreFullError as error:
                if not self.waits_for_room:
                    raise
                self.full = str(error)
                self.stands()
                if self.stopping.wait(_FULL_RETRY):
                    raise StoppedError from error
                continue
            if self.full:
                self.full = ""
                self.stands()
            return result

    def publish(self, changed: Changed) -> None:
        """Tell those who look."""
        if changed:
            self._report(changed)

    def put_problems(self, state: ProjectState, problems: tuple[Problem, ...]) -> None:
        """Keep what discovery has to say about a project, if it is something new."""
        problems = (*problems, *state.skip.values())
        if problems != state.problems:
            self.publish(self.write(lambda: self.store.found_problems(state.project.key, problems)))
            state.problems = problems

    def quarantine(self, entry: Entry, what: str) -> None:
        """Leave a source alone until it changes, and say why."""
        chunk = Chunk((), Points.empty(), (Problem(entry.source.path, what),), entry.cursor or b"")
        entry.fingerprint = entry.found.rstrip(b"~")
        read = Read(entry.project, entry.source, entry.fingerprint, chunk)
        self.publish(self.write(lambda: self.store.apply([read])))

    def _next(self, busy: int) -> Request | None:
        for state in self.states.values():
            if not state.ready:
                return None if busy else self._open(state)
        for key, looks in self._looks.items():
            if looks:
                now = tuple(looks.items())[:_LOOKS_AT_ONCE]
                for folder, _ in now:
                    del looks[folder]
                return Look(key, now)
        if self._polls:
            key, sources = self._polls.popitem()
            return Poll(key, sources)
        scan = self._next_scan()
        self._turn = not self._turn
        if scan is not None and self._turn:
            return scan
        return self._next_batch() or scan

    def _next_scan(self) -> Request | None:
        if not self.scans or self._under_way.get(Scan):
            return None
        return Scan(self.scans[0])

    def _next_batch(self) -> Request | None:
        hot = self.hot_due and self.backlog.hot
        if not hot and not self.backlog.rest:
            return None
        self.hot_due = self.hot_due and not hot
        entries = self.backlog.take(max(self.batch, 256) if hot else self.batch, hot=hot)
        return Batch(tuple(Order(entry.project, entry.source, entry.cursor) for entry in entries))

    def _open(self, state: ProjectState) -> Request:
        state.ready = True
        project = state.project
        return Open(
            project.key, project.root, project.device, project.inode,
            state.settings.prune, state.settings.max_depth,
            state.known(), self.store.looks(project.key), frozenset(state.skip),
        )  # fmt: skip

    def entry(self, order: Order) -> Entry:
        """The source that an order is about."""
        return self.states[order.project].entries[order.source.reader, order.source.path]

    def count_opened(self, opened: int) -> None:
        """The child has opened so many files since it was started."""
        self.opened += opened - self._opened_by_child
        self._opened_by_child = opened

    def _record_death(self, death: ChildDiedError) -> None:
        self._stillborn += 1
        self.close_child()
        self.settle()
        child_death.record(self, death)
        if self._stillborn >= _SHORT_LIVED:
            self._stillborn = 0
            raise ConsoleError(
                f"The reader process does not stay alive: {death.how}.",
                f"its words are in {self.store.places.log / 'reader.log'}",
            )
