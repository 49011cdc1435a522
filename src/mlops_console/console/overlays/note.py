"""A few sentences over the screen: what a status or number means, a question with a way back."""

from collections.abc import Sequence
from typing import Any

from textual import events

from mlops_console.console.drawing import Line, width_of
from mlops_console.console.overlays.listing import Entry, Listing


class Note(Listing):
    """Labelled sentences; any of Enter and Esc closes it."""

    widest = 76

    def __init__(self, heading: str, facts: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self.heading = heading
        self._facts = facts

    def entries(self, search: str) -> list[Entry]:
        """The sentences, wrapped; (label, ink, sentence) each."""
        rows: list[Entry] = []
        label_cells = max((width_of(label) for label, _, _ in self._facts), default=0)
        room = max(20, min(self.widest, self.app.size.width) - label_cells - 9)
        for label, ink, sentence in self._facts:
            for index, part in enumerate(wrap(sentence, room)):
                rows.append(Entry(_fact(label if not index else "", label_cells, part, ink)))
        return rows

    def _choose(self) -> None:
        self.dismiss(None)


class Question(Note):
    """A note that Enter agrees to and Esc does not."""

    def __init__(self, heading: str, facts: Sequence[tuple[str, str, str]], yes: str) -> None:
        super().__init__(heading, facts)
        self.hint = (("Enter", yes), ("Esc", "keep as it is"))  # type: ignore[misc]

    def pressed(self, event: events.Key) -> bool:
        """Enter is the answer."""
        if event.key == "enter":
            self.dismiss(True)
            return True
        return False


def _fact(label: str, cells: int, part: str, ink: str) -> Any:
    def draw(line: Line) -> None:
        start = line.at
        if cells:
            line.put(label, "muted").to(start + cells + 2)
        line.put(part, ink)

    return draw


def wrap(sentence: str, room: int) -> list[str]:
    """A sentence in lines of at most so many cells."""
    lines = [""]
    for word in sentence.split(" "):
        while width_of(word) > room:
            lines.append(word[:room])
            word = word[room:]
        if lines[-1] and width_of(lines[-1]) + 1 + width_of(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return [line for line in lines if line] or [""]
