"""What monitors say of the version that came of a run: asked beside its page, which waits for nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_console.console.run.asking import Questions
    from mlops_console.console.run.body import RunBody
    from mlops_console.console.run.facts import RunView
    from mlops_console.records import Changed

Said = tuple[str, str]
"""Words, and their ink."""


class Watched:
    """Of one page, whatever run it shows."""

    def __init__(self, questions: "Questions", came: Callable[[], None]) -> None:
        self._questions, self._came = questions, came
        self._of = ""
        self._said: Said = ("", "")

    def of(self, body: "RunBody", view: "RunView") -> Said:
        """What is known of a run; it is asked for when another one is looked at."""
        if self._of != view.id:
            self._of, self._said = view.id, ("", "")
            self._ask(body, view)
        return self._said

    def changed(self, body: "RunBody", view: "RunView | None", changed: "Changed") -> None:
        """Ask again where somebody judged or decided in the run's project."""
        if view is not None and view.project_key in changed.drift | changed.decisions:
            self._ask(body, view)

    def _ask(self, body: "RunBody", view: "RunView") -> None:
        def took(said: Said) -> None:
            if self._of == view.id and said != self._said:
                self._said = said
                self._came()

        body.ask("watched", lambda workspace: self._questions.watched(workspace, view), took)
