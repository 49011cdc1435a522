"""Stored windows told by thresholds without working anything out twice, and never in the interface.

The words of a window's features need scipy where chances of tests are scaled: while a workspace is live the
analysis child finds them, for a command this process does. They are kept in the user's cache, a file for each
window and each set of thresholds: they can be found again.
"""

import contextlib
import json
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mlops_console.drift.judged_form import plain
from mlops_console.drift.judging.form import EDITION, restored
from mlops_console.errors import ConsoleError
from mlops_console.workspace.drifting.judged import JudgedFolder, JudgedWindow, Listed, digest
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Thresholds, Told, told

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

_AT_ONCE: Final = 16
"""Windows that the child is asked for in one job: others wait for it."""
_MOST: Final = 16 << 20


class Teller:
    """Tells the windows of one monitor by the thresholds that hold now."""

    def __init__(
        self, workspace: "Workspace", watched: Watched, by: Thresholds, folder: JudgedFolder, listed: Listed
    ) -> None:
        self._workspace = workspace
        self._by = by
        self._folder = folder
        self._listed = listed
        self._words = words_of(by)
        self._place = place_of(workspace, watched)

    def told(self, windows: Sequence[JudgedWindow]) -> list[Told]:
        """These windows, in the same order."""
        known = {one.key.file: self._kept(one) for one in windows}
        missing = [one for one in windows if known[one.key.file] is None]
        for at in range(0, len(missing), _AT_ONCE):
            some = missing[at : at + _AT_ONCE]
            for one, form in zip(some, self._judged(some), strict=True):
                if form is not None:
                    self._keep(one, form)
                    with contextlib.suppress(ValueError):
                        known[one.key.file] = restored(form, one.features)
        return [told(one, self._by, known[one.key.file]) for one in windows]

    def _judged(self, windows: Sequence[JudgedWindow]) -> Sequence[Any]:
        request = {
            "places": self._folder.places,
            "files": [one.key.file for one in windows],
            "rules": plain(self._by.rules),
            "importance": None if self._by.importance is None else dict(self._by.importance),
        }
        nothing = [None] * len(windows)
        try:
            found = worked_out(self._workspace, "judge stored", request)["judged"]
        except (ConsoleError, ValueError, KeyError):
            return nothing
        return found if isinstance(found, list) and len(found) == len(windows) else nothing

    def _file(self, one: JudgedWindow) -> Path:
        return self._place / f"{one.key.file.removesuffix('.json')}.{self._words}.json"

    def _kept(self, one: JudgedWindow) -> Any:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            file = self._file(one)
            form = json.loads(file.read_bytes()) if file.stat().st_size <= _MOST else None
            if isinstance(form, dict) and form.get("stamp") == self._listed.stamps.get(one.key.file):
                return restored(form.get("judged"), one.features)
        return None

    def _keep(self, one: JudgedWindow, form: Any) -> None:
        said = {"stamp": self._listed.stamps.get(one.key.file), "judged": form}
        put(self._file(one), said)


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


SUMMED: Final = "summed.json"
"""The file of windows summed up, beside those of their features."""


def worked_out(workspace: "Workspace", job: str, request: dict[str, Any]) -> Mapping[str, Any]:
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
