"""The ingest thread: it alone writes to the store while the console is open."""

import logging
import os
import queue
import selectors
import time
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic, process_time
from typing import TYPE_CHECKING

from mlops_console.errors import ConsoleError
from mlops_console.ingest.health import Health
from mlops_console.ingest.intake import Intake, StoppedError
from mlops_console.ingest.processes import alive
from mlops_console.ingest.schedule import Round
from mlops_console.ingest.watch import Watcher
from mlops_console.ingest.watch_plan import WatchPlan
from mlops_console.records import Changed, Project
from mlops_console.store.types import StoreRebuiltError

if TYPE_CHECKING:
    from mlops_console.ingest.messages import Seen
    from mlops_console.store import Store

_log = logging.getLogger(__name__)

_COMMIT = 0.25
"""Seconds between two reads of the sources that keep growing."""
_GATHER = 0.05
"""Seconds in which told changes gather: taking them one by one costs more."""
_NAP = 1.0
_POLL = 2.0
_SWEEP = 1.5
_RESCAN = 30.0
_RESCAN_POLLING = 10.0
_PLAN = 1.0
_SUCCEED = 3.0
_AFTER_TROUBLE = 5.0

Work = Callable[["Store"], Changed]


class Live:
    """What runs in the ingest thread until it is stopped."""

    def __init__(
        self, intake: Intake, watcher: Watcher, projects: Sequence[Project], report: Callable[[Changed], None]
    ) -> None:
        self.intake = intake
        self.inbox: queue.SimpleQueue[Project | str | Work | None] = queue.SimpleQueue()
        """Projects to add, keys of those to leave, writes to do; None: look at everything now."""
        self.health = Health("scanning", role=intake.store.role)
        self._report = report
        self._watcher = watcher
        self._watch_plan = WatchPlan(intake, watcher)
        self._rescans: dict[str, Round] = {}
        self._walks: dict[str, float] = {}
        """What the last walk through each project cost, CPU seconds."""
        self._poll = Round(_POLL, most=10.0, share=0.003)
        self._sweep = Round(_SWEEP, most=15.0, share=0.003)
        self._plan = Round(_PLAN, most=30.0)
        self._succeed = Round(_SUCCEED)
        self._read = Round(_COMMIT, most=1.0, share=0.6)
        self._listen_at = 0.0
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_out, False)
        os.set_blocking(self._wake_in, False)
        self._cost = 0.0
        self._trouble = ""
        for project in projects:
            self.inbox.put(project)
        intake.met = self._seen
        intake.stands = self._say
        intake.waits_for_room = True

    def wake(self) -> None:
        """Let the thread look at its inbox; for other threads."""
        try:
            os.write(self._wake_in, b"!")
        except OSError:
            return

    def run(self) -> None:
        """Work until `intake.stopping` is set."""
        try:
            self._watcher.open()
            while not self.intake.stopping.is_set():
                try:
                    self._turn()
                except StoppedError:
                    break
                except StoreRebuiltError:
                    self.intake.reload()
                except Exception as error:  # noqa: BLE001 - the console goes on and says what is wrong
                    self._recover(error)
        finally:
            self.intake.close_child()
            self._watcher.close()
            os.close(self._wake_out)
            os.close(self._wake_in)
            self.health = Health("stopped", role=self.intake.store.role)

    def _add(self, project: Project) -> None:
        if project.key not in self.intake.states:
            self.intake.add(project)
            self._rescans[project.key] = Round(_RESCAN, times=20.0)
            self.intake.scan(project.key)
            self._watch_plan.planned = False

    def _drop(self, key: str) -> None:
        if self.intake.states.pop(key, None) is not None:
            del self._rescans[key]
            self._walks.pop(key, None)
            self.intake.reload()
            self._watch_plan.planned = False

    def _recover(self, error: Exception) -> None:
        """After an error nobody foresaw: forget what is under way, begin anew from the store."""
        _log.error("ingest: %s", error, exc_info=error)
        self._trouble = str(error) if isinstance(error, ConsoleError) else f"{type(error).__name__}: {error}"
        self._say()
        self.intake.stopping.wait(_AFTER_TROUBLE)
        try:
            self.intake.reload()
            self._trouble = ""
        except ConsoleError as again:
            self._trouble = str(again)

    def _turn(self) -> None:
        """One round: do what is due, keep the child busy, wait for whatever comes first."""
        self._obey()
        self._rounds(monotonic())
        self._fill()
        self._wait()
        if monotonic() >= self._listen_at:
            told = self._watcher.told()
            if told:
                self._watch_plan.heed(told)
                self._listen_at = monotonic() + _GATHER
        started = process_time()
        self.intake.take()
        self.intake.settle(if_due=True)
        self._cost += process_time() - started
        self._replan()
        self._say()

    def _replan(self) -> None:
        states = self.intake.states.values()
        walked = bool(states) and all(state.of or state.lost for state in states)
        if walked and not self._watch_plan.planned and self._plan.is_due(monotonic()):
            started = process_time()
            self._watch_plan.plan()
            self._plan.done(process_time() - started)

    def _fill(self) -> None:
        due = self._read.is_due(monotonic())
        self.intake.hot_due = due
        self.intake.fill()
        if due and not self.intake.hot_due:
            self._read.done(self._cost)
            self._cost = 0.0

    def _wait(self) -> None:
        intake = self.intake
        child = intake.child
        with selectors.DefaultSelector() as ready:
            ready.register(self._wake_out, selectors.EVENT_READ)
            if child is not None:
                ready.register(child.answers_fd, selectors.EVENT_READ)
            started = monotonic()
            if self._watcher.fd >= 0 and started >= self._listen_at:
                ready.register(self._watcher.fd, selectors.EVENT_READ)
            found = ready.select(self._nap(started))
            if self._wake_out in (key.fd for key, _ in found):
                os.read(self._wake_out, 4096)
        if not found:
            intake.judge(monotonic() - started)

    def _nap(self, now: float) -> float:
        # A walk that is under way is due until it is over: its answers wake us.
        waits = [rescan.due for key, rescan in self._rescans.items() if not self.intake.scanning(key)]
        dues = [self._sweep.due, self._poll.due, *waits]
        if self.intake.backlog.hot and not (self.intake.child and self.intake.child.busy):
            dues.append(self._read.due)
        if self._listen_at > now:
            dues.append(self._listen_at)
        if self.intake.held:
            dues.append(self.intake.held.due_at)
        if self._watch_plan.put_off:
            dues.append(now + 0.1)
        return max(0.0, min(_NAP, min(dues) - now))

    def _rounds(self, now: float) -> None:
        intake = self.intake
        self._watch_plan.due(now)
        for key, rescan in self._rescans.items():
            if rescan.is_due(now) and not intake.scanning(key):
                intake.scan(key)
        if self._poll.is_due(now):
            started = process_time()
            for key, state in intake.states.items():
                names = [entry.name for entry in self._watch_plan.live(state)]
                if names and state.ready and not state.lost:
                    intake.poll(key, names)
            self._poll.done(intake.poll_cost + 2 * (process_time() - started))
        if self._sweep.is_due(now):
            started = process_time()
            swept = intake.write(lambda: intake.store.sweep(time.time_ns() // 1000, alive))
            intake.publish(swept)
            self._sweep.done(process_time() - started)
        if intake.store.role == "follower" and self._succeed.is_due(now):
            self._succeed.done()
            if intake.store.try_become_owner():
                intake.reload()
                self._report(Changed(health=True))

    def _obey(self) -> None:
        while True:
            try:
                wish = self.inbox.get_nowait()
            except queue.Empty:
                return
            if wish is None:
                for rescan in self._rescans.values():
                    rescan.now()
                for key in self.intake.states:
                    self.intake.scan(key)
            elif isinstance(wish, Project):
                self._add(wish)
            elif isinstance(wish, str):
                self._drop(wish)
            else:
                self.intake.publish(self.intake.write(partial(wish, self.intake.store)))

    def _seen(self, seen: "Seen") -> None:
        if seen.problems is not None:
            rescan = self._rescans[seen.project]
            rescan.least = _RESCAN_POLLING if self._watch_plan.words else _RESCAN
            # Fifty projects together cost no more than one that is as large.
            self._walks[seen.project] = seen.spent
            rescan.done(sum(self._walks.values()))
            if not self._watch_plan.ever_planned:
                self._plan.now()
        self._watch_plan.seen(seen)

    def _say(self) -> None:
        """Renew the snapshot of our state; tell those who look when it differs."""
        intake = self.intake
        states = intake.states.values()
        polling = self._watch_plan.words
        first = not self._watch_plan.ever_planned or any(not state.of and not state.lost for state in states)
        words = self._trouble or intake.full or polling
        health = Health(
            state="scanning" if first else "polling" if polling else "live",
            watching=self._watcher.watching,
            watchable=self._watch_plan.watchable,
            folders=sum(state.folders for state in states),
            of=sum(state.of for state in states),
            waiting=intake.waiting,
            role=intake.store.role,
            words=words,
            notices=intake.warnings,
        )
        if health != self.health:
            self.health = health
            self._report(Changed(health=True))
