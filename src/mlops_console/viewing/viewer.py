"""What may be asked about files of projects; each answer says by itself what is wrong."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.beneath import FileStat
from mlops_console.readers.previews.model import Preview, Tail, nothing
from mlops_console.records import Json
from mlops_console.viewing.line import Line, Told, Wanted
from mlops_console.viewing.messages import (
    Answer,
    Describe,
    Described,
    Follow,
    Followed,
    Hash,
    Hashed,
    Look,
    Looked,
    Lost,
    Show,
    Skipped,
)

if TYPE_CHECKING:
    from mlops_console.readers.previews.tails import Mark

PATIENCE: Final = 5.0
"""Seconds without a sign of life after which a look at a file is given up."""
_SLOW: Final = 6
"""So many times as patient with a disk that is slow over gigabytes."""
_MARKS: Final = 512
_PASSED_OVER: Final = "Nobody waited for it any more."


class Viewer:
    """Asks the child; started on first use, may be used from several threads."""

    def __init__(self, log: Path, patience: float = PATIENCE) -> None:
        self._log = log
        self._patience = patience
        self._lock = threading.Lock()
        self._lines: dict[str, Line] = {}
        self._closed = False
        self._marks: OrderedDict[tuple[str, str, int], Mark] = OrderedDict()

    def preview(self, root: str, path: str, width: int, height: int, wanted: Wanted | None = None) -> Preview:
        """A file as it can be looked at in so many cells."""
        answer = self._line("looks").ask(Show(root, path, width, height), self._patience, wanted)
        if isinstance(answer, Preview):
            return answer
        return nothing(path, _why(answer), kind="skipped" if isinstance(answer, Skipped) else "none")

    def tail(self, root: str, path: str, offset: int | None = None, limit: int = 65536) -> Tail:
        """The last lines, or the lines since `offset`, an earlier answer's."""
        mark = None if offset is None else self._marks.get((root, path, offset))
        answer = self._line("looks").ask(Follow(root, path, offset, limit, mark), self._patience)
        if not isinstance(answer, Followed):
            return Tail((), offset or 0, 0, 0, False, _why(answer))
        if answer.mark is not None:
            with self._lock:
                self._marks[root, path, answer.tail.offset] = answer.mark
                while len(self._marks) > _MARKS:
                    self._marks.popitem(last=False)
        return answer.tail

    def describe(self, root: str, path: str, wanted: Wanted | None = None) -> Mapping[str, Json]:
        """What a model file's bytes say; `{"problem": sentence}` where they can't be asked."""
        answer = self._line("looks").ask(Describe(root, path), self._patience, wanted)
        return answer.facts if isinstance(answer, Described) else {"problem": _why(answer)}

    def look(self, root: str, paths: Sequence[str], folders: Sequence[str] = ()) -> Mapping[str, FileStat]:
        """Which of these regular files there are, and the logs that lie in these folders."""
        answer = self._line("looks").ask(Look(root, tuple(paths), tuple(folders)), self._patience)
        return answer.found if isinstance(answer, Looked) else {}

    def sha256(
        self, root: str, path: str, progress: Told | None = None, wanted: Wanted | None = None
    ) -> tuple[str, FileStat | None] | str:
        """The hash and of what it is, or a sentence why there is none.

        `progress` hears of the bytes gone through; an exception in it, or a no from `wanted`, ends the work.
        """
        answer = self._line("hashes").ask(Hash(root, path), self._patience * _SLOW, wanted, progress)
        return (answer.sha256, answer.stat) if isinstance(answer, Hashed) else _why(answer)

    def close(self) -> None:
        """End the children; fine to call twice."""
        with self._lock:
            self._closed = True
            lines = list(self._lines.values())
        for line in lines:
            line.close()

    def pids(self) -> tuple[int, ...]:
        """The children's process numbers."""
        with self._lock:
            return tuple(pid for line in self._lines.values() if (pid := line.child_pid) is not None)

    def _line(self, name: str) -> Line:
        """Hashing gigabytes must not keep anybody from looking: it has a child of its own."""
        with self._lock:
            line = self._lines.get(name)
            if line is None or not (line.is_alive() or self._closed):
                line = self._lines[name] = Line(self._log, name)
                if self._closed:
                    line.close()
                else:
                    line.start()
            return line


def _why(answer: Answer) -> str:
    match answer:
        case Lost():
            return answer.why
        case Skipped():
            return _PASSED_OVER
        case _:
            return "It can't be shown: the process that looks at files gave an odd answer."
