"""The History section: what people wrote of a run, what changed since the one before, who is related."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from mlops_console import display
from mlops_console.console.run.changed import changed_rows, lineage_rows, note_rows
from mlops_console.console.run.listed import Listed
from mlops_console.console.run.reading import now_us
from mlops_console.console.run.section import Page
from mlops_console.console.run.texts import BLANK, TextRow, heading, sentence

if TYPE_CHECKING:
    from textual.timer import Timer

    from mlops_console.console.run.facts import RunView
    from mlops_console.workspace.changes import Changes
    from mlops_console.workspace.lineage import Lineage
    from mlops_console.workspace.notes import Note

SAID_SECONDS: Final = 3.0
"""While History is open, what others say of the run is asked for so often."""
AGAIN_SECONDS: Final = 3.0
"""What changed, and who is related, is asked again at most this often while a run grows."""


class HistorySection(Listed):
    """Asks when it is looked at, and shows what is there so far."""

    name = "History"
    uses: ClassVar[frozenset[str]] = frozenset({"search", "open"})
    words: ClassVar[Mapping[str, tuple[str, str]]] = {
        "open": ("open this run, unfold this diff", "open"),
        "note": ("add a note", "note"),
        "tag": ("give a tag, take it back", "tag"),
        "edit": ("write a note, or change this one, in your editor", "editor"),
    }

    first: ClassVar[tuple[str, ...]] = ("tab", "open", "note", "tag")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.changes: Changes | None = None
        self.lineage: Lineage | None = None
        self.notes: Sequence[Note] = ()
        self.tags: Mapping[str, str] = {}
        self._known: set[str] = set()
        """Which of them have been answered."""
        self._troubles: dict[str, str] = {}
        self._lookers: set[str] = set()
        self._asked_at = -AGAIN_SECONDS
        self._timer: Timer | None = None

    # What there is

    def show(self, view: "RunView") -> None:
        """Another state of the run."""
        super().show(view)
        if self.shown or self._lookers:
            self._ask()

    def forget(self) -> None:
        """Another run."""
        self.changes = self.lineage = None
        self.notes, self.tags = (), {}
        self._known, self._troubles = set(), {}
        self._asked_at = -AGAIN_SECONDS

    def opened(self) -> None:
        """Ask."""
        super().opened()
        self._ask(now=True)
        self._listen()

    def closed(self) -> None:
        """Nobody looks at it any more."""
        super().closed()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _listen(self) -> None:
        """Notes come from other consoles and commands too, and no file of the run changes then."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.page.later(SAID_SECONDS, self._heard)

    def _heard(self) -> None:
        self.again()
        self._listen()

    def want(self, who: str, wanted: bool) -> None:
        """Whether what changed is shown elsewhere on the page."""
        if not wanted:
            self._lookers.discard(who)
            return
        self._lookers.add(who)
        if "changes" not in self._known:
            self._ask()

    def again(self) -> None:
        """Somebody said something: ask for notes and tags anew."""
        if self.view is None:
            return
        run, questions = self.view.id, self.page.questions
        self.page.ask(
            "notes",
            lambda workspace: (questions.notes(workspace, run), questions.user_tags(workspace, run)),
            self._said,
        )

    def _ask(self, *, now: bool = False) -> None:
        if self.view is None or (not now and time.monotonic() - self._asked_at < AGAIN_SECONDS):
            return
        self._asked_at = time.monotonic()
        run, questions = self.view.id, self.page.questions
        self.again()
        self.page.ask("changes", lambda workspace: questions.changes(workspace, run), self._changed)
        self.page.ask("lineage", lambda workspace: questions.lineage(workspace, run), self._related)

    def _said(self, found: "tuple[Sequence[Note], Mapping[str, str]]") -> None:
        self.notes, self.tags = found
        self._came("notes")

    def _changed(self, changes: "Changes | None") -> None:
        self.changes = changes
        self._came("changes")

    def _related(self, lineage: "Lineage") -> None:
        self.lineage = lineage
        self._came("lineage")

    def _came(self, what: str) -> None:
        self._known.add(what)
        self._troubles.pop(what, None)
        self.page.moved()

    def failed(self, about: str, words: str) -> bool:
        """A question was not answered; whether it was one of these."""
        if about not in ("changes", "lineage", "notes"):
            return False
        self._troubles[about] = words
        self.page.moved()
        return True

    @property
    def note(self) -> "Note | None":
        """The note that the cursor is on."""
        item = self.item if self.shown else None
        return next((one for one in self.notes if item is not None and item.key == f"note:{one.id}"), None)

    @property
    def before(self) -> Mapping[str, object]:
        """The parameters that differ from the previous run, with their values there."""
        if self.changes is None:
            return {}
        return {change.key: change.before for change in self.changes.changes if change.kind == "param"}

    # Drawing

    def made_from(self) -> object:
        """What has been answered so far."""
        youngest = max((note.at for note in self.notes), default=0)
        return (
            id(self.changes),
            id(self.lineage),
            display.age(now_us() - youngest),
            self.notes,
            self.tags,
            tuple(sorted(self._known)),
            tuple(self._troubles),
        )

    def made(self, width: int, now: int) -> list[TextRow]:
        """Notes and tags where there are some, what changed, what belongs together."""
        said = note_rows(self.notes, self.tags, width, now)
        parts = [self._changes(width), self._relatives(width)]
        if self.notes or self.tags:
            parts.insert(0, said)
        elif "notes" in self._known:
            parts.append(said)
        rows: list[TextRow] = []
        for part in parts:
            rows += [BLANK, *part] if rows else part
        for words in self._troubles.values():
            rows += [BLANK, *sentence(words, width)]
        return rows

    def _changes(self, width: int) -> list[TextRow]:
        if "changes" not in self._known:
            return [heading("What changed", "" if "changes" in self._troubles else "asking")]
        if self.changes is None:
            return [
                heading("What changed"),
                *sentence(
                    "No earlier run of the same script is known, so there is nothing to compare it with.",
                    width,
                ),
            ]
        return changed_rows(self.changes, width, self.unfolded, self.page.glyphs.crumb)

    def _relatives(self, width: int) -> list[TextRow]:
        if self.lineage is None:
            return [heading("Lineage", "" if "lineage" in self._troubles else "asking")]
        return lineage_rows(self.lineage, width, self.page.glyphs, self.view.path if self.view else "")
