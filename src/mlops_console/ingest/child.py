"""The reader child: walks folders and parses files for the ingest thread, and does nothing else.

A hang, a crash or a memory bomb in somebody's file costs this process, never the console. It has no terminal,
ignores SIGINT, is nice, bounded in memory, and dies with its parent. Run as
`python -P -m mlops_console.ingest.child PAGE PARENT RELEASE` with requests on stdin and answers on stdout.
"""

import os
import queue
import sys
import threading
from dataclasses import replace

from mlops_console import beneath
from mlops_console.ingest import channel
from mlops_console.ingest.apart import settle_in
from mlops_console.ingest.claims import Claims
from mlops_console.ingest.discover import Discovery
from mlops_console.ingest.edition import OTHER_RELEASE, SIZE, release
from mlops_console.ingest.fingerprint import never_settled
from mlops_console.ingest.in_hand import HandPage
from mlops_console.ingest.messages import (
    Answer,
    Batch,
    Drop,
    Got,
    Look,
    Open,
    Opened,
    Order,
    Poll,
    Request,
    Scan,
    Took,
)
from mlops_console.readers import registry
from mlops_console.readers.contract import Budget
from mlops_console.store.packed import Packing

_MEMORY = 4 << 30
_NICER = 5


class Child:
    """Answers requests, one at a time."""

    def __init__(self, hand: HandPage) -> None:
        loaded = registry.load()
        self._warnings = loaded.warnings
        self._readers = loaded.readers
        self._claims = Claims(loaded.readers)
        self._hand = hand
        self._projects: dict[str, Discovery] = {}
        self._roots: dict[str, str] = {}

    def answer(self, request: Request) -> Answer | None:
        """Do what is asked."""
        match request:
            case Open():
                self._projects[request.project] = Discovery(request, self._claims, self._hand)
                self._roots[request.project] = request.root
                return Opened(tuple(self._readers), self._warnings)
            case Drop():
                self._projects.pop(request.project, None)
                return None
            case Scan():
                return self._projects[request.project].scan(request.seconds)
            case Look():
                return self._projects[request.project].look(request.folders)
            case Poll():
                return self._projects[request.project].poll(request.sources)
            case Batch():
                return self._read(request)

    def _read(self, request: Batch) -> Took:
        budget = Budget(request.points, request.seconds)
        got: list[Got] = []
        packing = Packing()
        points = 0
        for place, order in enumerate(request.orders):
            self._hand.take(place)
            left = Budget(max(1, request.points - points), request.seconds, budget.started)
            got.append(self._read_one(order, left, packing))
            points += got[-1].points
            # A reader may have said the facts and left the points: the others come before it goes on.
            if budget.spent(points):
                break
        self._hand.take(-1)
        return Took(tuple(got), beneath.opened(), packing.packed())

    def _read_one(self, order: Order, budget: Budget, packing: Packing) -> Got:
        source, root = order.source, self._roots[order.project]
        edition = self._claims.editions.get(source.reader, b"")
        differences = self._projects[order.project].differences
        found, modified = differences.before_read(source, first=order.cursor is None)
        reader = self._readers.get(source.reader)
        if reader is None:
            return _failed(found, modified, f"the reader {source.reader} is not installed here")
        cursor = _left_by(edition, order.cursor)
        try:
            chunk = reader.read(root, source, cursor, budget)
            points = len(chunk.points)
            rest, series = packing.take(chunk.points)
        except MemoryError:
            return _failed(found, modified, "reading it takes more memory than is allowed")
        except Exception as error:  # noqa: BLE001 - a plug-in's reader must not end the reading of the others
            words = f"the reader {source.reader} broke on it: {type(error).__name__}: {error}"
            return _failed(found, modified, words)
        if chunk.again:
            found = never_settled(found)
        differences.read_as(source, found)
        said = replace(chunk, points=rest, cursor=edition + chunk.cursor if chunk.cursor else b"")
        return Got(found, modified, said, series, points, anew=cursor is None)


def _left_by(edition: bytes, cursor: bytes | None) -> bytes | None:
    """The reader's own cursor, None where another edition of it left this one."""
    return cursor[SIZE:] if cursor is not None and cursor.startswith(edition) else None


def _failed(found: bytes, modified: int, why: str) -> Got:
    return Got(found, modified, None, failure=why)


class _Outbox(threading.Thread):
    """Writes answers while the next one is being made; one waits: the other end is never far behind."""

    def __init__(self, fd: int) -> None:
        super().__init__(name="answers", daemon=True)
        self._fd = fd
        self._waiting: queue.Queue[list[memoryview]] = queue.Queue(maxsize=1)

    def put(self, answer: Answer) -> None:
        self._waiting.put(channel.pack(answer))

    def run(self) -> None:
        while True:
            try:
                channel.write(self._fd, self._waiting.get())
            except OSError:
                os._exit(0)


def main(arguments: list[str]) -> int:
    """Answer until the other end closes."""
    page, parent = (int(argument) for argument in arguments[:2])
    settle_in(parent, _MEMORY, _NICER)
    if arguments[2:] != [release()]:
        return OTHER_RELEASE
    # What a reader prints by mistake goes to the log, not between the answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    hand = HandPage(page)
    child = Child(hand)
    outbox = _Outbox(answers)
    outbox.start()
    try:
        while True:
            request = channel.read(0)
            if not isinstance(request, Drop):
                hand.request += 1
            hand.take(-1)
            answer = child.answer(request)
            if answer is not None:
                outbox.put(answer)
    except channel.ClosedError:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
