"""A thread that hashes files while they arrive."""

import hashlib
import os
import queue
import threading
from dataclasses import dataclass, field
from typing import Final

_PIECE: Final = 1 << 20
_WAITING: Final = 64


@dataclass(slots=True, eq=False)
class Following:
    """A file that is being written, hashed behind its writer."""

    path: str
    fd: int
    """Its own; closed at the end."""
    offset: int = 0
    found: "hashlib._Hash" = field(default_factory=hashlib.sha256)


class Hasher:
    """Hashes what has arrived, in a thread that starts with the first piece.

    The writer is held up when it is far ahead, so that what is hashed is still in memory.
    """

    def __init__(self) -> None:
        self._arrived: queue.Queue[tuple[Following, int | None] | None] = queue.Queue(_WAITING)
        self._hashes: dict[str, str] = {}
        self._failure: OSError | None = None
        self._stopped = False
        self._thread: threading.Thread | None = None

    def arrived(self, following: Following, upto: int) -> None:
        """So many bytes of the file are there; OSError when an earlier piece could not be read."""
        if self._failure is not None:
            raise self._failure
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="hasher", daemon=True)
            self._thread.start()
        self._arrived.put((following, upto))

    def end(self, following: Following) -> None:
        """No more of this file comes."""
        if self._thread is None:
            os.close(following.fd)
        else:
            self._arrived.put((following, None))

    def finish(self) -> dict[str, str]:
        """The hashes of all files, by path, when the last is done."""
        self._end()
        if self._failure is not None:
            raise self._failure
        return self._hashes

    def stop(self) -> None:
        """Give up what is not done yet."""
        self._stopped = True
        self._end()

    def _end(self) -> None:
        if self._thread is not None:
            self._arrived.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        buffer = bytearray(_PIECE)
        while (task := self._arrived.get()) is not None:
            following, upto = task
            if upto is None:
                self._hashes[following.path] = following.found.hexdigest()
                os.close(following.fd)
            elif not self._stopped and self._failure is None:
                try:
                    _follow(following, upto, buffer)
                except OSError as error:
                    self._failure = error


def _follow(following: Following, upto: int, buffer: bytearray) -> None:
    view = memoryview(buffer)
    while following.offset < upto:
        wanted = view[: min(len(view), upto - following.offset)]
        got = os.preadv(following.fd, [wanted], following.offset)
        if not got:
            raise OSError("the copy became shorter while it was hashed")
        following.found.update(wanted[:got])
        following.offset += got
