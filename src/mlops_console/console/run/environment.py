"""The Environment section: where and with what a run ran, and what of its code was not committed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from mlops_console.console.run.listed import Listed
from mlops_console.console.run.places import environment
from mlops_console.console.run.section import Page
from mlops_console.console.run.texts import TextRow

if TYPE_CHECKING:
    from mlops_console.console.run.facts import RunView
    from mlops_console.workspace.files import Tail

DIFF: Final = "diff.patch"
"""Where the recorder keeps what differs from the commit."""
DIFF_BYTES: Final = 262_144


class EnvironmentSection(Listed):
    """Reads the diff once somebody looks."""

    name = "Environment"
    words: ClassVar[Mapping[str, tuple[str, str]]] = {"open": ("show the whole value, unfold the diff", "")}

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.diff = ""
        self._asked = ""

    def show(self, view: "RunView") -> None:
        """Another state, or another run."""
        super().show(view)
        if self.shown:
            self._ask()

    def forget(self) -> None:
        """Another run: another diff."""
        self.diff = self._asked = ""

    def opened(self) -> None:
        """Read the diff, where there may be one."""
        super().opened()
        self._ask()

    def _ask(self) -> None:
        view = self.view
        if view is None or self._asked == view.id or not view.environment.get("git.dirty"):
            return
        self._asked = view.id
        said = view.environment.get("git.diff")
        if isinstance(said, str):
            self.diff = said[:DIFF_BYTES]
        elif not view.gone and any(source.reader == "recorded" for source in view.sources):
            run, questions = view.id, self.page.questions
            self.page.ask(
                "diff", lambda workspace: questions.tail(workspace, run, DIFF, 0, DIFF_BYTES), self._came
            )

    def _came(self, tail: "Tail") -> None:
        self.diff = "\n".join(tail.lines)
        self.page.moved()

    def made_from(self) -> object:
        """The diff may come later."""
        return self.diff

    def made(self, width: int, now: int) -> list[TextRow]:
        """The rows."""
        return [] if self.view is None else environment(self.view, width, now, self.unfolded, self.diff)
