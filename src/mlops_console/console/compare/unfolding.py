"""What does not fit into a cell, over the screen: a value in full, how one became another, code."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from textual import events

from mlops_console import display
from mlops_console.comparison.differing.facts import Absent, Several
from mlops_console.comparison.differing.values import value_diff, worth_a_diff
from mlops_console.console.drawing import fit, width_of
from mlops_console.console.overlays.listing import Entry, Listing, words
from mlops_console.workspace.comparing.code import code_of

if TYPE_CHECKING:
    from mlops_console.comparison.differing.code import CodeChange
    from mlops_console.comparison.differing.facts import Value
    from mlops_console.comparison.differing.rows import Row
    from mlops_console.comparison.differing.values import Line as Changed
    from mlops_console.console.compare.pane import Place
    from mlops_console.console.compare.view import View
    from mlops_console.workspace.comparing.model import Subject

_INKS: Final = {"+": "ok", "-": "bad", " ": "second", "@": "muted"}
MOST_SHOWN: Final = 5000
"""Lines of one overlay."""
_MOST_TEXT: Final = 20_000
Part: TypeAlias = tuple[str, str]
"""Text and ink of a line."""


class Unfolded(Listing):
    """Lines that scroll; long ones go on below."""

    widest = 140
    foot = (("j k", "scroll"), ("g G", "ends"))

    def __init__(self, heading: str, parts: Sequence[Part]) -> None:
        super().__init__()
        self.heading = display.safe_text(heading, 80)
        self._parts = parts

    def entries(self, search: str) -> list[Entry]:
        """The lines, as wide as the overlay."""
        room = max(20, min(self.widest, self.app.size.width - (12 if self.app.size.width >= 100 else 0)) - 8)
        found: list[Entry] = []
        for text, ink in self._parts:
            found += [Entry(words((piece, ink))) for piece in _pieces(display.safe_text(text, 4000), room)]
            if len(found) > MOST_SHOWN:
                return [*found[:MOST_SHOWN], Entry(words(("the rest is not shown", "warn")))]
        return found

    def on_resize(self) -> None:
        """Wrap for the other size."""
        self.again()

    def pressed(self, event: events.Key) -> bool:
        """Nothing can be chosen: Enter closes; ends are ends of the text."""
        match event.key:
            case "enter":
                self.dismiss(None)
            case "g" | "home":
                self.top = 0
            case "G" | "end":
                self.top = max(0, len(self.listed) - self.room)
            case _:
                return False
        return True


def _pieces(text: str, room: int) -> list[str]:
    """A text in pieces that fit; what goes on is set in by two."""
    if width_of(text) <= room:
        return [text]
    if not text.isascii():
        return [fit(text, room)]
    rest = range(room, len(text), room - 2)
    return [text[:room], *("  " + text[at : at + room - 2] for at in rest)]


def of_value(row: "Row", subjects: "Sequence[Subject]", chosen: "Subject | None") -> Unfolded:
    """A row of facts: how the chosen subject's value differs from the base's, or all values in full."""
    base = next(at for at, subject in enumerate(subjects) if subject.base)
    at = next((place for place, one in enumerate(subjects) if one is chosen and not one.base), None)
    if at is None or not row.differs[at]:
        at = next((place for place, differs in enumerate(row.differs) if differs), at)
    if at is not None and worth_a_diff(row.values[base], row.values[at]):
        changed = value_diff(row.values[base], row.values[at])
        if changed:
            who = f"{row.key}: {subjects[base].name} became {subjects[at].name}"
            return Unfolded(who, diff_parts(changed))
    wide = min(30, max(width_of(display.safe_text(one.name)) for one in subjects))
    parts: list[Part] = []
    for place, subject in enumerate(subjects):
        ink = "text" if row.differs[place] else "second"
        name = fit(subject.name, wide)
        for number, line in enumerate(_written(row.values[place])):
            parts.append((f"{name if not number else ' ' * wide}  {line}", ink))
    return Unfolded(row.key, parts)


def open_code(place: "Place", view: "View", chosen: "Subject | None") -> None:
    """Ask how the code of the chosen subject (the first one, for the base) differs, and show it."""
    comparison = view.comparison
    other = comparison.others[0] if chosen is None or chosen.base else chosen

    def took(change: "CodeChange | None") -> None:
        place.unfold(of_code(change, other.name, comparison.base.name))

    place.ask("code", lambda workspace: code_of(workspace, comparison, other), took)


def of_code(change: "CodeChange | None", name: str, base: str) -> Unfolded:
    """From which commit to which, and what wasn't committed."""
    if change is None:
        return Unfolded("Code", [("Neither run says which code it ran.", "second")])
    parts: list[Part] = [(change.words[:1].upper() + change.words[1:] + ".", "text"), ("", "muted")]
    if change.commits:
        parts += [(f"git log {change.commits}", "second"), (f"git diff {change.commits}", "second")]
        parts.append(("", "muted"))
    if change.diff:
        parts.append(("Changes that were not committed", "muted"))
        parts += diff_parts(change.diff)
    return Unfolded(f"Code of {name} against {base}", parts)


def diff_parts(changed: "Sequence[Changed]") -> list[Part]:
    """A diff in colours; the sign before each line says the same without them."""
    return [
        (f"  {line.text}" if line.mark == "@" else f"{line.mark} {line.text}", _INKS[line.mark])
        for line in changed
    ]


def _written(value: "Value") -> list[str]:
    if isinstance(value, Absent):
        return ["-"]
    if isinstance(value, Several):
        return [line for one in value.values for line in _written(one)]
    if isinstance(value, str):
        return value[:_MOST_TEXT].splitlines() or [""]
    import json

    return [display.json_text(json.dumps(value, ensure_ascii=False, default=str)[:_MOST_TEXT])]
