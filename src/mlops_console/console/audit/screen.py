"""The Audit screen: every decision, and whether the journals are as they were written."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from mlops_console.console import keymap
from mlops_console.console.audit import asking
from mlops_console.console.audit.listing import DecisionsPane
from mlops_console.console.audit.unfolding import Unfolded
from mlops_console.console.clipboard import copy
from mlops_console.console.drawing import Line
from mlops_console.console.overlays.note import Note
from mlops_console.console.widgets.body import PanesBody
from mlops_console.console.widgets.empty import Empty
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.console.widgets.paned import MOVES, Paned
from mlops_console.console.widgets.search import SearchingScreen, SearchLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.audit.asking import Decided
    from mlops_console.console.keymap import Key
    from mlops_console.console.widgets.empty import Words
    from mlops_console.records import Changed
    from mlops_console.workspace.audit import Checked

VERIFY_SECONDS = 5.0
"""Journals that move are verified again at most this often."""
_MOVES = MOVES | {"verify"}


class AuditBody(PanesBody[DecisionsPane]):
    """Draws the list."""

    held = None
    version = None
    alias = ""

    def __init__(self) -> None:
        super().__init__()
        self.panes = (DecisionsPane(self),)

    def unanswered(self, about: str, words: str) -> None:
        """Nothing is on its way any more."""
        if about == "verify":
            self.pane.working = False
        super().unanswered(about, words)
        self.moved()

    def drawn(self, width: int, height: int) -> list[Line]:
        """The rows."""
        air = [self.blank()] if height >= 20 else []
        return air + self.pane.lines(width, height - len(air), focused=True, alone=False)


class AuditScreen(Paned, SearchingScreen):
    """The list, live."""

    view = "audit"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = keymap.bindings("audit")
    CSS = "AuditScreen #room { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._known = False
        self._again: Timer | None = None

    def compose(self) -> "ComposeResult":
        """The parts."""
        from textual.containers import Container

        yield Header(("Audit",))
        yield SearchLine()
        with Container(id="room"):
            yield AuditBody()
            yield Empty()
        yield Footer()

    @property
    def _own_app(self) -> "ConsoleApp":
        return cast("ConsoleApp", self.app)

    @property
    def body(self) -> AuditBody:
        """The list."""
        return self.query_one(AuditBody)

    @property
    def searched(self) -> DecisionsPane:
        """What is searched."""
        return self.body.pane

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for has come."""
        return self._known and self.body.pane.checked is not None and not self.body.pane.working

    def on_mount(self) -> None:
        """Ask; keep ages right."""
        self.query_one(Empty).display = False
        self.set_interval(20.0, self.body.moved)
        self.workspace_opened()

    def workspace_opened(self) -> None:
        """Ask."""
        self._ask()
        self.action_verify()

    def on_body_moved(self) -> None:
        """Other keys may do something now."""
        self.query_one(Footer).refresh()

    def store_changed(self, changed: "Changed") -> None:
        """Ask again when somebody decided something."""
        self.query_one(Header).refresh()
        if changed.decisions:
            self._ask()
            if self._again is None:
                self._again = self.set_timer(VERIFY_SECONDS, self.action_verify)

    def _ask(self) -> None:
        known = {one.event.id: one for one in self.body.pane.entries}
        self.body.ask("decided", lambda workspace: asking.decided(workspace, known), self._came)

    def _came(self, found: "Decided") -> None:
        self._known = True
        self.query_one(Header).show(("Audit",), private=found.private)
        empty = self.query_one(Empty)
        empty.display = not found.entries and not self.body.pane.findings
        if empty.display:
            empty.say(self._nothing())
        self.body.pane.show(found.entries, found.projects)
        self.search_line.count(self.body.pane.matching)
        self._own_app.release()
        self.body.moved()

    def _nothing(self) -> "list[Words]":
        return [
            [("Nobody has decided anything yet", "text", True)],
            [],
            [("Registering, promoting, approving, noting: each is an event in", "muted", False)],
            [(".mlops-console/journal", "second", False), (" of its project.", "muted", False)],
            [],
            [("2", "text", True), ("  Runs, then ", "muted", False), ("P", "text", True),
             (" on a run registers a first model", "muted", False)],
        ]  # fmt: skip

    def action_verify(self) -> None:
        """Read every file of the journals again."""
        self._again = None
        self.body.pane.working = True
        self.body.ask("verify", asking.checked, self._checked)
        self.body.moved()

    def _checked(self, checked: "tuple[Checked, ...]") -> None:
        self.body.pane.verified(checked)
        if self.body.pane.findings:
            self.query_one(Empty).display = False
        self.body.moved()

    # What keys do

    def idle_reason(self, key: "Key") -> str | None:
        """Why a key does nothing now."""
        short = key.id.removeprefix("audit.")
        if short == key.id or short in _MOVES:
            return None
        pane = self.body.pane
        if short == "explain":
            return None if pane.findings else "verifying found nothing"
        if short == "model":
            one = pane.told_here
            return None if one is not None and one.model else "it is about no model"
        return None if pane.count or short in ("filter", "copy_as") else "nothing is listed"

    def step_back(self) -> bool:
        """Out of a filter."""
        return self.leave_search()

    def action_enter(self) -> None:
        """All of what the cursor is on."""
        one = self.body.pane.told_here
        if one is None:
            self.action_explain()
            return

        def show(event: Any) -> None:
            self.app.push_screen(Unfolded(one, event))

        self.body.ask("event", lambda workspace: asking.whole(workspace, one), show)

    def action_explain(self) -> None:
        """What verifying found, all of it."""
        found = self.body.pane.findings
        if found:
            note = Note(
                "What verifying found",
                [
                    (one.finding.severity, "bad" if one.finding.severity == "error" else "second",
                     f"{one.project.name}: {one.finding.path} {one.finding.what}")
                    for one in found[:500]
                ],
            )  # fmt: skip
            note.widest = 110
            self.app.push_screen(note)

    def action_follow(self) -> None:
        """Only what is about the model under the cursor."""
        one = self.body.pane.told_here
        if one is not None and one.model:
            self.search_line.edit.set(f"model:{one.model}")
            self.search_line.display = True
            self.on_search_line_typed()

    def action_copy(self) -> None:
        """What the cursor is on."""
        found = self.body.pane.copied()
        if found is not None:
            copy(self.app, found[1], f"the {found[0]}")

    def action_copy_as(self) -> None:
        """The command that lists them."""
        copy(self.app, "mlops-console audit log", "mlops-console audit log")
