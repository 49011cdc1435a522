"""The Environment section: where and with what a run ran, and what of its code was not committed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from mlops_console.console.run.listed import Listed
from mlops_console.console.run.places import environment
from mlops_console.console.run.section import Page
from mlops_console.console.run.texts import TextRow
from mlops_console.display import size

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
        self.note = ""
        """A sentence where the diff is not the whole."""
        self._asked = ""

    def show(self, view: "RunView") -> None:
        """Another state, or another run."""
        super().show(view)
        if self.shown:
            self._ask()

    def forget(self) -> None:
        """Another run: another diff."""
        self.diff = self.note = self._asked = ""

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
            self.note = _left_out(len(said) - DIFF_BYTES)
        elif not view.gone and any(source.reader == "recorded" for source in view.sources):
            run, questions = view.id, self.page.questions
            self.page.ask(
                "diff", lambda workspace: questions.tail(workspace, run, DIFF, 0, DIFF_BYTES), self._came
            )

    def _came(self, tail: "Tail") -> None:
        if tail.skipped:  # so long that a log would be gone on with at its end
            self.diff, self.note = "", _left_out(tail.size)
        else:
            last = (tail.partial,) if tail.partial else ()
            self.diff = "\n".join((*tail.lines, *last))
            self.note = "" if last else _left_out(tail.size - tail.offset)
        self.page.moved()

    def made_from(self) -> object:
        """The diff may come later."""
        return self.diff, self.note

    def made(self, width: int, now: int) -> list[TextRow]:
        """The rows."""
        if self.view is None:
            return []
        return environment(self.view, width, now, self.unfolded, self.diff, self.note)


def _left_out(many: int) -> str:
    if many <= 0:
        return ""
    return f"{size(many)} of uncommitted code are left out; {DIFF} among the files has all of it."
