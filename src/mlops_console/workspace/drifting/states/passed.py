"""Windows that have passed, as lines of figures: worked out in the analysis child, kept in the user's cache.

The files of a monitor's windows hold histograms; read here, they would stop the interface. What is kept of
each is small, and read again as long as the file, the thresholds and what the model hangs on are the same.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

import numpy as np
import numpy.typing as npt

from mlops_console.drift.judging.classified import by_classifier
from mlops_console.drift.judging.overall import by_drift
from mlops_console.drift.model import Verdict
from mlops_console.workspace.drifting.judged import JudgedFolder, Key, Listed, digest, made_of, with_labels
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Thresholds, Told
from mlops_console.workspace.drifting.states.answers import Answers, Question, words_of

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

_EDITION: Final = 1
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
        self._by = by
        self._folder = folder
        self._listed = listed
        edition = f"{digest([_EDITION, words_of(by), by.classifier], 12)}-passed"
        question = Question("sum up windows", "passed", edition, (("classifier", by.classifier),))
        self._answers = Answers(workspace, watched, by, folder, listed, question)

    def passed(self, keys: Sequence[Key]) -> "list[Passed | None]":
        """These windows, in the same order; None where one can't be told this way: it is damaged."""
        there = {key.file: key for key in keys}
        found = self._answers.of(list(there), lambda file, form: self._made(there[file], form))
        return [found.get(key.file) for key in keys]

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
