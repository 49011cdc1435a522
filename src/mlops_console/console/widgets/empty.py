"""What stands where there is nothing to list: what is not there, what is watched, the next key."""

from collections.abc import Sequence
from typing import TypeAlias

from mlops_console.console.drawing import Line, width_of
from mlops_console.console.widgets.rows import Rows

Words: TypeAlias = Sequence[tuple[str, str, bool]]
"""Runs of (text, ink, bold)."""


class Empty(Rows):
    """A few lines of words a third down an otherwise empty place."""

    DEFAULT_CSS = """
    Empty { position: absolute; width: 100%; height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._paragraph: list[Words] = []

    def say(self, paragraph: Sequence[Words]) -> None:
        """Show other words."""
        self._paragraph = list(paragraph)
        self.refresh()

    def line(self, y: int) -> Line:
        """The row."""
        row = self.blank()
        width, height = self.size
        top = max(0, (height - len(self._paragraph)) // 3)
        if not top <= y < top + len(self._paragraph):
            return row
        longest = max(sum(width_of(text) for text, _, _ in words) for words in self._paragraph)
        row.to(max(4, min((width - longest) // 2, 26)))
        for text, ink, bold in self._paragraph[y - top]:
            row.put(text, ink, bold=bold)
        return row
