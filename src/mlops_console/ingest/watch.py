"""Being told of changes: inotify through watchdog's lowest layer, one descriptor, no thread of its own.

Only this module knows watchdog. Its observers cost a thread a folder, go blind at the watch limit without a
word and lose bursts; the calls below them do what is needed. Whatever is missing or refused, `trouble` says
so and the caller polls: a told change is a hint, the rescan is the truth.
"""

import contextlib
import ctypes
import errno
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST = 1_024
_EVENT = struct.Struct("iIII")
_BUFFER = 1 << 18


@dataclass(slots=True)
class Told:
    """What was told since the last time."""

    changed: set[tuple[str, str]] = field(default_factory=set)
    """(folder, name) of files that were written to."""
    listed: set[str] = field(default_factory=set)
    """Folders in which names appeared or went."""
    moved: set[str] = field(default_factory=set)
    """Folders that went, or came from elsewhere."""
    overflow: bool = False
    """Changes were lost."""

    def __bool__(self) -> bool:
        return bool(self.changed or self.listed or self.moved or self.overflow)


class Watcher:
    """A bounded set of watched folders, given by absolute path."""

    def __init__(self, most: int = MOST) -> None:
        self.trouble = ""
        """Why not everything that should be is watched; empty when all is well."""
        self.fd = -1
        self._most = min(most, max(1, _allowed() // 8))
        self._path_of: dict[int, str] = {}
        self._number_of: dict[str, int] = {}
        self._calls: Any = None

    def open(self) -> "Watcher":
        """Get ready to watch; until then, and where that fails, nothing is told."""
        try:
            from watchdog.observers import inotify_c

            self._calls = inotify_c
            constants = inotify_c.InotifyConstants
            self._dir = constants.IN_ISDIR
            self._overflow, self._ignored = constants.IN_Q_OVERFLOW, constants.IN_IGNORED
            self._written = constants.IN_MODIFY | constants.IN_CLOSE_WRITE
            self._gone = constants.IN_DELETE | constants.IN_MOVED_FROM | constants.IN_MOVED_TO
            self._self = constants.IN_DELETE_SELF | constants.IN_MOVE_SELF
            made = constants.IN_CREATE | self._gone | self._self
            only = constants.IN_ONLYDIR | constants.IN_DONT_FOLLOW | constants.IN_EXCL_UNLINK
            self._mask = self._written | made | only
            self.fd = inotify_c.inotify_init()
        except Exception as error:  # noqa: BLE001 - whatever another version or system lacks, polling goes on
            self.trouble = f"change notices are not available here ({error}); polling"
            return self
        if self.fd < 0:
            self.trouble = (
                "all change notifiers of this user are taken (fs.inotify.max_user_instances); polling"
            )
            return self
        os.set_inheritable(self.fd, False)
        os.set_blocking(self.fd, False)
        return self

    @property
    def watching(self) -> int:
        """How many folders are watched."""
        return len(self._path_of)

    @property
    def room(self) -> int:
        """How many more could be."""
        return self._most - len(self._path_of) if self.fd >= 0 else 0

    def watches(self, path: str) -> bool:
        """Whether a folder is watched."""
        return path in self._number_of

    def want(self, paths: Iterable[str]) -> list[str]:
        """Watch exactly these folders, or the first if there are too many; returns those that are new."""
        if self.fd < 0:
            return []
        wanted = list(dict.fromkeys(paths))
        kept = set(wanted[: self._most])
        for path in [path for path in self._number_of if path not in kept]:
            self._remove(path)
        self.trouble = ""
        return [path for path in wanted[: self._most] if self.add(path)]

    def add(self, path: str) -> bool:
        """Watch one more folder; False when it was watched already or can't be."""
        if path in self._number_of or self.room <= 0:
            return False
        number = int(self._calls.inotify_add_watch(self.fd, os.fsencode(path), self._mask))
        if number < 0:
            if ctypes.get_errno() == errno.ENOSPC:
                reached = f"the limit of watched folders is reached at {self.watching}"
                self.trouble = f"{reached} (fs.inotify.max_user_watches); polling for the rest"
            return False
        before = self._path_of.get(number)
        if before is not None:
            # The folder was moved: the kernel knows it by its inode.
            self._number_of.pop(before, None)
        self._path_of[number] = path
        self._number_of[path] = number
        return True

    def told(self) -> Told:
        """What changed since the last call; does not wait."""
        told = Told()
        while self.fd >= 0:
            try:
                data = os.read(self.fd, _BUFFER)
            except BlockingIOError:
                break
            except OSError as error:
                self.trouble = f"change notices ended ({error.strerror}); polling"
                self.close()
                break
            self._sort(data, told)
            if len(data) < _BUFFER // 2:
                break
        return told

    def close(self) -> None:
        """Stop watching."""
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1
        self._path_of.clear()
        self._number_of.clear()

    def _sort(self, data: bytes, told: Told) -> None:
        at = 0
        while at + _EVENT.size <= len(data):
            number, mask, _, length = _EVENT.unpack_from(data, at)
            at += _EVENT.size
            name = data[at : at + length].rstrip(b"\0")
            at += length
            if mask & self._overflow:
                told.overflow = True
                continue
            path = self._path_of.get(number)
            if path is None:
                continue
            if mask & self._ignored:
                self._path_of.pop(number, None)
                self._number_of.pop(path, None)
            elif mask & self._self:
                told.moved.add(path)
                self._remove(path)
            elif mask & self._written:
                told.changed.add((path, os.fsdecode(name)))
            else:
                told.listed.add(path)
                if mask & self._dir and mask & self._gone:
                    told.moved.add(f"{path}/{os.fsdecode(name)}")

    def _remove(self, path: str) -> None:
        number = self._number_of.pop(path, None)
        if number is not None:
            self._path_of.pop(number, None)
            self._calls.inotify_rm_watch(self.fd, number)


def _allowed() -> int:
    with contextlib.suppress(OSError, ValueError):
        return int(Path("/proc/sys/fs/inotify/max_user_watches").read_text(encoding="ascii"))
    return 8 * MOST
