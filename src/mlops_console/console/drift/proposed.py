"""What could be done where a model is harmed: each with its reasons, and the key that starts it."""

from typing import TYPE_CHECKING, Any, Final, cast

from mlops_console import display
from mlops_console.console.drawing import Line, width_of
from mlops_console.console.keymap import bound, spell
from mlops_console.console.overlays.listing import Entry, Listing, words
from mlops_console.console.overlays.note import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.overlays.listing import Draw
    from mlops_console.workspace.diagnosing.proposing import Proposal, Step, Way

_NAMES: "Final[dict[Way, str]]" = {
    "source": "Look at the source",
    "retrain": "Train anew",
    "roll back": "Roll back",
    "labels": "Collect labels",
}
_LEADS: Final = {
    "drift.open": "show its rows",
    "drift.retrain": "train anew",
    "drift.labels": "collect labels",
    "models.rollback": "roll back",
}
"""What Enter does, by what is run there."""
_INDENT: Final = 4
_OWN: Final = frozenset({"j", "k", "g", "G", "q", "y", "up", "down", "escape", "pageup", "pagedown"})
"""Keys that do something in the list itself."""


class Proposed(Listing):
    """A step is begun with its own key, or with Enter; a panel asks before anything is done."""

    heading = "What could be done"
    widest = 110

    def __init__(self, found: "Proposal") -> None:
        super().__init__()
        self._found = found

    @property
    def foot(self) -> "Sequence[tuple[str, str]]":  # type: ignore[override]
        """What the keys do with the step under the cursor."""
        step = self._chosen()
        if step is None:
            return ()
        does = _LEADS.get(step.binding)
        if does is None:
            does = "say how, in mlops-console.toml" if _in_file(step) else "lead there"
        keys = [(spell("enter"), does)]
        return [*keys, ("y", "copy the command")] if step.start or step.command else keys

    def _key(self, step: "Step") -> str:
        """The key that begins it, as the user has bound it."""
        settings = cast("ConsoleApp", self.app).settings
        return bound(step.binding, settings.keys) if step.binding else "enter"

    def entries(self, search: str) -> list[Entry]:
        """The harm, then the steps."""
        found = self._found
        room = max(30, min(self.widest, self.app.size.width) - 10 - _INDENT)
        sure = "by labels" if found.sure else "by an estimate: confirm it first"
        rows = [Entry(words((found.version or found.monitor, "text", True), (f"   harmed, {sure}", "bad")))]
        rows += [
            Entry(words((part, "second"))) for part in wrap(display.safe_text(found.because), room + _INDENT)
        ]
        for step in found.steps:
            rows.append(Entry(words(("", "text"))))
            rows += self._step_rows(step, room)
        if not found.steps:
            rows += [
                Entry(words(("", "text"))),
                Entry(words(("Nothing is known that could be done.", "second"))),
            ]
        return rows

    def _step_rows(self, step: "Step", room: int) -> list[Entry]:
        rows = [Entry(self._named(step), value=step)]
        rows += [
            Entry(words((" " * _INDENT + part, "text"))) for part in wrap(display.safe_text(step.what), room)
        ]
        for sign, ink, sentences in (("+", "ok", step.because), ("-", "warn", step.against)):
            for sentence in sentences:
                for at, part in enumerate(wrap(display.safe_text(sentence), room - 2)):
                    mark = f"{sign} " if not at else "  "
                    rows.append(Entry(words((" " * _INDENT + mark, ink), (part, "second"))))
        line = step.start or step.command
        if line:
            said = wrap(display.safe_text(line, 400), room - 2)
            rows += [
                Entry(words((" " * _INDENT + ("  " if at else "$ "), "muted"), (part, "second")))
                for at, part in enumerate(said)
            ]
        return rows

    def _named(self, step: "Step") -> "Draw":
        """What it is called, whether more speaks against it, and at the right its key."""
        key = spell(self._key(step))

        def draw(line: Line) -> None:
            width = min(self.widest, self.app.size.width - (12 if self.app.size.width >= 100 else 0))
            line.put(_NAMES[step.way], "text", bold=True)
            if not step.advised:
                line.put("   more speaks against it", "warn")
            line.to(max(line.at + 2, width - 3 - width_of(key))).put(key, "accent", bold=True)

        return draw

    def _chosen(self) -> "Step | None":
        value: Step | None = self.listed[self.at].value if self.listed else None
        return value

    def _scroll(self) -> None:
        super()._scroll()
        # All that is said of a step is shown with it, as far as it fits.
        after = range(self.at + 1, len(self.listed))
        end = next((at - 1 for at in after if self.listed[at].value is not None), len(self.listed))
        self.top = max(self.top, min(self.at, end - self.room))

    def pressed(self, event: Any) -> bool:
        """Enter and the keys of the steps begin one; `y` copies the command."""
        step = self._chosen()
        if event.key == "enter":
            self.dismiss(step)
            return True
        if event.key == "y" and step is not None and (line := step.start or step.command):
            from mlops_console.console.clipboard import copy

            copy(self.app, line, "the command")
            return True
        if event.key == "slash":
            return True  # there are few steps: nothing to search
        if event.key not in _OWN:
            meant = next(
                (one for one in self._found.steps if self._key(one) in (event.key, event.character)), None
            )
            if meant is not None and meant.binding:
                self.dismiss(meant)
                return True
        return False


def _in_file(step: "Step") -> bool:
    return step.place is not None and step.place.view == "file"
