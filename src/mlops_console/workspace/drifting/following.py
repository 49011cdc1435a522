"""While a console is open: new windows of its projects' monitors are judged as soon as they are complete.

One thread looks at the monitors' folders and opens none of their files; the analysis child reads and judges,
a window at a time. What cron or another console judges meanwhile is heard of by the names of its files.
"""

import contextlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mlops_console.drift.windows.listing import files_of
from mlops_console.drift.windows.model import Known, NotRemembered
from mlops_console.errors import ConsoleError, DataError
from mlops_console.records import Changed
from mlops_console.workspace.drifting.checking import Look, New, judge, look
from mlops_console.workspace.drifting.judged import JudgedFolder
from mlops_console.workspace.drifting.monitors import FileMemory, Watched, now, watched_in
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.states.summaries import summaries

if TYPE_CHECKING:
    from mlops_console.settings import Places
    from mlops_console.workspace.opening import Workspace

EVERY: Final = 0.5
"""Seconds between looks at the folders."""
_SHARE: Final = 0.01
"""Of the time at most goes into looking: where folders are large or far away it is done less often."""
_PATIENT: Final = 2.0
"""Seconds after which it is looked whether time alone has made something complete."""
_NEAR: Final = 60.0
"""Seconds before a window can be judged from which on the child is kept ready for it."""
_WARM: Final = 45.0
"""Seconds after which it is kept from being let go of while a window is near."""
_AGAIN: Final = 600.0
"""Seconds after which a window that could not be judged is tried again, if nothing of it changes before."""


@dataclass(slots=True)
class _Followed:
    """What is known of a monitor."""

    memory: FileMemory
    keys: frozenset[str] | None = None
    """Names of all files of judged windows when it was looked at last."""
    failed: dict[str, float] = field(default_factory=dict)
    """The file of a verdict -> when judging it failed."""
    look: Look | None = None
    seen: object = None
    """All that the last look depended on; None: it was none."""
    at: float = 0.0
    """When that was."""
    told: object = None
    """What was told of it last that no verdict's file says."""


