"""Stored windows told by thresholds, with the words of their features."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.drift.judging.form import restored
from mlops_console.workspace.drifting.judged import JudgedFolder, JudgedWindow, Listed
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Thresholds, Told, told
from mlops_console.workspace.drifting.states.answers import Answers, Question, words_of

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace


class Teller:
    """Tells the windows of one monitor by the thresholds that hold now."""

    def __init__(
        self, workspace: "Workspace", watched: Watched, by: Thresholds, folder: JudgedFolder, listed: Listed
    ) -> None:
        self._by = by
        question = Question("judge stored", "judged", words_of(by))
        self._answers = Answers(workspace, watched, by, folder, listed, question)

    def told(self, windows: Sequence[JudgedWindow]) -> list[Told]:
        """These windows, in the same order."""
        features = {one.key.file: one.features for one in windows}
        known = self._answers.of(list(features), lambda file, form: restored(form, features[file]))
        return [told(one, self._by, known.get(one.key.file)) for one in windows]
