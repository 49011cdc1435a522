"""Answers kept by what they are answers to, in a folder of bounded size: the oldest go."""

import contextlib
import os
from pathlib import Path
from typing import Any, Final

from mlops_console.analysis.plain_form import from_text, to_text

MOST_BYTES: Final = 64 << 20
MOST_ANSWER: Final = 8 << 20
"""A larger answer is not kept."""
_LOOK_EVERY: Final = 16


class Kept:
    """A folder of answers; where nothing can be written, nothing is kept, and that harms nobody."""

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most
        self._written = 0

    def get(self, key: str) -> tuple[bool, Any]:
        """Whether there is an answer, and it."""
        file = self._folder / f"{key}.json"
        try:
            with file.open("rb") as opened:
                text = opened.read(MOST_ANSWER + 1)
            answer = from_text(text)
        except (OSError, ValueError):
            return False, None
        with contextlib.suppress(OSError):
            os.utime(file)
        return True, answer

    def put(self, key: str, answer: object) -> None:
        """Keep it, if it has a form that can be kept."""
        try:
            text = to_text(answer).encode()
        except (TypeError, ValueError, RecursionError):
            return
        if len(text) > MOST_ANSWER:
            return
        temporary = self._folder / f"{key}.{os.getpid()}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(text)
            temporary.replace(self._folder / f"{key}.json")
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            return
        if self._written % _LOOK_EVERY == 0:
            self._make_room()
        self._written += 1

    def _make_room(self) -> None:
        """Take the ones away that were not asked for the longest, until the rest is within bounds."""
        found = []
        with contextlib.suppress(OSError):
            for entry in os.scandir(self._folder):
                with contextlib.suppress(OSError):
                    stat = entry.stat(follow_symlinks=False)
                    found.append((stat.st_mtime_ns, stat.st_size, entry.path))
        room = self._most
        for _, size, path in sorted(found, reverse=True):
            room -= size
            if room < 0:
                with contextlib.suppress(OSError):
                    Path(path).unlink()
