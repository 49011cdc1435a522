"""Finding what holds runs in a project: a pruned walk that remembers what it saw.

A folder whose own time has not moved is not listed again; only files that a reader claimed, or whose heads
decided, are asked for their times. Links are never followed.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import nsmallest
from pathlib import Path
from time import monotonic, process_time

from mlops_console import beneath
from mlops_console.ingest.claims import QUIETLY_GONE, Claims, remembered_form
from mlops_console.ingest.differences import Differences
from mlops_console.ingest.folders import Folders, Node
from mlops_console.ingest.in_hand import HandPage
from mlops_console.ingest.messages import Open, Polled, Seen, SourceId
from mlops_console.records import Problem

_UPPERMOST = 1_024
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Root:
    """The project's folder as it is now; `lost` says why its runs can't be judged."""

    identity: tuple[int, int] | None
    lost: str = ""


class Discovery:
    """One project, as the child knows it."""

    def __init__(self, order: Open, claims: Claims, hand: HandPage) -> None:
        self.folders = Folders(order, claims, hand)
        self.differences = Differences(self.folders.stats, order.known, claims.editions)
        self._project = order.project
        self._device = order.device
        self._hand = hand
        self._walk = 0
        self._steps: Iterator[None] | None = None
        self._met = 0
        self._spent = 0.0

    def scan(self, seconds: float) -> Seen:
        """Go on with the walk of the whole project for so long."""
        started = process_time()
        seen = self._scan(seconds)
        self._spent += process_time() - started
        return replace(seen, spent=self._spent)

    def _scan(self, seconds: float) -> Seen:
        if self._steps is None:
            self._walk += 1
            self._met = 0
            self._spent = 0.0
            self.folders.stats.forget_below()
            self._steps = self._whole()
        end = monotonic() + seconds
        for _ in self._steps:
            if monotonic() >= end:
                return self._seen(done=False)
        self._steps = None
        root = self._identify()
        if root.lost:
            self.differences.keep()
            return self._seen(root=root, problems=(Problem(".", root.lost),))
        self._drop_unmet()
        problems = [problem for node in self.folders.nodes.values() for problem in node.problems]
        problems += self.folders.unread.values()
        return self._seen(root=root, problems=tuple(problems), below=self._uppermost())

    def look(self, folders: tuple[tuple[str, bool], ...]) -> Seen:
        """Look at single folders now, some with all that lies below them."""
        started = process_time()
        root = self._identify()
        if root.lost:
            return self._seen(root=root)
        met: list[str] = []
        for start, below in folders:
            stack = [start] if self.folders.may_enter(start) else []
            while stack and len(met) < _UPPERMOST:
                path = stack.pop()
                old = self.folders.nodes.get(path)
                node = self._visit(path, _depth(path))
                if node is None:
                    self._forget(path)
                    continue
                met.append(path)
                children = node.children(path)
                for gone in set(old.children(path) if old is not None else ()).difference(children):
                    self._forget(gone)
                # What was never met is walked in any case: it may have been made before the watch was set.
                stack += (
                    children if below else [child for child in children if child not in self.folders.nodes]
                )
        self.differences.settle_vanished()
        return replace(self._seen(root=root, below=tuple(met)), spent=process_time() - started)

    def poll(self, sources: tuple[SourceId, ...]) -> Polled:
        """Which of these known sources have changed."""
        started = process_time()
        missing = []
        for name in sources:
            self._hand.beat()
            if not self.differences.poll(name):
                missing.append(name)
        finds = tuple(self.differences.finds.values())
        self.differences.finds = {}
        return Polled(self._project, finds, tuple(missing), process_time() - started)

    def _seen(
        self,
        *,
        root: _Root | None = None,
        done: bool = True,
        problems: tuple[Problem, ...] | None = None,
        below: tuple[str, ...] = (),
    ) -> Seen:
        found = self.differences.take()
        return Seen(
            self._project, found.finds, found.vanished, found.pending, found.looks, below,
            folders=self._met, total=len(self.differences), done=done, problems=problems,
            identity=root.identity if root else None, opened=beneath.opened(),
        )  # fmt: skip

    def _identify(self) -> _Root:
        self._hand.take(-1, ".")
        full = self.folders.full(".")
        try:
            found = Path(full).stat()
            if not stat.S_ISDIR(found.st_mode):
                return _Root(None, "the project's path is no folder any more; its runs are kept as they were")
            if found.st_dev != self._device:
                with os.scandir(full) as entries:
                    if next(entries, None) is None:
                        return _Root(
                            None, "what was mounted at the project's folder is not; its runs are kept"
                        )
        except OSError as error:
            reason = "is gone" if error.errno in QUIETLY_GONE else beneath.why_not(error)
            return _Root(None, f"the project's folder {reason}; its runs are kept as they were")
        self._device = found.st_dev
        return _Root((found.st_dev, found.st_ino))

    def _whole(self) -> Iterator[None]:
        if self._identify().lost:
            return
        stack = [(".", 0)]
        while stack:
            path, depth = stack.pop()
            node = self._visit(path, depth)
            if node is not None:
                self._met += 1
                stack += [(child, depth + 1) for child in reversed(node.children(path))]
            yield

    def _visit(self, path: str, depth: int) -> Node | None:
        old = self.folders.nodes.get(path)
        node = self.folders.visit(path, depth)
        if node is None:
            return None
        node.walk = self._walk
        before = old.verdict if old is not None else None
        verdict = node.verdict
        if before is not None and before is not verdict:
            self.differences.doubt(before.sources)
        for source in verdict.sources if verdict is not None else ():
            self.differences.met(source)
        pending = verdict.pending if verdict is not None else _NONE
        if pending != (before.pending if before is not None else _NONE):
            self.differences.pending[path] = pending
        if (
            verdict is not None
            and verdict is not before
            and verdict.fresh
            and verdict.headed
            and verdict.stamp
        ):
            self.differences.looks[path] = remembered_form(verdict)
        return node

    def _drop_unmet(self) -> None:
        """After a whole walk: what was not met is gone, except where a folder could not be read."""
        nodes = self.folders.nodes
        for path in [path for path in self.folders.unread if not self._still_unread(path)]:
            del self.folders.unread[path]
        shut = tuple(path + "/" for path in self.folders.unread)
        if "." not in self.folders.unread:
            for path in [path for path, node in nodes.items() if node.walk != self._walk]:
                if not f"{path}/".startswith(shut):
                    self._drop(path)
            self.differences.drop_orphans(shut)
        self.differences.settle_vanished()
        self.folders.looks.clear()

    def _still_unread(self, path: str) -> bool:
        """Whether a folder that could not be read is there at all."""
        try:
            os.lstat(self.folders.full(path))
        except OSError as error:
            return error.errno not in QUIETLY_GONE
        return True

    def _forget(self, path: str) -> None:
        if path not in self.folders.unread:
            for one in self.folders.below(path):
                self._drop(one)

    def _drop(self, path: str) -> None:
        node = self.folders.drop(path)
        if node is not None and node.verdict is not None:
            self.differences.doubt(node.verdict.sources)
            if node.verdict.pending:
                self.differences.pending[path] = _NONE

    def _uppermost(self) -> tuple[str, ...]:
        return tuple(nsmallest(_UPPERMOST, self.folders.nodes, key=_depth))


def _depth(path: str) -> int:
    return 0 if path == "." else path.count("/") + 1
