"""What could be done where a model is harmed: each with its reasons, and the key that starts it elsewhere."""

from typing import TYPE_CHECKING, Any, ClassVar, Final

from mlops_console import display
from mlops_console.console.keymap import spell
from mlops_console.console.overlays.listing import Entry, Listing, words
from mlops_console.console.overlays.note import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.diagnosing.proposing import Proposal, Step

_NAMES: Final = {
    "source": "Look at the source",
    "retrain": "Train anew",
    "roll back": "Roll back",
    "labels": "Collect labels",
}
_INDENT: Final = 4


class Proposed(Listing):
    """A step is chosen with Enter, which leads to where it is started. Nothing is done here."""

    heading = "What could be done"
    widest = 110
    hint: ClassVar["Sequence[tuple[str, str]]"] = (("Esc", "close"),)
    foot: ClassVar["Sequence[tuple[str, str]]"] = (("Enter", "lead there"), ("y", "copy the command"))

    def __init__(self, found: "Proposal") -> None:
        super().__init__()
        self._found = found

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
        advised = "" if step.advised else "   more speaks against it"
        key = f"   {spell(step.key)}" if step.key else ""
        rows = [
            Entry(
                words((_NAMES[step.way], "text", True), (key, "accent", True), (advised, "warn")),
                value=step,
            )
        ]
        rows += [
            Entry(words((" " * _INDENT + part, "text"))) for part in wrap(display.safe_text(step.what), room)
        ]
        for sign, ink, sentences in (("+", "ok", step.because), ("-", "warn", step.against)):
            for sentence in sentences:
                for at, part in enumerate(wrap(display.safe_text(sentence), room - 2)):
                    mark = f"{sign} " if not at else "  "
                    rows.append(Entry(words((" " * _INDENT + mark, ink), (part, "second"))))
        if step.command:
            rows.append(
                Entry(
                    words((" " * _INDENT + "$ ", "muted"), (display.safe_text(step.command, 400), "second"))
                )
            )
        return rows

    def _chosen(self) -> "Step | None":
        value: Step | None = self.listed[self.at].value if self.listed else None
        return value

    def pressed(self, event: Any) -> bool:
        """Enter leads there; `y` copies the command."""
        step = self._chosen()
        if event.key == "enter":
            self.dismiss(step.place if step is not None else None)
            return True
        if event.key == "y" and step is not None and step.command:
            from mlops_console.console.clipboard import copy

            copy(self.app, step.command, "the command")
            return True
        return False