class Following(threading.Thread):
    """Looks after the monitors of a workspace until it is closed."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(name="monitors", daemon=True)
        self._workspace = workspace
        self._refer = References(lambda: workspace)
        self._known: dict[tuple[str, str], _Followed] = {}
        self._ending = threading.Event()
        self._ready = 0.0
        """When the child is to be made ready again."""

    def run(self) -> None:
        """Look, judge, wait; until closed."""
        pause = 0.0
        while not self._ending.wait(pause):
            begun, self._away = time.monotonic(), 0.0
            self._round()
            looked = time.monotonic() - begun - self._away
            pause = 0.0 if self._judged else max(EVERY, looked * (1 / _SHARE - 1))
            self._get_ready()

    def close(self) -> None:
        """End; fine to call twice."""
        self._ending.set()
        if self.is_alive() and threading.current_thread() is not self:
            self.join(5.0)

    def looks(self) -> Mapping[tuple[str, str], Look]:
        """(project key, monitor) -> how it was found last: windows that are awaited, problems."""
        return {key: one.look for key, one in tuple(self._known.items()) if one.look is not None}

    _judged = False
    _away = 0.0
    """Seconds of a round in which the child was waited for."""

    def _round(self) -> None:
        self._judged = False
        there = set()
        for project in tuple(self._workspace.projects):
            try:
                monitors = watched_in([project])
            except OSError:
                continue
            for watched in monitors:
                if self._ending.is_set():
                    return
                there.add((watched.project.key, watched.name))
                self._one(watched)
        for gone in self._known.keys() - there:
            del self._known[gone]

    def _one(self, watched: Watched) -> None:
        key = (watched.project.key, watched.name)
        followed = self._known.get(key)
        if followed is None or followed.memory.path != FileMemory.path_of(watched, self._workspace.places):
            followed = self._known[key] = _Followed(FileMemory.of(watched, self._workspace.places))
        seen = self._seen(watched)
        if seen == followed.seen:
            waits = followed.failed or _awaits(followed.look)
            if not waits or time.monotonic() < followed.at + _PATIENT:
                return
        try:
            found = self._look(watched, followed)
        except (ConsoleError, OSError, NotRemembered):
            return
        followed.seen, followed.at, followed.look = seen, time.monotonic(), found
        if self._mended(watched, found):
            followed.seen = None
            return
        self._tell(watched, followed, found)
        for new in found.new:
            if self._ending.is_set():
                return
            if self._due(followed, new):
                self._judge(watched, followed, found, new)

    def _seen(self, watched: Watched) -> object:
        """What tells by names, sizes and times alone that nothing is new."""
        one, root = watched.monitor, watched.project.root
        labels = files_of(one.labels, root) if one.labels else None
        try:
            reference: object = self._refer(watched).identity
        except (ConsoleError, OSError) as error:
            reference = str(error)
        listed = JudgedFolder(watched.project, watched.name, self._workspace.places).list()
        return one, files_of(one.current, root), labels, reference, listed

    def _look(self, watched: Watched, followed: _Followed) -> Look:
        """How it stands; the child is asked about files that nobody has read yet.

        Raises:
            NotRemembered: They change faster than they are read: the next round looks again.
        """
        places = self._workspace.places
        try:
            return look(watched, places, self._refer, Known(followed.memory.kept))
        except NotRemembered:
            one = watched.monitor
            found = self._work(
                "look at windows",
                {
                    "place": one.current,
                    "root": watched.project.root,
                    "cutting": [one.window, one.time, one.rows, one.zone, one.settle_seconds],
                    "now": now(),
                    "kept": followed.memory.kept,
                },
            )
            followed.memory.kept.update(found)
            followed.memory.save(files_of(one.current, watched.project.root)[0])
        return look(watched, places, self._refer, Known(followed.memory.kept))

    def _judge(self, watched: Watched, followed: _Followed, found: Look, new: New) -> None:
        self._judged = True
        before = len(found.problems)
        if judge(found, new, self._work, wait=False):
            followed.failed.pop(_file(new), None)
            self._tell(watched, followed, found)
        elif len(found.problems) > before:
            followed.failed[_file(new)] = time.monotonic()
            self._workspace.tell(Changed(drift=frozenset((watched.project.key,))))
        else:
            followed.seen = None  # another process is at it, and may not come to an end

    def _due(self, followed: _Followed, new: New) -> bool:
        failed = followed.failed.get(_file(new))
        return failed is None or time.monotonic() - failed > _AGAIN

    def _tell(self, watched: Watched, followed: _Followed, found: Look) -> None:
        """Say so where it stands otherwise than before, whoever judged.

        What is to be shown of new windows is found before, so that nobody waits for it who asks then.
        """
        listed = found.folder.list()
        names = frozenset(key.file for key in listed.keys).union(*listed.labels.values())
        said = (found.why_not, tuple(found.problems), [one.name for one in found.cut.windows][-1:])
        before, followed.keys = followed.keys, names
        known, followed.told = followed.told, said
        if before is None or names != before:
            self._sum_up(watched)
        if before is not None and (names != before or said != known):
            self._workspace.tell(Changed(drift=frozenset((watched.project.key,))))

    def _sum_up(self, watched: Watched) -> frozenset[str]:
        """Have its windows told; the files among them that are damaged."""
        begun = time.monotonic()
        try:
            return summaries(self._workspace, watched).damaged
        except (ConsoleError, OSError):
            return frozenset()
        finally:
            self._away += time.monotonic() - begun

    def _mended(self, watched: Watched, found: Look) -> bool:
        """Take away damaged files of windows whose rows are still there, to be judged; whether any was."""
        there = {key.file.removesuffix(".json") for _, key in found.keys}
        damaged = {
            one
            for one in self._sum_up(watched)
            if one.partition(".labels-")[0].removesuffix(".json") in there
        }
        if not damaged:
            return False
        lock = found.folder.lock()
        try:
            if not lock.take():
                return False
            # Somebody else may have judged it anew meanwhile: what is whole now stays.
            gone = [one for one in sorted(damaged) if _removed(found, one, self._workspace.places)]
            return bool(gone)
        finally:
            lock.close()

    def _get_ready(self) -> None:
        """Have the child started, with all that it needs, shortly before there is something to judge.

        In between there is none: what it loads takes a hundred megabytes, of each console that is open.
        """
        if time.monotonic() < self._ready or self._judged or self._ending.is_set():
            return
        looks = [one.look for one in tuple(self._known.values()) if one.look is not None]
        judging = [one.watched for one in looks if _is_near(one, now()) and not one.watched.monitor.unusable]
        if judging:
            self._ready = time.monotonic() + _WARM
            with contextlib.suppress(ConsoleError):
                self._work("get ready", {"classifier": any(one.asks_classifier for one in judging)})

    def _work(self, name: str, given: dict[str, Any]) -> Mapping[str, Any]:
        from mlops_console.analysis.messages import Done

        begun = time.monotonic()
        answer = self._workspace.analyst.ask(
            name, {"request": given}, wanted=lambda: not self._ending.is_set()
        )
        self._away += time.monotonic() - begun
        if isinstance(answer, Done):
            found: Mapping[str, Any] = json.loads(answer.value)
            return found
        raise DataError(getattr(answer, "why", "nobody waited for it").rstrip("."))


def _awaits(look: Look | None) -> bool:
    """Whether time alone makes something new: windows to be over, files to have rested."""
    if look is None:
        return True
    return look.resting or not all(one.complete for one in look.cut.windows)


def _is_near(look: Look, instant: int) -> bool:
    """Whether a window may be complete soon, as far as times tell."""
    one, near = look.watched.monitor, int(_NEAR * 1e6)
    if look.resting and one.window in ("file", "rows"):
        return True
    settled = int(one.settle_seconds * 1e6)
    awaited = [each.end + settled for each in look.cut.windows if not each.complete and each.end is not None]
    return any(abs(each - instant) < near for each in awaited)


def _removed(found: Look, file: str, where: "Places") -> bool:
    folder = JudgedFolder(found.watched.project, found.watched.name, where)
    if ".labels-" in file:
        folder.read_labels(file)
    else:
        key = next((key for _, key in found.keys if key.file == file), None)
        if key is not None:
            folder.read(key)
    return file in folder.damaged and folder.remove(file)


def _file(new: New) -> str:
    return new.key.labels_file(new.labels) if new.labels else new.key.file
