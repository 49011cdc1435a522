"""Lines of a CSV file that have more or fewer cells than its first: counted, so that they can be told."""

from dataclasses import dataclass

import numpy as np

_LINE, _RETURN, _QUOTE = 10, 13, 34


@dataclass(slots=True)
class Ragged:
    """What was found so far."""

    more: int = 0
    fewer: int = 0
    first_more: int = 0
    """The number of the first such line in the file, from 1."""
    first_fewer: int = 0
    _before: int = 0

    def pass_by(self, data: bytes) -> None:
        """Lines that are none of the rows, as the one of names."""
        self._before += data.count(b"\n")

    def see(self, data: bytes, mark: str, cells: int, *, quoted: bool) -> None:
        """Count in whole lines.

        Args:
            data: the lines.
            mark: what separates cells: one byte.
            cells: that a line should have.
            quoted: what separates does not between quotation marks.
        """
        text = np.frombuffer(data, np.uint8)
        breaks = np.flatnonzero(text == _LINE)
        marks, ends = np.flatnonzero(text == ord(mark)), breaks
        if quoted and b'"' in data:
            quotes = np.flatnonzero(text == _QUOTE)
            marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
            ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
        if not data.endswith(b"\n"):
            ends = np.append(ends, len(data))
        starts = np.concatenate([[0], ends[:-1] + 1])
        held = np.diff(np.searchsorted(marks, np.append(starts, len(data)))) + 1
        filled = (ends > starts) & ~(
            (ends == starts + 1) & (text[np.minimum(starts, len(text) - 1)] == _RETURN)
        )
        more, fewer = np.flatnonzero(filled & (held > cells)), np.flatnonzero(filled & (held < cells))
        self.first_more = self.first_more or self._number(more, starts, breaks)
        self.first_fewer = self.first_fewer or self._number(fewer, starts, breaks)
        self.more, self.fewer = self.more + len(more), self.fewer + len(fewer)
        self._before += len(breaks)

    def _number(self, lines: "np.ndarray", starts: "np.ndarray", breaks: "np.ndarray") -> int:
        return self._before + int(np.searchsorted(breaks, starts[lines[0]])) + 1 if len(lines) else 0

    def sentences(self) -> list[str]:
        """What people should know of it."""
        found = []
        if self.more:
            found.append(
                f"{_lines(self.more, self.first_more)} more cells than there are columns: what is beyond the"
                " last column is left out."
            )
        if self.fewer:
            found.append(
                f"{_lines(self.fewer, self.first_fewer)} fewer cells than there are columns: the last columns"
                " have no value there."
            )
        return found


def _lines(count: int, first: int) -> str:
    return (
        f"1 line (line {first:,}) has" if count == 1 else f"{count:,} lines (the first: line {first:,}) have"
    )
