"""What people say of a run: marks, notes and tags, by key and by command, with a way back and there again."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.console.commands import Command
from mlops_console.console.deeds import Deed, Deeds
from mlops_console.console.run.charting import ChartKeys
from mlops_console.console.runs.marks import Marks
from mlops_console.console.widgets.undoing import UndoingScreen

if TYPE_CHECKING:
    from mlops_console.console.run.asking import Questions
    from mlops_console.workspace import Workspace

_USED: set[str] = set()
"""Tags given in this session: offered again."""


class Wording:
    """A note through its changes: what stands of it now. Called in workers, one after the other."""

    def __init__(self, questions: "Questions", workspace: "Workspace", run: str, note: str = "") -> None:
        self._questions, self._workspace, self._run = questions, workspace, run
        self._note = note

    def put(self, text: str) -> None:
        """Let it say this from now on; nothing: take it away."""
        before = self._note
        # The new one first: what can't be written costs nothing that stands.
        self._note = self._questions.add_note(self._workspace, self._run, text).id if text else ""
        if before:
            self._questions.remove_note(self._workspace, self._run, before)


class Decisions(ChartKeys, UndoingScreen):
    """Marks, notes, tags, undo and redo."""

    run_id: str
    questions: "Questions"

    def __init__(self, marks: Marks | None = None, deeds: Deeds | None = None) -> None:
        super().__init__(deeds)
        self.marks = marks if marks is not None else Marks()
        """Those of the Runs screen it was opened from."""

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
            self.say("Go to a file first:  :section files", "muted")
            return
        self.say(f"Hashing {node.name}, {display.size(node.size)}", "muted")
        body.ask(
            "hash",
            lambda workspace: questions.sha256(workspace, run, node.path),
            lambda found: body.tell(f"SHA-256 of {node.name}", found),
        )

    def action_note(self) -> None:
        """Begin to type a note."""
        self.console_app.type_command("note ")

    def action_tag(self) -> None:
        """Begin to type a tag."""
        self.console_app.type_command("tag ")

    def decide(self, do: "Callable[[Workspace], Any]", took: Callable[[Any], None]) -> None:
        """Do what a person decided in a worker, then take the answer; what is shown is asked for again."""

        def done(answer: Any) -> None:
            took(answer)
            if self.is_attached:
                self.body.history.again()

        self.body.decide(self.deeds, do, done)

    # Notes

    def _note(self, text: str) -> None:
        if text:
            self.reword("", "", text)
        else:
            self.say("Say what to note:  :note TEXT   or E for your editor", "warn")

    def _unnote(self) -> None:
        history = self.body.history
        note = history.note or (history.notes[-1] if history.notes else None)
        if note is None:
            self.say("There is no note here", "muted")
        else:
            self.reword(note.id, note.text, "")

    def reword(self, note: str, before: str, after: str, took: Callable[[], None] | None = None) -> None:
        """Write a note (`note` empty), change one, or take it away (`after` empty)."""
        run, questions = self.run_id, self.questions
        what = "Note added" if not before else "Note changed" if after else "Note taken away"

        def do(workspace: "Workspace") -> Deed:
            wording = Wording(questions, workspace, run, note)
            wording.put(after)
            return Deed(what, lambda: wording.put(before), lambda: wording.put(after))

        def done(deed: Deed) -> None:
            if took is not None:
                took()
            self.did(deed)

        self.decide(do, done)

    # Tags

    def _tag(self, text: str) -> None:
        name, _, value = (part.strip() for part in text.partition("="))
        if not name:
            self.say("Name a tag:  :tag baseline", "warn")
            return
        _USED.add(name)
        before = self.body.history.tags.get(name)
        self._retag(name, value, f"Tagged {name}", before)

    def _untag(self, name: str) -> None:
        name = name.partition("=")[0].strip()
        tags = self.body.history.tags
        if name not in tags:
            self.say(f"People gave no tag {name}" if name else "Name a tag:  :untag baseline", "warn")
            return
        self._retag(name, None, f"Tag {name} taken away", tags[name])

    def _retag(self, name: str, value: str | None, what: str, before: str | None) -> None:
        run, questions = self.run_id, self.questions

        def do(workspace: "Workspace") -> Deed:
            def put(value: str | None) -> None:
                questions.tag(workspace, (run,), name, value or "", value is not None)

            put(value)
            return Deed(what, lambda: put(before), lambda: put(value))

        self.decide(do, self.did)

    # Marks, undo, redo

    def action_mark(self) -> None:
        """Mark this run with the next letter, or take its mark off."""
        self.did(self.marks.toggle(self.run_id))
        self.marked()

    def turn(self, way: Callable[[], object], words: str) -> None:
        """Go a way back, or there again."""
        self.decide(lambda _: way(), lambda _: self.done(words))
