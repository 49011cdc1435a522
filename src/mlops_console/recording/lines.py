"""Appending whole lines to a file, and never troubling the training that does it."""

import os
import sys


class Complaints:
    """Says once per run what can't be recorded, and counts the rest."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.lost = 0
        self.first: str | None = None
        self._said: set[str] = set()

    def lose(self, what: str) -> None:
        """Something that was to be recorded is not on the disk."""
        self.lost += 1
        if self.first is None:
            self.first = what
        self.say(what)

    def say(self, what: str) -> None:
        """One line on stderr, once per kind."""
        if what in self._said:
            return
        self._said.add(what)
        try:
            sys.stderr.write(f"mlops-console: run {self.run}: {what}; training goes on\n")
        except (OSError, ValueError, AttributeError):
            return  # no stderr either: nothing is left to say it on


class LineFile:
    """A file that only grows, by whole lines: one `write` call each, so a killed process tears none.

    Several threads, and processes forked from this one, may append at once.
    """

    def __init__(self, path: str, complaints: Complaints, mode: int = 0o666) -> None:
        self._complaints = complaints
        self._torn = False
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, mode)

    def append(self, line: bytes) -> None:
        """Write a line that ends in a newline; a full disk costs the line, not the training."""
        if self._torn:  # what a full disk left of an earlier line must not swallow this one
            line = b"\n" + line
        try:
            written = os.write(self._file, line)
        except OSError as error:
            self._complaints.lose(f"can't write: {error.strerror or error}")
            return
        self._torn = written < len(line)
        if self._torn:
            self._complaints.lose("can't write: No space left on device")

    def close(self) -> None:
        """Later lines are lost, with a word on stderr."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)
