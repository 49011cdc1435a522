"""The answer above all else: what a colleague would say, with the letters in their colours."""

import re
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.compare.view import View
from mlops_console.console.drawing import Line
from mlops_console.workspace.comparing.judging import tells
from mlops_console.workspace.comparing.saying import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_console.workspace.comparing.model import Subject

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around a letter that stands for a subject; nobody writes these."""
_PIECES: Final = re.compile(f"({_OPEN}[A-Z]+{_CLOSE})")
_CLAUSES: Final = re.compile(rf"(?<=\.) (?=[A-Z{_OPEN}])")
MOST_ROWS: Final = 3


def answer_lines(view: View, width: int, blank: "Callable[[], Line]") -> list[Line]:
    """The answer in one to three rows; the first clause bright, the others quieter."""
    if view.judged is None or (view.predicting and not any(map(tells, view.judged.all))):
        return [blank().to(2).put(_before(view), "muted")]
    said = sentence(view.comparison, view.judged, lambda subject: _label(view, subject))
    words = [(word, at == 0) for at, clause in enumerate(_CLAUSES.split(said)) for word in clause.split()]
    lines = [blank().to(2)]
    for word, first in words:
        shown = display.safe_text(word.replace(_OPEN, "").replace(_CLOSE, ""))
        if lines[-1].at + len(shown) + 1 > width - 2 and lines[-1].at > 2:
            if len(lines) == MOST_ROWS:
                lines[-1].put(" ~", "muted")
                break
            lines.append(blank().to(2))
        if lines[-1].at > 2:
            lines[-1].put(" ")
        for piece in _PIECES.split(word):
            if piece.startswith(_OPEN):
                lines[-1].put(piece[1:-1], piece[1:-1], bold=True)
            elif piece:
                lines[-1].put(piece, "text" if first else "second", bold=first)
    return lines


def _label(view: View, subject: "Subject") -> str:
    letter = view.letter(subject)
    return f"{_OPEN}{letter}{_CLOSE}" if letter else subject.name


def _before(view: View) -> str:
    if view.metric is None:
        return "They have no metric in common."
    by = " by their predictions" if view.predicting else ""
    return f"working out what can be said{by} on {view.metric.key}"
