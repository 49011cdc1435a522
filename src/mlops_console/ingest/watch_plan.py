"""Which folders are worth a watch, and what a told change means for the sources."""

import heapq
from collections.abc import Iterator
from time import monotonic, time_ns
from typing import TYPE_CHECKING

from mlops_console.ingest.mounts import shared_kind
from mlops_console.ingest.watch import MOST, Told, Watcher

if TYPE_CHECKING:
    from mlops_console.ingest.intake import Intake
    from mlops_console.ingest.messages import Seen
    from mlops_console.ingest.project_state import Entry, ProjectState

_LIVE_NS = 15 * 60 * 1_000_000_000
"""A source whose files moved within so long is polled."""
_LOOK_AGAIN = 0.3
"""Seconds between two looks at one folder, whatever is told of it."""
_CALM = 30.0
"""Seconds without a lost change after which the badge goes."""


class WatchPlan:
    """Turns what the system tells into looks and reads."""

    def __init__(self, intake: "Intake", watcher: Watcher) -> None:
        self.watchable = 0
        self.planned = False
        """The set of watched folders is up to date."""
        self.ever_planned = False
        self._intake = intake
        self._watcher = watcher
        self._shared: dict[str, str] = {}
        self._looked: dict[tuple[str, str], float] = {}
        self._later: dict[tuple[str, str], bool] = {}
        self._overflowed = -_CALM

    @property
    def words(self) -> str:
        """Why not all changes are told, in a sentence; empty when they are."""
        for key, kind in self._shared.items():
            if kind:
                name = self._intake.states[key].project.name
                return f"{name} lies on a shared file system ({kind}): other machines' changes are polled for"
        if self._watcher.trouble:
            return self._watcher.trouble
        if monotonic() - self._overflowed < _CALM:
            return "more changes came than the system could tell: polling"
        return ""

    def plan(self) -> None:
        """Choose what to watch: the roots, what is around the newest sources, the uppermost folders."""
        wanted: dict[str, None] = {}
        states = [state for state in self._intake.states.values() if not self._kind(state)]
        for state in states:
            wanted[self._full(state, ".")] = None
        newest = heapq.nlargest(
            MOST,
            (
                (entry.modified_ns, state, entry)
                for state in states
                for entry in state.entries.values()
                if not entry.gone
            ),
            key=lambda one: one[0],
        )
        around = [(state, list(_folders_of(entry))) for _, state, entry in newest]
        for state, folders in around:
            for folder in folders:
                wanted[self._full(state, folder.rpartition("/")[0] or ".")] = None
        for state, folders in around:
            for folder in folders:
                wanted[self._full(state, folder)] = None
        for state in states:
            for folder in state.uppermost:
                wanted[self._full(state, folder)] = None
        self.watchable = len(wanted)
        # What happened between a walk and the watch was told to nobody.
        for full in self._watcher.want(wanted):
            for state in states:
                place = _within(state.project.root.rstrip("/"), full)
                if place is not None:
                    self._intake.look(state.project.key, place)
        self.planned = self.ever_planned = True

    def seen(self, seen: "Seen") -> None:
        """A walk or a look is over: watch what it met that is new, and look again at what was not watched."""
        state = self._intake.states[seen.project]
        if seen.finds or seen.vanished or (seen.problems is not None and state.moved):
            self.planned = False
        if seen.problems is not None:
            return
        if self._kind(state):
            return
        for folder in seen.below:
            # What was made between the look and the watch was told to nobody.
            if self._watcher.add(self._full(state, folder)):
                self._intake.look(seen.project, folder)

    def heed(self, told: Told) -> None:
        """Take in what was told."""
        if told.overflow:
            self._overflowed = monotonic()
            for key in self._intake.states:
                self._intake.scan(key)
        for state in self._intake.states.values():
            root = state.project.root.rstrip("/")
            for full, name in told.changed:
                folder = _within(root, full)
                if folder is not None:
                    self._changed(state, folder, name)
            for full in told.listed:
                folder = _within(root, full)
                if folder is not None:
                    self._look(state.project.key, folder)
            for full in told.moved:
                folder = _within(root, full)
                if folder is not None:
                    self._look(state.project.key, folder, below=True)

    def due(self, now: float) -> None:
        """Ask for the looks that were put off."""
        for (key, folder), below in list(self._later.items()):
            if now - self._looked.get((key, folder), 0.0) >= _LOOK_AGAIN:
                del self._later[key, folder]
                self._look(key, folder, below=below)
        if len(self._looked) > 4 * MOST:
            self._looked = {name: at for name, at in self._looked.items() if now - at < _LOOK_AGAIN}

    @property
    def put_off(self) -> bool:
        """Whether looks are put off."""
        return bool(self._later)

    def live(self, state: "ProjectState") -> list["Entry"]:
        """The sources whose files moved lately."""
        since = time_ns() - _LIVE_NS
        return [entry for entry in state.entries.values() if entry.modified_ns > since and not entry.gone]

    def _changed(self, state: "ProjectState", folder: str, name: str) -> None:
        path = name if folder == "." else f"{folder}/{name}"
        for entry in state.of_file(path):
            if not entry.gone:
                self._intake.backlog.add(entry)
        if name in state.pending.get(folder, ()):
            self._look(state.project.key, folder)

    def _look(self, key: str, folder: str, *, below: bool = False) -> None:
        now = monotonic()
        if now - self._looked.get((key, folder), -_LOOK_AGAIN) < _LOOK_AGAIN:
            self._later[key, folder] = self._later.get((key, folder), False) or below
            return
        self._looked[key, folder] = now
        self._intake.look(key, folder, below=below)

    def _kind(self, state: "ProjectState") -> str:
        key = state.project.key
        if key not in self._shared:
            self._shared[key] = shared_kind(state.project.root)
        return self._shared[key]

    @staticmethod
    def _full(state: "ProjectState", folder: str) -> str:
        root = state.project.root.rstrip("/")
        return (root or "/") if folder == "." else f"{root}/{folder}"


def _folders_of(entry: "Entry") -> Iterator[str]:
    """The folders whose changes matter to a source."""
    yield from dict.fromkeys(file.rpartition("/")[0] or "." for file in entry.source.files)
    if entry.source.path not in entry.source.files:
        yield entry.source.path


def _within(root: str, full: str) -> str | None:
    if full == root or (not root and full == "/"):
        return "."
    return full[len(root) + 1 :] if full.startswith(root + "/") else None
