"""What leaves the page: copies, files and notes in the person's editor, the folder in a window."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.console.clipboard import copy
from mlops_console.console.elsewhere import edit, editor, open_folder
from mlops_console.console.run.deciding import Decisions
from mlops_console.errors import ConsoleError

if TYPE_CHECKING:
    from mlops_console.console.run.facts import RunView

NOTE_BYTES: Final = 1 << 20
"""So much is read of what an editor left of a note: more is refused with its length."""


class Editing(Decisions):
    """`E`, `O`, `y` and `Y`."""

    def known(self) -> "RunView | None":
        """The run that is shown; the page knows."""

    def action_edit(self) -> None:
        """The file under the cursor, the log, or else a note."""
        found = self.body.section.edited()
        if found is None:
            self._edit_note()
        elif not found.why_not:
            run, questions = self.run_id, self.questions
            self.body.ask(
                "edit", lambda workspace: questions.location(workspace, run, found.path), self._edit_file
            )

    def _edit_file(self, path: str) -> None:
        self._edit(path)

    def _edit(self, path: str) -> bool:
        """Open it; whether the editor ended well."""
        try:
            edit(self.app, editor(os.environ), path)
        except ConsoleError as error:
            self.say(f"{error}; {error.hint}" if error.hint else str(error), "warn")
            return False
        return True

    def _edit_note(self) -> None:
        note = self.body.history.note if self.body.section is self.body.history else None
        before = note.text if note is not None else ""
        try:
            path = _written(before)
        except OSError as error:
            self.say(f"There is no place to write a note in: {error.strerror or error}", "bad")
            return
        if not self._edit(path):
            _take_away(path)
            return
        after = _read(path).strip()
        if after == before.strip():
            _take_away(path)
            self.say("The note stands as it was" if before else "Nothing was written", "muted")
        else:
            # Until it is kept it stays where the editor left it.
            self.reword(note.id if note is not None else "", before, after, lambda: _take_away(path))

    def action_folder(self) -> None:
        """The run's folder, in a window where there is a desktop."""
        view = self.known()
        if view is None or view.gone:
            self.say("Its folder is gone" if view is not None else "Still looking for the run", "muted")
        elif open_folder(view.folder, os.environ):
            self.say(f"Opened {view.folder}")
        else:
            copy(
                self.app,
                view.folder,
                f"its folder: there is no desktop here to open it on   {view.folder}",
            )

    def action_copy(self) -> None:
        """What the cursor is on, else the run's id."""
        what, text = self.body.section.copied() or ("", self.run_id)
        copy(self.app, text, f"{what}   {_short(text)}" if what else text)

    def action_copy_text(self) -> None:
        """The section as text, or the command that shows this run."""
        section = self.body.section
        text = section.text() or f"mlops-console show {self.run_id}"
        lines = text.count("\n")
        copy(self.app, text, f"{section.name}, {lines:,} lines" if lines else text)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "~"


def _written(text: str) -> str:
    """A file of its own for a note, which nobody else can read."""
    handle, path = tempfile.mkstemp(prefix="note-", suffix=".md")
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
        file.write(text and text + "\n")
    return path


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(NOTE_BYTES)
    except OSError:
        return ""


def _take_away(path: str) -> None:
    with suppress(OSError):
        Path(path).unlink()
