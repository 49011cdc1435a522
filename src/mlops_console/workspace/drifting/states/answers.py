"""What is worked out over stored windows, once and never in the interface: asked of the child, kept by stamp.

The words of a window's features need scipy where chances of tests are scaled: while a workspace is
live the analysis child finds them, for a command this process does. They are kept in the user's cache, a file
for each window, question and set of thresholds: they can be found again.
"""

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mlops_console.drift.judged_form import plain
from mlops_console.drift.judging.form import EDITION
from mlops_console.errors import ConsoleError
from mlops_console.workspace.drifting.judged import JudgedFolder, Listed, digest
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Thresholds

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

T = TypeVar("T")
SUMMED: Final = "summed.json"
"""The file of windows summed up, beside those of their features."""
_AT_ONCE: Final = 16
"""Windows that the child is asked for in one job: others wait for it."""
_MOST: Final = 16 << 20
_WRONG: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of stored windows."""

    job: str
    """Of the child, which is given `places`, `files`, `rules` and `importance`."""
    name: str
    """Under which answers come, a list in the order of the files, and are kept."""
    edition: str
    """A file's name holds it: all that its answer depends on beside the window's file."""
    more: tuple[tuple[str, Any], ...] = ()
    """What else the child is given."""


class Answers:
    """Answers about the windows of one monitor by the thresholds that hold now."""

    def __init__(
        self,
        workspace: "Workspace",
        watched: Watched,
        by: Thresholds,
        folder: JudgedFolder,
        listed: Listed,
        question: Question,
    ) -> None:
        self._workspace = workspace
        self._by = by
        self._folder = folder
        self._listed = listed
        self._question = question
        self._place = place_of(workspace, watched)

    def of(self, files: Sequence[str], read: Callable[[str, Any], T]) -> dict[str, T]:
        """File of a window -> its answer as `read` makes it of plain values; those without one are left out.

        Where `read` raises ValueError, TypeError, KeyError … it is no answer, and asked for once more.
        """
        found: dict[str, T] = {}
        for file in files:
            self._take(found, file, self._kept(file), read)
        missing = [file for file in files if file not in found]
        for at in range(0, len(missing), _AT_ONCE):
            some = missing[at : at + _AT_ONCE]
            for file, form in zip(some, self._worked_out(some), strict=True):
                if form is not None:
                    put(self._file(file), {"stamp": self._listed.stamps.get(file), self._question.name: form})
                    self._take(found, file, form, read)
        return found

    @staticmethod
    def _take(found: dict[str, T], file: str, form: Any, read: Callable[[str, Any], T]) -> None:
        if form is not None:
            with contextlib.suppress(*_WRONG):
                found[file] = read(file, form)

    def _worked_out(self, files: Sequence[str]) -> Sequence[Any]:
        request = {
            "places": self._folder.places,
            "files": list(files),
            "rules": plain(self._by.rules),
            "importance": None if self._by.importance is None else dict(self._by.importance),
            **dict(self._question.more),
        }
        nothing = [None] * len(files)
        try:
            found = _worked_out(self._workspace, self._question.job, request)[self._question.name]
        except (ConsoleError, ValueError, KeyError):
            return nothing
        return found if isinstance(found, list) and len(found) == len(files) else nothing

    def _file(self, file: str) -> Path:
        return self._place / f"{file.removesuffix('.json')}.{self._question.edition}.json"

    def _kept(self, file: str) -> Any:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            kept = self._file(file)
            form = json.loads(kept.read_bytes()) if kept.stat().st_size <= _MOST else None
            if isinstance(form, dict) and form.get("stamp") == self._listed.stamps.get(file):
                return form.get(self._question.name)
        return None


def _worked_out(workspace: "Workspace", job: str, request: dict[str, Any]) -> Mapping[str, Any]:
    """What comes of a job over stored windows, done in the child while the workspace is live; else here."""
    found: Mapping[str, Any]
    if workspace.live:
        from mlops_console.analysis.messages import Done

        answer = workspace.analyst.ask(job, {"request": request})
        found = json.loads(answer.value) if isinstance(answer, Done) else {}
        return found
    from mlops_console.analysis.jobs import function

    found = json.loads(function(job)(request=request))
    return found


def words_of(by: Thresholds) -> str:
    """All that the words of features depend on beside the figures: a digest."""
    importance = None if by.importance is None else dict(by.importance)
    return digest([EDITION, plain(by.rules), importance], 12)


def place_of(workspace: "Workspace", watched: Watched) -> Path:
    """The folder of what is kept of a monitor's windows."""
    return workspace.places.cache / "told" / digest([watched.project.key, watched.name], 24)


def put(file: Path, form: Any) -> None:
    """Keep it, whole or not at all; nobody is harmed where that can't be done."""
    temporary = file.with_name(f"{file.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        text = json.dumps(form, allow_nan=False, separators=(",", ":"))
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary.write_text(text)
        temporary.replace(file)
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            temporary.unlink()


def sweep(place: Path, there: Iterable[str]) -> None:
    """Let go of what is kept of windows that are gone."""
    names = {one.removesuffix(".json") for one in there}
    with contextlib.suppress(OSError):
        for one in place.iterdir():
            of = one.name.rsplit(".", 2)[0]
            if one.name != SUMMED and of not in names:
                one.unlink()
