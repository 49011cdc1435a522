"""What a training prints, over the screen: followed while it runs; the key that stops it."""

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import events

from mlops_console import display
from mlops_console.console.asking import Asker
from mlops_console.console.drawing import Line
from mlops_console.console.overlays.listing import Entry, Listing, words
from mlops_console.console.overlays.note import wrap
from mlops_console.console.retraining.words import INKS, became, began
from mlops_console.console.run.logtext import tinted
from mlops_console.console.run.reading import now_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.retraining.model import Seen

LINES: Final = 400
SECONDS: Final = 1.0
"""Between looks at one that runs."""
STOP: Final = "K"


class TrainingLog(Listing):
    """The end of its log; answers with the training where it is to be stopped."""

    widest = 140
    hint: ClassVar["Sequence[tuple[str, str]]"] = (("Esc", "close"),)

    def __init__(self, seen: "Seen", log: str) -> None:
        super().__init__()
        self.seen = seen
        self._log = log
        self._follows = True
        self._asker = Asker(self, self._unanswered)
        self.heading = display.safe_text(f"Training of {seen.model}", 60)

    @property
    def foot(self) -> "Sequence[tuple[str, str]]":  # type: ignore[override]
        """What can be done with it."""
        keys = [(STOP, "stop it")] if self.seen.state == "running" else []
        return [*keys, ("y", "copy where its log lies")] if self.seen.log is not None else keys

    def on_mount(self) -> None:
        """Show it, and look again while it runs."""
        super().on_mount()
        self.set_interval(SECONDS, self._look)
        self._to_the_end()

    def _look(self) -> None:
        if self.seen.state != "running":
            return
        seen = self.seen

        def read(workspace: "Workspace") -> "tuple[Seen, str] | None":
            return looked(workspace, seen.project.key, seen.model, seen.said.event.id)

        self._asker.ask("training", read, self._came)

    def _unanswered(self, _: str, why: str) -> None:
        cast("ConsoleApp", self.app).say(why, "bad")

    def _came(self, found: "tuple[Seen, str] | None") -> None:
        if found is not None and self.is_attached:
            self.seen, self._log = found
            self.again()
            self._to_the_end()

    def _to_the_end(self) -> None:
        if self._follows:
            self.top = max(0, len(self.listed) - self.room)

    def entries(self, search: str) -> list[Entry]:
        """Who began it and why, then the lines."""
        from mlops_console.workspace.retraining.following import UNPRINTED, UNREAD

        seen = self.seen
        room = max(30, min(self.widest, self.app.size.width - (12 if self.app.size.width >= 100 else 0)) - 6)
        rows = [Entry(words((part, "second"))) for part in wrap(began(seen, now_us()), room)]
        rows += [
            Entry(words(("  " if at else "$ ", "muted"), (part, "muted")))
            for at, part in enumerate(wrap(display.safe_text(seen.said.command, 16_384), room - 2))
        ]
        rows.append(Entry(words(("", "text"))))
        if not self._log:
            why = UNPRINTED if seen.state == "running" else UNREAD
            rows.append(
                Entry(words((why if seen.log is not None else "its log is not kept any more", "muted")))
            )
        for one in tinted(self._log.splitlines()):
            if search.lower() not in one.text.lower():
                continue
            said = display.safe_text(one.text, room + 1)
            rows.append(Entry(words((said if len(said) <= room else said[: room - 1] + "~", one.ink))))
        return rows

    def _heading(self, row: Line) -> None:
        state, ink = INKS[self.seen.state]
        sign = self.query_one("Sheaf").glyphs.state(state)  # type: ignore[attr-defined]
        row.put(f"   {sign} {display.safe_text(became(self.seen), 60)}", ink)

    def pressed(self, event: Any) -> bool:
        """`K` stops it, `y` copies where its log lies."""
        if self.searching:
            return False
        if event.key == STOP and self.seen.state == "running":
            self.dismiss(self.seen)
            return True
        if event.key == "y" and self.seen.log is not None:
            from mlops_console.console.clipboard import copy

            copy(self.app, str(self.seen.log), "where its log lies")
            return True
        return False

    def on_key(self, event: events.Key) -> None:
        """Who goes up reads; who goes to the end follows again."""
        super().on_key(event)
        self._follows = self.top >= len(self.listed) - self.room


def looked(workspace: "Workspace", project: str, model: str, event: str = "") -> "tuple[Seen, str] | None":
    """A training and the end of its log, by the id of its event, else the newest; None: there is none."""
    from mlops_console.workspace.retraining.following import find, log_end

    one = find(workspace, project, model, event)
    return (one, log_end(one, LINES)) if one is not None else None
