"""The door to statistics: a job by its name, answered from what is kept or by the child."""

import threading
from pathlib import Path
from typing import Any, Final

from mlops_console.analysis.edition import edition
from mlops_console.analysis.fingerprint import fingerprint
from mlops_console.analysis.kept import Kept
from mlops_console.analysis.line import PATIENCE, Line, Wanted
from mlops_console.analysis.messages import Answer, Done, Job
from mlops_console.comparison.model import Progress

__all__ = ["Analyst", "Wanted"]

FOLDER: Final = "answers"


class Analyst:
    """Started on first use, may be asked from several threads; one job runs at a time."""

    def __init__(self, log: Path, cache: Path, patience: float = PATIENCE) -> None:
        self._log = log
        self._kept = Kept(cache / FOLDER)
        self._patience = patience
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._closed = False

    def ask(
        self, name: str, given: dict[str, Any], progress: Progress | None = None, wanted: Wanted | None = None
    ) -> Answer:
        """Have a job done (`analysis.jobs` lists them); what was worked out before comes at once.

        `progress` hears how much is done; an exception in it, or a no from `wanted`, ends the work.
        """
        key = fingerprint(edition(), name, given)
        known, answer = self._kept.get(key)
        if known:
            return Done(answer)
        found = self._its_line().ask(Job(name, given), progress, wanted)
        if isinstance(found, Done):
            self._kept.put(key, found.value)
        return found

    def pid(self) -> int | None:
        """The child's process number, while there is one."""
        with self._lock:
            return None if self._line is None else self._line.child_pid

    def close(self) -> None:
        """End the child; fine to call twice."""
        with self._lock:
            self._closed = True
            line = self._line
        if line is not None:
            line.close()

    def _its_line(self) -> Line:
        with self._lock:
            line = self._line
            if line is None or not (line.is_alive() or self._closed):
                line = self._line = Line(self._log, self._patience)
                if self._closed:
                    line.close()
                else:
                    line.start()
            return line
