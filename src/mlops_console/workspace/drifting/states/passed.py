"""Windows that have passed, as lines of figures: worked out in the analysis child, kept in the user's cache.

The files of a monitor's windows hold histograms; read here, they would stop the interface. What is kept of
each is small, and read again as long as the file, the thresholds and what the model hangs on are the same.
"""

import base64
import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import numpy as np
import numpy.typing as npt

from mlops_console.drift.judged_form import plain
from mlops_console.drift.judging.classified import by_classifier
from mlops_console.drift.judging.overall import by_drift
from mlops_console.drift.model import Verdict
from mlops_console.errors import ConsoleError
from mlops_console.workspace.drifting.judged import JudgedFolder, Key, Listed, digest, made_of, with_labels
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Thresholds, Told
from mlops_console.workspace.drifting.states.telling import place_of, put, words_of, worked_out

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

_EDITION: Final = 1
_MOST: Final = 4 << 20
Singles = npt.NDArray[np.float32]
_CODED: Final[tuple[Verdict, ...]] = get_args(Verdict)
"""As `analysis.over_passed` writes them."""
_WORDS: Final[Mapping[str, Verdict]] = {word: word for word in _CODED}


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """A window."""

    told: Told
    """Without features."""
    names: tuple[str, ...]
    """Its features, the worst first; the arrays are in their order."""
    effect: Singles
    missing: Singles
    severity: Singles
    words: tuple[Verdict, ...]


class Past:
    """The windows of one monitor by the thresholds that hold now."""

    def __init__(
        self, workspace: "Workspace", watched: Watched, by: Thresholds, folder: JudgedFolder, listed: Listed
    ) -> None:
        self._workspace = workspace
        self._by = by
        self._folder = folder
        self._listed = listed
        self._words = digest([_EDITION, words_of(by), by.classifier], 12)
        self._place = place_of(workspace, watched)

    def passed(self, keys: Sequence[Key]) -> "list[Passed | None]":
        """These windows, in the same order; None where one can't be told this way: it is damaged."""
        forms = {key.file: self._kept(key) for key in keys}
        missing = [key for key in keys if forms[key.file] is None]
        for key, form in zip(missing, self._worked_out(missing), strict=True):
            if form is not None:
                forms[key.file] = form
                put(self._file(key), {"stamp": self._listed.stamps.get(key.file), "passed": form})
        return [self._read(key, forms[key.file]) for key in keys]

    def _worked_out(self, keys: Sequence[Key]) -> Sequence[Any]:
        nothing = [None] * len(keys)
        if not keys:
            return nothing
        importance = None if self._by.importance is None else dict(self._by.importance)
        request = {
            "places": self._folder.places,
            "files": [key.file for key in keys],
            "stamps": [self._listed.stamps.get(key.file) for key in keys],
            "rules": plain(self._by.rules),
            "importance": importance,
            "classifier": self._by.classifier,
        }
        try:
            found = worked_out(self._workspace, "sum up windows", request)["passed"]
        except (ConsoleError, ValueError, KeyError):
            return nothing
        return found if isinstance(found, list) and len(found) == len(keys) else nothing

    def _file(self, key: Key) -> Path:
        return self._place / f"{key.file.removesuffix('.json')}.{self._words}-passed.json"

    def _kept(self, key: Key) -> Any:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            file = self._file(key)
            form = json.loads(file.read_bytes()) if file.stat().st_size <= _MOST else None
            if isinstance(form, dict) and form.get("stamp") == self._listed.stamps.get(key.file):
                return form.get("passed")
        return None

    def _read(self, key: Key, form: Any) -> Passed | None:
        try:
            return self._made(key, form) if isinstance(form, dict) else None
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            return None

    def _made(self, key: Key, form: Mapping[str, Any]) -> Passed:
        judged = with_labels(made_of(key, {**form["form"], "features": []}), self._folder, self._listed)
        verdict = _WORDS[form["verdict"]]
        model = by_drift(judged.model, verdict == "DRIFT") if judged.model is not None else None
        domain = by_classifier(judged.domain, self._by.classifier)
        names = tuple(str(name) for name in form["names"])
        effect, missing, severity = (
            _array(form[each], "<f4", len(names)) for each in ("effect", "missing", "severity")
        )
        codes = _array(form["words"], "u1", len(names))
        return Passed(
            Told(judged, verdict, str(form["because"]), (), domain, model),
            names, effect, missing, severity, tuple(_CODED[code] for code in codes.tolist()),
        )  # fmt: skip


def _array(text: str, kind: str, length: int) -> "npt.NDArray[Any]":
    values = np.frombuffer(base64.b64decode(text, validate=True), kind)
    if len(values) != length:
        raise ValueError("not of these features")
    return values
