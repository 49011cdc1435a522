"""What people say of a run: notes and tags, by key and by command, with a way back."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from mlops_console import display
from mlops_console.console.commands import Command
from mlops_console.console.run.charting import ChartKeys

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.run.asking import Questions
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.notes import Note

_USED: set[str] = set()
"""Tags given in this session: offered again."""


class Decisions(ChartKeys):
    """Notes, tags, undo."""

    run_id: str
    questions: "Questions"

    def __init__(self) -> None:
        super().__init__()
        self.undoing: list[tuple[str, Callable[[Workspace], object]]] = []

    def say_commands(self) -> Sequence[Command]:
        """What can be said behind `:`."""
        history = self.body.history
        return (
            Command("note", "TEXT", "add a note to this run", self._note),
            Command(
                "unnote", "", "take the note under the cursor away, or the newest", lambda _: self._unnote()
            ),
            Command("tag", "NAME[=VALUE]", "give this run a tag", self._tag, lambda: sorted(_USED)),
            Command("sha256", "", "hash the file under the cursor", lambda _: self._hash()),
            Command("untag", "NAME", "take a tag away", self._untag, lambda: sorted(history.tags)),
        )

    def _hash(self) -> None:
        """Ask for the SHA-256 of the file under the cursor; it is remembered."""
        body, run, questions = self.body, self.run_id, self.questions
        node = body.files.node if body.section is body.files else None
        if node is None or node.folder:
            self._say("Go to a file first:  :section files", "muted")
            return
        self._say(f"Hashing {node.name}, {display.size(node.size)}", "muted")
        body.ask(
            "hash",
            lambda workspace: questions.sha256(workspace, run, node.path),
            lambda found: body.tell(f"SHA-256 of {node.name}", found),
        )

    def action_note(self) -> None:
        """Begin to type a note."""
        cast("ConsoleApp", self.app).type_command("note ")

    def action_tag(self) -> None:
        """Begin to type a tag."""
        cast("ConsoleApp", self.app).type_command("tag ")

    def _say(self, text: str, ink: str = "text") -> None:
        cast("ConsoleApp", self.app).say(text, ink)

    def _decide(self, do: "Callable[[Workspace], Any]", took: Callable[[Any], None]) -> None:
        def done(answer: Any) -> None:
            took(answer)
            self.body.history.again()

        self.body.ask("decide", do, done)

    def _done(self, what: str, back: "Callable[[Workspace], object]") -> None:
        self.undoing.append((what, back))
        self._say(f"{what}   u undo")

    def _note(self, text: str) -> None:
        if not text:
            self._say("Say what to note:  :note TEXT", "warn")
            return
        run, questions = self.run_id, self.questions

        def came(note: "Note") -> None:
            self._done("Note added", lambda workspace: questions.remove_note(workspace, run, note.id))

        self._decide(lambda workspace: questions.add_note(workspace, run, text), came)

    def _unnote(self) -> None:
        history = self.body.history
        item = history.item
        here = next((n for n in history.notes if item is not None and item.key == f"note:{n.id}"), None)
        note = here or (history.notes[-1] if history.notes else None)
        if note is None:
            self._say("There is no note here", "muted")
            return
        run, questions = self.run_id, self.questions
        self._decide(
            lambda workspace: questions.remove_note(workspace, run, note.id),
            lambda _: self._done(
                "Note taken away", lambda workspace: questions.add_note(workspace, run, note.text)
            ),
        )

    def _tag(self, text: str) -> None:
        name, _, value = (part.strip() for part in text.partition("="))
        if not name:
            self._say("Name a tag:  :tag baseline", "warn")
            return
        _USED.add(name)
        before = self.body.history.tags.get(name)
        self._retag(name, value, True, f"Tagged {name}", before)

    def _untag(self, name: str) -> None:
        name = name.partition("=")[0].strip()
        tags = self.body.history.tags
        if name not in tags:
            self._say(f"People gave no tag {name}" if name else "Name a tag:  :untag baseline", "warn")
            return
        self._retag(name, "", False, f"Tag {name} taken away", tags[name])

    def _retag(self, name: str, value: str, on: bool, what: str, before: str | None) -> None:
        run, questions = self.run_id, self.questions
        self._decide(
            lambda workspace: questions.tag(workspace, (run,), name, value, on),
            lambda _: self._done(
                what,
                lambda workspace: questions.tag(workspace, (run,), name, before or "", before is not None),
            ),
        )

    def action_undo(self) -> None:
        """Take the last thing said back."""
        if not self.undoing:
            self._say("Nothing to undo", "muted")
            return
        what, back = self.undoing.pop()
        self._decide(back, lambda _: self._say(f"Undone: {what}"))
