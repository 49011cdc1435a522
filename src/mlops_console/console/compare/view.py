"""What the Compare screen shows, and how subjects are called and coloured on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_console.workspace.comparing.model import Comparison, MetricRow, Subject

if TYPE_CHECKING:
    from mlops_console.comparison.model import Judgement
    from mlops_console.workspace.comparing.judging import Judged

SHORTEST_NAME = 6


@dataclass(frozen=True, slots=True)
class View:
    """One state of a comparison; what takes longer than the store comes later."""

    comparison: Comparison
    marks: Mapping[str, str] = field(default_factory=dict)
    """Run id -> the letter it is marked with elsewhere, which it keeps here."""
    judged: "Judged | None" = None
    """None: it is being worked out."""
    predicting: bool = False
    """Predictions by row are still being judged."""
    kin: int = 0
    """So many further runs differ from the compared ones in their seeds alone."""

    @property
    def metric(self) -> MetricRow | None:
        """The metric that is judged by."""
        judged = self.comparison.judged
        return self.comparison.metric(judged[0]) if judged else None

    def letter(self, subject: Subject) -> str:
        """What stands for a subject: the letter of its mark, else its own; empty for the base."""
        if subject.base:
            return ""
        own = self.marks.get(subject.runs[0], "") if self.comparison.asked.by is None else ""
        return own or subject.letter

    def ink(self, subject: Subject) -> str:
        """The token of a subject's colour."""
        return self.letter(subject) or "base"

    def called(self, subject: Subject) -> str:
        """A subject in a sentence: its letter, or the base's name."""
        return self.letter(subject) or subject.name

    def judgement(self, subject: Subject) -> "Judgement | None":
        """What answers for a subject on the judged metric."""
        row = self.metric
        if self.judged is None or row is None:
            return None
        return self.judged.primary(row.key, subject)
